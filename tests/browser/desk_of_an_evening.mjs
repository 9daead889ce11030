// The desk sees an evening in the register's page: the n of n of a closed walk, what came
// after closing, what is sealed, and on the case how its spot was when it was seen again.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { desk, hook, ok, pair, run, test, twice, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await pair();
  const data = ['--data', ground.walkerData];
  const say = (...args) => run('walker', [...args, ...data]).trim();
  const walk = say('walk', 'new', '--title', 'Vestbyen');
  say('walk', 'begin', walk);
  const lamp = say('add', '--walk', walk, '--category', 'BEL01', '--at', '57.0405,9.971,5');
  // One QR code, and three phones came in by it: one has something left, two are silent.
  execFileSync('sqlite3', [join(ground.walkerData, 'lygte.db'), `
    INSERT INTO walk_pass VALUES ('p', 'h', '${walk}', 1, ${Date.now() + 3600000}, '', 0, NULL);
    INSERT INTO pass_phone VALUES ('a', 'p', 0, 1, ${Date.now()}, 1), ('b', 'p', 0, 1, 1, 0), ('c', 'p', 0, 1, 1, 0);`]);
  say('walk', 'close', walk);
  say('add', '--walk', walk, '--category', 'REN01');
  say('verdict', '--walk', walk, lamp, 'worse');
  say('add', '--walk', walk, '--category', 'POS01', '--at', '57.0415,9.971,5');
  say('sync');

  const page = await desk(browser);
  await page.goto(`${ground.registry}/walks/${walk}`);
  await page.locator('input[type="password"]').waitFor();
  await page.locator('input:not([type="password"])').first().fill('koordinator');
  await page.locator('input[type="password"]').fill(ground.password);
  await page.keyboard.press('Enter');
  const closing = await hook(page, 'closing').innerText();
  ok(/Alt er her: 1 af 1 punkter/.test(closing), 'the n of n of a closed walk', closing);
  ok(/2 tilføjelser kom/.test(closing), 'and what came after it');
  ok(/1 ting lå stadig på/.test(closing) && /2 telefoner var ikke hørt fra/.test(closing),
    'and the phones that may hold more, not their QR codes', closing);
  const rows = await hook(page, 'point-row').allInnerTexts();
  ok(rows.filter((row) => /efter lukning/.test(row)).length === 1, 'the later point says so', rows.join('\n---\n'));
  await page.locator('[data-test="point-row"]', { hasText: 'BEL01' }).locator('.row-link').click();
  await page.locator('dl.facts').waitFor();
  const facts = await page.locator('dl.facts').innerText();
  ok(/Set igen[\s\S]*værre/.test(facts), 'the case says how it was when it was seen again', facts);

  // ---- a problem is not done with by being noted, and a cancelled one is nobody's
  await hook(page, 'state-button-cancelled').waitFor();
  ok(!await hook(page, 'state-button-acknowledged').count() && await hook(page, 'party-select').count() === 1,
    'a problem cannot be noted away, and can be given to somebody', await page.locator('.case-steps').innerText());
  await hook(page, 'state-button-cancelled').click();
  await hook(page, 'why').fill('Det var en prøve');
  await hook(page, 'why-submit').click();
  ok(await until(async () => !await hook(page, 'party-select').count()), 'when it is cancelled it cannot');
  await page.goto(`${ground.registry}/walks/${walk}?tab=safe`);
  await page.locator('[data-test="point-row"]', { hasText: 'POS01' }).locator('.row-link').click();

  // ---- a double click
  await hook(page, 'state-button-acknowledged').waitFor();
  await twice(hook(page, 'state-button-acknowledged'));
  ok(await until(async () => await page.locator('.toast').count() === 1) && !await page.locator('.notice.fault').count(),
    'a step clicked twice is taken once, and nobody is said to have been faster', await page.locator('main').innerText());
  ok(await hook(page, 'state-button-triaged').waitFor().then(() => true, () => false), 'a strength that was noted by mistake can be taken up again');
  ok(!page.faults.length, 'no fault on the page', page.faults.join('\n'));
});
