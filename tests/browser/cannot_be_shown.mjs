// A photo whose pixels do not decode is kept, and the page says that it cannot be shown, in
// place of a broken picture: on the point's card and where it would be covered. Nobody can
// look it through, but somebody may still say that it may be sent.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone, dir, hook, ok, points_on, tablet, test, until } from './support/lygte.mjs';

const half = () => {
  const path = join(dir, 'half.jpg');
  execFileSync('build/tools/draw_photo', ['--scene', 'bin', '--seed', '7', '--at', '57.0406,9.9712,5',
    '--direction', '40', '--time', '2026-11-19T19:42:00+01:00', '--size', '640x480', '-o', path]);
  const whole = readFileSync(path);
  writeFileSync(path, Buffer.concat([whole.subarray(0, whole.length / 2), Buffer.from([0xff, 0xd9])]));
  return path;
};

test(async (browser) => {
  const ground = await alone();
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-TRA').tap();
  await hook(page, 'note').waitFor();
  await hook(page, 'photo-input').setInputFiles(half());
  const photos = () => points_on(ground.walkerData)[0].photos;
  ok(await until(() => photos().length === 1), 'a photo with damaged pixels is kept');
  const unshown = hook(page, 'unshown').first();
  await unshown.waitFor();
  const words = await unshown.textContent();
  ok(/kan ikke vises: .+ gemt/.test(words), 'its card says by a sentence that it cannot be shown', words);
  ok(await page.locator('.photo img').count() === 0, 'and has no broken picture');
  await hook(page, 'photo').first().tap();
  await hook(page, 'cover-clear').waitFor();
  ok(await hook(page, 'unshown').last().isVisible(), 'where it would be covered it says so too');
  ok(await hook(page, 'cover-save').count() === 0 && await hook(page, 'cover-canvas').count() === 0,
    'and offers no brush');
  await hook(page, 'cover-clear').tap();
  ok(await until(async () => (await page.evaluate(async (id) =>
    (await (await fetch(`/api/v1/observations/${id}`)).json()).photos[0].state,
  points_on(ground.walkerData)[0].id)) === 'waiting'), 'it may be sent all the same');
});
