// relay.mjs TARGET-PORT PORT MOST [LINGER]: carries bytes between clients and a registry
// on loopback and counts those that go up. After MOST of them (0: never) every connection
// ends: what was carried reaches the registry, and nobody gets through any more. The
// registry hears of the end LINGER ms later (0), as when a mobile network drops a phone; a
// byte each 5 s is still on its way, so that it has no reason to give the phone up before.
// Prints its port; on SIGTERM, what it carried; it goes when the registry has heard.
import { connect, createServer } from 'node:net';
import process from 'node:process';

const [target, port, most, linger = 0] = process.argv.slice(2).map(Number);
const open = new Set();
let carried = 0;
let is_cut = false;

function cut() {
  is_cut = true;
  for (const { client, home, late } of open) {
    client.removeAllListeners();
    client.on('error', () => {});
    client.destroy();
    setTimeout(() => home.end(), linger);
    for (let i = 0; i < late.length && (i + 1) * 5000 < linger; i++) {
      setTimeout(() => home.write(late.subarray(i, i + 1)), (i + 1) * 5000);
    }
  }
}

const server = createServer((client) => {
  if (is_cut) {
    client.destroy();
    return;
  }
  const home = connect(target, '127.0.0.1');
  const pair = { client, home, late: Buffer.alloc(0) };
  open.add(pair);
  client.on('data', (bytes) => {
    carried += bytes.length;
    const last = linger && most && carried >= most ? 8 : 0;
    pair.late = bytes.subarray(bytes.length - last);
    if (!home.write(bytes.subarray(0, bytes.length - last))) {
      client.pause();
      home.once('drain', () => client.resume());
    }
    if (most && carried >= most) cut();
  });
  home.on('data', (bytes) => { if (!client.destroyed) client.write(bytes); });
  const end = () => {
    open.delete(pair);
    client.destroy();
    home.end();
  };
  for (const socket of [client, home]) {
    socket.on('error', end);
    socket.on('close', end);
  }
});
server.listen(port, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.on('SIGTERM', () => {
  server.close();
  process.stdout.write(`${carried}\n`);
  setTimeout(() => process.exit(0), is_cut ? linger : 0);
});
