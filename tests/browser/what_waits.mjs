// What waits in the page, and what happens to it: words that were taken back stay away, a
// refusal costs only what was refused, a photo tries again by itself, a lamp run ends with
// all that was seen, a verdict is said once, and the three are three of those that stand.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone, dir, halt, hook, ok, points_on, reached, run, settled, tablet, test, until } from './support/lygte.mjs';

const photo = join(dir, 'lampe.jpg');
const rows_of = (data, sql) => execFileSync('sqlite3', ['-cmd', '.timeout 9000', join(data, 'lygte.db'), sql],
  { encoding: 'utf8' }).trim();

async function keep(page, ground, code) {
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, `category-${code}`).tap();
  await hook(page, 'note').waitFor();
}

async function words_taken_back(browser) {
  const ground = await alone('words');
  const page = await tablet(browser);
  await keep(page, ground, 'TUN');
  await hook(page, 'note').focus();
  await page.keyboard.type('Kim bor her');
  await reached(() => rows_of(ground.walkerData, 'SELECT count(*) FROM draft') === '1');
  await page.evaluate(() => {
    const field = document.getElementById('note');
    field.value = '';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    setTimeout(() => document.querySelector('[data-test=done]').click(), 150);
  });
  ok(await until(() => rows_of(ground.walkerData, 'SELECT count(*) FROM draft') === '0'),
    'words that were taken back before the next pause leave no draft');
  ok(points_on(ground.walkerData)[0].note === '', 'and are no words of the point');
}

async function a_refusal(browser) {
  const ground = await alone('refusal');
  const page = await tablet(browser);
  await keep(page, ground, 'TUN');
  await reached(() => points_on(ground.walkerData).length === 1);
  await page.context().setOffline(true);
  await hook(page, 'severity-2').tap();
  await page.waitForTimeout(500);
  await hook(page, 'note').fill('Det vigtige');
  await hook(page, 'affected-children').tap();
  await page.waitForTimeout(500);
  let asked = 0;
  await page.route('**/api/v1/observations/*', (route) => {
    if (route.request().method() === 'PATCH' && asked++ === 0) {
      route.fulfill({ status: 409, contentType: 'application/problem+json',
        body: JSON.stringify({ title: 'Kan ikke ændres', detail: 'Fordi.', status: 409 }) });
    } else route.continue();
  });
  await page.context().setOffline(false);
  await page.getByText('Kan ikke ændres').first().waitFor();
  await page.getByRole('button', { name: 'Læst' }).first().tap();
  ok(await until(() => points_on(ground.walkerData)[0].note === 'Det vigtige'),
    'a refusal that was read costs what was refused, and the words behind it are kept');
  ok(await until(() => points_on(ground.walkerData)[0].affected === 'children'), 'with all that was tapped after them');
}

async function a_photo(browser) {
  execFileSync('build/tools/draw_photo', ['--scene', 'lamp_out', '--at', '57.0406,9.9712,5', '--direction', '40',
    '--time', '2026-11-19T19:42:00+01:00', '--size', '800x600', '-o', photo]);
  const ground = await alone('photo');
  const page = await tablet(browser);
  await keep(page, ground, 'TUN');
  let asked = 0;
  await page.route('**/api/v1/observations/*/photos/*', (route) => {
    asked += 1;
    if (asked === 1) route.abort('connectionreset');
    else route.continue();
  });
  await hook(page, 'photo-input').setInputFiles(photo);
  ok(await until(() => points_on(ground.walkerData)[0].photos.length === 1, 30) && asked === 2,
    'a photo whose upload broke once is tried again by itself');
}

async function a_photo_covered_meanwhile(browser) {
  const ground = await alone('covered');
  const page = await tablet(browser);
  const kept_here = () => page.evaluate(() => new Promise((got) => {
    indexedDB.open('lygte').onsuccess = ({ target: { result: db } }) => {
      db.transaction('photos').objectStore('photos').count().onsuccess = (event) => got(event.target.result);
    };
  }));
  await keep(page, ground, 'TUN');
  await page.route('**/api/v1/observations/*/photos/*', (route) => route.abort('connectionreset'));
  await hook(page, 'photo-input').setInputFiles(photo);
  ok(await until(async () => await kept_here() === 1), 'a photo waits in the browser');
  run('walker', ['import', photo, '--data', ground.walkerData]);
  const sha = createHash('sha256').update(readFileSync(photo)).digest('hex');
  run('walker', ['cover', sha, '--box', '10,10,90,90', '--data', ground.walkerData]);
  await page.unroute('**/api/v1/observations/*/photos/*');
  ok(await hook(page, 'photo-keeping').getByText('dækket').waitFor({ timeout: 15000 }).then(() => true, () => false),
    'when somebody has covered the same one meanwhile it says so');
  ok(await until(async () => await kept_here() === 0, 5) && await page.locator('.keeping img').count() === 0,
    'and its bytes are gone from the browser, before anybody has read that');
}

async function a_lamp_run(browser) {
  const ground = await alone('lamps');
  writeFileSync(join(dir, 'lamper.csv'), ['nummer;lat;lon',
    ...[410, 411, 412, 413].map((n, i) => `0${n};${57.0405 + i * 0.0002};9.971`)].join('\n'));
  run('walker', ['places', 'add', join(dir, 'lamper.csv'), '--data', ground.walkerData]);
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/lamps`);
  await hook(page, 'next-lamp').waitFor();
  await settled(page);
  await page.context().setOffline(true);
  await hook(page, 'lamp-dead').tap();
  await reached(async () => await hook(page, 'next-lamp').innerText() === '0411');
  await hook(page, 'end-run').tap();
  await page.waitForTimeout(500);
  await page.context().setOffline(false);
  ok(await until(() => points_on(ground.walkerData).length === 1, 40),
    'a lamp run that is ended out of reach ends with the lamps seen there');
}

async function a_verdict(browser) {
  const ground = await alone('verdict');
  const at = ['--data', ground.walkerData];
  const walk = run('walker', ['walk', 'new', '--title', 'Nu', '--area', 'Øst', ...at]).trim().split('\n').pop();
  run('walker', ['walk', 'begin', walk, ...at]);
  const before = run('walker', ['walk', 'new', '--title', 'I fjor', '--area', 'Øst', '--start', '2025-11-20T19:00:00Z', ...at])
    .trim().split('\n').pop();
  run('walker', ['add', '--walk', before, '--category', 'BEL01', '--at', '57.0410,9.9710,4', ...at]);
  run('walker', ['add', '--walk', before, '--category', 'TUN', '--at', '57.0412,9.9710,4', ...at]);
  run('walker', ['add', '--walk', walk, '--category', 'REN', '--at', '57.0411,9.9710,4', ...at]);
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${walk}/again`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await reached(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller)));
  await page.reload();
  await hook(page, 'verdict-fixed').waitFor();
  await settled(page);
  await halt(ground.walker);
  await hook(page, 'verdict-fixed').tap();
  await page.getByText('Punkt 2 af 2').first().waitFor();
  await page.evaluate((to) => { location.hash = to; }, `#/walk/${walk}`);
  await page.waitForTimeout(800);
  await page.evaluate((to) => { location.hash = to; }, `#/walk/${walk}/again`);
  ok(await page.getByText('Punkt 2 af 2').first().waitFor({ timeout: 20000 }).then(() => true, () => false),
    'a verdict given out of reach stands when the screen is opened again');
  await ground.restart();
  ok(await until(() => rows_of(ground.walkerData, 'SELECT group_concat(verdict) FROM verdict') === 'fixed', 30),
    'and goes home once');
}

async function the_three(browser) {
  const ground = await alone('three');
  const at = ['--data', ground.walkerData];
  const ids = ['BEL01', 'TUN', 'VAN', 'REN'].map((code, i) => run('walker', ['add', '--walk', ground.walk, '--category', code,
    '--at', `57.04${i},9.97,5`, ...at]).trim().split('\n').pop());
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/summing`);
  await hook(page, 'choose-three').tap();
  const rows = hook(page, 'vote-row');
  const pressed = () => rows.locator('.chip[aria-pressed=true]').count();
  for (const i of [0, 1, 2]) {
    await rows.nth(i).locator('.chip').tap();
    await reached(async () => await pressed() === i + 1);
  }
  await hook(page, 'close').tap();
  run('walker', ['withdraw', ids[1], ...at]);
  await reached(async () => await hook(page, 'top').count() === 2);
  await hook(page, 'choose-three').tap();
  await reached(async () => await rows.count() === 3);
  ok(await rows.locator('.chip[aria-disabled=true]').count() === 0, 'a chosen point that was withdrawn gives its place back');
  await rows.nth(2).locator('.chip').tap();
  ok(await until(async () => await pressed() === 3), 'so another one can be chosen');
  await rows.nth(0).locator('[data-test="hands-more"]').tap();
  await page.waitForTimeout(600);
  ok(await pressed() === 3, 'and a hand raised for one takes no other one out');
}

test(async (browser) => {
  for (const part of [words_taken_back, a_refusal, a_photo, a_photo_covered_meanwhile, a_lamp_run, a_verdict, the_three]) await part(browser);
});
