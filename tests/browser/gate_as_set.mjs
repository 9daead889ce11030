// How rough a position may be is what `walker set gate_m` says, not a number of the page's own.
import { alone, hook, ok, points_on, run, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await alone();
  const page = await tablet(browser, { geolocation: { latitude: 57.0405, longitude: 9.971, accuracy: 22 } });
  const home = `${ground.walker}/#/walk/${ground.walk}`;
  const pill = hook(page, 'pill-position');
  const kind = (name) => until(async () => (await pill.getAttribute('class')).includes(name));
  await page.goto(home);
  await hook(page, 'category-STI').waitFor();
  ok(await kind('unsure'), 'where nothing is set 22 m are too rough');
  await hook(page, 'category-STI').tap();
  await hook(page, 'poor').waitFor();
  ok(true, 'and the point says so');

  run('walker', ['set', 'gate_m', '30', '--data', ground.walkerData]);
  await page.goto(home);
  await page.reload();
  ok(await kind('good'), 'with a gate of 30 m they will do', await pill.getAttribute('aria-label'));
  await hook(page, 'category-REN').tap();
  await hook(page, 'lead').waitFor();
  ok(await until(() => points_on(ground.walkerData).some((one) => one.category === 'REN'))
    && !await hook(page, 'poor').isVisible(), 'nobody is asked to wait for a better one');
});
