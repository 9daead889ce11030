// tus_registry: tus-js-client, as others use it, against a registry of ours.
//
//     tus_registry.mjs URL CODE FOLDER
//
// A key of its own is paired with CODE; FOLDER/*.jpg go up. Prints one line of TAP a
// claim and no plan: tests/system/tus_peers.sh counts them on.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import process from 'node:process';
import tus from 'tus-js-client';

const [url, code, folder] = process.argv.slice(2);
const CHUNK = 65536;
const photos = readdirSync(folder).filter((f) => f.endsWith('.jpg')).sort()
    .map((f) => readFileSync(`${folder}/${f}`));
const sha_of = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function claim(text, check) {
    try {
        await check();
        process.stdout.write(`ok - ${text}\n`);
    } catch (e) {
        process.stdout.write(`not ok - ${text}\n`);
        for (const line of String(e.stack).slice(0, 2000).split('\n')) {
            process.stdout.write(`#   ${line}\n`);
        }
    }
}

// ---- a device of our own -------------------------------------------------------------

const { publicKey } = generateKeyPairSync('ed25519');
const key = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url').toString('hex');
const paired = await fetch(`${url}/api/v1/pair`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code, name: 'tus-js-client', key }),
});
const { token } = await paired.json();
await claim('a key that node made is paired', () => {
    assert.equal(paired.status, 200);
    assert.match(token, /^[0-9a-f]{64}$/);
});

async function state_of(bytes) {
    const answer = await fetch(`${url}/api/v1/photos/missing`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        body: JSON.stringify({ photos: [{ sha256: sha_of(bytes), bytes: bytes.length }] }),
    });
    return (await answer.json()).photos[0];
}

// ---- uploads -------------------------------------------------------------------------

/**
 * One upload, and the requests it took. `cut` breaks it off, connection and all, as soon
 * as `progress`, the bytes handed to the network, has come that far.
 */
function upload(bytes, { cut = Infinity, at, sha = sha_of(bytes), chunk = Infinity,
    retries = null } = {}) {
    const seen = { url: at, requests: [], progress: 0 };
    return new Promise((done) => {
        const end = (error) => done(Object.assign(seen, { error }));
        const it = new tus.Upload(bytes, {
            endpoint: `${url}/api/v1/uploads`,
            uploadUrl: at,
            chunkSize: chunk,
            retryDelays: retries,
            headers: { Authorization: `Bearer ${token}`, 'Accept-Language': 'en' },
            metadata: { sha256: sha },
            onUploadUrlAvailable: () => { seen.url = it.url; },
            onBeforeRequest: (request) => {
                seen.requests.push({ method: request.getMethod(),
                    offset: Number(request.getHeader('Upload-Offset') ?? -1) });
            },
            onProgress: (sent) => {
                seen.progress = sent;
                if (sent < cut || seen.cut) return;
                seen.cut = true;
                it.abort().then(() => end(null));
            },
            onError: end,
            onSuccess: () => end(null),
        });
        it.start();
    });
}

const [whole, half, late, wrong, other] = photos;

await claim('tus-js-client sends a photo in one go', async () => {
    const u = await upload(whole);
    assert.equal(u.error, null);
    assert.deepEqual(u.requests.map((r) => r.method), ['POST', 'PATCH']);
    assert.match((await state_of(whole)).state, /^(stored|verified)$/);
});

// It sends on from 0 whatever POST told, is stopped, asks where to go on, and is done.
await claim('the same photo again is found to be there', async () => {
    const u = await upload(whole, { retries: [0] });
    assert.equal(u.error, null);
    assert.deepEqual(u.requests.map((r) => r.method), ['POST', 'PATCH', 'HEAD']);
});

await claim('in pieces too, with one PATCH a piece', async () => {
    const u = await upload(other, { chunk: CHUNK });
    assert.equal(u.error, null);
    assert.equal(u.requests.length, 1 + Math.ceil(other.length / CHUNK));
    assert.match((await state_of(other)).state, /^(stored|verified)$/);
});

/** Cuts at a share of the photo, goes on, and sees how much went twice. */
async function cut_and_go_on(bytes, share) {
    const cut = Math.floor(bytes.length * share);
    const first = await upload(bytes, { cut, chunk: CHUNK });
    assert.equal(first.error, null);
    assert.ok(first.cut, 'it was cut');
    let held;
    for (let n = 0; n < 100; n++) { // the registry counts what came when it sees the cut
        held = await state_of(bytes);
        if (held.state === 'offset' && held.offset >= cut - CHUNK) break;
        await new Promise((done) => setTimeout(done, 50));
    }
    assert.equal(held.state, 'offset');
    assert.ok(held.offset < bytes.length);
    const second = await upload(bytes, { at: first.url, chunk: CHUNK });
    assert.equal(second.error, null);
    assert.equal(second.requests[0].method, 'HEAD');
    assert.equal(second.requests[1].offset, held.offset);
    const again = first.progress - second.requests[1].offset;
    assert.ok(again <= CHUNK, `${again} bytes went twice`);
    assert.match((await state_of(bytes)).state, /^(stored|verified)$/);
}

await claim('cut at half, it goes on there: at most a piece goes twice',
    () => cut_and_go_on(half, 0.5));
await claim('cut at 90 %, it goes on there: at most a piece goes twice',
    () => cut_and_go_on(late, 0.9));

await claim('bytes that are not what their name says are refused politely', async () => {
    const u = await upload(wrong, { sha: sha_of(Buffer.from('another photo')) });
    const answer = u.error?.originalResponse;
    assert.ok(answer, 'there was an answer');
    assert.equal(answer.getStatus(), 460);
    assert.match(answer.getHeader('Content-Type'), /^application\/problem\+json/);
    const problem = JSON.parse(answer.getBody());
    assert.equal(problem.key, 'photo.hash_differs');
    assert.ok(problem.title && problem.detail);
    assert.equal((await state_of(wrong)).state, 'unknown');
});

await claim('and under their own name they are taken', async () => {
    const u = await upload(wrong);
    assert.equal(u.error, null);
    assert.match((await state_of(wrong)).state, /^(stored|verified)$/);
});

await claim('without a token tus-js-client hears 401', async () => {
    const answer = await fetch(`${url}/api/v1/uploads`, { method: 'POST',
        headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': '1' } });
    assert.equal(answer.status, 401);
});
