// The page comes whole or comes again: a file that failed once at the start, a worker that
// keeps the page and no other address, screens that are there before the hub is out of reach,
// and a program that was updated under an open page. A phone of a pass never takes the hub's
// place for its own.
import { join } from 'node:path';
import { alone, dir, halt, hook, hub, named_browser, ok, points_on, reached, run, tablet, test, until } from './support/lygte.mjs';

const NAME = 'lygte-hub.test';

async function a_bad_start(browser) {
  const ground = await alone('start');
  const page = await tablet(browser, { serviceWorkers: 'block' });
  await page.route('**/page-shared.json', (route) => route.abort('connectionreset'), { times: 1 });
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  ok(await hook(page, 'category-BEL').waitFor({ timeout: 20000 }).then(() => true, () => false),
    'words that did not come at once are asked for again');
  await page.context().close();
}

async function another_address(browser) {
  const ground = await alone('address');
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await reached(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller)));
  await page.goto(`${ground.walker}/healthz`);
  await halt(ground.walker);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  ok(await hook(page, 'category-BEL').waitFor({ timeout: 20000 }).then(() => true, () => false),
    'an address opened in the same tab does not stand in the page\'s place when the program is away');
  await page.context().close();
}

async function an_update(browser) {
  const ground = await alone('update');
  const page = await tablet(browser, { serviceWorkers: 'block' });
  await page.route('**/walker/screen_list-*.js', (route) => route.fulfill({ status: 404, body: '' }));
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-BEL').waitFor();
  let pages = 0;
  await page.route(`${ground.walker}/`, async (route) => {
    pages += 1;
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace(/\/a\/\w+/g, '/a/0123456789ab') });
  }, { times: 1 });
  const asked = page.waitForEvent('framenavigated', { timeout: 15000, predicate: () => pages > 0 });
  await page.evaluate((hash) => { location.hash = hash; }, `#/walk/${ground.walk}/points`);
  ok(await asked.then(() => true, () => false), 'a program that was updated under the page is noticed, and its page comes');
  await page.context().close();
}

async function phones() {
  const browser = await named_browser(NAME);
  const data = join(dir, 'hub');
  const walk = run('walker', ['walk', 'new', '--title', 'Aftenens vandring', '--data', data]).trim().split('\n').pop();
  run('walker', ['walk', 'begin', walk, '--data', data]);
  const lamp = run('walker', ['add', '--walk', walk, '--category', 'BEL01', '--at', '57.0405,9.9710,4', '--data', data]).trim().split('\n').pop();
  await hub(data, NAME);
  const pass = JSON.parse(run('walker', ['pass', walk, '--json', '--data', data]));
  const phone = await tablet(browser, { ignoreHTTPSErrors: true });
  await phone.goto(pass.url);
  await hook(phone, 'category-BEL').waitFor();
  const names = () => phone.evaluate(() => performance.getEntriesByType('resource').map((one) => one.name).join('\n'));
  ok(await until(async () => /screen_acute/.test(await names())),
    'where no worker keeps the files, the screens for later come at once', await names());
  ok(!/api\/v1\/position/.test(await names()), 'a phone of a pass does not ask where the hub is');

  await phone.evaluate((hash) => { location.hash = hash; }, `#/walk/${walk}/map`);
  await hook(phone, 'map-row').first().tap();
  await hook(phone, 'me-too').evaluate((one) => [0, 1].forEach(() => one.click()));
  const witnesses = () => points_on(data).find((one) => one.id === lamp).witnesses;
  ok(await until(() => witnesses() > 0) && await phone.waitForTimeout(600).then(() => witnesses() === 1),
    'what a phone has seen too is counted from the map, once for two taps', String(witnesses()));
  ok(!/\/track$/m.test(await names()), 'and the track, which is the owner\'s, is not asked for');
  await browser.close();
}

test(async (browser) => {
  for (const part of [a_bad_start, another_address, an_update, phones]) await part(browser);
});
