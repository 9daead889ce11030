// data.mjs FOLDER POINTS PHOTOS: what is brought home in the benches. Makes, once,
//   FOLDER/photos/N.jpg       PHOTOS valid JPEGs of 3.2 MB, no two alike
//   FOLDER/observations.json  POINTS observations of 555 bytes, for peers that move files
//   FOLDER/walker             a walker's folder with the same: PHOTOS points with a
//                             photo each, the others without
// BIN and DRAW name our programs. The picture is drawn once; a comment segment makes each
// file another one, and comments of random bytes bring it to the size of a phone's photo.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { run } from './measure.mjs';

const [folder, points, photos] = [process.argv[2], Number(process.argv[3]),
    Number(process.argv[4])];
const { BIN, DRAW } = process.env;
const SIZE = 3_200_000;

function comment(bytes) {
    const head = Buffer.from([0xff, 0xfe, (bytes.length + 2) >> 8, (bytes.length + 2) & 255]);
    return Buffer.concat([head, bytes]);
}

function photo(base) {
    const parts = [base.subarray(0, 2)];
    for (let left = SIZE - base.length; left > 100;) {
        const n = Math.min(left - 4, 65000);
        parts.push(comment(randomBytes(n)));
        left -= n + 4;
    }
    parts.push(base.subarray(2));
    return Buffer.concat(parts);
}

function observation(n) {
    const o = { id: n, category: 'BEL01', at: [57.04 + n / 1e5, 9.92 + n / 1e5],
        time: '2026-11-19T18:42:10Z', note: '' };
    o.note = randomBytes(300).toString('hex').slice(0, 555 - JSON.stringify(o).length - 1);
    return `${JSON.stringify(o)}\n`;
}

if (existsSync(`${folder}/walker/lygte.db`)) process.exit(0);
const making = `${folder}.making.${process.pid}`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(`${making}/photos`, { recursive: true });
run(DRAW, ['--scene', 'lamp_out', '--at', '57.0325,9.9912', '--direction', '45', '--time',
    '2026-11-19T18:42:10Z', '--size', '4000x3000', '-o', `${making}/base.jpg`]);
const base = readFileSync(`${making}/base.jpg`);
for (let i = 0; i < photos; i++) writeFileSync(`${making}/photos/${i}.jpg`, photo(base));
writeFileSync(`${making}/observations.json`,
    Array.from({ length: points }, (_, i) => observation(i)).join(''));

const walker = (...args) => run(`${BIN}/walker`, ['--data', `${making}/walker`, ...args]);
const walk = walker('walk', 'new', '--title', 'A long evening').trim();
walker('walk', 'begin', walk);
walker('import', '--walk', walk, `${making}/photos`);
for (let i = photos; i < points; i++) {
    walker('add', '--walk', walk, '--category', 'BEL01', '--at', `57.04${i},9.92${i}`,
        '--note', `${randomBytes(20).toString('hex')} lamp ${i}`);
}
renameSync(making, folder);
