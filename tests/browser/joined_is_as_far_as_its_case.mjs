// A point whose case was joined into another waits for nobody in the inbox: it says with which, and
// is as far as that one, so that all can be triaged. A department hears of another party's only that.
import { desk, hook, ok, pair, run, sign_in, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await pair();
  const secret = 'en lang hemmelighed';
  const say = (...args) => run('walker', [...args, '--data', ground.walkerData]).trim().split('\n').pop();
  const rule = (args, input) => run('registry', [...args, '--data', ground.registryData], input);
  rule(['user', 'add', 'lys', '--role', 'department', '--party', 'LYS', '--password-stdin'], `${secret}\n`);
  const walk = say('walk', 'new', '--title', 'Vestbyen');
  say('walk', 'begin', walk);
  const add = (category, note) => say('add', '--walk', walk, '--category', category, '--at', '57.0405,9.971,5', '--note', note);
  for (const [category, note] of [['BEL01', 'VIST'], ['BEL01', 'SAMME'], ['REN01', 'SPAND'], ['BEL01', 'VED SPANDEN']]) add(category, note);
  say('sync');
  const { issues } = JSON.parse(rule(['list', '--format', 'json']));
  const number = (note) => issues.find((one) => one.observation.note === note).number;
  rule(['merge', number('VIST'), number('SAMME')]);
  rule(['merge', number('SPAND'), number('VED SPANDEN')]);

  const page = await desk(browser), lights = await desk(browser);
  const rows = (of) => of.locator('[data-test="point-row"]');
  const row = (of, note) => rows(of).filter({ has: of.locator('.note-line', { hasText: new RegExp(`^${note}$`) }) });
  await page.goto(`${ground.registry}/walks/${walk}`);
  await sign_in(page, 'koordinator', ground.password);
  await row(page, 'SAMME').waitFor();
  ok(await hook(row(page, 'SAMME'), 'row-joined').innerText() === `Lagt sammen med ${number('VIST')}`, 'a joined case says with which', await row(page, 'SAMME').innerText());

  // ---- the one that is shown goes on
  for (const note of ['VIST', 'SPAND']) {
    await row(page, note).locator('.row-link').click();
    await hook(page, 'state-button-triaged').click();
    await hook(page, 'state-button-sent').waitFor();
    await page.goto(`${ground.registry}/walks/${walk}`);
    await page.locator('.tabs').waitFor();
  }
  ok(await until(async () => /Alt er visiteret\. 4 punkter/.test(await page.locator('main').innerText())), 'then all is triaged', await page.locator('main').innerText());
  await page.goto(`${ground.registry}/walks/${walk}?tab=triaged`);
  await row(page, 'SAMME').waitFor();
  ok(/Visiteret/.test(await row(page, 'SAMME').innerText()), 'and the joined one is as far', await row(page, 'SAMME').innerText());
  await hook(row(page, 'SAMME'), 'row-joined').locator('a').click();
  ok(await until(async () => /VIST/.test(await page.locator('main').innerText())), 'from it the way leads to the one that is shown');

  // ---- a department
  await lights.goto(`${ground.registry}/walks/${walk}?tab=triaged`);
  await sign_in(lights, 'lys', secret);
  await row(lights, 'VED SPANDEN').waitFor();
  const seen = await row(lights, 'VED SPANDEN').innerText();
  ok(/Lagt sammen med en anden parts sag/.test(seen) && !/Modtaget/.test(seen) && !seen.includes(number('SPAND')), 'a department hears that another party has it, and no more', seen);
  await row(lights, 'VED SPANDEN').locator('.row-link').click();
  await lights.locator('dl.facts').waitFor();
  ok(/anden parts sag/.test(await lights.locator('dl.facts').innerText()), 'also on the case');
  const faults = [page, lights].flatMap((one) => one.faults);
  ok(!faults.length, 'no fault on any page', faults.join('\n'));
});
