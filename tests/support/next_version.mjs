// next_version.mjs FOLDER WISHES SEQ TICK ARRIVAL PREV: what a walker of a later version has
// written into FOLDER after record SEQ, as SQL for its database: one record for each line
// of the file WISHES, {"kind","subject","body"}, held unapplied as today's walker would with "reason".
// The numbers are those of the table self, which goes on from there.
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const [folder, wishes, ...numbers] = process.argv.slice(2);
let [seq, tick, arrival] = numbers.slice(0, 3).map(Number);
let prev = numbers[3];
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const seed = readFileSync(join(folder, 'origin.key')).toString('hex');
const key = createPrivateKey({ key: Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex'),
  format: 'der', type: 'pkcs8' });
const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
const origin = sha256(spki.subarray(-32)).slice(0, 32);
const quote = (text) => `'${text.replaceAll("'", "''")}'`;

process.stdout.write('BEGIN IMMEDIATE;\n');
for (const line of readFileSync(wishes, 'utf8').split('\n').filter(Boolean)) {
  const wish = JSON.parse(line);
  seq += 1;
  tick += 1;
  arrival += 1;
  // Spaces and an unknown member: bytes that only survive when nobody writes them anew.
  const body = JSON.stringify({ salt: randomBytes(16).toString('hex'), ...wish.body }, null, 1);
  const head = JSON.stringify({ v: 2, origin, seq, prev, tick, at: Date.now(), clock: 'ntp',
    boot: 'later', mono: seq, by: { role: '', organisation: '', badge: 7 }, kind: wish.kind,
    subject: wish.subject, body: sha256(body), weather: 'sne' });
  prev = sha256(head);
  const sig = sign(null, Buffer.from(prev, 'hex'), key).toString('hex');
  process.stdout.write('INSERT INTO record (arrival, origin, seq, hash, tick, kind, subject, head, body, sig, '
    + `reason) VALUES (${arrival}, x'${origin}', ${seq}, x'${prev}', ${tick}, ${quote(wish.kind)}, `
    + `${quote(wish.subject)}, ${quote(head)}, ${quote(body)}, x'${sig}', `
    + `${wish.reason ? quote(wish.reason) : 'NULL'});\n`);
}
process.stdout.write(`UPDATE self SET seq = ${seq}, tick = ${tick}, arrival = ${arrival}, head = x'${prev}', `
  + 'fold_version = 1 WHERE one = 1;\nCOMMIT;\n');
