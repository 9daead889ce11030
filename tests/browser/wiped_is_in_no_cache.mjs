// A walk that was wiped from the tablet is nowhere in its browser either: with the program away its
// words do not show, whoever wiped it.
import { halt, hook, ok, pair, reached, run, tablet, test } from './support/lygte.mjs';

const SECRET = 'Ord der skal væk';

async function shut(ground, title) {
  const at = (...args) => run('walker', [...args, '--data', ground.walkerData]).trim();
  const walk = at('walk', 'new', '--title', title);
  at('walk', 'begin', walk);
  at('add', '--walk', walk, '--category', 'TUN', '--note', SECRET);
  at('walk', 'close', walk);
  at('sync');
  return walk;
}

/* Has the browser kept an answer about it? */
const kept = (page, walk) => page.evaluate(async (id) => {
  const cache = await caches.open('lygte.answers');
  const urls = (await cache.keys()).map(({ url }) => url).filter((url) => url.includes(id));
  const texts = await Promise.all(urls.map(async (url) => (await cache.match(url)).text()));
  return texts.join(' ');
}, walk);

await test(async (browser) => {
  const ground = await pair();
  const [here, there] = [await shut(ground, 'Fra siden'), await shut(ground, 'Fra linjen')];
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/`);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  for (const walk of [here, there]) {
    await page.evaluate((hash) => { location.hash = hash; }, `#/walk/${walk}/points`);
    await page.getByText(SECRET).first().waitFor();
    await reached(async () => (await kept(page, walk)).includes(SECRET));
  }
  await page.evaluate(() => { location.hash = '#/arrived'; });
  await hook(page, 'wipe').first().tap();
  await hook(page, 'wipe-now').waitFor();
  await hook(page, 'wipe-now').tap();
  await hook(page, 'wiped').waitFor();
  const [gone] = await Promise.all([here, there].map(async (walk) => [walk, await kept(page, walk)]))
    .then((all) => all.filter(([, text]) => !text.includes(SECRET)).map(([walk]) => walk));
  ok(Boolean(gone), 'wiped by the page, the browser has let go of it');
  run('walker', ['wipe', '--walk', gone === here ? there : here, '--data', ground.walkerData]);
  await page.goto(`${ground.walker}/#/`);
  await page.reload();
  await reached(async () => !(await kept(page, here) + await kept(page, there)).includes(SECRET));
  ok(true, 'wiped by the verb, it lets go when it asks for the walks again');
  await halt(ground.walker);
  for (const walk of [here, there]) {
    await page.goto(`${ground.walker}/#/walk/${walk}/points`);
    await page.reload();
    await page.waitForTimeout(6000);
    const words = await page.innerText('body');
    ok(!words.includes(SECRET), 'with the program away nothing of it is shown', words);
  }
});
