// What was covered is gone from the browser's disk too: no small picture of it, nor the photo
// itself, lies in the cache of the profile that looked at it.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { alone, dir, hook, ok, points_on, test, until } from './support/lygte.mjs';

const photo = join(dir, 'ansigt.jpg');
const profile = join(dir, 'profile');

// Files of the folder that hold those bytes.
const holding = (folder, bytes) => readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((one) => one.isFile())
  .map((one) => join(one.parentPath ?? one.path, one.name))
  .filter((path) => readFileSync(path).includes(bytes));

test(async () => {
  execFileSync('build/tools/draw_photo', ['--scene', 'lamp_out', '--at', '57.0406,9.9712,5', '--direction', '40',
    '--time', '2026-11-19T19:42:00+01:00', '--size', '1200x900', '-o', photo]);
  const ground = await alone();
  const context = await chromium.launchPersistentContext(profile, { hasTouch: true, locale: 'da-DK',
    viewport: { width: 390, height: 844 }, executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'] });
  const page = await context.newPage();
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-TRA').tap();
  await hook(page, 'note').waitFor();
  await hook(page, 'photo-input').setInputFiles(photo);
  await hook(page, 'photo').first().tap();
  await hook(page, 'cover-canvas').waitFor();
  const old = points_on(ground.walkerData)[0].photos[0].sha256;
  const small = [];
  for (const size of [320, 1600]) {
    small.push(Buffer.from(await (await fetch(`${ground.walker}/api/v1/photos/${old}/${size}`)).arrayBuffer()));
  }
  await page.waitForTimeout(1500);
  await hook(page, 'cover-squares').tap();
  await hook(page, 'square').nth(30).tap();
  await hook(page, 'cover-save').tap();
  ok(await until(() => points_on(ground.walkerData)[0].photos[0].sha256 !== old), 'a photo that was looked at is covered');
  await context.close();
  ok(small.every((bytes) => bytes.length > 2000), 'it had small pictures');
  const left = small.flatMap((bytes) => holding(profile, bytes.subarray(1200, 1264)));
  ok(left.length === 0, 'none of their bytes is left on the disk of the browser', left.join('\n'));
});
