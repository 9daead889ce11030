// tus_home: somebody else's tus server at the other end of `walker sync`.
//
//     tus_home.mjs FOLDER [cut]      prints "http://127.0.0.1:PORT" when it listens
//
// @tus/server with its file store stands at /api/v1/uploads; beside it just enough of
// sync/PROTOCOL.md is answered for a walker to come through: about, pair, records (taken
// without a look: signatures are another test's), missing, previews. The ranges of a photo
// are put together by their metadata; the photo is then FOLDER/SHA256. With `cut` the
// first connection that has brought 300,000 bytes of an upload is broken. A test's tool:
// it keeps nothing safe and lets everybody in.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readFileSync, statSync, writeFileSync }
    from 'node:fs';
import { once } from 'node:events';
import http from 'node:http';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const [folder, cut] = process.argv.slice(2);
const registry = randomBytes(32).toString('hex'), epoch = randomBytes(16).toString('hex');
mkdirSync(`${folder}/parts`, { recursive: true });

// ---- photos --------------------------------------------------------------------------

const stored = new Map(); // sha256: bytes
const ranges = new Map(); // sha256: [{ start, end, file }] of what is whole

/** The files of the ranges that make up [0, total), in order; null while one is missing. */
function cover(list, total) {
    const files = [];
    for (let at = 0; at < total;) {
        const next = list.find((r) => r.start === at);
        if (!next) return null;
        files.push(next.file);
        at = next.end;
    }
    return files;
}

async function put_together(sha256, files) {
    const hash = createHash('sha256'), out = createWriteStream(`${folder}/${sha256}`);
    for (const file of files) {
        for await (const piece of createReadStream(file)) {
            hash.update(piece);
            if (!out.write(piece)) await once(out, 'drain');
        }
    }
    out.end();
    await once(out, 'finish');
    return hash.digest('hex') === sha256;
}

async function range_in(upload) {
    const { sha256, start = '0', total = String(upload.size) } = upload.metadata;
    const list = ranges.get(sha256) ?? [];
    list.push({ start: Number(start), end: Number(start) + upload.size,
        file: `${folder}/parts/${upload.id}` });
    ranges.set(sha256, list);
    const files = cover(list, Number(total));
    if (!files) return {};
    if (!await put_together(sha256, files)) throw { status_code: 460, body: 'hash differs' };
    stored.set(sha256, Number(total));
    return { headers: { 'Lygte-State': 'stored' } };
}

const tus = new Server({
    path: '/api/v1/uploads',
    datastore: new FileStore({ directory: `${folder}/parts` }),
    relativeLocation: true,
    onUploadFinish: async (request, upload) => range_in(upload),
});

// ---- what is not tus -----------------------------------------------------------------

const held = [];      // [seq, hash] of the one origin that comes here
let origin = null;

function records(body) {
    for (const line of body.toString().trim().split('\n')) {
        const thing = JSON.parse(line);
        if (!Array.isArray(thing)) {
            origin = thing.origin;
            continue;
        }
        const head = JSON.parse(thing[0]);
        held.push([head.seq, createHash('sha256').update(thing[0]).digest('hex')]);
    }
    const [first, last] = [held[0], held.at(-1)];
    return { registry, epoch, new: held.length, already: 0, unapplied: [], refused: [],
        origins: [{ origin, runs: [[first[0], last[0], first[1], last[1]]] }] };
}

function missing({ photos }) {
    return { registry, epoch, photos: photos.map(({ sha256, bytes }) => {
        if (stored.get(sha256) === bytes) return { sha256, state: 'verified' };
        const list = [...ranges.get(sha256) ?? []].sort((a, b) => a.start - b.start);
        if (list.length === 0) return { sha256, state: 'unknown' };
        return { sha256, state: 'offset', held: list.map((r) => [r.start, r.end]) };
    }) };
}

const answers = {
    'GET /api/v1/about': () => ({ program: 'registry', version: '0', registry, epoch,
        protocol: { min: 1, max: 1 },
        limits: { batch_bytes: 1048576, photo_bytes: 67108864 } }),
    'POST /api/v1/pair': (body) => ({ token: randomBytes(32).toString('hex'), registry, epoch,
        name: 'Somebody else', device: JSON.parse(body).name,
        origin: randomBytes(16).toString('hex'), origin_key: randomBytes(32).toString('hex') }),
    'POST /api/v1/records': records,
    'POST /api/v1/photos/missing': (body) => missing(JSON.parse(body)),
    'POST /api/v1/previews': () => ({ taken: 0 }),
    'GET /api/v1/records': () => null,
};

// ---- serving -------------------------------------------------------------------------

let to_cut = cut === 'cut';

/** Breaks the connection when it has brought enough; one in the server's life. */
function cut_when_due({ socket }) {
    const before = socket.bytesRead;
    const timer = setInterval(() => {
        if (!to_cut || socket.destroyed) return clearInterval(timer);
        if (socket.bytesRead - before < 300000) return;
        to_cut = false;
        process.stderr.write('cut\n');
        socket.destroy();
    }, 1);
    timer.unref();
}

async function serve(request, response) {
    const path = request.url.split('?')[0];
    if (path.startsWith('/api/v1/uploads')) {
        if (to_cut) cut_when_due(request);
        await tus.handle(request, response);
        return;
    }
    const answer = answers[`${request.method} ${path}`];
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    let body = Buffer.concat(pieces);
    if (request.headers['content-encoding'] === 'gzip') body = gunzipSync(body);
    response.statusCode = answer ? 200 : 404;
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Lygte-Cursor', `${epoch}.0`);
    const said = answer ? answer(body) : {};
    response.end(said === null ? '' : JSON.stringify(said));
}

const server = http.createServer((request, response) => {
    serve(request, response).catch((e) => {
        process.stderr.write(`${e.stack ?? e}\n`);
        response.statusCode = 500;
        response.end();
    });
});
server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
