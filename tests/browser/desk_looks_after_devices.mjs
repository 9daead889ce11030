// The desk shows who waits to be admitted, on the first screen and among the devices; a
// coordinator admits with one tap; salvaged databases and missing records are told.
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { desk, hook, ok, pair, run, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await pair();
  const stray = mkdtempSync(join(tmpdir(), 'lygte-stray.'));
  const stick = join(stray, 'aften.lygte');
  const walk = run('walker', ['walk', 'new', '--title', 'Fra en skuffe', '--data', stray]).trim();
  run('walker', ['add', '--walk', walk, '--category', 'BEL01', '--data', stray]);
  run('walker', ['stick', stick, '--data', stray]);
  run('registry', ['unstick', stick, '--data', ground.registryData]);
  const sql = (text) => execFileSync('sqlite3', [join(ground.registryData, 'lygte.db'), text]);
  const id = String(sql('SELECT id FROM device')).trim();
  sql(`INSERT INTO setting (name, value) VALUES ('salvaged.${id}', '1795113000000 42 7')`);

  const page = await desk(browser);
  await page.goto(ground.registry);
  await page.locator('input[type="password"]').waitFor();
  await page.locator('input:not([type="password"])').first().fill('koordinator');
  await page.locator('input[type="password"]').fill(ground.password);
  await page.keyboard.press('Enter');
  await hook(page, 'strangers-wait').waitFor();
  ok(/En enhed venter på at blive lukket ind/.test(await hook(page, 'strangers-wait').innerText()),
    'the first screen says that somebody waits');
  await hook(page, 'strangers-wait').locator('a').click();
  await hook(page, 'stranger').waitFor();
  const card = await hook(page, 'stranger').innerText();
  ok(/Ukendt enhed [0-9a-f]{8}/.test(card) && /[0-9] hændelser og 0 fotos venter, siden/.test(card) &&
    /Afleveret på et stik/.test(card), 'who waits, how much, since when and who brought it', card);
  const salvaged = await hook(page, 'salvaged').innerText();
  ok(/Tablet 1 var beskadiget[\s\S]*42 hændelser blev reddet, 7 blev ikke fundet/.test(salvaged),
    'a salvaged database is told', salvaged);
  await hook(page, 'admit').click();
  ok(await until(async () => /er lukket ind/.test(await hook(page, 'admitted').innerText())),
    'one tap admits it', await page.locator('main').innerText());
  ok(await until(async () => await hook(page, 'stranger').count() === 0), 'and nobody waits any more');
  const list = run('registry', ['list', '--format', 'geojson', '--data', ground.registryData]);
  ok(JSON.parse(list).features.length === 1, 'its point is an issue');
  ok(!page.faults.length, 'no fault on the page', page.faults.join('\n'));
});
