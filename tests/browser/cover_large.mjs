// A large photo is painted over as lightly as a small one: the page holds no
// canvas larger than the picture it shows, and the black is where the finger was.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { alone, dir, hook, ok, points_on, tablet, test, until } from './support/lygte.mjs';

const photo = join(dir, 'stort.jpg');

test(async (browser) => {
  execFileSync('build/tools/draw_photo', ['--scene', 'lamp_out', '--seed', '1', '--at', '57.0406,9.9712,5',
    '--direction', '40', '--time', '2026-11-19T19:42:00+01:00', '--size', '2048x1536', '-o', photo]);
  const ground = await alone();
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-TRA').tap();
  await hook(page, 'note').waitFor();
  await hook(page, 'photo-input').setInputFiles(photo);
  await hook(page, 'photo').first().tap({ timeout: 60000 });
  const canvas = hook(page, 'cover-canvas');
  await canvas.waitFor();
  const old = points_on(ground.walkerData)[0].photos[0].sha256;
  const size = await canvas.evaluate((one) => [one.width, one.height]);
  ok(Math.max(...size) <= 1600, 'the canvas is no larger than the picture', size.join(' x '));
  const box = await canvas.boundingBox();
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.5);
  await page.mouse.down();
  const begun = Date.now();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.5, { steps: 60 });
  const took = Date.now() - begun;
  await page.mouse.up();
  console.log(`# 60 movements took ${took} ms`);
  /* A frame may still be on its way. */
  const dark = () => canvas.evaluate((one) => one.getContext('2d').getImageData(one.width / 2, one.height / 2, 1, 1).data[3]);
  ok(await until(async () => await dark() === 255, 1), 'what is covered is seen at once', `${await dark()}`);
  await hook(page, 'cover-save').tap();
  ok(await until(() => points_on(ground.walkerData)[0].photos[0].sha256 !== old, 60), 'a new photo takes its place');
  const bright = await page.evaluate(async (sha) => {
    const bitmap = await createImageBitmap(await (await fetch(`/api/v1/photos/${sha}/1600`)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const at = (x, y) => Math.max(...context.getImageData(x * bitmap.width, y * bitmap.height, 1, 1).data.slice(0, 3));
    return [at(0.3, 0.5), at(0.5, 0.5), at(0.7, 0.5)];
  }, points_on(ground.walkerData)[0].photos[0].sha256);
  ok(bright.every((one) => one < 12), 'black from end to end of the stroke', `${bright}`);
});
