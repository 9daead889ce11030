// pages_agree.mjs: reads the words of the records from the sources in C, and holds them
// against the texts of the pages and the lists. Prints TAP. Run from the tree's root.
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const texts = (lang, room) => JSON.parse(readFileSync(`assets/i18n/${lang}/${room}.json`, 'utf8'));

// The words of the first list that the pattern finds: text in quotes, in pieces or whole.
function words(file, pattern) {
  const found = pattern.exec(readFileSync(file, 'utf8'));
  if (!found) throw new Error(`${file}: ${pattern} is not there`);
  return [...found[1].matchAll(/"([^"]*)"/g)].map((one) => one[1]).join('').split(' ');
}

const list = (name) => new RegExp(`${name}[^;"]*((?:"[^"]*"\\s*)+)`);
const states = [...readFileSync('core/store/issue.c', 'utf8').split('} states[]')[1].split('};')[0]
  .matchAll(/^ {4}\{"(\w+)"/gm)].map((one) => one[1]);
const roles = ['participant', 'registry', ...words('core/store/walk.h', list('WALK_ROLES')),
  ...words('core/store/local/account.c', list('account_roles\\[\\] ='))];
const field = (name) => list(`"${name}", FIELD_WORD, 0, 0, \\w+,`);
const urgency = words('core/store/observation_fold.c', field('urgency'));
const light = words('core/store/observation_fold.c', field('light'));
/* A time by the network's clock needs no word. */
const clock = words('core/store/observation_fold.c', field('clock')).filter((one) => one !== 'ntp');
const mode = words('core/store/walk_fold.c', field('mode'));
const walk_state = ['planned', 'begun', 'ended', 'closed'];

// What, its words, and the rooms and beginnings of keys by which they are shown. An
// exclamation mark: the room has a text for each, and for more beside them.
const kinds = [
  ['who wrote it', roles, 'page-words role.', 'lists lists.role.'],
  ['how a place was found', words('core/store/observation_fold.c', list('observation_sources\\[\\] =')),
    'page-registry source.', 'walker show.source.'],
  ['how sure a time is', clock, 'page-registry clock.'],
  ['how soon', [...urgency, 'none'], 'page-words urgency.'],
  ['how serious', ['0', '1', '2', '3', '4', 'none'], 'page-words severity.'],
  ['how serious, on paper', ['0', '1', '2', '3', '4'], 'lists lists.severity_words.'],
  ['how light it was', light, 'page-registry light.', 'page-walker light.', 'lists lists.light.'],
  ['how one went', mode, 'page-registry mode.', '!page-walker mode.'],
  ['how far a walk is', walk_state, 'page-registry walk_state.', 'page-walker walk.state.',
    'store walk.state.'],
  ['how far a case is', states, 'page-words state.', 'page-registry do.',
    '!lists lists.state.'],
  ['what became of it', words('core/store/verdict.h', list('VERDICT_WORDS')), 'page-registry verdict.',
    '!page-life again.'],
  ['who came', words('core/store/walk.h', list('WALK_ROLES')), 'page-life role_of.'],
  ['the weather', words('core/store/walk.h', list('WALK_WEATHER')), 'page-life weather.'],
  ['who was called', words('core/store/acute.h', list('ACUTE_CALLED')), '!page-life acute.called_'],
  ['what a lamp does', words('core/store/lamp.c', field('answer')), '!page-where lamps.'],
  ['why a picture is not shown', readFileSync('core/store/blob.c', 'utf8')
    .match(/blob_unshown_words\[\] = \{([^}]*)\}/)[1].match(/\w+/g).filter((one) => one !== 'NULL'),
  'page-shared photo.unshown.'],
];

let claims = 0;
function ok(good, claim, ...detail) {
  claims += 1;
  process.stdout.write(`${good ? 'ok' : 'not ok'} ${claims} - ${claim}\n`);
  if (!good) for (const line of detail) process.stdout.write(`# ${line}\n`);
}

for (const [what, codes, ...shown] of kinds) {
  const faults = [];
  for (const place of shown) {
    const [room, begin] = place.replace('!', '').split(' ');
    for (const lang of ['da', 'en']) {
      const keys = Object.keys(texts(lang, room));
      faults.push(...codes.filter((code) => !keys.includes(begin + code))
        .map((code) => `${lang}/${room}: ${begin}${code} has no text`));
      if (place[0] !== '!')
        faults.push(...keys.filter((key) => key.startsWith(begin) && !key.slice(begin.length).includes('.')
          && !codes.includes(key.slice(begin.length))).map((key) => `${lang}/${room}: ${key}: no such word`));
    }
  }
  ok(codes.length > 2 && faults.length === 0, `${what}: ${codes.length} words, each with its text and none more`,
    ...faults);
}

// The modules of the pages, as a program for node.
const dir = mkdtempSync(join(tmpdir(), 'pages.'));
for (const part of ['shared', 'walker']) cpSync(join('assets', part), join(dir, part), { recursive: true });
writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
const load = (file) => import(pathToFileURL(join(dir, file)));
try {
  const { AFFECTED, affected_codes, inside } = await load('shared/words.js');
  for (const lang of ['da', 'en'])
    ok(Object.keys(texts(lang, 'page-words')).filter((key) => key.startsWith('affected.')).map((key) => key.slice(9))
      .sort().join() === [...AFFECTED].sort().join(), `${lang}: what can be chosen of whom it touches has its text`);
  ok(affected_codes('older evening').join() === 'older,night' && affected_codes('night evening').join() === 'night'
    && affected_codes(null).length === 0 && affected_codes('older ghosts').join() === 'older,ghosts',
  'a record of before reads as one of now, and a word nobody knows as it is written');
  const points = readFileSync('tools/demo/points.json', 'utf8').matchAll(/"affected": "([^"]*)"/g);
  ok([...points].every(([, said]) => said.split(' ').every((code) => AFFECTED.includes(code))),
    'the demo says nothing else');

  // ---- times and numbers, against the browser's own
  const { choose_language, day_of, number, time_text } = await load('shared/i18n.js');
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Copenhagen', dateStyle: 'short', timeStyle: 'short' });
  const times = [];
  for (let at = Date.UTC(1996, 0); at < Date.UTC(2060, 0); at += 9.9e8) times.push(at);
  for (let year = 1997; year < 2060; year += 1) {
    for (const month of [2, 9]) for (let hours = -200; hours < 2; hours += 0.5) times.push(Date.UTC(year, month + 1, 1) + hours * 36e5);
  }
  const wrong = times.filter((at) => `${day_of(at)} ${time_text(at)}` !== clock.format(at).replace(':', '.'));
  ok(wrong.length === 0, `the page's clock is Danish time, at ${times.length} moments`, wrong.slice(0, 3).map((at) => new Date(at).toISOString()).join(' '));
  const numbers = [0, 7, -7, 999, 1000, -1234, 1234567, 0.5, 2.25, 1234.5, 0.1 + 0.2, 2.0004, -0.0625, 99999.9996, 1e9];
  const shown = (lang) => numbers.map((n) => n.toLocaleString(lang)).join(' ');
  ok(numbers.map(number).join(' ') === shown('da-DK'), 'its numbers are written the Danish way', numbers.map(number).join(' '));
  globalThis.fetch = async () => ({ ok: true, json: async () => ({}) });
  globalThis.document = { documentElement: {} };
  await choose_language('en');
  ok(numbers.map(number).join(' ') === shown('en-GB'), 'and the English way', numbers.map(number).join(' '));

  // ---- the same one, at the tap and in the summing-up
  const number_of = (file, name) => Number(new RegExp(`\\b${name} = (\\d+)`).exec(readFileSync(file, 'utf8'))[1]);
  const [least, most] = ['NEAR_LEAST_M', 'NEAR_MOST_M'].map((name) => number_of('core/store/near.h', name));
  const [unknown, pin] = ['UNKNOWN_MM', 'PIN_MM'].map((name) => number_of('core/store/near.c', name) / 1000);
  const { alike } = await load('walker/alike.js');
  const { metres_between } = await load('shared/metres.js');
  const at = (metres, more) => ({ group: 'BEL', stood: { lat: 57 + metres / 111195, lon: 9.9, ...more } });
  const pinned = (metres) => ({ group: 'BEL', thing: { lat: 57 + metres / 111195, lon: 9.9 }, stood: { lat: 0, lon: 0 } });
  const asks = (a, b) => alike([a, b]).length === 1;
  const edges = [[pinned, pinned, least + 2 * pin], [at, pinned, least + unknown + pin],
    [(m) => at(m, { accuracy_m: 8 }), (m) => at(m, { accuracy_m: 12 }), least + 20],
    [(m) => at(m, { accuracy_m: 90 }), (m) => at(m, { accuracy_m: 90 }), most]];
  ok(edges.every(([a, b, edge]) => asks(a(0), b(edge - 0.5)) && !asks(a(0), b(edge + 0.5))),
    'the summing-up asks whether it is the same one by the rule of near.c');
  /* Two golden points of domain.md 5.2: their distance in UTM. */
  const metres = metres_between({ lat: 57.0488, lon: 9.9217 }, { lat: 57.0481, lon: 9.9187 });
  ok(Math.abs(metres - Math.hypot(555917.026 - 555736.078, 6323195.552 - 6323115.182)) < 1,
    'metres between two places are metres', metres);

  // ---- the same word wherever it is read
  for (const lang of ['da', 'en']) {
    const page = texts(lang, 'page-words'), lists = texts(lang, 'lists');
    const apart = [...[0, 1, 2, 3, 4].map((n) => [`severity.${n}`, `lists.severity_words.${n}`]),
      ...states.map((state) => [`state.${state}`, `lists.state.${state}`])].filter(([a, b]) => page[a] !== lists[b]);
    apart.push(...['affected', 'role'].flatMap((kind) => Object.keys(page).filter((key) => key.startsWith(`${kind}.`)
      && inside(page[key]) !== lists[`lists.${key}`])));
    ok(apart.length === 0, `${lang}: how serious it is, how far a case is, whom it touches and who said it have the words of the lists`,
      ...apart);
  }
} finally {
  rmSync(dir, { recursive: true });
}
// One thing has one name, and a line of help begins like a sentence.
const other_names = { da: /\bwi-fi\b|(?<!walker )\bsticks?\b|\bopdater\b/, en: /\bissues?\b|\bacute\b|\blogged (?:in|out)\b|\bwi-fi\b/ };
for (const [lang, other] of Object.entries(other_names)) {
  const all = readdirSync(`assets/i18n/${lang}`).flatMap((file) => Object.entries(texts(lang, file.replace('.json', ''))));
  const wrong = all.filter(([key, text]) => other.test(text) || (/(?:\.help|_help)(?:_|\.|$)/.test(key) && /^[a-zæøå]/.test(text)));
  ok(all.length > 1000 && wrong.length === 0, `${lang}: one thing has one name, and help begins with a capital letter`,
    ...wrong.map((row) => row.join(': ')));
}
process.stdout.write(`1..${claims}\n`);
