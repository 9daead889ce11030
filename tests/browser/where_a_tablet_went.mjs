// A tablet has no gpsd: its browser's own positions are the walk's track. Standing still adds
// nothing, a rough fix is none, and a walk that is paused is nobody's business. It goes on
// whatever of the walk is looked at, to its last step: nothing is left when the walk has ended.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { alone, hook, ok, run, tablet, test, until } from './support/lygte.mjs';

const metre = 1 / 111195;

await test(async (browser) => {
  const ground = await alone();
  const page = await tablet(browser);
  const track = () => page.request.get(`${ground.walker}/api/v1/walks/${ground.walk}/track`)
    .then((answer) => answer.json());
  const fixes = async () => (await track()).geometry.coordinates.flat().length;
  const go = async (metres, accuracy = 4) => {
    await page.context().setGeolocation({ latitude: 57.0405 + metres * metre, longitude: 9.971, accuracy });
    await page.waitForTimeout(1100); /* a fix a second is what a track keeps */
  };
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await page.waitForSelector('[data-test="pill-position"].good');
  await until(() => page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => /trail/.test(name))));
  for (let i = 1; i <= 9; i += 1) await go(i * 6);
  for (let i = 0; i < 3; i += 1) await go(54 + (i % 2));
  ok(await until(async () => await fixes() >= 9, 30), 'where the tablet went is the track', await fixes());
  const { metres } = (await track()).properties;
  ok(metres >= 40 && metres <= 56, 'as long as the way was, standing still not counted', metres);

  await go(900, 400);
  await go(54);
  run('walker', ['walk', 'pause', ground.walk, '--data', ground.walkerData]); // what there is is handed over
  await page.waitForTimeout(1500);
  for (let i = 1; i <= 3; i += 1) await go(54 + i * 20);
  const now = (await track()).properties.metres; // the last of the way may come after it was first asked
  ok(now >= metres && now <= 56, 'a fix good to 400 m is not in it', now);
  ok(await hook(page, 'category-BEL').isVisible(), 'a pause leaves the page as it is');
  const paused = await fixes();

  // ---- the list on the screen, then the summing-up, and the end, before the ten seconds are over
  run('walker', ['walk', 'resume', ground.walk, '--data', ground.walkerData]);
  await page.evaluate((hash) => { location.hash = hash; }, `#/walk/${ground.walk}/points`);
  await page.waitForTimeout(1500);
  for (let i = 1; i <= 12; i += 1) await go(200 + i * 7);
  ok(await until(async () => await fixes() - paused >= 5), 'the way goes on while the list is looked at', `${paused} ${await fixes()}`);
  await page.evaluate((hash) => { location.hash = hash; }, `#/walk/${ground.walk}/summing`);
  await hook(page, 'end').waitFor();
  for (let i = 13; i <= 16; i += 1) await go(200 + i * 7);
  await hook(page, 'end').tap();
  await hook(page, 'end-now').tap();
  const sql = (query) => execFileSync('sqlite3', [join(ground.walkerData, 'lygte.db'), query], { encoding: 'utf8' }).trim();
  ok(await until(() => sql(`SELECT state FROM walk WHERE id = '${ground.walk}'`) === 'closed'), 'the walk is closed');
  const last = async () => Math.max(...(await track()).geometry.coordinates.flat().map(([, lat]) => lat));
  ok(await last() > 57.0405 + 310 * metre, 'and so does it up to the end', await last());
  const between = (await track()).geometry.coordinates.flat().map(([, lat]) => (lat - 57.0405) / metre).filter((m) => (m > 60 && m < 190) || m > 350);
  ok(between.length === 0, 'the pause and the fix good to 400 m are not in it', between);
  await page.waitForTimeout(11000);
  ok(sql('SELECT count(*) FROM track_draft') === '0', 'of which nothing waits for a record', sql('SELECT count(*) FROM track_draft'));
  ok(page.faults.length === 0, 'no fault on the page', page.faults.join('\n'));
});
