// A new walk whose answer was lost on the way is made once, and as it was said last.
import { alone, hook, ok, run, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await alone();
  const page = await tablet(browser, { serviceWorkers: 'block' });
  const walks = () => JSON.parse(run('walker', ['walk', 'list', '--json', '--data', ground.walkerData]))
    .filter((walk) => /Kun en gang/.test(walk.title)).map((walk) => walk.title);
  let lost = 0;
  await page.route('**/api/v1/walks', async (route) => {
    if (route.request().method() !== 'POST' || lost >= 2) return route.continue();
    lost += 1;
    await route.fetch();
    return route.abort();
  });
  await page.goto(`${ground.walker}/#/new`);
  await hook(page, 'walk-title-input').fill('Kun en gang');
  await hook(page, 'walk-create').tap();
  await page.locator('#walk-title-error').waitFor();
  await hook(page, 'walk-create').tap();
  await until(() => lost >= 2);
  await page.locator('#walk-title-error').waitFor();
  ok(walks().join() === 'Kun en gang', 'asked twice for, and made once', walks().join());
  await hook(page, 'walk-title-input').fill('Kun en gang, i aften');
  await hook(page, 'walk-create').tap();
  await hook(page, 'walk-create').waitFor({ state: 'detached' });
  ok(walks().join() === 'Kun en gang, i aften', 'what was said last is what it is called', walks().join());
});
