// lost_refusals.mjs TARGET-PORT: carries bytes between clients and a registry on loopback.
// From SIGUSR1 on a connection on which something is posted is reset before the answer is
// told, as TCP does where a server refuses, and closes, while more of the body is coming.
// Prints its port.
import { connect, createServer } from 'node:net';
import process from 'node:process';

const target = Number(process.argv[2]);
let loses = false;
process.on('SIGUSR1', () => { loses = true; });

const server = createServer((client) => {
  const home = connect(target, '127.0.0.1');
  const end = () => { client.destroy(); home.destroy(); };
  client.on('data', (bytes) => {
    if (loses && bytes.toString('latin1').startsWith('POST ')) client.resetAndDestroy();
    else home.write(bytes);
  });
  home.on('data', (bytes) => client.write(bytes));
  for (const socket of [client, home]) socket.on('error', end).on('close', end);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
