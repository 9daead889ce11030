// Finds the SQL constants of C files: `static const char sql_NAME[] = "..." MACRO "...";`
// Macros that stand for SQL text (#define X_COLUMNS "..." \) are put in. Prints JSON.
import { readFileSync } from 'node:fs';

const walkersOwn = ['peer.c', 'draft.c', 'progress.c', 'rebuild.c', 'migrate.c', 'db.c', 'check.c',
  'standing.c', 'wipe.c', 'hub.c', 'carried.c', 'pass.c', 'operation.c', 'pulled.c'];

function literals(text, macros) {
  let out = '';
  for (const m of text.matchAll(/"((?:[^"\\]|\\.)*)"|([A-Z][A-Z0-9_]+)/g)) {
    if (m[1] !== undefined) out += m[1].replace(/\\"/g, '"').replace(/\\n/g, '\n');
    else if (macros.has(m[2])) out += macros.get(m[2]);
    else throw new Error(`unknown macro ${m[2]}`);
  }
  return out;
}

const found = [];
for (const file of process.argv.slice(2)) {
  if (walkersOwn.some((name) => file.endsWith('/' + name))) continue;
  const source = readFileSync(file, 'utf8');
  const macros = new Map();
  for (const m of source.matchAll(/^#define ([A-Z][A-Z0-9_]+)\s*((?:.*\\\n)*.*)$/gm)) {
    if (m[2].includes('"')) macros.set(m[1], literals(m[2].replace(/\\\n/g, '\n'), macros));
  }
  for (const m of source.matchAll(/\bchar (sql_[a-z0-9_]+)\[\]\s*=\s*([^;]*?(?:"(?:[^"\\]|\\.)*"[^;"]*)*);/g)) {
    found.push({ name: `${file}: ${m[1]}`, sql: literals(m[2], macros) });
  }
}
console.log(JSON.stringify(found));
