// A file with more places than a route may have becomes a route from its first place to its last.
import { alone, hook, ok, run, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await alone();
  const plan = () => JSON.parse(run('walker', ['walk', 'show', ground.walk, '--json', '--data', ground.walkerData])).route;
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/route`);
  const coordinates = Array.from({ length: 4000 }, (_, i) => [(99000000 + i * 100) / 1e7, 57.04]);
  await hook(page, 'route-file').setInputFiles({ name: 'lang.geojson', mimeType: 'application/geo+json',
    buffer: Buffer.from(JSON.stringify({ type: 'LineString', coordinates })) });
  ok(await until(() => plan()?.length === 2000), 'four thousand places become two thousand', plan()?.length);
  const ends = [plan()?.[0], plan()?.at(-1)];
  ok(JSON.stringify(ends) === '[[570400000,99000000],[570400000,99399900]]', 'both ends among them', JSON.stringify(ends));
  const far = Math.max(...plan().slice(1).map(([, lon], i) => lon - plan()[i][1]));
  ok(far <= 300, 'and none far from the next', far);
  ok(page.faults.length === 0, 'no fault on the page', page.faults.join('\n'));
});
