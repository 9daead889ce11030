// A page whose clock is not the program's (a Pi with its time from satellites, a phone that is
// wrong) still measures the place better while somebody stands and writes.
import { alone, hook, ok, points_on, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await alone();
  const page = await tablet(browser, { geolocation: { latitude: 57.0405, longitude: 9.971, accuracy: 14 } });
  await page.clock.install({ time: Date.now() - 2 * 3600000 });
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await page.waitForSelector('[data-test="pill-position"].good');
  await hook(page, 'category-STI').tap();
  await hook(page, 'lead').waitFor();
  const point = () => points_on(ground.walkerData)[0];
  ok(await until(() => point()?.stood?.accuracy_m === 14), 'a tap keeps the first fix', JSON.stringify(point()));
  for (let i = 0; i < 4; i += 1) {
    await page.context().setGeolocation({ latitude: 57.0405 + i * 1e-6, longitude: 9.971, accuracy: 5 - i / 10 });
    await page.waitForTimeout(400);
  }
  await hook(page, 'done').tap();
  ok(await until(() => point().stood.source === 'average'), 'what came after is averaged',
    JSON.stringify(point().stood));
  ok(point().stood.accuracy_m < 5, 'and is better', JSON.stringify(point().stood));
});
