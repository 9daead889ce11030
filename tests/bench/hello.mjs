// hello: the least a server on node can be. node hello.mjs PORT; ends by SIGTERM.
import { createServer } from 'node:http';

const answer = (request, reply) => reply.end('hello\n');
const server = createServer(answer).listen(Number(process.argv[2]), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
