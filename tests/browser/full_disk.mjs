// A disk that is full while a photo is taken: a sentence, nothing lost, and with room again
// the photo is kept; points are kept all the while. On a tmpfs of its own, large enough
// that without the filler photos are taken (records.md 8 keeps 300 MB for points).
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dir, hook, ok, points_on, run, serve, tablet, test, until } from './support/lygte.mjs';

const inside = process.env.IN_OWN_MOUNTS;

if (!inside) {
  const how = [['-m'], ['-rm']].find((options) => spawnSync('unshare', [...options, 'true']).status === 0);
  if (!how) {
    console.log('1..0 # skip no mount namespace can be had here');
    process.exit(0);
  }
  const { status } = spawnSync('unshare', [...how, process.execPath, ...process.argv.slice(1)],
    { stdio: 'inherit', env: { ...process.env, IN_OWN_MOUNTS: '1' } });
  process.exit(status ?? 1);
}

function fill() {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - 20e6)));
}

const disk = mkdtempSync(join(tmpdir(), 'lygte-disk.'));
if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400m', 'none', disk]).status !== 0) {
  console.log('1..0 # skip no tmpfs can be mounted here');
  process.exit(0);
}
process.on('exit', () => {
  spawnSync('umount', ['-l', disk]);
  rmdirSync(disk);
});

test(async (browser) => {
  const data = join(disk, 'walker');
  const photo = join(dir, 'a.jpg');
  execFileSync('build/tools/draw_photo', ['--scene', 'lamp_out', '--at', '57.0406,9.9712,5',
    '--direction', '40', '--time', '2026-11-19T19:42:00+01:00', '--size', '3200x2400', '-o', photo]);
  const walk = run('walker', ['walk', 'new', '--title', 'Fuld disk', '--data', data]).trim().split('\n').pop();
  run('walker', ['walk', 'begin', walk, '--data', data]);
  const walker = await serve('walker', ['--open', '--data', data]);
  const page = await tablet(browser);
  await page.goto(`${walker}/#/walk/${walk}`);
  await hook(page, 'category-BEL').tap();
  await hook(page, 'note').waitFor();
  fill();
  await hook(page, 'photo-input').setInputFiles(photo);
  await page.waitForFunction(() => /plads/.test(document.querySelector('[data-test="photo-keeping"]')?.innerText || ''));
  const words = await hook(page, 'photo-keeping').innerText();
  ok(/plads/.test(words), 'a photo that finds no room says so', words);
  await hook(page, 'note').fill('Kan skrives alligevel');
  await hook(page, 'done').tap();
  await hook(page, 'category-STI').tap();
  await page.waitForSelector('text=Gemt');
  const points = () => points_on(data);
  ok(points().length === 2 && points()[0].note === 'Kan skrives alligevel', 'points and words are kept all the while',
    JSON.stringify(points().map((one) => one.note)));
  rmSync(join(disk, 'filler'));
  await page.goBack();
  await page.evaluate((hash) => { location.hash = hash; }, `#/walk/${walk}/point/${points()[0].id}`);
  const again = page.locator('.photo.keeping button', { hasText: 'Prøv igen' });
  if (await again.count()) await again.tap();
  ok(await until(() => points()[0].photos.length === 1), 'with room again the photo is kept');
});
