// erasing: words, photos and places taken out of the world at the registry, in the middle
// of a storm and after it, and the look for them afterwards: whatever was erased or covered
// may be found nowhere in anybody's folder, byte by byte. Every text of a storm has a mark
// of its own, and so has every photo, so that one reading of a folder finds them all.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PHOTO_MARK, begin, filesBelow, rows, verb } from './ground.mjs';

const WHATS = { text: 40, photos: 25, position: 10, all: 25 };

// ---- erasing ---------------------------------------------------------------------------

// From now on the point may lose it.
function expect(world, id, what) {
  for (const device of world.all)
    for (const point of [device.points.get(id), device.elsewhere.get(id)].filter(Boolean)) {
      for (const one of what === 'all' ? ['text', 'photos', 'position'] : [what]) point.erased.add(one);
      for (const sha256 of point.photos.keys()) world.going.add(sha256);
    }
}

const args = (world, id, what) => ['erase', id, `--${what}`, '--reason', 'request', '--json', '--data', world.registry.data];

// One erasure amid all else, of a point that may have come home or not; at times killed.
// Resolves with 'done', 'killed', or the words of its refusal.
export async function eraseSome(world, dice) {
  const known = world.devices.flatMap((d) => [...d.points].filter(([, p]) => p.sure).map(([id]) => id));
  if (!known.length) return 'nothing';
  const id = dice.of(known.slice(0, 40)); // those of before are home
  const what = dice.weighed(WHATS);
  expect(world, id, what);
  const { child, done } = begin('registry', args(world, id, what));
  if (dice.in100(20)) setTimeout(() => child.kill('SIGKILL'), dice.scale(1, 80));
  const seen = await done;
  if (seen.signal === 'SIGKILL') return 'killed';
  return seen.status === 0 ? `done: ${what} of ${id}` : `${seen.status ?? seen.signal} ${seen.err.trim()}`;
}

// One that is sure to be done, of a point that is home; the registry serves.
export async function eraseSurely(world, dice) {
  const home = rows(world.registry.data, 'SELECT id FROM observation WHERE founded = 1 ORDER BY id').map((o) => o.id);
  while (home.length) {
    const [id] = home.splice(dice.from(0, home.length - 1), 1);
    const what = home.length ? dice.of(['text', 'photos', 'all']) : 'all';
    expect(world, id, what);
    const seen = await verb('registry', args(world, id, what));
    if (seen.status === 0) return `${what} of ${id}: ${seen.out.trim()}`;
    if (!/nothing is left/i.test(seen.err)) throw new Error(`registry erase: ${seen.status ?? seen.signal} ${seen.err}`);
  }
  return null;
}

// ---- looking for it --------------------------------------------------------------------

const WORDS = /@@[a-z]+-[0-9]+@/g;
const PHOTO = new RegExp(`${PHOTO_MARK}[0-9a-f]{16}`, 'g');

function marksIn(bytes, begin_, pattern, file, found) {
  for (let at = bytes.indexOf(begin_); at >= 0; at = bytes.indexOf(begin_, at + 1)) {
    const [mark] = bytes.toString('latin1', at, at + 40).match(pattern) ?? [];
    if (mark && !found.has(mark)) found.set(mark, file);
  }
}

// What a folder holds, read before anything opens its database: mark -> file, and the names.
export function readMarks(data) {
  const found = new Map();
  const files = existsSync(data) ? filesBelow(data) : [];
  for (const file of files) {
    const bytes = readFileSync(join(data, file));
    if (!file.startsWith('photos/')) marksIn(bytes, '@@', WORDS, file, found);
    marksIn(bytes, PHOTO_MARK, PHOTO, file, found);
  }
  return { found, files };
}

// Marks of the words that some record still says.
function livingWords(sides) {
  return new Set(sides.flatMap((side) => side.records.flatMap((r) => r.text?.match(WORDS) ?? [])));
}

// `sides`: { name, data, records } of every folder. `gone`: see fold.mjs, erasedBy. Both
// before and after anything opened the folders; before, only where nothing is pending.
export function nowhere(world, sides, before, gone, tell) {
  const living = livingWords(sides);
  const marks = new Map();
  for (const [mark, sure] of world.said) if ((sure || world.seen.has(mark)) && !living.has(mark)) marks.set(mark, mark);
  for (const mark of living) world.seen.add(mark);
  for (const device of world.all)
    for (const [sha256, photo] of device.photos)
      if (photo.bytes && gone.photos.has(sha256)) marks.set(photo.bytes.mark, `photo ${sha256}`);
  for (const side of sides) {
    const times = [['', readMarks(side.data)]];
    if (!before.get(side.data).pending) times.push([' right after the storm', before.get(side.data)]);
    for (const [when, { found, files }] of times) {
      for (const [mark, what] of marks) if (found.has(mark)) tell(`${side.name}${when}: ${what} is erased and still in ${found.get(mark)}`);
      for (const file of files) {
        const [sha256] = /[0-9a-f]{64}/.exec(file) ?? [];
        if (gone.photos.has(sha256)) tell(`${side.name}${when}: ${file} is of a photo that is erased or covered`);
      }
    }
    for (const r of side.records)
      for (const one of [r, r.inner])
        if (one?.text && gone.records.has(one.hash)) tell(`${side.name}: the body of ${one.hash} is erased and still there`);
  }
  return marks.size;
}
