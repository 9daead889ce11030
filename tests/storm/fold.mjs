// fold: what the tables must say, worked out from the bodies of the records alone, by the
// rules of records.md 1 and 2 and nothing of the programs' own. Checks on the way that
// each record is what was signed: hash, body, chain and signature.
// It knows the kinds that a storm makes: walks, observations, photos, issues.
import { createHash, createPublicKey, verify } from 'node:crypto';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

export function publicKey(hex) {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(hex, 'hex')]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

// ---- records ---------------------------------------------------------------------------

// Rows of the table record become records; whatever is not as it was signed is told.
export function readRecords(rows, keys, tell) {
  return rows.map((row) => {
    const place = `${row.origin.slice(0, 8)}:${row.seq}`;
    const head = JSON.parse(row.head);
    if (sha256(row.head) !== row.hash) tell(`record ${place}: its hash is not that of its head`);
    if (sha256(row.body) !== head.body) tell(`record ${place}: its body is another`);
    if (head.origin !== row.origin || head.seq !== row.seq || head.kind !== row.kind ||
        head.subject !== row.subject) tell(`record ${place}: its row says something else than its head`);
    if (!verify(null, Buffer.from(row.hash, 'hex'), keys.get(row.origin), Buffer.from(row.sig, 'hex')))
      tell(`record ${place}: its signature fails`);
    return { ...head, hash: row.hash, text: row.body, body: JSON.parse(row.body) };
  });
}

// Without holes from 1 on, each naming the one before it.
export function checkChain(records, tell) {
  let before = '0'.repeat(64);
  [...records].sort((a, b) => a.seq - b.seq).forEach((r, at) => {
    if (r.seq !== at + 1) tell(`chain of ${r.origin.slice(0, 8)}: ${r.seq} stands in place ${at + 1}`);
    if ((r.prev || '0'.repeat(64)) !== before) tell(`chain of ${r.origin.slice(0, 8)}: ${r.seq} does not name the one before it`);
    before = r.hash;
  });
}

const inOrder = (a, b) => a.tick - b.tick || (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : a.seq - b.seq);

// ---- claims ----------------------------------------------------------------------------

// What each record says about a field, and over which hashes.
function saying(record, field, founding, edit, whole) {
  if (record.kind === founding) {
    return field in record.body ? { value: record.body[field], over: [] } : null;
  }
  if (record.kind === edit && record.body[field] && 'value' in record.body[field])
    return { value: record.body[field].value, over: record.body[field].over ?? [] };
  if (whole && record.kind === whole.kind && field === whole.field)
    return { value: record.body, over: record.body.over ?? [] };
  return null;
}

// Candidates are the claims that no other claim's chain of `over` reaches; shown is the
// last of them in (tick, origin).
function shown(records, field, founding, edit, whole) {
  const claims = new Map();
  for (const r of records) {
    const said = saying(r, field, founding, edit, whole);
    if (said) claims.set(r.hash, { ...said, record: r });
  }
  const reached = new Set();
  for (const [hash, claim] of claims) {
    const chain = [...claim.over];
    const seen = new Set();
    while (chain.length) {
      const next = chain.pop();
      if (next === hash || seen.has(next)) continue;
      seen.add(next);
      reached.add(next);
      chain.push(...(claims.get(next)?.over ?? []));
    }
  }
  const left = [...claims.values()].filter((c) => !reached.has(c.record.hash));
  left.sort((a, b) => inOrder(a.record, b.record));
  return { value: left.at(-1)?.value ?? null, candidates: left.length };
}

// ---- nouns -----------------------------------------------------------------------------

const last = (list) => list[list.length - 1];

function foldObservation(id, records) {
  const note = records.find((r) => r.kind === 'observation.note');
  const of = (field) => shown(records, field, 'observation.note', 'observation.edit',
    { kind: 'observation.withdraw', field: 'withdrawn' });
  const row = { id, founded: note ? 1 : 0, walk: note?.body.walk ?? null, number: note?.body.number ?? null };
  let conflicts = 0;
  for (const field of ['category', 'severity', 'urgency', 'note', 'agree', 'agree_of', 'affected',
    'measure', 'party', 'thing', 'withdrawn']) {
    const said = of(field);
    row[field] = said.value;
    conflicts += said.candidates > 1 ? 1 : 0;
  }
  const { thing, withdrawn } = row;
  delete row.thing;
  const stood = note?.body.stood;
  return { ...row, withdrawn: withdrawn?.on ? 1 : 0, into_id: withdrawn?.into ?? null,
    stood_lat: stood?.lat ?? null, stood_lon: stood?.lon ?? null, stood_acc: stood?.acc ?? null,
    stood_source: stood?.source ?? null, thing_lat: thing?.lat ?? null, thing_lon: thing?.lon ?? null,
    light: note?.body.light ?? null, at_ms: note?.body.at ?? null,
    witnesses: records.filter((r) => r.kind === 'observation.witness').length,
    origin: note?.origin ?? null, tick: note?.tick ?? null,
    changed: Math.max(...records.map((r) => r.tick)), in_conflict: conflicts > 0 ? 1 : 0 };
}

function foldPhotos(id, records) {
  const first = new Map();
  for (const r of records)
    if (r.kind === 'photo.attach' && !first.has(r.body.sha256)) first.set(r.body.sha256, r);
  return [...first.values()].map(({ body, tick }) => ({ observation: id, sha256: body.sha256,
    founded: 1, type: body.type, bytes: body.bytes, width: body.width ?? null,
    height: body.height ?? null, lat: body.at?.lat ?? null, lon: body.at?.lon ?? null,
    taken_ms: body.taken ?? null, tick }));
}

function foldWalk(id, records) {
  const plan = records.find((r) => r.kind === 'walk.plan');
  const steps = records.filter((r) => ['walk.begin', 'walk.end', 'walk.close'].includes(r.kind));
  const state = { 'walk.begin': 'begun', 'walk.end': 'ended', 'walk.close': 'closed' };
  return { id, founded: plan ? 1 : 0, title: shown(records, 'title', 'walk.plan', 'walk.edit').value,
    state: steps.length ? state[last(steps).kind] : 'planned', origin: plan?.origin ?? null };
}

function foldIssue(id, records) {
  const open = records.find((r) => r.kind === 'issue.open');
  const facts = last(records.filter((r) => r === open || (r.kind === 'issue.assign' && r.body.category)));
  const party = last(records.filter((r) => r === open || r.kind === 'issue.assign'));
  const state = last(records.filter((r) => r.kind === 'issue.state'));
  return { id, founded: open ? 1 : 0, number: open?.body.number ?? null,
    observation: open?.body.observation ?? null, category: facts?.body.category ?? null,
    party: party?.body.party ?? null, state: state?.body.state ?? 'open',
    severity: facts?.body.severity ?? null, urgency: facts?.body.urgency ?? null,
    head: last(records).hash, touched: records.some((r) => r.body.person === true) ? 1 : 0 };
}

// { walk, observation, photo, issue }: the rows that the union of records makes.
export function fold(union) {
  const subjects = new Map();
  for (const r of union) {
    const noun = r.kind.startsWith('photo.') ? 'observation' : r.kind.split('.')[0];
    if (!['walk', 'observation', 'issue'].includes(noun)) continue;
    const key = `${noun} ${r.subject}`;
    if (!subjects.has(key)) subjects.set(key, { noun, id: r.subject, records: [] });
    subjects.get(key).records.push(r);
  }
  const tables = { walk: [], observation: [], photo: [], issue: [] };
  for (const { noun, id, records } of subjects.values()) {
    records.sort(inOrder);
    if (noun === 'walk') tables.walk.push(foldWalk(id, records));
    if (noun === 'issue') tables.issue.push(foldIssue(id, records));
    if (noun !== 'observation') continue;
    tables.observation.push(foldObservation(id, records));
    tables.photo.push(...foldPhotos(id, records));
  }
  return tables;
}

// The same columns, asked of a program's own tables.
export const QUESTIONS = {
  walk: 'SELECT id, founded, title, state, lower(hex(origin)) AS origin FROM walk',
  observation: `SELECT id, founded, walk, number, category, severity, urgency, note, agree, agree_of,
    affected, measure, party, withdrawn, into_id, stood_lat, stood_lon, stood_acc, stood_source,
    thing_lat, thing_lon, light, at_ms, witnesses, lower(hex(origin)) AS origin, tick, changed,
    conflicts IS NOT NULL AS in_conflict FROM observation`,
  photo: `SELECT observation, sha256, founded, type, bytes, width, height, lat, lon, taken_ms, tick
    FROM photo`,
  issue: `SELECT id, founded, number, observation, category, party, state, severity, urgency, head,
    touched FROM issue`,
};

// Differences between two sets of rows, as texts, a few of them.
export function differences(name, ours, theirs) {
  const text = (row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
  const left = new Set(ours.map(text));
  const right = new Set(theirs.map(text));
  const found = [];
  if (left.size !== ours.length || right.size !== theirs.length) found.push(`${name}: a row stands twice`);
  for (const row of left) if (!right.has(row)) found.push(`${name}: the records say ${row}`);
  for (const row of right) if (!left.has(row)) found.push(`${name}: the table says ${row}`);
  return found.slice(0, 6);
}
