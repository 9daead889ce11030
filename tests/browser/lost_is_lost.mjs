// A receiver that went away says nothing about where we are: the page that stood on its fix says
// so, and the next point does not stand where the walk was then. And one that does not know how
// accurate it is still says where we are.
import { createServer } from 'node:net';

let accuracy = { eph: 4 };
const fix = () => `${JSON.stringify({ class: 'TPV', mode: 3, time: new Date().toISOString(), lat: 57.05,
  lon: 9.92, ...accuracy })}\n`;

/* As much of gpsd as tells where it is, until it ends. */
function receiver() {
  const here = new Set();
  const server = createServer((socket) => {
    here.add(socket.on('error', () => null).on('close', () => here.delete(socket)));
  });
  const timer = setInterval(() => here.forEach((socket) => socket.write(fix())), 300);
  const end = () => {
    clearInterval(timer);
    server.close();
    here.forEach((socket) => socket.destroy());
  };
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done({ port: server.address().port, end })));
}

const gpsd = await receiver();
process.env.LYGTE_GPSD = `127.0.0.1:${gpsd.port}`; /* the programs of the test get it */
const { alone, hook, ok, points_on, tablet, test, until } = await import('./support/lygte.mjs');

await test(async (browser) => {
  const ground = await alone('gps', 'Kildeparken');
  const page = await tablet(browser, { permissions: [] });
  await page.clock.install();
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  const pill = () => hook(page, 'pill-position').getAttribute('aria-label');
  await hook(page, 'category-BEL').waitFor();
  ok(await until(async () => /4 m/.test(await pill())), 'the receiver says where we are', await pill());

  accuracy = {};
  ok(await until(async () => /± ukendt/.test(await pill())), 'without knowing how accurately', await pill());
  await hook(page, 'category-BEL').tap();
  ok(await until(() => points_on(ground.walkerData).length === 1), 'a point is kept there');
  const [{ stood }] = points_on(ground.walkerData);
  ok(stood?.lat === 57.05 && stood.accuracy_m === undefined, 'and stands there', JSON.stringify(stood));
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-BEL').waitFor();

  gpsd.end();
  const told = () => page.request.get(`${ground.walker}/api/v1/position`).then((answer) => answer.json());
  ok(await until(async () => (await told()).fix === 'off'), 'it goes away', JSON.stringify(await told()));
  await page.clock.fastForward(90000);
  await page.waitForTimeout(6000); /* the page has asked meanwhile, and was told where it was last */
  ok(/Ingen position/.test(await pill()), 'a minute later the page knows no place', await pill());
  await hook(page, 'category-BEL').tap();
  ok(await until(() => points_on(ground.walkerData).length === 2), 'another point is kept');
  const last = () => points_on(ground.walkerData).find((one) => one.number === 2)?.stood;
  ok(last() === null, 'and stands nowhere', JSON.stringify(last()));
});
