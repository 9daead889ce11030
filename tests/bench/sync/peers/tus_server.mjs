// tus_server.mjs FOLDER HOST PORT [CERT KEY]: @tus/server with its file store, as its
// manual shows it. Prints "ready" when it listens.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import process from 'node:process';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const [folder, host, port, cert, key] = process.argv.slice(2);
// Behind TLS its absolute addresses would say http: relative ones are right either way.
const tus = new Server({ path: '/files', datastore: new FileStore({ directory: folder }),
    relativeLocation: true });
const handle = tus.handle.bind(tus);
const server = cert
    ? https.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, handle)
    : http.createServer(handle);
server.listen(Number(port), host, () => process.stdout.write('ready\n'));
process.on('SIGTERM', () => process.exit(0));
