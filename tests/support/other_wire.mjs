// other_wire.mjs TARGET MIN MAX [LINE...]: stands before the registry at TARGET (an URL) and
// lets it speak protocol MIN to MAX, in every answer that tells its own, and say each LINE
// before the first one of a pull that has any. With ENDLESS=1 no pull comes to an end: each
// answer has a line and a cursor nobody has seen yet. Prints its address.
import { createServer, request } from 'node:http';
import process from 'node:process';

const [target, min, max, ...lines] = process.argv.slice(2);
const endless = process.env.ENDLESS === '1';
let cursors = 0;
const range = /"protocol":\{[^}]*\}/;

const server = createServer((asked, answer) => {
  if (endless && asked.method === 'GET' && asked.url.startsWith('/api/v1/records')) {
    const head = { 'content-type': 'application/x-ndjson', 'lygte-cursor': `e.${++cursors}` };
    answer.writeHead(200, head).end('{"tomorrow":1}\n');
    return;
  }
  const headers = { ...asked.headers };
  delete headers['accept-encoding'];
  const there = request(target + asked.url, { method: asked.method, headers }, (said) => {
    const pieces = [];
    said.on('data', (piece) => pieces.push(piece));
    said.on('end', () => {
      let bytes = Buffer.concat(pieces);
      if (/json$/.test(said.headers['content-type'] ?? ''))
        bytes = Buffer.from(bytes.toString('utf8').replace(range, `"protocol":{"min":${min},"max":${max}}`));
      if (asked.method === 'GET' && /ndjson$/.test(said.headers['content-type'] ?? '') && bytes.length)
        bytes = Buffer.concat([...lines.map((line) => Buffer.from(`${line}\n`)), bytes]);
      const { 'transfer-encoding': _, connection: __, ...kept } = said.headers;
      if (asked.method !== 'HEAD' && said.statusCode !== 204) kept['content-length'] = bytes.length;
      answer.writeHead(said.statusCode, kept).end(asked.method === 'HEAD' ? undefined : bytes);
    });
  });
  there.on('error', () => answer.destroy());
  asked.pipe(there);
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.on('SIGTERM', () => process.exit(0));
