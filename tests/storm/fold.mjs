// fold: what the tables must say, worked out from the bodies of the records alone, by the
// rules of records.md 1 and 2 and nothing of the programs' own. Checks on the way that
// each record is what was signed: hash, body, chain and signature.
// It knows the kinds that a storm makes: walks, observations, photos and what covers them,
// issues, erasures, who was admitted and shut out, and records carried inside others.
import { createHash, createPublicKey, verify } from 'node:crypto';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

export function publicKey(hex) {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(hex, 'hex')]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

// ---- records ---------------------------------------------------------------------------

function readHead(text, body, sig, keys, place, tell) {
  const head = JSON.parse(text);
  const hash = sha256(text);
  const key = keys.get(head.origin);
  if (body !== null && sha256(body) !== head.body) tell(`record ${place}: its body is another`);
  if (!key || !verify(null, Buffer.from(hash, 'hex'), key, Buffer.from(sig, 'hex'))) tell(`record ${place}: its signature fails`);
  return { ...head, hash, text: body, body: body === null ? null : JSON.parse(body) };
}

// Rows of the table record become records; whatever is not as it was signed is told. One
// that carries another has it in `inner`.
export function readRecords(rows, keys, tell) {
  return rows.map((row) => {
    const place = `${row.origin.slice(0, 8)}:${row.seq}`;
    const r = readHead(row.head, row.body, row.sig, keys, place, tell);
    if (r.hash !== row.hash) tell(`record ${place}: its hash is not that of its head`);
    if (r.origin !== row.origin || r.seq !== row.seq || r.kind !== row.kind ||
        r.subject !== row.subject) tell(`record ${place}: its row says something else than its head`);
    if (r.kind === 'origin.carry' && r.body)
      r.inner = readHead(r.body.head, r.body.body ?? null, r.body.sig, keys, `${place}, inside`, tell);
    return { ...r, reason: row.reason };
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

// ---- rights, erasures ------------------------------------------------------------------

// origin -> the last seq that counts of it, for whoever was shut out.
export function shutOut(records) {
  const last = new Map();
  for (const r of records.filter((one) => one.reason === null).sort(inOrder)) {
    if (r.kind === 'origin.admit') last.delete(r.subject);
    if (r.kind === 'origin.revoke')
      last.set(r.subject, Math.min(r.body.last_seq, last.get(r.subject) ?? Infinity));
  }
  return last;
}

// Is r, or what it carries, beyond what counts of its origin? `own`: origins of the folder.
export function isBeyond(r, last, own = new Set()) {
  return [r, r.inner].some((one) => one && !own.has(one.origin) && one.seq > (last.get(one.origin) ?? Infinity));
}

// { records: hash -> what is left of it (or null), photos: Set }: what is to be nowhere,
// by the erasures and coverings among the records.
export function erasedBy(records) {
  const gone = { records: new Map(), photos: new Set() };
  const erasures = records.filter((r) => r.kind === 'erase' && r.reason === null);
  erasures.sort((a, b) => inOrder(a, b) || (a.subject < b.subject ? -1 : 1));
  for (const { body } of erasures.filter((r) => !r.body.refused)) {
    for (const { hash, body: left } of body.records ?? []) gone.records.set(hash, left ?? null);
    for (const photo of body.photos ?? []) gone.photos.add(photo);
  }
  for (const r of counting(records, gone))
    if (r.kind === 'photo.cover' && r.body.old !== r.body.new) gone.photos.add(r.body.old);
  return gone;
}

// Which bodies an origin has let go itself: `from` to `to` of each of its own origin.gone.
export function letGo(records) {
  const runs = records.filter((r) => r.kind === 'origin.gone' && r.body && r.origin === r.subject);
  return (r) => runs.some((run) => run.origin === r.origin && run.body.from <= r.seq && r.seq <= run.body.to);
}

// What a carrier carries; of an erased one the inner head is left. Others are themselves.
function inside(outer, gone) {
  if (outer.kind !== 'origin.carry' || outer.inner) return outer.inner ?? outer;
  const head = gone.records.get(outer.hash)?.head;
  return head ? { ...JSON.parse(head), hash: sha256(head), text: null, body: null } : null;
}

// The records that have an effect, each once: with what is left of those that are erased,
// and the inner ones of those that carry. `own`: origins of the folder, whose own wiped
// records say nothing while nothing of their subject is here.
function counting(records, gone, own = new Set()) {
  const wiped = letGo(records);
  const here = new Set(records.filter((r) => r.text !== null).map((r) => r.subject));
  const found = new Map();
  for (const outer of records) {
    if (outer.reason !== null) continue;
    const r = inside(outer, gone);
    if (!r) continue;
    const left = r.body ? r.body : gone.records.get(r.hash) ?? null;
    if (!left || (!outer.body && own.has(outer.origin) && wiped(outer) && !here.has(outer.subject))) continue;
    if (!found.get(r.hash)?.body) found.set(r.hash, { ...r, body: left, erased: !r.body });
  }
  return [...found.values()];
}

// ---- claims ----------------------------------------------------------------------------

// What each record says about a field, and over which hashes.
function saying(record, field, founding, edit, whole) {
  if (record.kind === founding) {
    return field in record.body ? { value: record.body[field], over: [] } : null;
  }
  const said = record.kind === edit && record.body[field];
  if (said && ('value' in said || record.erased)) return { value: said.value ?? null, over: said.over ?? [] };
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
    origin: note?.origin ?? '', tick: note?.tick ?? null,
    changed: Math.max(...records.map((r) => r.tick)), in_conflict: conflicts > 0 ? 1 : 0 };
}

// What covers a photo stands where that one stood.
function foldPhotos(id, records) {
  const named = (r) => (r.kind === 'photo.attach' ? r.body.sha256 : r.kind === 'photo.cover' ? r.body.new : null);
  const covered = (r) => (r.kind === 'photo.cover' && r.body.old !== r.body.new ? r.body.old : null);
  const ended = new Set(records.map(covered).filter(Boolean));
  const first = new Map();
  for (const r of records) if (named(r) && !first.has(named(r))) first.set(named(r), r);
  const placed = (r) => {
    let at = r;
    for (let n = 0; n < records.length && covered(at) && first.has(covered(at)); n += 1) at = first.get(covered(at));
    return at.tick;
  };
  return [...first].filter(([sha]) => !ended.has(sha)).map(([sha, r]) => ({ observation: id, sha256: sha,
    founded: 1, type: r.body.type, bytes: r.body.bytes, width: r.body.width ?? null,
    height: r.body.height ?? null, lat: r.body.at?.lat ?? null, lon: r.body.at?.lon ?? null,
    taken_ms: r.body.taken ?? null, tick: placed(r) }));
}

function foldWalk(id, records) {
  const plan = records.find((r) => r.kind === 'walk.plan');
  const steps = records.filter((r) => ['walk.begin', 'walk.end', 'walk.close'].includes(r.kind));
  const state = { 'walk.begin': 'begun', 'walk.end': 'ended', 'walk.close': 'closed' };
  return { id, founded: plan ? 1 : 0, title: shown(records, 'title', 'walk.plan', 'walk.edit').value,
    state: steps.length ? state[last(steps).kind] : 'planned', origin: plan?.origin ?? '' };
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

// { walk, observation, photo, issue }: the rows that the records make; of those shut out
// by `last` only what counts.
export function fold(records, own = new Set(), last = new Map()) {
  const subjects = new Map();
  const mine = records.filter((r) => !isBeyond(r, last, own)).map((r) => ({ ...r, reason: null }));
  for (const r of counting(mine, erasedBy(mine), own)) {
    const noun = r.kind.endsWith('.seal') ? 'sealed'
      : r.kind.startsWith('photo.') ? 'observation' : r.kind.split('.')[0];
    if (!['walk', 'observation', 'issue'].includes(noun)) continue;
    const key = `${noun} ${r.subject}`;
    if (!subjects.has(key)) subjects.set(key, { noun, id: r.subject, records: [] });
    subjects.get(key).records.push(r);
  }
  const tables = { walk: [], observation: [], photo: [], issue: [] };
  for (const { noun, id, records: list } of subjects.values()) {
    list.sort(inOrder);
    if (noun === 'walk') tables.walk.push(foldWalk(id, list));
    if (noun === 'issue') tables.issue.push(foldIssue(id, list));
    if (noun !== 'observation') continue;
    tables.observation.push(foldObservation(id, list));
    tables.photo.push(...foldPhotos(id, list));
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
