// tus_photos: large photos for the tests of transfer, quickly.
//
//     tus_photos.mjs JPEG FOLDER BYTES...      FOLDER/1.jpg, 2.jpg ... of about BYTES each
//
// Each is the JPEG with comments of random bytes put before its pixels: still valid, and
// no two alike.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const [from, folder, ...sizes] = process.argv.slice(2);
const jpeg = readFileSync(from);
mkdirSync(folder, { recursive: true });
sizes.forEach((size, i) => {
    const parts = [jpeg.subarray(0, 2)];
    for (let left = Number(size) - jpeg.length; left > 4;) {
        const n = Math.min(left - 4, 65000);
        parts.push(Buffer.from([0xff, 0xfe, (n + 2) >> 8, (n + 2) & 255]), randomBytes(n));
        left -= n + 4;
    }
    parts.push(jpeg.subarray(2));
    writeFileSync(`${folder}/${i + 1}.jpg`, Buffer.concat(parts));
});
