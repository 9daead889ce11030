// refused_uploads.mjs TARGET-PORT: carries requests between clients and a registry on
// loopback; whoever begins to send a photo is told 413 by it, as a proxy in between does.
// Prints its port, and a line for each refusal.
import { createServer, request } from 'node:http';
import process from 'node:process';

const port = Number(process.argv[2]);

const server = createServer((asked, answer) => {
  if (asked.method === 'POST' && asked.url === '/api/v1/uploads') {
    asked.resume().on('end', () => {
      process.stdout.write('refused\n');
      answer.writeHead(413, { 'Content-Length': 0 }).end();
    });
    return;
  }
  const { method, url: path, headers } = asked;
  const home = request({ host: '127.0.0.1', port, method, path, headers: { ...headers, host: `127.0.0.1:${port}` } },
    (said) => said.pipe(answer.writeHead(said.statusCode, said.headers)));
  home.on('error', () => answer.destroy());
  asked.pipe(home);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
