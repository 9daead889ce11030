// A walk that has a route and no point yet, on a device that does not know where it is: the map
// shows the way, and a pin begins there, wherever in the country that is.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone, dir, hook, ok, points_on, run, tablet, test, until } from './support/lygte.mjs';

const way = [[9.98, 57.46], [9.985, 57.462], [9.99, 57.461]]; /* Hjørring, 50 km from Aalborg */

await test(async (browser) => {
  const ground = await alone();
  const file = join(dir, 'way.geojson');
  writeFileSync(file, JSON.stringify({ type: 'LineString', coordinates: way }));
  run('walker', ['walk', 'edit', ground.walk, '--route', file, '--data', ground.walkerData]);
  const page = await tablet(browser, { permissions: [], geolocation: undefined });
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/map`);
  const route = page.locator('path.map-route');
  await route.waitFor({ state: 'attached' });
  const inside = async () => {
    const [line, box] = [await route.boundingBox(), await hook(page, 'map').boundingBox()];
    return line && line.width > 40 && line.x >= box.x && line.x + line.width <= box.x + box.width
      && line.y >= box.y && line.y + line.height <= box.y + box.height;
  };
  ok(await until(inside, 5), 'the map shows the whole way', JSON.stringify(await route.boundingBox()));

  run('walker', ['add', '--category', 'BEL01', '--data', ground.walkerData]);
  const [{ id }] = points_on(ground.walkerData);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/point/${id}`);
  await hook(page, 'move-pin').tap();
  await hook(page, 'pin-set').tap();
  ok(await until(() => points_on(ground.walkerData)[0].thing), 'a pin is put');
  const { thing } = points_on(ground.walkerData)[0];
  ok(Math.abs(thing.lat - 57.46) < 0.001 && Math.abs(thing.lon - 9.98) < 0.001, 'beginning where the way does',
    JSON.stringify(thing));
});
