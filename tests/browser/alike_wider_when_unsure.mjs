// A point whose place is good to nobody knows what is looked for as wide as the summing-up looks:
// 25 m and both errors, 30 m where one is not known (core/store/near).
import { createServer } from 'node:net';

const fix = `${JSON.stringify({ class: 'TPV', mode: 3, lat: 57.0405, lon: 9.971 })}\n`; /* says no accuracy */
const server = createServer((socket) => {
  const timer = setInterval(() => socket.write(fix), 300);
  socket.on('error', () => null).on('close', () => clearInterval(timer));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
process.env.LYGTE_GPSD = `127.0.0.1:${server.address().port}`; /* the programs of the test get it */
server.unref();
const { alone, halt, hook, ok, points_on, run, tablet, test, until } = await import('./support/lygte.mjs');

await test(async (browser) => {
  const ground = await alone();
  const north = (metres) => (57.0405 + metres / 111195).toFixed(6);
  run('walker', ['add', '--walk', ground.walk, '--category', 'BEL01', '--at', `${north(55)},9.971,5`,
    '--data', ground.walkerData]);
  const page = await tablet(browser, { permissions: [], geolocation: undefined });
  const heard = () => page.request.get(`${ground.walker}/api/v1/position`).then((answer) => answer.json());
  ok(await until(async () => (await heard()).fix === '3d'), 'the receiver has a fix, and says not how good');
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-BEL').tap();
  ok(await until(() => points_on(ground.walkerData).length === 2), 'a point is kept');
  const [, point] = points_on(ground.walkerData);
  ok(point.stood && point.stood.accuracy_m === undefined, 'with that place', JSON.stringify(point.stood));
  ok(await hook(page, 'metoo-yes').first().waitFor({ timeout: 5000 }).then(() => true, () => false),
    'and one of its kind 55 m away is asked about');
  await halt(ground.walker); /* or it still writes its track while its folder goes */
});
