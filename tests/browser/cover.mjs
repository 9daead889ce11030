// Faces and plates are painted over by finger, or square by square by keyboard: the new
// photo is black there, the old one's bytes are gone; and a whole grid of photos is
// declared clear with one tap. A WebP from somewhere else comes in as a JPEG.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone, dir, hook, ok, points_on, reached, run, tablet, test, until } from './support/lygte.mjs';

const draw = (name, seed) => {
  const path = join(dir, name);
  execFileSync('build/tools/draw_photo', ['--scene', 'lamp_out', '--seed', `${seed}`, '--at', '57.0406,9.9712,5',
    '--direction', '40', '--time', '2026-11-19T19:42:00+01:00', '--size', '800x600', '-o', path]);
  return path;
};

// The brightness of a pixel of a photo, 0 to 255.
const bright = (page, sha, x, y) => page.evaluate(async ([hash, at]) => {
  const bitmap = await createImageBitmap(await (await fetch(`/api/v1/photos/${hash}/original`)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  canvas.drawImage(bitmap, 0, 0);
  const { data } = canvas.getImageData(at[0] * bitmap.width, at[1] * bitmap.height, 1, 1);
  return Math.max(data[0], data[1], data[2]);
}, [sha, [x, y]]);

test(async (browser) => {
  const ground = await alone();
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-TRA').tap();
  await hook(page, 'note').waitFor();
  const photos = () => points_on(ground.walkerData)[0].photos;
  await hook(page, 'photo-input').setInputFiles(draw('a.jpg', 1));
  await hook(page, 'photo').first().tap();
  const canvas = hook(page, 'cover-canvas');
  await canvas.waitFor();
  const old = photos()[0].sha256;
  const box = await canvas.boundingBox();
  const glass = await page.context().newCDPSession(page);
  const touch = (type, ...points) => glass.send('Input.dispatchTouchEvent', { type,
    touchPoints: points.map(([id, x, y]) => ({ id, x: box.x + box.width * x, y: box.y + box.height * y })) });
  await touch('touchStart', [1, 0.2, 0.8]);
  await touch('touchMove', [1, 0.3, 0.8]);
  await touch('touchStart', [1, 0.3, 0.8], [2, 0.8, 0.2]);
  await touch('touchMove', [1, 0.5, 0.8], [2, 0.8, 0.2]);
  await touch('touchEnd', [1, 0.5, 0.8]);
  await touch('touchEnd');
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.5);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5, { steps: 12 });
  await page.mouse.up();
  await hook(page, 'cover-clear').tap();
  ok(await page.getByText('Du har dækket noget').first().waitFor({ timeout: 5000 }).then(() => true, () => false)
    && JSON.parse(run('walker', ['status', '--json', '--data', ground.walkerData])).held_back === 1,
  'a photo somebody has painted on is not let go as it is by the button beside');
  await hook(page, 'cover-squares').tap();
  await hook(page, 'square').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await hook(page, 'cover-undo').tap();
  await hook(page, 'cover-save').tap();
  ok(await until(() => photos().length === 1 && photos()[0].sha256 !== old), 'a new photo takes the place of the old one');
  const fresh = photos()[0].sha256;
  ok(await bright(page, fresh, 0.4, 0.5) < 10, 'black where the finger painted');
  ok(await bright(page, fresh, 0.22, 0.8) < 10 && await bright(page, fresh, 0.48, 0.8) < 10,
    'also where it painted while a palm touched the glass beside it');
  ok(await bright(page, fresh, 0.04, 0.17) < 10, 'and where the keyboard covered a square');
  const gone = await page.evaluate(async (sha) => (await fetch(`/api/v1/photos/${sha}/original`)).status, old);
  ok(gone === 404, 'the old bytes are gone', gone);
  const held = () => JSON.parse(run('walker', ['status', '--json', '--data', ground.walkerData])).held_back;
  ok(held() === 0, 'and the covered photo may be sent');
  await hook(page, 'photo').first().tap();
  ok(/holdes ikke tilbage/.test(await hook(page, 'cover-later').innerText()) && await hook(page, 'cover-clear').count() === 0,
    'of one that may be sent nothing is said that is true of one that is held back');
  await hook(page, 'close').tap();

  // ---- a grid looked through at once
  for (const seed of [2, 3, 4]) {
    await hook(page, 'photo-input').setInputFiles(draw(`${seed}.jpg`, seed));
    await reached(() => photos().length === seed);
  }
  const webp = Buffer.from(await page.evaluate(async () => {
    const drawing = new OffscreenCanvas(320, 240);
    drawing.getContext('2d').fillRect(20, 20, 90, 90);
    const blob = await drawing.convertToBlob({ type: 'image/webp' });
    return [...new Uint8Array(await blob.arrayBuffer())];
  }));
  writeFileSync(join(dir, 'b.webp'), webp);
  await hook(page, 'photo-input').setInputFiles(join(dir, 'b.webp'));
  ok(await until(() => photos().length === 5 && photos().every((one) => one.type === 'image/jpeg')),
    'a WebP comes in as a JPEG');
  await page.goto(`${ground.walker}/#/arrived`);
  await hook(page, 'photo-clear-all').tap();
  ok(await until(() => held() === 0), 'a whole grid is declared clear with one tap', `${held()}`);
  ok(page.faults.length === 0, 'the page had no faults', page.faults.join('\n'));
});
