// Every screen of the walker's page read by axe-core in night, day and red light: no
// violations; at 320 px and with words of 200 % nothing scrolls sideways; every target is
// 48 px or more; all by keyboard and touch alike.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dir, drawn, hook, ok, pair, run, screens, settled, tablet, test } from './support/lygte.mjs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const photo = join(dir, 'lampe.jpg');

const read_by_axe = (page) => page.evaluate(async () => {
  const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'],
    rules: { 'color-contrast-enhanced': { enabled: true } } });
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.any[0]?.message || ''}`).join('; ')}`);
});

// axe takes a picture of the tree and asks the page about it afterwards: what a late answer
// draws meanwhile is taken for a fault. One that is a fault is there again.
const wrong = async (page) => {
  const found = await read_by_axe(page);
  if (!found.length) return found;
  await settled(page);
  return read_by_axe(page);
};

// Buttons and fields under 48 px, but those a finger reaches in another way (squares over a
// photo, hidden ones).
const small = (page) => page.evaluate(() => [...document.querySelectorAll('button, a[href], input, select, textarea')]
  .filter((one) => one.offsetParent !== null && !one.closest('[inert], .sr, .squares, .leaflet-control-attribution'))
  .map((one) => [one.dataset.test || one.textContent.trim().slice(0, 30), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 47.5 || box.height < 47.5))
  .map(([name, box]) => `${name} ${Math.round(box.width)}x${Math.round(box.height)}`));

const sideways = (page) => page.evaluate(() => {
  const most = document.documentElement.clientWidth;
  const out = [...document.querySelectorAll('#app *')].filter((one) => one.offsetParent !== null
    && !one.closest('.sr, svg, .leaflet-container') && one.getBoundingClientRect().right > most + 1);
  return document.documentElement.scrollWidth > most + 1 || out.length
    ? [`${document.documentElement.scrollWidth} of ${most}`, ...out.slice(0, 4).map((o) => o.className || o.tagName)] : [];
});

const show = (page, hash) => page.evaluate((to) => { location.hash = to; }, hash);
const go = async (page, hash) => {
  await show(page, hash);
  await settled(page);
};

// Out of an overlay, also out of the history: its way back would leave the next address again.
const leave = async (page) => {
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !document.querySelector('[role="dialog"], [role="alertdialog"]') && !history.state?.overlay);
};

test(async (browser) => {
  const ground = await pair();
  execFileSync('build/tools/draw_photo', ['--scene', 'lamp_out', '--at', '57.0406,9.9712,5',
    '--direction', '40', '--time', '2026-11-19T19:42:00+01:00', '--size', '800x600', '-o', photo]);
  const at = ['--data', ground.walkerData];
  const old = run('walker', ['walk', 'new', '--title', 'Vejgaard i fjor', ...at]).trim();
  run('walker', ['walk', 'begin', old, ...at]);
  const last = run('walker', ['add', '--walk', old, '--category', 'BEL01', '--at', '57.0605,9.9511,5', ...at]).trim().split('\n').pop();
  run('walker', ['walk', 'end', old, ...at]);
  const walk = run('walker', ['walk', 'new', '--title', 'Søndergårds Allé', ...at]).trim();
  run('walker', ['walk', 'begin', walk, ...at]);
  execFileSync('sqlite3', ['-cmd', '.timeout 9000', join(ground.walkerData, 'lygte.db'),
    `INSERT INTO setting (name, value) VALUES ('police_key', '${'5f'.repeat(32)}')`]);
  const page = await tablet(browser);
  await page.addInitScript(axe);
  await page.goto(`${ground.walker}/#/walk/${walk}`);
  await hook(page, 'category-BEL').tap();
  await page.waitForSelector('text=Gemt');
  const point = page.url().split('/').pop();
  await hook(page, 'photo-input').setInputFiles(photo);
  await hook(page, 'photo').first().waitFor();
  await hook(page, 'severity-4').tap();
  await hook(page, 'more').tap();

  const ids = { walk, point, obs: last };
  const opened = [['menu', 'menu'], ['acute', 'acute'], ['pill-position', 'position'], ['search-open', 'search']];

  const over = [['wipe', 'wipe', () => '/arrived'], ['give-answer', 'rate', (w) => `/walk/${w}/summing`],
    ['choose-three', 'votes', (w) => `/walk/${w}/summing`], ['end', 'end', (w) => `/walk/${w}/summing`],
    ['move-pin', 'pin', (w, p) => `/walk/${w}/point/${p}`]];

  const look = async (name) => {
    await settled(page);
    const found = { axe: await wrong(page), small: await small(page) };
    await page.setViewportSize({ width: 320, height: 700 });
    await drawn(page);
    found.narrow = await sideways(page);
    await page.evaluate(() => { document.documentElement.style.fontSize = '225%'; });
    await drawn(page);
    found.large = await sideways(page);
    await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
    await page.setViewportSize({ width: 390, height: 844 });
    const all = Object.entries(found).flatMap(([kind, rows]) => rows.map((row) => `${kind}: ${row}`));
    ok(all.length === 0, `${name}: no violations, targets of 48 px, nothing sideways`, all.join('\n'));
  };

  for (const theme of ['night', 'day', 'red']) {
    await page.evaluate((choice) => localStorage.setItem('lygte.theme', choice), theme);
    await page.reload();
    await page.waitForSelector('main');
    for (const [name, path] of screens) {
      await show(page, `#${path.replace(/:(\w+)/g, (_, word) => ids[word] || point)}`);
      await look(`${theme} ${name}`);
    }
    await go(page, `#/walk/${walk}`);
    for (const [button, name] of opened) {
      await hook(page, button).first().tap();
      await page.waitForSelector('[role="dialog"], [role="alertdialog"]');
      await look(`${theme} ${name}`);
      await leave(page);
    }
    await hook(page, 'menu').first().tap();
    await page.locator('button.row', { hasText: 'Kun til politiet' }).tap();
    await hook(page, 'seal-photo-input').setInputFiles(photo);
    await hook(page, 'seal-chosen').waitFor();
    await look(`${theme} seal`);
    await leave(page);
    await go(page, `#/walk/${walk}/point/${point}`);
    await hook(page, 'photo').first().tap();
    await hook(page, 'cover-squares').tap();
    await look(`${theme} cover`);
    await leave(page);
    for (const [button, name, where] of over) {
      await go(page, `#${where(walk, point)}`);
      await hook(page, button).first().tap();
      await page.waitForSelector('[role="dialog"]');
      await look(`${theme} ${name}`);
      await leave(page);
    }
  }

  // ---- each screen as the first one that is opened
  const before = page.faults.length;
  for (const [, path] of screens) {
    await show(page, `#${path.replace(/:(\w+)/g, (_, word) => ids[word] || point)}`);
    await page.reload();
    await settled(page);
  }
  ok(page.faults.length === before, 'whichever screen is opened first has all its words', page.faults.slice(before).join('\n'));

  // ---- drawn narrow, where long words are parted
  await page.setViewportSize({ width: 320, height: 700 });
  await go(page, '#/arrived');
  await page.reload();
  await hook(page, 'photo-clear').first().waitFor();
  ok(/\u00AD/.test(await hook(page, 'photo-clear').first().textContent()), 'at 320 px long words may be parted');
  const parted = await wrong(page);
  ok(parted.length === 0, 'and what they are called has the same letters', parted.join('\n'));
  await page.setViewportSize({ width: 390, height: 844 });

  // ---- colours that the person's own system forces, and no motion for who wants none
  const forced = await tablet(browser, { forcedColors: 'active', reducedMotion: 'reduce' });
  await forced.goto(`${ground.walker}/#/walk/${walk}/point/${point}`);
  await hook(forced, 'severity-4').waitFor();
  await settled(forced);
  const seen = await forced.evaluate(() => {
    const style = (what) => getComputedStyle(document.querySelector(what));
    const [chosen, other, dock] = ['[data-test="severity-4"]', '[data-test="severity-1"]', '.dock'].map(style);
    return { chosen: chosen.borderTopWidth, other: other.borderTopWidth, dock: dock.backgroundColor,
      moves: [...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).transitionDuration.split(', ').some((s) => s !== '0s')).length };
  });
  ok(parseFloat(seen.chosen) >= 3.9 && parseFloat(seen.other) < 3, 'in forced colours what is chosen has a thick edge', JSON.stringify(seen));
  ok(!/rgba\(.*, 0\)|transparent/.test(seen.dock), 'and nothing shines through the dock', seen.dock);
  ok(seen.moves === 0, 'nothing moves where no motion is wished', `${seen.moves}`);
  ok(page.faults.length === 0, 'the page had no faults', page.faults.join('\n'));
});
