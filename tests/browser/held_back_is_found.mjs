// What is held back can be looked through where it is counted: also a photo whose point was
// undone, or joined to another ("me too"), which would else be held back for ever.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { alone, dir, hook, ok, points_on, run, tablet, test, until } from './support/lygte.mjs';

const draw = (seed) => {
  const path = join(dir, `${seed}.jpg`);
  execFileSync('build/tools/draw_photo', ['--scene', 'bin', '--seed', `${seed}`, '--at', '57.0406,9.9712,5',
    '--direction', '40', '--time', '2026-11-19T19:42:00+01:00', '--size', '800x600', '-o', path]);
  return path;
};

test(async (browser) => {
  const ground = await alone();
  const page = await tablet(browser);
  const photos = () => points_on(ground.walkerData).flatMap((one) => one.photos).length;
  const held = () => JSON.parse(run('walker', ['status', '--json', '--data', ground.walkerData])).held_back;
  for (const [n, code] of [[1, 'TRA'], [2, 'BEL']]) {
    await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
    await hook(page, `category-${code}`).tap();
    await hook(page, 'note').waitFor();
    await hook(page, 'photo-input').setInputFiles(draw(n));
    await until(() => photos() === n);
  }
  await hook(page, 'undo').tap();
  ok(await until(() => points_on(ground.walkerData).length === 1),
    'one of two points with photos is undone');
  ok(held() === 2, 'both photos are held back');
  await page.goto(`${ground.walker}/#/arrived`);
  await hook(page, 'held-back').waitFor();
  ok(await until(async () => await hook(page, 'photo-clear').count() === 2, 8), 'and both stand where they are looked through',
    await hook(page, 'held-back').innerText());
  await hook(page, 'photo-clear-all').tap();
  ok(await until(() => held() === 0, 8), 'so that nothing is held back any more', `${held()}`);
  ok(page.faults.length === 0, 'the page had no faults', page.faults.join('\n'));
});
