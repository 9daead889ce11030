// The walk screen under a hurried hand: tiles that never move, a key that marks, words
// that find, absurd positions that are not taken, a second tab, undo that erases nothing.
import { alone, hook, ok, points_on, settled, tablet, test, until } from './support/lygte.mjs';

const absurd = [[NaN, 9.9, 5], [91, 9.9, 5], [57, 181, 5], [0, 0, 5], [57, 9.9, -5],
  [57, 9.9, Infinity], [57, 9.9, 4e7], ['57', '9.9', 5]];

const order = (page) => page.locator('.tile').evaluateAll((all) => all.map((one) => one.dataset.test));

await test(async (browser) => {
  const ground = await alone();
  const page = await tablet(browser);
  const points = () => points_on(ground.walkerData);
  const home = `${ground.walker}/#/walk/${ground.walk}`;
  await page.goto(home);
  await hook(page, 'category-BEL').waitFor();
  const first = await order(page);
  ok(first.length === 15 && first.indexOf('category-POS') < 4 && first[14] === 'category-ANDET',
    'fifteen tiles, a safe place among the first four, the rest last', first.join(' '));
  for (let i = 0; i < 3; i += 1) {
    /* Far apart: nobody asks whether it is the same. */
    await page.context().setGeolocation({ latitude: 57.04 + i / 200, longitude: 9.97, accuracy: 6 + i });
    await page.waitForFunction((metres) => document.querySelector('[data-test="pill-position"]').textContent.includes(metres),
      `${6 + i} m`);
    await hook(page, 'category-VAN').tap();
    await hook(page, 'done').tap();
  }
  await hook(page, 'category-VAN').waitFor();
  ok((await order(page)).join() === first.join(), 'however much is tapped, no tile moves');
  await page.reload();
  await hook(page, 'category-BEL').waitFor();
  ok((await order(page)).join() === first.join(), 'nor after a reload');

  // ---- a key, a word
  await page.keyboard.press('AudioVolumeUp');
  ok(await until(() => points().filter((one) => one.category === 'ANDET').length === 1),
    'a key on the device marks the spot');
  ok(await until(async () => await page.locator('[data-test="marked"]').count() === 1) && page.url() === home, 'and the screen stays');
  await hook(page, 'search-open').tap();
  await hook(page, 'search').fill('lampe sluk');
  await page.keyboard.press('AudioVolumeUp');
  await hook(page, 'found-BEL01').tap();
  await page.waitForSelector('text=Gemt');
  ok(await until(() => points().some((one) => one.category === 'BEL01')) && points().length === 5,
    'a word finds the line, and its tap keeps it', JSON.stringify(points().map((one) => one.category)));

  // ---- two taps before the first of them is drawn
  const found = () => points().find((one) => one.category === 'BEL01');
  await hook(page, 'affected-children').waitFor();
  await page.evaluate(() => ['affected-children', 'affected-night', 'agree-more', 'agree-more']
    .forEach((name) => document.querySelector(`[data-test="${name}"]`).click()));
  ok(await until(() => found().affected === 'children night' && found().agree === 2),
    'of two quick taps on whom it touches, and on how many agree, both count', JSON.stringify(found()));

  // ---- undo
  await hook(page, 'undo').tap();
  await hook(page, 'bring-back').tap();
  ok(await until(() => points().length === 5), 'what is undone comes back with one tap');

  // ---- a second tab
  const second = await page.context().newPage();
  await second.goto(home);
  await hook(second, 'category-REN').tap();
  await second.waitForSelector('text=Gemt');
  await page.bringToFront();
  ok(await until(async () => /6 punkter/.test(await page.locator('.facts').innerText())),
    'a second tab does no harm: the first knows its point');
  await second.close();
  ok(points().length === 6 && page.faults.length === 0, 'and none is doubled', page.faults.join('\n'));

  // ---- positions that cannot be
  const odd = await tablet(browser);
  await odd.addInitScript((rows) => {
    window.told = 0;
    const tell = (heard) => rows.forEach(([latitude, longitude, accuracy], i) => setTimeout(() => {
      heard({ coords: { latitude, longitude, accuracy }, timestamp: i % 2 ? 0 : 4e15 });
      window.told += 1;
    }, 20 * i));
    navigator.geolocation.watchPosition = (heard) => { tell(heard); return 1; };
    navigator.geolocation.getCurrentPosition = () => {};
  }, absurd);
  await odd.goto(home);
  await hook(odd, 'category-STI').waitFor();
  await odd.waitForFunction((all) => window.told === all, absurd.length);
  await settled(odd);
  ok(/Ingen position/.test(await hook(odd, 'pill-position').getAttribute('aria-label')),
    'positions that cannot be are no position');
  await hook(odd, 'category-STI').tap();
  await odd.waitForSelector('text=Uden sted');
  const last = points().find((one) => one.category === 'STI');
  ok(last.stood === null && odd.faults.length === 0, 'and the point is kept without one',
    JSON.stringify(last.stood));
});
