// Words that the register erased leave the browser's kept answers too, also of a walk that
// nobody looks at any more: with the program away nothing of them shows.
import { ok, pair, reached, run, tablet, test, until } from './support/lygte.mjs';

const SECRET = 'Ord der skal slettes';

const kept = (page) => page.evaluate(async () => {
  const cache = await caches.open('lygte.answers');
  const texts = await Promise.all((await cache.keys()).map(async ({ url }) => (await cache.match(url)).text()));
  return texts.join(' ');
});

await test(async (browser) => {
  const ground = await pair();
  const at = (...args) => run('walker', [...args, '--data', ground.walkerData]).trim().split('\n').pop();
  const walk = at('walk', 'new', '--title', 'Vestbyen');
  at('walk', 'begin', walk);
  const [first, second] = [1, 2].map((n) => at('add', '--walk', walk, '--category', 'TUN', '--note', `${SECRET} ${n}`));
  at('sync');
  const erase = (point) => {
    run('registry', ['erase', point, '--text', '--reason', 'request', '--data', ground.registryData]);
    at('sync');
  };
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/`);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await page.evaluate((hash) => { location.hash = hash; }, `#/walk/${walk}/points`);
  await page.getByText(`${SECRET} 1`).first().waitFor();
  await reached(async () => (await kept(page)).includes(`${SECRET} 2`));

  await page.evaluate(() => { location.hash = '#/'; });
  erase(first);
  ok(await until(async () => !(await kept(page)).includes(`${SECRET} 1`), 40),
    'erased while the page shows something else, the browser has let go of it');
  ok((await kept(page)).includes(`${SECRET} 2`), 'and of nothing else');

  await page.goto('about:blank');
  erase(second);
  await page.goto(`${ground.walker}/#/`);
  ok(await until(async () => !(await kept(page)).includes(SECRET), 40),
    'erased while no page was open, it goes when one is');
  ok(!page.faults.length, 'no fault on the page', page.faults.join('\n'));
});
