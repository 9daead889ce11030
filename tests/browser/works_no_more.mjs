// What works well has no severity; tapped by a slip and put right, the point is no strength.
import { alone, hook, ok, points_on, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await alone();
  const page = await tablet(browser);
  const point = () => points_on(ground.walkerData)[0];
  let go_on;
  const held = new Promise((done) => { go_on = done; });
  // Its first save waits, so that what is tapped meanwhile becomes one edit.
  await page.route('**/api/v1/observations/*', async (route) => {
    if (route.request().method() === 'PUT') await held;
    await route.continue();
  });
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-ANDET').tap();
  await hook(page, 'item-POS').waitFor();
  // Both before the first is drawn, as a thumb that slips taps.
  await page.evaluate(() => ['POS', 'BEL'].map((code) => document.querySelector(`[data-test="item-${code}"]`))
    .forEach((chip) => chip.click()));
  go_on();
  ok(await until(() => point()?.category === 'BEL' && point().severity === null && !point().strength),
    'a slip to what works, put right, is no strength', JSON.stringify(point()));
});
