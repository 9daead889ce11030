// The route is drawn on the map: a tap sets a place, keys and buttons do the same without one,
// the list does whatever the map does, every step can be undone; what is drawn is there
// again after the page was killed, and becomes the walk's plan.
import { alone, halt, hook, ok, run, tablet, test, twice, until } from './support/lygte.mjs';

const metre = 1 / 111195;

await test(async (browser) => {
  const ground = await alone();
  const plan = () => JSON.parse(run('walker', ['walk', 'show', ground.walk, '--json', '--data', ground.walkerData])).route;
  const degrees = () => (plan() || []).map(([lat, lon]) => [lat / 1e7, lon / 1e7]);
  const page = await tablet(browser);
  const places = hook(page, 'route-place');
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/map`);
  await hook(page, 'draw-route').tap();
  const map = hook(page, 'draw-map');
  await map.waitFor();
  const tap = async (right, down) => {
    await page.evaluate(() => window.scrollTo(0, 0));
    const box = await map.boundingBox();
    await page.touchscreen.tap(box.x + box.width * right, box.y + box.height * down);
  };
  await tap(0.3, 0.7);
  ok(await until(async () => await places.count() === 1), 'a tap on the map sets a place');
  await tap(0.3, 0.3);
  await tap(0.6, 0.3);
  ok(await until(async () => await places.count() === 3), 'each tap one more');
  ok(await until(() => degrees().length === 3), 'and it is the plan of the walk, without "save"');
  const [first, second, third] = degrees();
  ok(second[0] > first[0] && Math.abs(second[1] - first[1]) < 3e-5 && third[1] > second[1],
    'up is north, right is east', JSON.stringify(degrees()));

  // ---- keys and buttons
  await map.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await hook(page, 'cross-east').tap();
  await twice(hook(page, 'route-add')); /* the same place twice is one */
  ok(await until(() => degrees().length === 6), 'Enter and a button set a place at the cross');
  const [, , , at, north, east] = degrees();
  ok(Math.abs((north[0] - at[0]) / metre - 10) < 1 && Math.abs(east[0] - north[0]) < 2e-6 && east[1] > north[1],
    'which arrow keys and buttons move by ten metres', JSON.stringify([at, north, east]));
  await map.focus();
  await page.keyboard.press('Backspace');
  ok(await until(async () => await places.count() === 5), 'Backspace undoes');

  // ---- the list
  await places.nth(1).tap();
  await hook(page, 'cross-south').tap();
  await hook(page, 'move-place').tap();
  ok(await until(() => degrees().length === 5 && Math.abs((degrees()[1][0] - second[0]) / metre + 10) < 1.5),
    'a place of the list moves to the cross', JSON.stringify([second, degrees()[1]]));
  await hook(page, 'place-me').tap();
  ok(await until(() => degrees().length === 6 && Math.abs(degrees()[2][0] - 57.0405) < 1e-6),
    'after the one that is chosen comes where one stands');
  await twice(hook(page, 'remove-place'));
  await hook(page, 'route-undo').tap();
  await hook(page, 'route-undo').tap();
  ok(await until(() => degrees().length === 5), 'taken away, and brought back by undo', JSON.stringify(degrees()));

  // ---- nothing is lost
  await halt(ground.walker);
  await hook(page, 'route-clear').tap();
  await tap(0.2, 0.2);
  await tap(0.8, 0.8);
  await page.reload().catch(() => null);
  await ground.restart();
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/route`);
  await places.first().waitFor();
  ok(await places.count() === 2, 'what was drawn when the program and the page went is there again');
  ok(await until(() => degrees().length === 2), 'and becomes the plan');
  await hook(page, 'route-clear').tap();
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/map`);
  ok(await until(() => degrees().length === 0), 'a route can be taken away whole');
});
