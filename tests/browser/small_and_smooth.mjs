// The first screen comes in 60 kB or less, compressed and without the map; a walk of 5,000
// points lists, scrolls and takes taps without a long wait.
import { execFileSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { alone, bin, dir, hook, ok, run, serve, tablet, test, until } from './support/lygte.mjs';

const MOST = 60000;
const POINTS = 5000;

// Milliseconds from frame to frame over 90 of them, in the page.
async function scroll_down() {
  const gaps = [];
  window.scrollTo(0, 0);
  await new Promise(requestAnimationFrame);
  let before = performance.now();
  for (let i = 0; i < 90; i += 1) {
    window.scrollBy(0, 600);
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    gaps.push(now - before);
    before = now;
  }
  gaps.sort((a, b) => a - b);
  return { middle: gaps[45], late: gaps[85], worst: gaps[89] };
}

async function a_tap(page) {
  const began = Date.now();
  await hook(page, 'category-BEL').tap();
  await page.waitForSelector('text=Gemt');
  return Date.now() - began;
}

test(async (browser) => {
  const ground = await alone();
  const page = await tablet(browser, { serviceWorkers: 'block' });
  const wire = await page.context().newCDPSession(page);
  const sizes = new Map();
  await wire.send('Network.enable');
  wire.on('Network.responseReceived', ({ requestId, response }) => sizes.set(requestId, { url: response.url, bytes: 0 }));
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (sizes.has(requestId)) sizes.get(requestId).bytes = encodedDataLength;
  });
  // What is asked for once the screen stands (the next screens, ahead of need) is not of it.
  await page.addInitScript(() => new MutationObserver((_, observer) => {
    if (!document.querySelector('[data-test="category-BEL"]')) return;
    window.drawn = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true }));
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-BEL').waitFor();
  const later = new Set(await page.evaluate(() => performance.getEntriesByType('resource')
    .filter((one) => one.startTime > window.drawn).map((one) => one.name)));
  const rows = [...sizes.values()].filter((row) => !later.has(row.url));
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  ok(bytes > 20000 && bytes <= MOST, `the first screen is ${bytes / 1000} kB compressed`,
    rows.sort((a, b) => b.bytes - a.bytes).map((row) => `${row.bytes} ${row.url}`).join('\n'));
  ok(!rows.some((row) => /leaflet/.test(row.url)), 'without the map');

  // ---- many points
  const fill = relative('.', join(bin, '../tests/bench/points'));
  const data = join(dir, 'many');
  try {
    execFileSync('make', ['--no-print-directory', fill], { stdio: 'ignore', env: { ...process.env, MAKEFLAGS: '' } });
    execFileSync(fill, [data, String(POINTS)], { stdio: 'ignore', env: { ...process.env, LYGTE_MACHINE: 'many' } });
  } catch (error) {
    ok(true, `a walk of ${POINTS} points # skip tests/bench/points cannot be built: ${error.code || error.status}`);
    return;
  }
  const walker = await serve('walker', ['--open', '--data', data]);
  const walk = JSON.parse(run('walker', ['walk', 'list', '--json', '--data', data]))[0].id;
  const many = await tablet(browser);
  await many.goto(`${walker}/#/walk/${walk}/points`);
  await hook(many, 'point-row').first().waitFor();
  const shown = await hook(many, 'point-row').count();
  ok(shown > 20, `the list of ${POINTS} points is there (${shown} rows drawn so far)`);
  // Beside it a bare page of as many lines: on a busy machine that one is slow as well.
  const bare = await many.context().newPage();
  await bare.setContent('<p>A lamp by the path behind the shed'.repeat(POINTS));
  const scrolled = [];
  const is_smooth = ({ list, floor }) => list.middle < Math.max(50, 3 * floor.middle) && list.late < Math.max(250, 3 * floor.late);
  while (scrolled.length < 3 && !scrolled.some(is_smooth)) { // what came between is not the list's
    await bare.bringToFront();
    const floor = await bare.evaluate(scroll_down);
    await many.bringToFront();
    scrolled.push({ list: await many.evaluate(scroll_down), floor });
  }
  await bare.close();
  ok(scrolled.some(is_smooth), 'it scrolls smoothly', JSON.stringify(scrolled));
  const at_its_end = () => many.evaluate(() => {
    window.scrollTo(0, document.body.scrollHeight);
    const box = [...document.querySelectorAll('ul.rows')].pop().lastElementChild?.getBoundingClientRect();
    return Boolean(box && box.height && box.bottom > 0 && box.top < innerHeight);
  });
  ok(await until(at_its_end), 'to its end', await hook(many, 'point-row').last().innerText());
  await many.evaluate((hash) => { location.hash = hash; }, `#/walk/${walk}`);
  await hook(many, 'category-BEL').waitFor();
  const among_them = await a_tap(many);
  await page.bringToFront();
  const alone_there = await a_tap(page);
  ok(among_them < Math.max(3000, 3 * alone_there), `a tap among them is kept in ${among_them} ms, the first of a walk in ${alone_there}`);
});
