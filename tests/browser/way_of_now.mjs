// The cone on the small map points the way one goes now, also when an older piece of the track
// (the program was restarted, another tab) comes last in it.
import { alone, ok, tablet, test, until } from './support/lygte.mjs';

const metre = 1 / 111195;
const east = metre / Math.cos((57.0405 * Math.PI) / 180);

await test(async (browser) => {
  const ground = await alone();
  const page = await tablet(browser);
  const at = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
  const send = (line, fixes) => page.request.post(`${ground.walker}/api/v1/walks/${ground.walk}/track`, { data: { line, fixes } });
  /* A short piece 100 m to the east, half an hour ago; then twelve steps north to where we are. */
  await send('0190aaaa-0000-7000-8000-000000000001', [0, 10, 20].map((i) => ({ lat: 57.0405, lon: 9.971 + (120 - i) * east,
    accuracy_m: 4, at: at(1800 - i) })));
  const told = await send('0190aaaa-0000-7000-8000-000000000002', Array.from({ length: 12 }, (_, i) => ({
    lat: 57.0405 - (11 - i) * 5 * metre, lon: 9.971, accuracy_m: 4, at: at(60 - i * 5) })));
  ok(told.ok(), 'the walk has two pieces of a track', await told.text());
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  const turn = () => page.locator('.cone').first().getAttribute('transform', { timeout: 500 }).catch(() => 'none');
  await until(async () => (await turn()) !== 'none', 10);
  const degrees = Number(/rotate\(([-\d.]+)/.exec(await turn())?.[1] ?? NaN);
  ok(Math.abs(degrees) < 10, 'the cone points north, where we go', await turn());
});
