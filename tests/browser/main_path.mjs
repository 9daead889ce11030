// Begin walk, tap category, add photo, send: and the point stands in the registry's page.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { desk, dir, hook, ok, pair, run, tablet, test, twice, until } from './support/lygte.mjs';

const photo = join(dir, 'lampe.jpg');

await test(async (browser) => {
  const ground = await pair();
  execFileSync('build/tools/draw_photo', ['--scene', 'lamp_out', '--at', '57.0406,9.9712,5',
    '--direction', '40', '--time', '2026-11-19T19:42:00+01:00', '--size', '800x600', '-o', photo]);

  // ---- the walker, by touch
  const page = await tablet(browser);
  await page.goto(ground.walker);
  await hook(page, 'new-walk').first().tap();
  await hook(page, 'walk-title-input').fill('Søndergårds Allé en mørk aften');
  await twice(hook(page, 'walk-create'));
  // A new walk may open at once or wait for "begin".
  await page.waitForSelector('[data-test="begin-walk"], [data-test="category-BEL"]');
  if (await hook(page, 'begin-walk').count()) await twice(hook(page, 'begin-walk'));
  await page.waitForSelector('[data-test="category-BEL"]');
  const begun = () => execFileSync('sqlite3', ['-cmd', '.timeout 9000', join(ground.walkerData, 'lygte.db'),
    "SELECT group_concat(kind) FROM (SELECT kind FROM record WHERE kind GLOB 'walk.*' ORDER BY kind)"], { encoding: 'utf8' }).trim();
  ok(begun() === 'walk.begin,walk.plan', 'two taps make one walk, and begin it once', begun());

  await hook(page, 'category-BEL').tap();
  await page.waitForSelector('text=Gemt');
  const list = JSON.parse(run('walker', ['list', '--json', '--data', ground.walkerData]));
  ok(list.observations.length === 1, 'one tap on a category keeps a point');
  const point = list.observations[0];
  ok(point.category === 'BEL' && Math.abs(point.stood.lat - 57.0405) < 1e-6 &&
    point.stood.accuracy_m === 5, 'position and accuracy are with it', JSON.stringify(point));
  ok(point.light !== null && point.role !== '', 'light and role are with it');

  await hook(page, 'item-BEL01').tap();
  await hook(page, 'severity-2').tap();
  await hook(page, 'note').fill('Lampen ved tunnelen er gået ud. Æ, ø og å.');
  await hook(page, 'photo-input').first().setInputFiles(photo);
  await hook(page, 'photo-clear').first().waitFor();
  ok(true, 'the photo is kept and asks to be looked through');
  const held = JSON.parse(run('walker', ['status', '--json', '--data', ground.walkerData]));
  ok(held.held_back === 1, 'it is held back until declared clear', JSON.stringify(held));
  await hook(page, 'photo-clear').first().tap();
  await hook(page, 'done').first().tap();

  await hook(page, 'pill-unsent').first().tap();
  await hook(page, 'send').first().tap();
  await page.waitForFunction(async () => {
    const status = await (await fetch('/api/v1/status')).json();
    return status.all_confirmed;
  });
  ok(true, 'after "send" everything is confirmed');
  ok(page.faults.length === 0, 'the walker page had no faults', page.faults.join('\n'));

  // ---- the registry
  const table = await desk(browser);
  await table.goto(ground.registry);
  await hook(table, 'login-name').fill('koordinator');
  await hook(table, 'login-password').fill(ground.password);
  await hook(table, 'login-submit').click();
  await hook(table, 'walk-row').first().click();
  await hook(table, 'point-row').first().waitFor();
  const row = await hook(table, 'point-row').first().innerText();
  ok(/Lampe slukket/.test(row), 'the point stands in the registry\'s page', row);
  const seen = await hook(table, 'point-photo').first().evaluate(async (img) => {
    await img.decode();
    return img.naturalWidth;
  });
  ok(seen > 0, 'with its photo', `width ${seen}`);
  ok(table.faults.length === 0, 'the registry page had no faults', table.faults.join('\n'));

  const issues = JSON.parse(run('registry', ['list', '--format', 'geojson', '-o', '-', '--data',
    ground.registryData]));
  const issue = issues.features[0].properties;
  ok(issues.features.length === 1 && issue.party === 'LYS', 'it is an issue of the default party',
    JSON.stringify(issue));
  ok(issue.note === 'Lampen ved tunnelen er gået ud. Æ, ø og å.' && issue.severity === 2,
    'with the note and severity of the evening', JSON.stringify(issue));
});
