// The installed page with `walker` killed and restarted under it: it opens, takes taps,
// words and a photo, and hands them over once, in order, when the program is back.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { alone, dir, halt, hook, ok, points_on, reached, tablet, test, until } from './support/lygte.mjs';

const photo = join(dir, 'lampe.jpg');

await test(async (browser) => {
  const ground = await alone();
  execFileSync('build/tools/draw_photo', ['--scene', 'lamp_out', '--at', '57.0406,9.9712,5',
    '--direction', '40', '--time', '2026-11-19T19:42:00+01:00', '--size', '800x600', '-o', photo]);
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-BEL').waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await reached(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller)));
  const manifest = await page.evaluate(async () => (await fetch('/manifest.webmanifest')).json());
  ok(manifest.start_url === '/' && manifest.icons.length >= 3, 'it can be installed');

  await hook(page, 'category-HAR').tap();
  await hook(page, 'note').waitFor();
  await reached(() => points_on(ground.walkerData).length === 1);
  // The worker keeps the list again, with the point in it.
  await reached(() => page.evaluate(async (id) => (await Promise.all((await caches.keys()).map(async (name) => {
    const cache = await caches.open(name);
    const lists = (await cache.keys()).filter((one) => one.url.includes('/observations?'));
    return (await Promise.all(lists.map(async (one) => (await cache.match(one)).text()))).join();
  }))).join().includes(id), page.url().split('/').pop()));
  await halt(ground.walker);
  await hook(page, 'note').fill('Og så var den væk.');
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  ok(await hook(page, 'note').waitFor().then(() => hook(page, 'note').inputValue(), String) === 'Og så var den væk.',
    'a point that was kept just before is there after a reload out of reach, with its words', await page.innerText('main'));
  await hook(page, 'done').tap();
  await hook(page, 'category-TUN').tap();
  await hook(page, 'note').fill('Skrevet uden Lygte.');
  await hook(page, 'severity-2').tap();
  await hook(page, 'photo-input').setInputFiles(photo);
  await page.waitForTimeout(1500);
  ok(await hook(page, 'status-text').innerText() !== 'Gemt',
    'nothing is called kept that the program has not answered for');

  // ---- the page itself comes again, with the program away
  await page.reload();
  await hook(page, 'note').waitFor();
  ok(await hook(page, 'note').inputValue() === 'Skrevet uden Lygte.',
    'after a reload out of reach the words stand there');
  ok(await until(async () => await hook(page, 'photo-keeping').count() === 1), 'and the photo waits');
  await hook(page, 'done').tap();
  await hook(page, 'category-REN').tap();
  await hook(page, 'note').waitFor();
  await page.close();

  // ---- another visit, the program back
  await ground.restart();
  const again = await page.context().newPage();
  await again.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await until(() => points_on(ground.walkerData).length === 3 &&
    points_on(ground.walkerData).some((one) => one.photos.length));
  const points = points_on(ground.walkerData);
  ok(points.length === 3, 'all points came in, each once', JSON.stringify(points));
  ok(points.some((one) => one.note === 'Og så var den væk.'), 'the one from before with its words');
  const tunnel = points.find((one) => one.group === 'TUN');
  ok(tunnel?.note === 'Skrevet uden Lygte.' && tunnel.severity === 2, 'with the words',
    JSON.stringify(tunnel));
  ok(tunnel?.photos.length === 1, 'and the photo, once');
  const bytes = await again.evaluate(async (sha) => {
    const answer = await fetch(`/api/v1/photos/${sha}/original`);
    return (await answer.arrayBuffer()).byteLength;
  }, tunnel.photos[0].sha256);
  ok(bytes === readFileSync(photo).length, 'byte for byte', `${bytes}`);
  ok(Object.keys(tunnel.conflicts || {}).length === 0, 'without a conflict with itself');
});
