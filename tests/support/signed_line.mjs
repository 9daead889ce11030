// signed_line.mjs FOLDER SEQ PREV TICK HOW [SUBJECT [OF]]: a line as the walker of FOLDER would sign it
// after the record PREV, and that a program of today does not read: HOW is large (over 64 KiB),
// twice (a name twice in the head), word (a clock nobody knows), altered (the body is not the
// one signed), forged (another's signature), unread (a head that is no JSON), or good.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const [folder, seq, prev, tick, how, subject = '018c2f10-0000-7000-8000-0000000000ee', of = 'æbler'] = process.argv.slice(2);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const seed = readFileSync(join(folder, 'origin.key')).toString('hex');
const key = createPrivateKey({ key: Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex'),
  format: 'der', type: 'pkcs8' });
const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
const body = JSON.stringify({ salt: randomBytes(16).toString('hex'), of,
  more: how === 'large' ? 'x'.repeat(70000) : 'kort' });
let head = JSON.stringify({ v: 1, origin: sha256(spki.subarray(-32)).slice(0, 32), seq: Number(seq), prev,
  tick: Number(tick), at: Date.now(), clock: how === 'word' ? 'stjerner' : 'ntp', boot: 'later', mono: Number(seq),
  by: { role: '', organisation: '' }, kind: 'observation.scent', subject, body: sha256(body) });
if (how === 'twice') head = head.replace('"v":1', '"v":1,"v":1');
if (how === 'unread') head = `${head},`.replace('"seq"', 'seq');
const signer = how === 'forged' ? generateKeyPairSync('ed25519').privateKey : key;
const sig = sign(null, Buffer.from(sha256(head), 'hex'), signer).toString('hex');
// The spaces are part of the line.
process.stdout.write(`[ ${JSON.stringify(head)}, ${JSON.stringify(how === 'altered' ? `${body} ` : body)}, "${sig}" ]\n`);
