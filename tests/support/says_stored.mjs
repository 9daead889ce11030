// says_stored: node says_stored.mjs REGISTRY: an HTTP relay to a registry that tells of every
// range of a photo that the photo is stored, all at once when no more ranges come. Prints
// its own address, and at each batch how many ranges it told so.
import { createServer, request } from 'node:http';
import process from 'node:process';

const registry = new URL(process.argv[2]);
let waiting = [];
let quiet = null;

function tellAll() {
  if (waiting.length) console.log(`told ${waiting.length} ranges`);
  for (const tell of waiting.splice(0)) tell();
}

createServer((asked, answer) => {
  const pass = request({ host: registry.hostname, port: registry.port, method: asked.method,
    path: asked.url, headers: asked.headers }, (real) => {
    const isRange = asked.method === 'POST' && asked.url === '/api/v1/uploads' && real.statusCode === 201;
    const tell = () => {
      answer.writeHead(real.statusCode, { ...real.headers, ...(isRange && { 'Lygte-State': 'stored' }) });
      real.pipe(answer);
    };
    if (!isRange) { tell(); return; }
    waiting.push(tell);
    clearTimeout(quiet);
    quiet = setTimeout(tellAll, 300);
  });
  pass.on('error', () => answer.destroy());
  asked.pipe(pass);
}).listen(0, '127.0.0.1', function listens() {
  console.log(`http://127.0.0.1:${this.address().port}`);
});
