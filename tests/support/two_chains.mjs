// An origin that says one thing to a register and another to everybody else: with the key of
// the device in FOLDER it sends one clock.fix at place 500 to the register and writes another
// one, for the same place, as lines of a feed.
//
//     node two_chains.mjs FOLDER URL TOKEN LINES
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const [folder, url, token, lines] = process.argv.slice(2);
const sha = (bytes) => createHash('sha256').update(bytes).digest('hex');
const pkcs8 = '302e020100300506032b657004220420';
const seed = readFileSync(`${folder}/origin.key`).toString('hex');
const key = createPrivateKey({ key: Buffer.from(pkcs8 + seed, 'hex'), format: 'der', type: 'pkcs8' });
const open = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
const origin = sha(open).slice(0, 32);

function line() {
    const body = JSON.stringify({
        salt: randomBytes(16).toString('hex'), boot: 'b', utc_minus_mono_ms: 1, source: 'set',
    });
    const head = JSON.stringify({
        v: 1, origin, seq: 500, prev: sha('before'), tick: 50, at: Date.now(), clock: 'ntp', boot: 'x', mono: 1,
        by: { role: '', organisation: '' }, kind: 'clock.fix', subject: `${origin}:b`, body: sha(body),
    });
    return JSON.stringify([head, body, sign(null, Buffer.from(sha(head), 'hex'), key).toString('hex')]);
}

writeFileSync(lines, `${JSON.stringify({ origin, key: open.toString('hex') })}\n${line()}\n`);
const answer = await fetch(`${url}/api/v1/records`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' },
    body: `${line()}\n`,
});
const told = await answer.json();
console.log(answer.status, told.new);
