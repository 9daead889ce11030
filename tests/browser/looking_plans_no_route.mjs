// A route that was drawn and told is a draft no more: who only looks at the route later changes
// nothing of what others have planned since. What was drawn and never told goes on over the plan
// it was drawn over; over another it gives way, and one undo brings it back.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone, dir, halt, hook, ok, reached, run, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await alone();
  const say = (...args) => run('walker', ['walk', ...args, '--data', ground.walkerData]);
  const plan = () => (JSON.parse(say('show', ground.walk, '--json')).route || []).length;
  const others_plan = (count) => {
    const file = join(dir, 'others.geojson');
    writeFileSync(file, JSON.stringify({ type: 'LineString',
      coordinates: Array.from({ length: count }, (_, i) => [9.9 + i / 100, 57]) }));
    say('edit', ground.walk, '--route', file);
  };
  const page = await tablet(browser);
  const places = hook(page, 'route-place');
  const count_is = (count) => until(async () => await places.count() === count);
  const at = (path) => page.evaluate((hash) => { location.hash = hash; }, `#/walk/${ground.walk}${path}`);
  const add = async () => {
    await hook(page, 'cross-north').tap();
    await hook(page, 'route-add').tap();
  };
  const leave = async () => {
    await at('');
    await hook(page, 'category-BEL').waitFor();
  };
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/route`);
  await hook(page, 'route-add').waitFor();
  await reached(() => page.evaluate(() => navigator.serviceWorker.controller !== null));
  await halt(ground.walker);
  await add();
  await add();
  await leave();
  await at('/route');
  ok(await count_is(2), 'what was drawn out of reach is there when one comes again');
  ok(await until(async () => /husket her/.test(await page.innerText('body'))), 'and called remembered, not kept');
  await ground.restart();
  ok(await until(() => plan() === 2, 30), 'it becomes the plan when the program is back');
  ok(await until(async () => /gemt/.test(await page.locator('.topbar').innerText())), 'and is called kept then',
    await page.locator('.topbar').innerText());
  others_plan(4);
  ok(await count_is(4), 'what others plan is drawn while one looks');
  await leave();
  others_plan(5);
  await at('/route');
  ok(await count_is(5), 'and when one comes again');
  await leave();
  ok(plan() === 5, 'who only looked changed nothing', plan());

  // ---- the page is killed before it has told
  await at('/route');
  await reached(async () => await places.count() === 5);
  const left = await page.evaluate((walk) => {
    const key = `lygte.route.${walk}`;
    document.querySelector('[data-test="route-clear"]').click();
    const drawn = JSON.parse(localStorage.getItem(key));
    return [key, JSON.stringify({ ...drawn, places: [0, 1, 2].map((i) => ({ lat: 57.1, lon: 9.9 + i / 100 })) })];
  }, ground.walk);
  const killed_with = async (count) => {
    await reached(async () => await places.count() === 0); /* nobody leaves within a frame of a tap */
    await leave();
    await reached(() => plan() === 0);
    others_plan(count);
    await page.evaluate(([key, text]) => localStorage.setItem(key, text), left);
    await page.reload();
    await at('/route');
  };
  await killed_with(5);
  ok(await count_is(3) && await until(() => plan() === 3), 'what was drawn over the plan that stands goes on', plan());
  await hook(page, 'route-clear').tap();
  await killed_with(4);
  ok(await count_is(4), 'over another plan it gives way');
  await leave();
  ok(plan() === 4, 'and changes nothing', plan());
  await page.evaluate(([key, text]) => localStorage.setItem(key, text), left);
  await at('/route');
  await reached(async () => await places.count() === 4);
  await hook(page, 'route-undo').tap();
  ok(await count_is(3) && await until(() => plan() === 3), 'until somebody wants it back', plan());
  const unforeseen = page.faults.filter((one) => !/ERR_|Failed to (load|fetch)/.test(one));
  ok(unforeseen.length === 0, 'no fault on the page', unforeseen.join('\n'));
});
