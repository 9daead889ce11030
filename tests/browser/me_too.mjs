// Is it the same? A second tap of the same kind beside the first asks, over what is kept:
// yes adds a witness and withdraws the new one into the old, no leaves both. And what is
// for the police only: sealed, in no draft and in no list.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { alone, hook, ok, points_on, run, tablet, test, twice, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await alone();
  const data = ['--data', ground.walkerData];
  const first = run('walker', ['add', '--walk', ground.walk, '--category', 'BEL01', '--note', 'Kirkestien',
    '--at', '57.0405,9.971,5', ...data]).trim();
  const page = await tablet(browser);
  const grid = `${ground.walker}/#/walk/${ground.walk}`;
  const tap = async () => {
    await page.goto(grid);
    await page.waitForSelector('[data-test="pill-position"].good');
    await hook(page, 'category-BEL').tap();
    await hook(page, 'metoo-yes').first().waitFor();
  };

  await tap();
  ok(points_on(ground.walkerData).length === 2, 'the tap is kept before anything is asked');
  await hook(page, 'metoo-no').tap();
  await hook(page, 'note').waitFor();
  const [, second] = points_on(ground.walkerData);
  ok(!second.withdrawn && !second.into, 'no: it is another');

  await tap();
  await twice(hook(page, 'metoo-yes'));
  const old = () => points_on(ground.walkerData).filter((one) => one.witnesses > 0);
  ok(await until(() => old().length === 1), 'yes: one more has seen it');
  const shown = () => JSON.parse(run('walker', ['list', '--json', ...data])).observations.length;
  ok(await until(() => shown() === 2), 'and the new one is withdrawn into it');
  ok(await until(async () => /seen|set den/.test(await hook(page, 'said').innerText())), 'it is said aloud');
  ok([first, second.id].includes(old()[0].id) && old()[0].witnesses === 1,
    'the witness is on a point that was there, and is one, though the tap was two', JSON.stringify(old()));

  // ---- for the police only
  await page.goto(grid);
  await hook(page, 'menu').tap();
  await page.locator('button.row', { hasText: 'Kun til politiet' }).tap();
  await hook(page, 'seal-note').fill('Den blå varevogn');
  ok(await page.locator('.field .error').innerText().then((text) => /politinøgle/.test(text)),
    'without a key from the register it says so');
  const key = '5f'.repeat(32);
  execFileSync('sqlite3', ['-cmd', '.timeout 9000', join(ground.walkerData, 'lygte.db'),
    `INSERT INTO setting (name, value) VALUES ('police_key', '${key}')`]);
  await hook(page, 'close').tap();
  await page.goto(grid);
  await hook(page, 'menu').tap();
  await page.locator('button.row', { hasText: 'Kun til politiet' }).tap();
  await hook(page, 'seal-note').fill('Den blå varevogn');
  await page.route('**/api/v1/sealed/*', async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  await page.locator('[data-test="seal-keep"]:not([aria-disabled])').tap();
  await page.locator('.field .error', { hasText: 'kan være forseglet allerede' }).waitFor();
  ok(await hook(page, 'seal-note').evaluate((field) => field.readOnly),
    'when the answer is lost no word can be added that would be called sealed and is not');
  await hook(page, 'seal-keep').tap();
  await hook(page, 'seal-note').waitFor({ state: 'detached' });
  const withheld = () => JSON.parse(execFileSync('curl', ['-s', `${ground.walker}/api/v1/walks/${ground.walk}`])).withheld;
  ok(await until(() => withheld() === 1), 'with one it is sealed and kept');
  const files = () => execFileSync('sh', ['-c', `grep -rals varevogn '${ground.walkerData}' | wc -l`], { encoding: 'utf8' }).trim();
  ok(files() === '0' && shown() === 2, 'no file holds a word of it, and no list shows it', files());
  ok(!page.faults.filter((f) => !/409|ERR_FAILED/.test(f)).length, 'no fault on any page', page.faults.join('\n'));
});
