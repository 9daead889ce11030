// Words that an earlier page left, and perhaps handed over on its way out: what is typed on top
// of them is another deed, so none of it is lost; and what has come is let go here.
import { alone, hook, ok, points_on, reached, run, settled, tablet, test, until } from './support/lygte.mjs';

const kept_row = (page) => page.evaluate(() => Object.entries(localStorage).find(([key]) => key.startsWith('lygte.words.')));

async function a_point(ground, page) {
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-TUN').tap();
  await hook(page, 'note').waitFor();
  await reached(() => points_on(ground.walkerData).length === 1);
  await settled(page);
}

async function type(page, words) {
  await hook(page, 'note').click();
  await hook(page, 'note').press('End');
  await page.keyboard.type(words);
}

async function go_to(page, ground, point) {
  await page.evaluate((to) => { location.hash = to; }, `#/walk/${ground.walk}${point ? `/point/${point}` : ''}`);
  await hook(page, point ? 'note' : 'category-TUN').waitFor();
}

// A page that ends as it hands over cannot drop its row any more: the row is put back here.
async function handed_over_in_going(browser) {
  const ground = await alone('going');
  const note = () => points_on(ground.walkerData)[0].note;
  const page = await tablet(browser);
  await a_point(ground, page);
  const { id } = points_on(ground.walkerData)[0];
  await type(page, 'Mørkt her.');
  await page.waitForTimeout(3000); // the page has seen to what others left
  const row = await kept_row(page);
  const put_back = () => page.evaluate((pair) => localStorage.setItem(...pair), row);
  await hook(page, 'done').tap();
  await reached(async () => note() === 'Mørkt her.' && !await kept_row(page));
  await put_back();
  await go_to(page, ground, id);
  ok(await until(async () => !await kept_row(page)), 'words that have come are let go here', await kept_row(page));

  await go_to(page, ground);
  await put_back();
  /* Chromium keeps no text of an answer that nobody read. */
  const heard = page.waitForResponse(async (r) => r.url().includes('/observations')
    && /Rettet/.test(await r.text().catch(() => '')));
  run('walker', ['edit', id, '--note', 'Rettet ved pulten.', '--data', ground.walkerData]);
  await heard;
  await settled(page);
  await go_to(page, ground, id);
  await type(page, ' Nyt fra mig.');
  await hook(page, 'done').tap();
  const claims = () => (points_on(ground.walkerData)[0].conflicts?.note || []).map((one) => one.value);
  ok(await until(() => claims().includes('Mørkt her. Nyt fra mig.') && claims().includes('Rettet ved pulten.')),
    'words typed on top of a left-over deed stand beside what was written elsewhere', `${note()} | ${claims()}`);
}

// The other tab may be shut in the middle of it, before it has dropped the row.
async function by_another_tab(browser, drops) {
  const ground = await alone(drops ? 'tabs' : 'tabs-shut');
  const how = drops ? '' : ', though that one was shut before it had let them go';
  const note = () => points_on(ground.walkerData)[0].note;
  const page = await tablet(browser);
  await a_point(ground, page);
  await type(page, 'Mørkt her.');
  const other = await page.context().newPage();
  if (!drops) await other.addInitScript(() => { Storage.prototype.removeItem = () => {}; });
  await other.goto(page.url());
  await hook(other, 'note').waitFor();
  await settled(other);
  await hook(other, 'done').tap();
  ok(await until(() => note() === 'Mørkt her.'), `another tab at the same point hands over what is typed there${how}`);
  if (drops) await reached(async () => !await kept_row(page));
  await other.close();
  await page.bringToFront();
  await hook(page, 'note').press('End');
  await page.keyboard.type(' Lampe 0412 mangler.');
  await hook(page, 'done').tap();
  ok(await until(() => note() === 'Mørkt her. Lampe 0412 mangler.'), `and what is typed on in the first one comes too${how}`, note());
  ok(await until(async () => !await kept_row(page)), `nothing is left behind${how}`, await kept_row(page));
}

test(async (browser) => {
  await handed_over_in_going(browser);
  for (const drops of [true, false]) await by_another_tab(browser, drops);
});
