// Home by other ways than wi-fi, from the page: a stick there and back, with its progress;
// large photos over mobile data because somebody says so; and a walk that leaves the device
// when all of it is proven to be home, not before.
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { dir, halt, hook, ok, pair, run, tablet, test, until } from './support/lygte.mjs';

const photo = join(dir, 'lampe.jpg');
const stick = join(dir, 'stik.lygte');

await test(async (browser) => {
  const ground = await pair();
  execFileSync('build/tools/draw_photo', ['--scene', 'lamp_out', '--at', '57.0406,9.9712,5',
    '--direction', '40', '--time', '2026-11-19T19:42:00+01:00', '--size', '1600x1200', '-o', photo]);
  const say = (...words) => run('walker', [...words, '--data', ground.walkerData]);
  const status = () => JSON.parse(say('status', '--json'));
  const walk = say('walk', 'new', '--title', 'Søndergårds Allé').trim();
  say('walk', 'begin', walk);
  say('add', '--walk', walk, '--category', 'BEL01', '--photo', photo);
  say('walk', 'close', walk);

  // ---- there and back
  const page = await tablet(browser);
  await page.addInitScript(() => { delete window.showSaveFilePicker; });
  await page.goto(`${ground.walker}/#/arrived`);
  const download = page.waitForEvent('download');
  await hook(page, 'stick').tap();
  await (await download).saveAs(stick);
  ok(readFileSync(stick).subarray(0, 15).toString() === 'SQLite format 3', 'the stick file is a download');
  ok(/hentede filer/.test(await hook(page, 'ways-said').innerText()), 'and the page says where it lies');
  await hook(page, 'unstick-file').setInputFiles(stick);
  const refused = page.locator('.notice b').filter({ hasText: 'Filen' });
  await refused.waitFor();
  ok(/ingen kvitteringer/.test(await page.locator('.notice').last().innerText()), 'one that was nowhere brings a sentence');
  run('registry', ['unstick', stick, '--data', ground.registryData]);
  const changed = join(dir, 'changed.lygte');
  copyFileSync(stick, changed);
  execFileSync('sqlite3', [changed, "UPDATE feed SET text = replace(text, 'By og Land', 'By og Vand')"]);
  await hook(page, 'unstick-file').setInputFiles(changed);
  await page.locator('.notice b').filter({ hasText: 'Ikke alt fra stikket er her' }).waitFor();
  ok(/ikke, som (det|registret) underskrev/.test(await page.locator('[data-test="stick-ways"] .notice').innerText()),
    'what somebody changed on it is not taken in, and the page says so');
  await hook(page, 'unstick-file').setInputFiles(stick);
  await page.waitForSelector('.lit-lantern');
  ok(status().all_confirmed, 'with the receipts on it everything is confirmed, and the lantern is lit');

  // ---- where the browser can write to the stick itself
  const by_picker = await tablet(browser);
  await by_picker.addInitScript(() => {
    window.written = 0;
    window.showSaveFilePicker = async () => ({ createWritable: async () =>
      new WritableStream({ write: (piece) => { window.written += piece.byteLength; } }) });
  });
  say('add', '--walk', walk, '--category', 'STI01', '--photo', photo);
  await by_picker.goto(`${ground.walker}/#/arrived`);
  await hook(by_picker, 'stick').tap();
  await hook(by_picker, 'ways-said').waitFor();
  ok(await by_picker.evaluate(() => window.written) > 1000, 'it is written where it shall lie');

  // ---- over mobile data
  say('set', 'metered', 'on');
  const other = join(dir, 'skilt.jpg');
  execFileSync('build/tools/draw_photo', ['--scene', 'bin', '--at', '57.0406,9.9712,5',
    '--direction', '40', '--time', '2026-11-19T19:45:00+01:00', '--size', '1600x1200', '-o', other]);
  say('add', '--walk', walk, '--category', 'REN01', '--photo', other);
  say('sync');
  await page.goto('about:blank');
  await page.goto(`${ground.walker}/#/arrived`);
  ok(/Send på mobilnet: \d+,\d MB/.test(await hook(page, 'send-anyway').innerText()), 'it says how much mobile data it is');
  ok(/Venter på Wi-Fi/.test(await hook(page, 'part-row').nth(1).innerText()), 'and that the photo waits for wi-fi');

  // ---- not before
  await hook(page, 'wipe').tap();
  await hook(page, 'wipe-send').waitFor();
  ok(await hook(page, 'wipe-now').count() === 0, 'a walk with something unconfirmed cannot be deleted');
  await page.keyboard.press('Escape');
  await hook(page, 'send-anyway').tap();
  ok(await until(() => status().all_confirmed), 'sent anyway, with one tap');

  // ---- and then
  await hook(page, 'wipe').tap();
  await hook(page, 'wipe-what').waitFor();
  ok(/3 punkter, 2 fotos, \d+,\d MB/.test(await hook(page, 'wipe-what').innerText()), 'what would go is shown first',
    await hook(page, 'wipe-what').innerText());
  await halt(ground.registry);
  await hook(page, 'wipe-now').tap();
  await page.waitForSelector('text=Slet alligevel');
  ok(JSON.parse(say('list', '--walk', walk, '--json')).observations.length === 3, 'with nobody to ask nothing goes');
  await hook(page, 'wipe-now').tap();
  await hook(page, 'wiped').waitFor();
  ok(!JSON.parse(say('walk', 'list', '--json')).some((one) => one.id === walk), 'until somebody says that the proof before is enough');
  const faults = page.faults.filter((one) => !/400|502/.test(one)); /* what was refused on purpose */
  ok(existsSync(stick) && faults.length === 0, 'no fault on the page', faults.join('\n'));
});
