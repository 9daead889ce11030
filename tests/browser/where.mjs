// Where, on the page: the map and a list that holds as much, the pin by four buttons and by
// a lamp's number from the list on the device, and a lamp run of one tap a lamp with undo.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone, dir, hook, ok, points_on, run, tablet, test, twice, until } from './support/lygte.mjs';

const metre = 1 / 111195;

await test(async (browser) => {
  const ground = await alone();
  const lamps = ['nummer;vej;lat;lon', ...Array.from({ length: 12 }, (_, i) =>
    `${String(410 + i).padStart(4, '0')};Ærøgade;${57.0405 + i * 25 * metre};9.971`)];
  writeFileSync(join(dir, 'lamper.csv'), lamps.join('\n'));
  run('walker', ['places', 'add', join(dir, 'lamper.csv'), '--data', ground.walkerData]);
  for (const [code, north] of [['BEL01', 5], ['POS', 40], ['REN01', 90]]) {
    run('walker', ['add', '--category', code, '--at', `${(57.0405 + north * metre).toFixed(6)},9.971,4`,
      '--data', ground.walkerData]);
  }
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/map`);
  await page.waitForSelector('.leaflet-marker-icon.map-mark');
  await page.locator('.leaflet-marker-icon.map-mark').nth(2).waitFor();
  const marks = await page.locator('.leaflet-marker-icon.map-mark').count();
  await hook(page, 'map-view-list').tap();
  const rows = hook(page, 'map-row');
  ok(marks === 3 && await until(async () => await rows.count() === 3), 'the list holds all the map holds', `${marks}`);
  ok(/^5 m/.test(await rows.first().locator('.more').innerText()), 'nearest first, with its distance');
  await hook(page, 'filter-safe').tap();
  ok(await until(async () => await rows.count() === 2), 'a filter takes its kind away');
  await rows.first().tap();
  await hook(page, 'open-point').tap();

  const point = () => points_on(ground.walkerData).find((one) => one.category === 'BEL01');
  await hook(page, 'move-pin').tap();
  await hook(page, 'pin-north').tap();
  await hook(page, 'pin-north').tap();
  await hook(page, 'pin-set').tap();
  ok(await until(() => point().thing), 'the pin is put by buttons of one metre');
  ok(Math.abs((point().thing.lat - point().stood.lat) / metre - 2) < 0.2, 'two metres north of where we stood',
    JSON.stringify(point().thing));
  await hook(page, 'move-pin').tap();
  await hook(page, 'pin-search').fill('0413');
  await hook(page, 'pin-found').first().tap();
  ok(await until(() => point().thing.ref === '0413'), 'and by the number of a lamp, without a network');

  await page.goto(`${ground.walker}/#/walk/${ground.walk}/lamps`);
  const next = () => hook(page, 'next-lamp').innerText();
  await hook(page, 'next-lamp').waitFor();
  ok(await next() === '0410', 'the lamp run begins with the lamp at hand', await next());
  ok(/Ærøgade, \d+ m/.test(await page.locator('.next-lamp').innerText()), 'and says its street: others may have the number');
  await hook(page, 'lamp-dead').tap();
  ok(await until(async () => await next() === '0411'), 'one tap, and the next lamp is asked for');
  ok(/0410/.test(await hook(page, 'undo-lamp').innerText()), 'undo names what it undoes');
  await hook(page, 'undo-lamp').tap();
  ok(await until(async () => await next() === '0410'), 'and asks for it again');
  for (const number of ['0411', '0412', '0413']) {
    await twice(hook(page, 'lamp-dead')); /* the second before the program has said which is next */
    await until(async () => await next() === number);
  }
  const looks = execFileSync('sqlite3', ['-cmd', '.timeout 9000', join(ground.walkerData, 'lygte.db'),
    'SELECT group_concat(number) FROM (SELECT number FROM lamp_look WHERE withdrawn = 0 ORDER BY tick)'], { encoding: 'utf8' }).trim();
  ok(looks === '0410,0411,0412', 'two taps on a lamp are one look at it, and every lamp has its own', looks);
  await hook(page, 'join-lamps').tap();
  ok(await until(() => points_on(ground.walkerData).some((one) => one.category === 'BEL02')),
    'three dead in a row become one point with one tap');
});
