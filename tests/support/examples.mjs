// examples.mjs PROTOCOL.md REGISTRY VALUES: sends the examples of the paper in its order and
// holds the answers against them. VALUES is a file of JSON: `put` says what stands in the
// place of a text of the paper, `bodies` what is sent where the paper shows no JSON
// (path: file). Prints TAP without a plan; the token that an answer tells is used on.
import { readFileSync } from 'node:fs';
import process from 'node:process';

const [paper, registry, valuesFile] = process.argv.slice(2);
const { put, bodies } = JSON.parse(readFileSync(valuesFile, 'utf8'));
let token = null;

// [{ method, path, status (null: what is sent), json }]
function examples() {
  const found = [];
  const marked = /^\*\*example\*\* `(\w+) (\S+)` (?:sends|answers (\d+))\n\n((?: {4}.*\n)+)/gm;
  for (const [, method, path, status, block] of readFileSync(paper, 'utf8').matchAll(marked))
    found.push({ method, path, status: status ? Number(status) : null, json: JSON.parse(block) });
  return found;
}

const kind = (value) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

// '' when `real` has the form of `shown`, else where it has not.
function differs(real, shown, where) {
  if (kind(real) !== kind(shown)) return `${where}: ${kind(real)}, not ${kind(shown)}`;
  if (kind(real) === 'array') {
    for (const [i, one] of real.entries()) {
      const faults = shown.map((form) => differs(one, form, `${where}[${i}]`));
      if (!faults.includes('')) return faults[0] ?? `${where}[${i}]: none is shown`;
    }
    return '';
  }
  if (kind(real) !== 'object') return '';
  for (const name of new Set([...Object.keys(real), ...Object.keys(shown)])) {
    if (!(name in real)) return `${where}.${name} is not there`;
    if (!(name in shown)) return `${where}.${name} is not in the paper`;
    const fault = differs(real[name], shown[name], `${where}.${name}`);
    if (fault) return fault;
  }
  return '';
}

// A list that the paper shows with something in it must have come with something.
function empty(real, where) {
  if (kind(real) === 'array' && real.length === 0) return where;
  if (kind(real) !== 'object') return '';
  return Object.keys(real).map((name) => empty(real[name], `${where}.${name}`)).find(Boolean) ?? '';
}

async function send({ method, path }, sent) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const body = sent ? JSON.stringify(sent) : bodies[path] && readFileSync(bodies[path]);
  if (body) headers['Content-Type'] = sent ? 'application/json' : 'application/x-ndjson';
  const answer = await fetch(registry + path, { method, headers, body });
  return { status: answer.status, json: await answer.json() };
}

const filled = (json) => JSON.parse(JSON.stringify(json), (_, value) => put[value] ?? value);

let sent = null;
let count = 0;
for (const example of examples()) {
  if (example.status === null) {
    sent = filled(example.json);
    continue;
  }
  const real = await send(example, sent);
  sent = null;
  token = real.json.token ?? token;
  const fault = real.status !== example.status ? `answered ${real.status}`
    : differs(real.json, example.json, '') || (empty(real.json, '') && `${empty(real.json, '')} is empty`);
  count += 1;
  console.log(`${fault ? 'not ok' : 'ok'} - ${example.method} ${example.path} answers as the paper shows`);
  if (fault) console.log(`# ${fault}\n# ${JSON.stringify(real.json)}`);
}
console.log(`# ${count} examples`);
