// Phones join the walk by its pass. Out of reach of the hub they go on; back in reach they
// hand over without loss or duplicates, also when two edited the same point. Over plain
// HTTP there is no service worker, no crypto.subtle and no camera: everything else works.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dir, hook, hub, named_browser, ok, points_on, reached, run, tablet, test, twice, until } from './support/lygte.mjs';

const NAME = 'lygte-hub.test';
const photo = join(dir, 'lampe.jpg');

test(async () => {
  const browser = await named_browser(NAME);
  execFileSync('build/tools/draw_photo', ['--scene', 'lamp_out', '--at', '57.0406,9.9712,5',
    '--direction', '40', '--time', '2026-11-19T19:42:00+01:00', '--size', '640x480', '-o', photo]);
  const data = join(dir, 'hub');
  const walk = run('walker', ['walk', 'new', '--title', 'Aftenens vandring', '--area', 'Øst', '--data', data]).trim().split('\n').pop();
  run('walker', ['walk', 'begin', walk, '--data', data]);
  const before = run('walker', ['walk', 'new', '--title', 'I fjor', '--area', 'Øst', '--start', '2025-11-20T19:00:00Z', '--data', data]).trim();
  const old = run('walker', ['add', '--walk', before, '--category', 'BEL01', '--at', '57.0410,9.9710,4', '--data', data]).trim().split('\n').pop();
  const lamps = [410, 411, 412, 413].map((n, i) => `0${n};${57.0405 + i * 0.0002};9.971`);
  writeFileSync(join(dir, 'lamper.csv'), ['nummer;lat;lon', ...lamps].join('\n'));
  run('walker', ['places', 'add', join(dir, 'lamper.csv'), '--data', data]);
  run('walker', ['set', 'duty_phone', '+4512345678', '--data', data]);
  await hub(data, NAME);
  const pass = JSON.parse(run('walker', ['pass', walk, '--json', '--data', data]));
  const points = () => points_on(data).filter((p) => p.walk === walk);

  const one = await tablet(browser, { ignoreHTTPSErrors: true });
  await one.goto(pass.url);
  await hook(one, 'category-BEL').waitFor();
  ok(/Alt er givet videre/.test(await hook(one, 'pill-unsent').getAttribute('aria-label')),
    'a phone that scanned the code is on the walk, and has nothing left to hand over');
  await hook(one, 'acute').tap();
  ok(await until(async () => await hook(one, 'call-duty').count() === 1), 'it can call the duty phone: nobody else of the group may have a phone');
  await hook(one, 'close').tap();
  await hook(one, 'category-BEL').tap();
  ok(await until(() => points().length === 1), 'its tap is on the hub\'s disk');
  await hook(one, 'note').waitFor();
  const point = one.url().split('/').pop();

  const two = await tablet(browser, { permissions: [] });
  await two.goto(pass.plain_url.replace('127.0.0.1', NAME));
  await hook(two, 'category-BEL').waitFor();
  const poor = await two.evaluate(() => [isSecureContext, Boolean(globalThis.crypto.subtle)].join());
  await two.evaluate((hash) => { location.hash = hash; }, `#/walk/${walk}/point/${point}`);
  await hook(two, 'note').waitFor();

  // ---- both out of reach, both at the same point, and one makes a new one
  await one.context().setOffline(true);
  await two.context().setOffline(true);
  await hook(one, 'note').fill('Fra den ene');
  await hook(one, 'done').tap();
  await hook(one, 'category-TUN').tap();
  await one.waitForSelector('text=Husket her');
  await hook(two, 'note').fill('Fra den anden');
  await hook(two, 'severity-2').tap();
  await hook(two, 'photo-input').setInputFiles(photo);
  await hook(two, 'photo-keeping').waitFor();
  ok(/venter her/.test(await hook(one, 'pill-unsent').getAttribute('aria-label')),
    'out of reach they say how much waits');
  ok(points().length === 1 && points()[0].note === '', 'and the hub knows nothing of it yet');

  await one.context().setOffline(false);
  await two.context().setOffline(false);
  ok(await until(() => points().length === 2 && points().find((p) => p.id === point)?.photos.length === 1
    && points().find((p) => p.id === point).severity === 2), 'back in reach everything is handed over',
  JSON.stringify(points()));
  const shared = () => points().find((p) => p.id === point);
  ok(await until(() => (shared().conflicts?.note || []).map((c) => c.value).sort().join(' | ')
    === 'Fra den anden | Fra den ene'), 'neither has overwritten the other', JSON.stringify(shared()));
  ok(points().filter((p) => p.group === 'TUN').length === 1, 'and nothing came twice');

  // ---- what only the police may see: a phone may say it, and is told nothing back
  await one.evaluate((hash) => { location.hash = hash; }, `#/walk/${walk}`);
  await hook(one, 'category-OPH').tap();
  await hook(one, 'item-OPH08').tap();
  await hook(one, 'note').fill('En bil uden plader');
  await hook(one, 'photo-input').setInputFiles(photo);
  const crime = () => points().find((p) => p.category === 'OPH08') || {};
  ok(await until(() => crime().photos?.length === 1), 'a phone that saw a crime keeps a photo of the place', JSON.stringify(crime()));
  await hook(one, 'severity-2').tap();
  ok(await until(() => crime().note === 'En bil uden plader' && crime().severity === 2), 'and its words', JSON.stringify(crime()));
  ok(await hook(one, 'note').inputValue() === 'En bil uden plader', 'which stay on its screen');

  // ---- what else a phone says: lamps (out of reach too), last time's points, safety
  const told = (sql) => execFileSync('sqlite3', [join(data, 'lygte.db'), sql], { encoding: 'utf8' }).trim();
  await one.evaluate((hash) => { location.hash = hash; }, `#/walk/${walk}/lamps`);
  await hook(one, 'next-lamp').waitFor();
  await twice(hook(one, 'lamp-lit'));
  ok(await until(() => told('SELECT number FROM lamp_look') === '0410'), 'a lamp is answered for by a phone');
  await reached(async () => await hook(one, 'next-lamp').innerText() === '0411');
  await one.context().setOffline(true);
  await twice(hook(one, 'lamp-dead'));
  ok(await until(async () => await hook(one, 'next-lamp').innerText() === '0412'), 'out of reach the run goes on');
  await one.context().setOffline(false);
  ok(await until(() => told('SELECT group_concat(number || answer) FROM lamp_look') === '0410lit,0411dead'),
    'and is handed over, each lamp once though it was tapped twice', told('SELECT number, answer FROM lamp_look'));
  await one.evaluate((hash) => { location.hash = hash; }, `#/walk/${walk}/again`);
  await hook(one, 'verdict-fixed').tap();
  ok(await until(() => told(`SELECT observation || verdict FROM verdict`) === `${old}fixed`), 'a verdict is given by a phone');
  await one.evaluate((hash) => { location.hash = hash; }, `#/walk/${walk}`);
  await hook(one, 'menu').tap();
  await one.locator('.row', { hasText: 'Hvor tryg føler du dig?' }).tap();
  await hook(one, 'role-resident').tap();
  await hook(one, 'answer-5').waitFor();
  await one.context().setOffline(true);
  await twice(hook(one, 'answer-5'));
  await hook(one, 'answered').tap();
  await one.context().setOffline(false);
  ok(await until(() => told('SELECT group_concat(round || unsafe) FROM answer') === 'after5'),
    'and how safe it feels, once, out of reach too', told('SELECT round, unsafe FROM answer'));
  ok(poor === 'false,false', 'over plain HTTP without secure context and crypto.subtle', poor);
  const faults = [...one.faults, ...two.faults].filter((f) => !/ERR_INTERNET|fetching the script|SSL/.test(f));
  ok(faults.length === 0, 'no page had faults', faults.join('\n'));
  await browser.close();
});
