// truth: what must hold after a storm, each thing found by looking at databases and files
// beside the programs. `receiptsTrue` may be asked at any moment; `allHome` only after a
// clean sync of every device.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nowhere } from './erasing.mjs';
import { QUESTIONS, checkChain, differences, erasedBy, fold, isBeyond, letGo, publicKey, readRecords, shutOut } from './fold.mjs';
import { answers, filesBelow, rows, verb } from './ground.mjs';

const RECORDS = `SELECT lower(hex(origin)) AS origin, seq, lower(hex(hash)) AS hash, kind, subject,
  head, body, lower(hex(sig)) AS sig, reason FROM record`;
const SELF = `SELECT lower(hex(origin)) AS origin, seq, lower(hex(head)) AS head, registry, epoch
  FROM self`;

const shaOf = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');
const photoPath = (blob) => join('photos', blob.sha256.slice(0, 2),
  `${blob.sha256}.${{ 'image/png': 'png', sealed: 'box' }[blob.type] ?? 'jpg'}`);

// ---- receipts --------------------------------------------------------------------------

// Nothing is called stored or verified that the registry has not, now.
export function receiptsTrue(device, registryData, tell) {
  const { selves: [self], records, blobs: there, erasures } = answers(registryData, { selves: SELF,
    records: 'SELECT lower(hex(origin)) AS origin, seq, lower(hex(hash)) AS hash FROM record',
    blobs: 'SELECT * FROM blob', erasures: 'SELECT sha256 FROM erased_blob' });
  const held = new Map(records.map((r) => [`${r.origin}:${r.seq}`, r.hash]));
  const [me] = rows(device.data, SELF);
  const mine = new Map(rows(device.data, `SELECT seq, lower(hex(hash)) AS hash FROM record WHERE lower(hex(origin)) = '${me.origin}'`)
    .map((r) => [r.seq, r.hash]));
  const runs = rows(device.data, `SELECT first, last FROM receipt_run WHERE registry = '${self.registry}'
    AND epoch = '${self.epoch}' AND lower(hex(origin)) = '${me.origin}'`);
  for (const { first, last } of runs)
    for (let seq = first; seq <= last; seq += 1)
      if (!mine.has(seq) || held.get(`${me.origin}:${seq}`) !== mine.get(seq))
        tell(`${device.name}: a receipt for record ${seq}, which the registry has not`);
  const blobs = new Map(there.map((b) => [b.sha256, b]));
  const erased = new Set(erasures.map((b) => b.sha256));
  const photos = rows(device.data, `SELECT sha256, bytes, state FROM receipt_photo
    WHERE registry = '${self.registry}' AND epoch = '${self.epoch}'`);
  for (const { sha256, bytes, state } of photos) {
    if (erased.has(sha256)) continue; // it hears of that when it comes next
    const blob = blobs.get(sha256);
    const file = blob && join(registryData, photoPath(blob));
    const there = blob && blob.bytes === bytes && existsSync(file) && statSync(file).size === bytes;
    if (state === 'stored' && !there) tell(`${device.name}: a receipt "stored" for photo ${sha256}, which the registry has not`);
    if (state === 'verified' && (!there || blob.state !== 'verified'))
      tell(`${device.name}: a receipt "verified" for photo ${sha256}, which the registry has not so`);
    if (state === 'refused') tell(`${device.name}: photo ${sha256} was refused`);
  }
}

// ---- records ---------------------------------------------------------------------------

function recordsHome(device, registry, tell) {
  const mine = device.records.filter((r) => r.origin === device.self.origin);
  const there = registry.records.filter((r) => r.origin === device.self.origin);
  const key = (r) => `${r.origin} ${r.seq} ${r.hash}`;
  const left = new Set(mine.map(key));
  const right = new Set(there.map(key));
  if (there.length !== right.size) tell(`${device.name}: a record stands twice at the registry`);
  for (const one of left) if (!right.has(one)) tell(`${device.name}: record ${one} is not at the registry`);
  for (const one of right) if (!left.has(one)) tell(`${device.name}: the registry has record ${one}, which was never made`);
  if (device.self.seq !== mine.length || (mine.find((r) => r.seq === device.self.seq)?.hash ?? null) !== device.self.head)
    tell(`${device.name}: its counter says ${device.self.seq}, its log ${mine.length}`);
  checkChain(mine, tell);
  const runs = rows(registry.data, `SELECT first, last FROM held_run WHERE lower(hex(origin)) = '${device.self.origin}'`);
  if (device.self.seq && (runs.length !== 1 || runs[0].first !== 1 || runs[0].last !== device.self.seq))
    tell(`${device.name}: the registry's runs are ${JSON.stringify(runs)} of ${device.self.seq}`);
  const theirs = new Map(registry.records.map((r) => [`${r.origin} ${r.seq}`, r.hash]));
  for (const r of device.records)
    if (theirs.get(`${r.origin} ${r.seq}`) !== r.hash) tell(`${device.name}: holds ${key(r)}, the registry does not`);
}

// ---- photos ----------------------------------------------------------------------------

function photosHome(devices, registry, gone, tell) {
  const blobs = rows(registry.data, 'SELECT * FROM blob');
  const there = new Map(blobs.map((b) => [b.sha256, b]));
  // A hub that has not heard that a tablet is shut out hands on what it covers, and that is
  // obeyed at once: the same bytes at another tablet are gone before the word that voids it comes.
  const coveredInVain = new Set(rows(registry.data, `SELECT body ->> 'old' AS old FROM record
    WHERE kind = 'photo.cover' AND reason = 'revoked'`).map(({ old }) => old));
  for (const device of devices) {
    for (const mine of rows(device.data, 'SELECT * FROM blob')) {
      const theirs = there.get(mine.sha256);
      const file = join(device.data, photoPath(mine));
      if (!existsSync(file) || shaOf(file) !== mine.sha256) tell(`${device.name}: photo ${mine.sha256} is not whole on the device`);
      if (!theirs) tell(`${device.name}: photo ${mine.sha256} is not at the registry`);
      else if (theirs.bytes !== mine.bytes || theirs.state !== 'verified' || theirs.type !== mine.type)
        tell(`${device.name}: photo ${mine.sha256} is ${JSON.stringify(theirs)} at the registry`);
    }
    for (const [sha256, photo] of device.photos)
      if (photo.sure && !there.has(sha256) && !gone.photos.has(sha256) && !coveredInVain.has(sha256)) tell(`${device.name}: photo ${sha256} was promised and is lost`);
  }
  const files = filesBelow(registry.data, 'photos');
  const wanted = new Set(blobs.map(photoPath));
  for (const file of files) if (!wanted.has(file)) tell(`registry: ${file} belongs to nothing`);
  if (files.length !== blobs.length) tell(`registry: ${files.length} files for ${blobs.length} photos`);
  for (const blob of blobs) {
    const file = join(registry.data, photoPath(blob));
    if (!existsSync(file) || statSync(file).size !== blob.bytes || shaOf(file) !== blob.sha256)
      tell(`registry: photo ${blob.sha256} is not what its name says`);
  }
  const parts = filesBelow(registry.data, 'uploads');
  // A device that was shut out and lost its folder comes no more: what it began stays until it expires.
  const begun = rows(registry.data, `SELECT sha256, start, bytes, held, total,
    device IN (SELECT id FROM device WHERE revoked_ms IS NOT NULL) AS cut FROM upload`);
  const uploads = begun.filter((row) => !row.cut);
  if (parts.length > begun.length - uploads.length || uploads.length)
    tell(`registry: all is home, and it still keeps ${parts.length} parts and ${JSON.stringify(uploads.slice(0, 3))}`);
}

// ---- promises --------------------------------------------------------------------------

function promisesKept(device, registry, gone, tell) {
  const table = new Map(registry.tables.observation.map((o) => [o.id, o]));
  const photos = new Set(registry.tables.photo.map((p) => `${p.observation} ${p.sha256}`));
  for (const [id, point] of [...device.points, ...device.elsewhere]) {
    const row = table.get(id);
    if (!row) {
      if (point.sure) tell(`${device.name}: point ${id} was promised and is lost`);
      continue;
    }
    for (const [name, values] of Object.entries(point.fields))
      if (!values.has(row[name]) && !(name === 'note' && point.erased.has('text') && row.note === null))
        tell(`${device.name}: ${name} of ${id} is ${JSON.stringify(row[name])}, promised was ${JSON.stringify([...values])}`);
    if (row.witnesses < point.witnesses[0] || row.witnesses > point.witnesses[1])
      tell(`${device.name}: ${id} has ${row.witnesses} witnesses, promised were ${point.witnesses}`);
    for (const [sha256, sure] of point.photos)
      if (sure && !photos.has(`${id} ${sha256}`) && !gone.photos.has(sha256)) tell(`${device.name}: photo ${sha256} is not on point ${id}`);
  }
}

// What is sealed for the police: each text once, each photo that was answered for a box.
function sealedKept(device, registry, tell) {
  const boxes = new Map(rows(registry.data, `SELECT z.id, count(p.sha256) AS n FROM sealed z LEFT JOIN sealed_photo p
    ON p.id = z.id GROUP BY z.id`).map(({ id, n }) => [id, n]));
  for (const [id, { photos: [least, most] }] of device.shutOut ? [] : device.sealed) {
    const n = boxes.get(id);
    if (n === undefined) tell(`${device.name}: sealed point ${id} was promised and is lost`);
    else if (n < least || n > most) tell(`${device.name}: sealed point ${id} has ${n} photos, promised were ${least} to ${most}`);
  }
}

// ---- issues ----------------------------------------------------------------------------

function issuesRight(registry, restored, tell) {
  const opened = new Map();
  for (const r of registry.records.filter((one) => one.kind === 'issue.open'))
    opened.set(r.body.observation, (opened.get(r.body.observation) ?? 0) + 1);
  const numbers = new Set();
  const issues = new Map();
  for (const i of registry.tables.issue) {
    if (issues.has(i.observation)) tell(`registry: two issues for observation ${i.observation}`);
    if (numbers.has(i.number)) tell(`registry: number ${i.number} twice`);
    issues.set(i.observation, i);
    numbers.add(i.number);
  }
  // Once for each epoch: what an older one opened may come back from a tablet.
  for (const [observation, n] of opened) if (n > 1 && !restored) tell(`registry: ${n} records open an issue for ${observation}`);
  for (const o of registry.tables.observation.filter((one) => one.founded)) {
    const i = issues.get(o.id);
    if (!i && !o.withdrawn) tell(`registry: observation ${o.id} has no issue`);
    if (!i) continue;
    if ((i.state === 'cancelled') !== (o.withdrawn === 1)) tell(`registry: issue ${i.number} is ${i.state}, its observation ${o.withdrawn ? 'withdrawn' : 'not withdrawn'}`);
    if (!o.withdrawn && (i.category !== o.category || i.severity !== o.severity))
      tell(`registry: issue ${i.number} says ${i.category} ${i.severity}, its observation ${o.category} ${o.severity}`);
  }
}

// ---- all of it -------------------------------------------------------------------------

// A folder's records and tables, each record checked.
export function read(name, data, tell) {
  const { keys, selves: [self], records: lines, owns, ...tables } = answers(data, {
    keys: 'SELECT lower(hex(origin)) AS origin, lower(hex(key)) AS key FROM origin', selves: SELF, records: RECORDS,
    owns: 'SELECT lower(hex(origin)) AS origin FROM own_origin', ...QUESTIONS,
  });
  const records = readRecords(lines, new Map(keys.map((o) => [o.origin, publicKey(o.key)])), tell);
  const own = new Set([self.origin, ...owns.map((o) => o.origin)]);
  const last = shutOut(records);
  const gone = erasedBy(records);
  const wiped = letGo(records);
  for (const r of records) {
    const place = `${name}: record ${r.origin.slice(0, 8)}:${r.seq}`;
    const reason = isBeyond(r, last, own) ? 'revoked' : null;
    if (r.reason !== reason) tell(`${place} is held with the reason ${r.reason}, it should be ${reason}`);
    if (r.text === null && !gone.records.has(r.hash) && !wiped(r)) tell(`${place} has no body, and nobody erased it`);
  }
  return { name, data, self, own, last, records, tables };
}

async function doctorContent(program, name, data, tell) {
  const seen = await verb(program, ['doctor', '--rebuild', '--json', '--data', data]);
  let said = {};
  try { said = JSON.parse(seen.out); } catch { /* told below */ }
  // What waits without effect, and a hub's certificate, are told and no damage.
  if (seen.status !== 0 || !said.ok || said.findings.some((f) => f.damage !== false))
    tell(`${name}: doctor --rebuild: ${seen.status} ${JSON.stringify(said.findings ?? seen.err).slice(0, 600)} ${seen.err.slice(0, 300)}`);
}

// Returns { records, photos, points, marks } for the report.
export async function allHome(world, before, tell) {
  const { devices, hub, registry: { data: registryData } } = world;
  await Promise.all([doctorContent('registry', 'registry', registryData, tell),
    ...world.sides.map((d) => doctorContent('walker', d.name, d.data, tell))]);
  const registry = read('registry', registryData, tell);
  checkChain(registry.records.filter((r) => r.origin === registry.self.origin), tell);
  const union = new Map(registry.records.map((r) => [r.hash, r]));
  const sides = devices.map((d) => read(d.name, d.data, tell));
  for (const side of sides) for (const r of side.records) if (!union.get(r.hash)?.text) union.set(r.hash, r);
  const folded = fold([...union.values()], new Set(), registry.last);
  const gone = erasedBy([...union.values()]);
  for (const noun of Object.keys(QUESTIONS))
    differences(`registry, ${noun}`, folded[noun], registry.tables[noun]).forEach(tell);
  sides.forEach((side, at) => {
    // What it let go, and nothing came back of, is in its tables no more.
    const here = new Set(side.records.filter((r) => r.text !== null).map((r) => r.subject));
    const blank = new Set(side.records.map((r) => r.subject).filter((subject) => !here.has(subject)));
    const own = (table) => table.filter((row) => row.origin === side.self.origin && !blank.has(row.id));
    const ids = new Set(own(folded.observation).map((o) => o.id));
    // What others wrote and a hub handed on may be older here than at the registry: it must
    // be what the records that are here say.
    const told = fold(side.records, side.own, side.last);
    differences(`${side.name}, all observations here`, told.observation, side.tables.observation).forEach(tell);
    differences(`${side.name}, walk`, own(folded.walk), own(side.tables.walk)).forEach(tell);
    differences(`${side.name}, observation`, own(folded.observation), own(side.tables.observation)).forEach(tell);
    differences(`${side.name}, photo`, folded.photo.filter((p) => ids.has(p.observation)), side.tables.photo.filter((p) => ids.has(p.observation))).forEach(tell);
    recordsHome(side, registry, tell);
    promisesKept(devices[at], registry, gone, tell);
    receiptsTrue(devices[at], registryData, tell);
  });
  photosHome(devices, registry, gone, tell);
  issuesRight(registry, world.restored, tell);
  const marks = nowhere(world, [registry, ...sides, ...(hub ? [read('hub', hub.data, tell)] : [])], before, gone, tell);
  return { records: registry.records.length, points: registry.tables.observation.length,
    photos: registry.tables.photo.length, marks };
}
