// The page's outbox: what is added while a round ends is sent too; who waits for an answer that
// cannot come goes on at once, and is not led away later; what an earlier visit left stays on
// the disk where the new copy found no room; what a tab left that was closed goes by the one beside it.
import { alone, halt, hook, ok, points_on, reached, settled, tablet, test, until } from './support/lygte.mjs';

async function keep(page, ground, code) {
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, `category-${code}`).tap();
  await hook(page, 'note').waitFor();
  await reached(() => points_on(ground.walkerData).some((one) => one.group === code));
  return page.url().split('/').pop();
}

const rows_here = (page) => page.evaluate(() => new Promise((done) => {
  indexedDB.open('lygte').onsuccess = ({ target: { result: db } }) => {
    const ask = db.transaction('entries').objectStore('entries').getAll();
    ask.onsuccess = () => done(ask.result);
  };
}));

// What a page that crashed in the typing leaves: words in localStorage alone.
async function as_a_round_ends(browser) {
  const ground = await alone('round');
  const page = await tablet(browser);
  const id = await keep(page, ground, 'TUN');
  const { seen } = await page.evaluate(async (one) => (await fetch(`/api/v1/observations/${one}`)).json(), id);
  await page.evaluate(([one, walk, read]) => localStorage.setItem(`lygte.words.note.${one}`, JSON.stringify({
    op: '01a22c2f-4ee9-7ed1-897e-dc6c8bb80ca1', seen: read, after: [], text: 'Mørkt her.', walk, tab: 'gone' })),
  [id, ground.walk, seen]);
  await page.reload();
  await reached(async () => await hook(page, 'note').inputValue() === 'Mørkt her.');
  await page.waitForTimeout(1500);
  await hook(page, 'done').tap();
  ok(await until(() => points_on(ground.walkerData)[0].note === 'Mørkt her.', 15),
    'words that the screen hands over as it goes are sent at once', points_on(ground.walkerData)[0].note);
  ok((await rows_here(page)).length === 0, 'and nothing of them stays in the outbox');
}

async function no_answer(browser) {
  const ground = await alone('answer');
  const page = await tablet(browser);
  const first = await keep(page, ground, 'TUN');
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await page.waitForSelector('[data-test="pill-position"].good');
  await hook(page, 'category-TUN').tap();
  await hook(page, 'metoo-yes').first().waitFor();
  await page.waitForTimeout(800);
  await halt(ground.walker);
  await hook(page, 'metoo-yes').first().tap();
  ok(await until(() => page.url().endsWith(first), 15), 'out of reach "the same" leads on at once', page.url());
  await page.evaluate((to) => { location.hash = to; }, `#/walk/${ground.walk}`);
  await hook(page, 'category-HAR').tap();
  await hook(page, 'note').waitFor();
  const mine = page.url();
  await ground.restart();
  ok(await until(() => points_on(ground.walkerData).some((one) => one.witnesses === 1), 30), 'and is handed over later');
  await page.waitForTimeout(800);
  ok(page.url() === mine, 'which leads nobody away from where they are now', page.url());
}

// An answer that takes long, and somebody who did not wait for it.
async function late_answer(browser) {
  const ground = await alone('late');
  const page = await tablet(browser);
  await keep(page, ground, 'TUN');
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await page.waitForSelector('[data-test="pill-position"].good');
  await hook(page, 'category-TUN').tap();
  await hook(page, 'metoo-yes').first().waitFor();
  let go_on;
  await page.route('**/witness', async (route) => {
    await new Promise((done) => { go_on = done; });
    route.continue();
  });
  await hook(page, 'metoo-yes').first().tap();
  await reached(() => go_on);
  await hook(page, 'metoo-no').tap();
  await page.waitForTimeout(500);
  const mine = page.url();
  go_on();
  await reached(() => points_on(ground.walkerData).some((one) => one.witnesses === 1));
  await page.waitForTimeout(800);
  ok(page.url() === mine, 'an answer that came late leads nobody away', page.url());
}

async function no_room(browser) {
  const ground = await alone('room');
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-BEL').waitFor();
  const broken = (route) => (route.request().method() === 'GET' ? route.continue() : route.abort());
  await page.route('**/api/v1/observations/**', broken);
  await hook(page, 'category-TUN').tap();
  await hook(page, 'note').waitFor();
  await reached(async () => (await rows_here(page)).length === 1);
  const next = await page.context().newPage();
  await next.addInitScript(() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };
  });
  await next.route('**/api/v1/observations/**', broken);
  await page.close();
  await next.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(next, 'category-BEL').waitFor();
  await reached(async () => /1/.test(await hook(next, 'pill-unsent').getAttribute('aria-label')), 90);
  await next.waitForTimeout(500);
  ok((await rows_here(next)).length === 1, 'a visit without room for its own copy leaves the one that is there',
    JSON.stringify(await rows_here(next)));
  await next.close();
  const last = await page.context().newPage();
  await last.goto(`${ground.walker}/#/walk/${ground.walk}`);
  ok(await until(() => points_on(ground.walkerData).length === 1), 'and the next visit hands it over');
  await last.close();
}

// A second tab that was there before, as after the walk's code was scanned twice.
async function closed_beside(browser) {
  const ground = await alone('beside');
  const page = await tablet(browser);
  const there = `${ground.walker}/#/walk/${ground.walk}`;
  await page.goto(there);
  await hook(page, 'category-BEL').waitFor();
  const other = await page.context().newPage();
  await other.goto(there);
  await hook(other, 'category-BEL').waitFor();
  await settled(other);
  await other.waitForTimeout(3000); // it has seen to what others left before
  await page.route('**/api/v1/observations/**', (route) => (route.request().method() === 'GET' ? route.continue() : route.abort()));
  await page.bringToFront();
  await hook(page, 'category-TUN').tap();
  await reached(async () => (await rows_here(page)).length === 1);
  await page.close();
  ok(await until(() => points_on(ground.walkerData).length === 1, 90), 'what a closed tab left is handed over by the one beside it');
  await other.close();
}

test(async (browser) => {
  for (const part of [as_a_round_ends, no_answer, late_answer, no_room, closed_beside]) await part(browser);
});
