// says.mjs FOLDER SEQ TICK KIND SUBJECT BODY [COUNT]: records as the origin of FOLDER would sign
// them at places SEQ, SEQ + 2 and so on, following nothing that anybody holds. BODY is JSON;
// "{ORIGIN}" in SUBJECT is its own name, "{PAD}" in BODY 60,000 letters, "{N}" in either the
// place. With FOLDER alone: its key, as a line.
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const [folder, first, tick, kind, subject, said, count = 1] = process.argv.slice(2);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const seed = readFileSync(join(folder, 'origin.key')).toString('hex');
const key = createPrivateKey({ key: Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex'),
  format: 'der', type: 'pkcs8' });
const open = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
const origin = sha256(open).slice(0, 32);

function line(seq) {
  const fill = (text) => text.replaceAll('{ORIGIN}', origin).replaceAll('{N}', seq)
    .replaceAll('{PAD}', 'x'.repeat(60000));
  const body = JSON.stringify({ salt: randomBytes(16).toString('hex'), ...JSON.parse(fill(said)) });
  const head = JSON.stringify({ v: 1, origin, seq, prev: sha256('before'), tick: Number(tick),
    at: Date.now(), clock: 'ntp', boot: 'x', mono: 1, by: { role: '', organisation: '' }, kind,
    subject: fill(subject), body: sha256(body) });
  const sig = sign(null, Buffer.from(sha256(head), 'hex'), key).toString('hex');
  return JSON.stringify([head, body, sig]);
}

if (!first) process.stdout.write(`${JSON.stringify({ origin, key: open.toString('hex') })}\n`);
else for (let n = 0; n < Number(count); n++) process.stdout.write(`${line(Number(first) + 2 * n)}\n`);
