// Two tablets of one walk say different things of the walk itself while neither hears the other: who
// came, how it is out there, which point comes first. Both sides stand on the evening's and the
// summing-up's screens, and one tap settles each.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dir, hook, ok, pair, reached, run, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await pair();
  const other = join(dir, 'other');
  const { code } = JSON.parse(run('registry', ['device', 'code', '--json', '--data', ground.registryData]));
  run('walker', ['pair', ground.registry, code, '--name', 'Tablet 2', '--data', other]);
  const walk = run('registry', ['walk', 'new', '--title', 'Kildeparken', '--start', '2026-11-30T18:00:00Z',
    '--data', ground.registryData]).trim().split('\n').at(-1);
  const both = [ground.walkerData, other];
  const at = (data, ...args) => run('walker', [...args, '--data', data]).trim();
  const sync = () => [...both, ...both].forEach((data) => at(data, 'sync'));
  sync();
  at(ground.walkerData, 'walk', 'begin', walk);
  const [lamp, hedge] = ['BEL', 'BEP'].map((group) => at(ground.walkerData, 'add', '--walk', walk,
    '--category', group).split('\n').at(-1));
  sync();
  at(ground.walkerData, 'walk', 'attend', walk, 'resident=7');
  at(other, 'walk', 'attend', walk, 'resident=5', 'police=1');
  at(ground.walkerData, 'walk', 'edit', walk, '--weather', 'rain');
  at(other, 'walk', 'edit', walk, '--weather', 'snow');
  const line = (name, ...places) => {
    const file = join(dir, name);
    writeFileSync(file, JSON.stringify({ type: 'LineString', coordinates: places }));
    return file;
  };
  at(ground.walkerData, 'walk', 'edit', walk, '--route', line('two', [9.9, 57], [9.91, 57]));
  at(other, 'walk', 'edit', walk, '--route', line('three', [9.9, 57], [9.91, 57], [9.92, 57.01]));
  at(ground.walkerData, 'walk', 'vote', walk, '--top', lamp);
  at(other, 'walk', 'vote', walk, '--top', hedge);
  sync();

  const shown = () => JSON.parse(at(ground.walkerData, 'walk', 'show', walk, '--json'));
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${walk}/evening`);
  await reached(async () => await hook(page, 'conflict').count() === 4);
  const words = await page.locator('main').innerText();
  ok(/hvem der kom/.test(words) && /7 Borgere/.test(words) && /5 Borgere og 1 Politi/.test(words),
    'who came stands there as both have it', words);
  ok(/vejret/.test(words) && /regn/i.test(words) && /sne/i.test(words), 'and the weather', words);
  const settle = (text) => page.locator('.claim', { hasText: text }).locator('[data-test="settle"]').tap();
  await settle('5 Borgere og 1 Politi');
  ok(await until(async () => await hook(page, 'conflict').count() === 3), 'one tap settles it');
  const counts = () => JSON.stringify((shown().attendance || []).map(({ role, n }) => [role, n]));
  ok(counts() === '[["resident",5],["police",1]]', 'and the side that was chosen stands', counts());
  await settle(/regn/i);
  ok(await until(() => shown().weather === 'rain'), 'so does the weather', shown().weather);
  await settle('3 steder');
  ok(await until(() => shown().route.length === 3 && !shown().conflicts?.route), 'and the route',
    JSON.stringify([shown().route, shown().conflicts]));

  await page.goto(`${ground.walker}/#/walk/${walk}/summing`);
  await hook(page, 'conflict').waitFor();
  const votes = await hook(page, 'conflict').innerText();
  ok(/1\. .*Belysning/.test(votes) && /1\. .*Beplantning/.test(votes), 'the votes name the points', votes);
  await settle(/Beplantning/);
  ok(await until(() => shown().votes?.top?.[0] === hedge && !shown().conflicts), 'and are settled, too',
    JSON.stringify(shown().votes));
  sync();
  const there = JSON.parse(at(other, 'walk', 'show', walk, '--json'));
  ok(!there.conflicts && there.votes.top[0] === hedge && there.weather === 'rain',
    'on the other tablet as well', JSON.stringify(there.conflicts));
  ok(page.faults.length === 0, 'the page had no faults', page.faults.join('\n'));
});
