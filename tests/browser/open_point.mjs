// While a point's screen is open nothing of it leaves the tablet by itself: who corrects a slip
// of the finger has corrected it before anybody heard of it.
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { bin, hook, ok, pair, points_on, run, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await pair();
  const data = ['--data', ground.walkerData];
  const walk = run('walker', ['walk', 'new', '--title', 'Et fejltryk', ...data]).trim();
  run('walker', ['walk', 'begin', walk, ...data]);
  const watch = spawn(join(bin, 'walker'), ['sync', '--watch', ...data], { stdio: 'ignore' });
  const kinds = (id) => execFileSync('sqlite3', ['-cmd', '.timeout 9000', join(ground.registryData, 'lygte.db'),
    `SELECT group_concat(kind) FROM record WHERE subject = '${id}'`], { encoding: 'utf8' }).trim();
  try {
    const page = await tablet(browser);
    await page.goto(`${ground.walker}/#/walk/${walk}`);
    await hook(page, 'category-BEP').tap();
    await hook(page, 'note').waitFor();
    const [{ id }] = points_on(ground.walkerData);
    await page.waitForTimeout(5000);
    ok(kinds(id) === '', 'a tap stays here while its screen is open', kinds(id));
    await hook(page, 'undo').tap();
    ok(await until(() => kinds(id) === 'observation.note,observation.withdraw'),
      'undone, it goes as what it is: a slip', kinds(id));

    await hook(page, 'category-BEL').tap();
    await hook(page, 'note').waitFor();
    const second = points_on(ground.walkerData).find((one) => one.id !== id).id;
    await hook(page, 'note').fill('Lampen over bænken er gået ud.');
    await hook(page, 'done').tap();
    ok(await until(() => kinds(second) === 'observation.note,observation.edit'),
      'left by "on", it goes with its words', kinds(second));

    await page.goto(`${ground.walker}/#/walk/${walk}`);
    let go_on;
    const held = new Promise((done) => { go_on = done; });
    let under_way = false;
    await page.route('**/api/v1/observations/*', async (route) => {
      under_way ||= route.request().method() === 'PUT';
      if (route.request().method() === 'PUT') await held;
      await route.continue();
    });
    await hook(page, 'category-TRA').tap();
    await until(() => under_way);
    await page.evaluate(() => { location.hash = '#/walks'; });
    go_on();
    const third = () => points_on(ground.walkerData).find((one) => one.category.startsWith('TRA'))?.id;
    ok(await until(third), 'a tap that somebody walks away from is kept');
    ok(await until(() => kinds(third()) === 'observation.note'), 'and goes at once, since no screen opened',
      kinds(third()));

    await page.goto(`${ground.walker}/#/walk/${walk}/point/${second}`);
    await hook(page, 'note').waitFor();
    await hook(page, 'severity-2').tap();
    await page.waitForTimeout(5000);
    ok(kinds(second) === 'observation.note,observation.edit', 'opened again, what is added waits', kinds(second));
    await page.close({ runBeforeUnload: true });
    ok(await until(() => kinds(second) === 'observation.note,observation.edit,observation.edit'),
      'and goes when the page is shut', kinds(second));
  } finally {
    watch.kill('SIGTERM');
  }
});
