// Finds the SQL constants of C files: `static const char sql_NAME[] = "..." MACRO "...";`
// Macros that stand for SQL text (#define X_COLUMNS "..." \) are put in. Prints JSON.
import { readdirSync, readFileSync } from 'node:fs';

const walkersOwn = ['peer.c', 'draft.c', 'progress.c', 'rebuild.c', 'migrate.c', 'db.c', 'check.c',
  'standing.c', 'wipe.c', 'hub.c', 'carried.c', 'pass.c', 'operation.c', 'pulled.c', 'answer.c', 'backup_file.c', 'tiles.c',
  'salvage.c', 'salvage_read.c', 'pages.c'];

const unquoted = (text) => text.replace(/\\"/g, '"').replace(/\\n/g, '\n');

// Where the bracket that opens at `at` closes, quotes left alone.
function closing(text, at) {
  for (let i = at, depth = 0; i < text.length; i++) {
    if (text[i] === '"') i = text.indexOf('"', i + 1);
    else if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  throw new Error(`no end: ${text.slice(at)}`);
}

const split = (text) => text.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g).map((one) => one.trim());

// Strings, macros, macros with arguments, and the names of those inside their own text.
function literals(text, macros, names = new Map()) {
  let out = '';
  const token = /"((?:[^"\\]|\\.)*)"|([A-Z][A-Z0-9_]+)|([a-z]+)/g;
  for (let m; (m = token.exec(text));) {
    if (m[1] !== undefined) out += unquoted(m[1]);
    else if (m[3]) out += names.get(m[3]) ?? '';
    else if (!macros.has(m[2])) throw new Error(`unknown macro ${m[2]}`);
    else if (!macros.get(m[2]).names) out += literals(macros.get(m[2]).body, macros);
    else {
      const end = closing(text, token.lastIndex), { names: given, body } = macros.get(m[2]);
      const values = split(text.slice(token.lastIndex + 1, end)).map((one) => literals(one, macros, names));
      out += literals(body, macros, new Map(given.map((name, at) => [name, values[at]])));
      token.lastIndex = end + 1;
    }
  }
  return out;
}

function read_macros(source, macros) {
  for (const m of source.matchAll(/^#define ([A-Z][A-Z0-9_]+)(\([a-z, ]+\))?\s*((?:.*\\\n)*.*)$/gm)) {
    const body = m[3].replace(/\\\n/g, '\n');
    if (!body.includes('"')) continue;
    macros.set(m[1], { names: m[2] && split(m[2].slice(1, -1)), body });
  }
  return macros;
}

// Tables that only a device has: what asks for them never runs on a registry.
const device = readdirSync('schema/walker').flatMap((file) =>
  [...readFileSync(`schema/walker/${file}`, 'utf8').matchAll(/CREATE TABLE (\w+)/g)].map((m) => m[1]));
const of_device = new RegExp(`\\b(?:FROM|INTO|UPDATE|JOIN)\\s+(?:${device.join('|')})\\b`);

const shared = new Map();
for (const header of ['clock_fix', 'observation'])
  read_macros(readFileSync(`core/store/${header}.h`, 'utf8'), shared);
const found = [];
for (const file of process.argv.slice(2)) {
  if (walkersOwn.some((name) => file.endsWith('/' + name))) continue;
  const source = readFileSync(file, 'utf8');
  const macros = read_macros(source, new Map(shared));
  for (const m of source.matchAll(/\bchar (sql_[a-z0-9_]+)\[\]\s*=\s*([^;]*?(?:"(?:[^"\\]|\\.)*"[^;"]*)*);/g)) {
    const sql = literals(m[2], macros);
    if (!of_device.test(sql)) found.push({ name: `${file}: ${m[1]}`, sql });
  }
}
console.log(JSON.stringify(found));
