// What only the police may read, from the tap to the desk: text and photo are sealed by the
// device's page, go home, are "withheld" to a coordinator, and are opened by the police's own
// page with key file and passphrase. A wrong passphrase, a wrong key and a wrong file get a
// sentence; no file of either side, no request and no store of either browser holds any of it.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { camera_browser, desk, dir, hook, ok, pair, run, tablet, test, twice } from './support/lygte.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const secret = 'fire ord på dansk';
const words = 'den blå varevogn ved tunnelen';
const photos = [join(dir, 'bil.jpg'), join(dir, 'nummer.jpg')];

const violations = (page) => page.evaluate(async () => {
  const found = await globalThis.axe.run(document, { resultTypes: ['violations'] });
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join('; ')}`).join('\n');
});

// Files under the folders that hold the words or any kilobyte of a photo's coded middle.
function clear_in(...folders) {
  const pieces = photos.flatMap((file) => {
    const bytes = readFileSync(file);
    return [2, 3, 4].map((part) => bytes.subarray(bytes.length * part / 6, bytes.length * part / 6 + 32));
  });
  pieces.push(Buffer.from(words));
  const files = execFileSync('find', [...folders, '-type', 'f'], { encoding: 'utf8' }).split('\n').filter(Boolean);
  return files.filter((file) => {
    const bytes = readFileSync(file);
    return pieces.some((piece) => bytes.includes(piece));
  });
}

const kept_in_browser = (page) => page.evaluate(async () => {
  const names = (await indexedDB.databases()).map((one) => one.name);
  const rows = await Promise.all(names.map((name) => new Promise((done) => {
    indexedDB.open(name).onsuccess = ({ target: { result: db } }) => {
      const stores = [...db.objectStoreNames];
      if (!stores.length) return done([]);
      const all = db.transaction(stores);
      return Promise.all(stores.map((store) => new Promise((got) => {
        all.objectStore(store).getAll().onsuccess = (event) => got([store, event.target.result]);
      }))).then(done);
    };
  })));
  return JSON.stringify([rows, { ...localStorage }, { ...sessionStorage }]);
});

async function sign_in(page, ground, name, at) {
  await page.goto(`${ground.registry}${at}`);
  await hook(page, 'login-name').fill(name);
  await hook(page, 'login-password').fill(ground.password);
  await page.keyboard.press('Enter');
  await hook(page, 'login-submit').waitFor({ state: 'detached' });
}

async function seal(page, ground, walk) {
  await page.goto(`${ground.walker}/#/walk/${walk}`);
  await page.waitForSelector('[data-test="pill-position"].good');
  await hook(page, 'menu').tap();
  await page.locator('button.row', { hasText: 'Kun til politiet' }).tap();
  await page.waitForSelector('[data-test="seal-note"]');
  await hook(page, 'seal-note').fill(words);
  await hook(page, 'seal-photo-input').setInputFiles(photos);
  await hook(page, 'seal-chosen').nth(1).waitFor();
}

async function open_with(page, file, passphrase) {
  await hook(page, 'sealed-file').setInputFiles(file);
  await hook(page, 'sealed-words').fill(passphrase);
  await hook(page, 'sealed-open').click();
  if (!file.endsWith('ikke.key')) await page.locator('[role="status"]', { hasText: '0 %' }).waitFor();
  await page.locator('[data-test="sealed-wrong"], [data-test="sealed-opened"]').first()
    .waitFor({ timeout: 180000 });
}

async function on_the_device(browser, ground, walk) {
  const page = await tablet(browser);
  await page.addInitScript(axe);
  await seal(page, ground, walk);
  ok(await violations(page) === '', 'the sheet with its photos: axe finds nothing', await violations(page));
  await page.route('**/photos/**', (route) => route.abort());
  await page.locator('[data-test="seal-keep"]:not([aria-disabled])').tap();
  await hook(page, 'seal-left').waitFor();
  ok(/svarer ikke[\s\S]*2 fotos er det ikke/.test(await page.locator('.sheet').innerText()),
    'photos that cannot be handed over stay on the screen, and the sheet says so', await page.locator('.sheet').innerText());
  const stored = await kept_in_browser(page);
  ok(!stored.includes(words) && !/"file"/.test(stored), 'nothing of it is in the browser\'s stores', stored);
  await page.unroute('**/photos/**');
  await hook(page, 'seal-keep').tap();
  await hook(page, 'seal-note').waitFor({ state: 'detached' });
  const count = (what) => execFileSync('sqlite3', [join(ground.walkerData, 'lygte.db'), `SELECT count(*) FROM ${what}`],
    { encoding: 'utf8' }).trim();
  ok(`${count('sealed')} ${count('sealed_photo')} ${count('observation')}` === '1 2 0',
    'tried again, it is one sealed point with two photos');
  await seal(page, ground, walk);
  await hook(page, 'close').tap();
  ok(count('sealed') === '1', 'closed without sealing, nothing is kept');
  ok(!page.faults.filter((f) => !/ERR_FAILED/.test(f)).length, 'no fault on the device\'s page', page.faults.join('\n'));
}

async function by_the_camera(ground, walk) {
  const browser = await camera_browser();
  const page = await tablet(browser, { permissions: ['geolocation', 'camera'] });
  await seal(page, ground, walk);
  await hook(page, 'seal-camera').tap();
  await page.locator('[data-test="seal-shoot"]:not([aria-disabled])').waitFor();
  await twice(hook(page, 'seal-shoot'));
  await hook(page, 'seal-chosen').nth(2).waitFor();
  await page.waitForTimeout(500);
  ok(await hook(page, 'seal-chosen').count() === 3, 'a shutter tapped twice is one photo', `${await hook(page, 'seal-chosen').count()}`);
  const stored = await kept_in_browser(page);
  ok(!stored.includes(words) && !/"file"/.test(stored),
    'the page\'s own camera adds one that no store of the browser holds', stored);
  await hook(page, 'close').tap();
  ok(await page.locator('video').count() === 0, 'and is let go when the sheet closes');
  await browser.close();
}

async function on_the_desk(browser, ground, walk) {
  const page = await desk(browser);
  await sign_in(page, ground, 'koordinator', `/walks/${walk}`);
  await hook(page, 'closing').waitFor();
  ok(/1 punkt er forseglet til politiet/.test(await hook(page, 'closing').innerText()),
    'a coordinator sees that one point is withheld');
  ok(await page.locator('a[href^="/sealed"]').count() === 0, 'and no way to it');
  await page.goto(`${ground.registry}/sealed`);
  await page.locator('h1').waitFor();
  ok(/Det her må kun politiet læse/.test(await page.locator('main').innerText()) && await hook(page, 'sealed-file').count() === 0,
    'its address says that it is not theirs');
  const codes = await page.evaluate(async (sha) => Promise.all(['/api/v1/sealed', `/api/v1/sealed/photos/${sha}`]
    .map(async (path) => (await fetch(path)).status)), boxes(ground)[0]);
  ok(codes.join() === '403,403', 'nor does the register give a coordinator the boxes', codes.join());
  await page.context().close();
}

const boxes = (ground) => execFileSync('sqlite3', [join(ground.registryData, 'lygte.db'),
  "SELECT sha256 FROM blob WHERE type = 'sealed'"], { encoding: 'utf8' }).trim().split('\n');

async function at_the_police(browser, ground, walk) {
  const page = await desk(browser);
  const asked = [];
  await page.addInitScript(axe);
  await page.addInitScript(() => { // what is shown by a blob: address; the page's policy lets nobody fetch it
    const make = URL.createObjectURL;
    window.shown = new Map();
    URL.createObjectURL = (blob) => {
      const url = make.call(URL, blob);
      window.shown.set(url, blob);
      return url;
    };
  });
  page.on('request', (request) => request.url().startsWith('blob:')
    || asked.push([request.method(), new URL(request.url()).pathname, request.postData() || '']));
  await sign_in(page, ground, 'politi', `/walks/${walk}`);
  await page.locator('a[href^="/sealed?walk="]').click();
  await hook(page, 'sealed-point').waitFor();
  ok(await page.locator('text=Lukket. 2 fotos.').count() === 1, 'the police see one point, shut, with two photos');
  ok(await violations(page) === '', 'the key form: axe finds nothing', await violations(page));
  asked.length = 0;

  writeFileSync(join(dir, 'ikke.key'), '{"lygte":"noget andet"}');
  await open_with(page, join(dir, 'ikke.key'), secret);
  ok(/ikke en nøglefil/.test(await hook(page, 'sealed-wrong').innerText()), 'a wrong file gets a sentence');
  await open_with(page, join(dir, 'police.key'), 'fire helt andre ord');
  ok(/Kodesætningen passer ikke/.test(await hook(page, 'sealed-wrong').innerText()), 'a wrong passphrase gets a sentence');
  await open_with(page, join(dir, 'other.key'), secret);
  await hook(page, 'sealed-other').waitFor();
  ok(/anden nøgle/.test(await hook(page, 'sealed-other').innerText()) && await hook(page, 'sealed-note').count() === 0,
    'another key opens nothing, and the page says why');
  await hook(page, 'sealed-lock').click();
  await hook(page, 'sealed-file').waitFor();
  ok(await hook(page, 'sealed-other').count() === 0, 'it is locked again by a click');

  await open_with(page, join(dir, 'police.key'), secret);
  await hook(page, 'sealed-note').waitFor();
  ok((await hook(page, 'sealed-note').innerText()).includes(words), 'the right key and passphrase open the text');
  for (const n of [0, 1]) {
    await hook(page, 'sealed-show').first().click();
    await hook(page, 'sealed-photo').nth(n).waitFor();
  }
  const seen = await page.evaluate(() => Promise.all([...document.querySelectorAll('[data-test="sealed-photo"]')]
    .map(async (img) => [img.naturalWidth, Array.from(new Uint8Array(await window.shown.get(img.src).arrayBuffer()))])));
  ok(seen.length === 2 && seen.every(([width, bytes], i) => width === 640 && Buffer.from(bytes).equals(readFileSync(photos[i]))),
    'and both photos, byte for byte');
  ok(await violations(page) === '', 'opened: axe finds nothing', await violations(page));
  await page.setViewportSize({ width: 320, height: 800 });
  ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 320, 'and at 320 px nothing is sideways');
  await page.setViewportSize({ width: 1440, height: 900 });

  const sent = asked.filter(([method, path]) => method !== 'GET' || !/^\/(a|api\/v1\/(sealed|events|session|walks))/.test(path));
  const said = JSON.stringify(asked);
  ok(sent.length === 0 && !said.includes(secret) && !said.includes('varevogn'),
    'no request carries the key or what it opened', JSON.stringify(sent));
  const stored = await kept_in_browser(page);
  ok(!stored.includes('varevogn') && !stored.includes(secret), 'and no store of the browser', stored);
  await page.evaluate(() => fetch('/api/v1/session', { method: 'DELETE' }));
  run('walker', ['add', '--walk', walk, '--category', 'OPH08', '--police-only', '--note', 'endnu et', '--data', ground.walkerData]);
  run('walker', ['sync', '--data', ground.walkerData]);
  await hook(page, 'login-name').waitFor();
  ok(await hook(page, 'sealed-file').count() === 1
    && await hook(page, 'sealed-note').count() + await hook(page, 'sealed-photo').count() === 0,
  'when the session is over it locks itself, and nothing is left on the screen');
  ok(!page.faults.length, 'no fault on the police\'s page', page.faults.join('\n'));
}

await test(async (browser) => {
  const ground = await pair();
  photos.forEach((file, i) => execFileSync('build/tools/draw_photo', ['--scene', i ? 'bin' : 'lamp_out', '--at', '57.0406,9.9712,5',
    '--direction', '40', '--time', '2026-11-19T19:42:00+01:00', '--size', '640x480', '--seed', String(i + 1), '-o', file]));
  const at = ['--data', ground.registryData];
  run('registry', ['police', 'key', '--make', join(dir, 'other.key'), ...at], `${secret}\n`);
  run('registry', ['police', 'key', '--make', join(dir, 'police.key'), '--replace', ...at], `${secret}\n`);
  run('registry', ['user', 'add', 'politi', '--role', 'police', '--password-stdin', ...at], `${ground.password}\n`);
  const { code } = JSON.parse(run('registry', ['device', 'code', '--json', ...at]));
  run('walker', ['pair', ground.registry, code, '--name', 'Tablet 1', '--data', ground.walkerData]);
  const walk = run('walker', ['walk', 'new', '--title', 'Vestbyen', '--data', ground.walkerData]).trim();
  run('walker', ['walk', 'begin', walk, '--data', ground.walkerData]);
  ok(clear_in(...photos).length === 2, 'the byte search finds photos that lie in the clear');

  await on_the_device(browser, ground, walk);
  await by_the_camera(ground, walk);
  run('walker', ['sync', '--data', ground.walkerData]);
  ok(boxes(ground).length === 2, 'two boxes have come home');
  await on_the_desk(browser, ground, walk);
  await at_the_police(browser, ground, walk);
  const found = clear_in(ground.walkerData, ground.registryData);
  ok(found.length === 0, 'no file of device or register holds a word or a piece of a photo', found.join('\n'));
});
