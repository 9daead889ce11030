// What stands open at the desk follows what others do: rows that are gone, or no longer for this
// reader, go; the cases and a case are as they are now, with what was typed still there; and a
// party or an area that came meanwhile can be chosen.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { desk, dir, hook, ok, pair, run, sign_in, test, until } from './support/lygte.mjs';

const AREA = { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { name: 'Nordbyen' },
  geometry: { type: 'Polygon', coordinates: [[[9.9, 57], [10.1, 57], [10.1, 57.1], [9.9, 57.1], [9.9, 57]]] } }] };

await test(async (browser) => {
  const ground = await pair();
  const secret = 'en lang hemmelighed';
  const say = (...args) => run('walker', [...args, '--data', ground.walkerData]).trim().split('\n').pop();
  const rule = (args, input) => run('registry', [...args, '--data', ground.registryData], input);
  rule(['user', 'add', 'gaest', '--role', 'viewer', '--password-stdin'], `${secret}\n`);
  rule(['user', 'add', 'lys', '--role', 'department', '--party', 'LYS', '--password-stdin'], `${secret}\n`);
  const walk = say('walk', 'new', '--title', 'Vestbyen');
  say('walk', 'begin', walk);
  const add = (category, note) => say('add', '--walk', walk, '--category', category, '--at', '57.0405,9.971,5', '--note', note);
  const lamp = add('BEL01', 'LAMPEN'), bin = add('REN01', 'SPANDEN'), third = add('BEL01', 'NUMMER TRE');
  say('sync');
  const seat = async (name, password, path) => {
    const page = await desk(browser);
    await page.goto(ground.registry + path);
    await sign_in(page, name, password);
    return page;
  };
  const rows = async (page) => (await page.locator('[data-test="point-row"]').allInnerTexts()).join('\n');
  const inbox = `/walks/${walk}`;
  const one = await seat('koordinator', ground.password, inbox);
  const guest = await seat('gaest', secret, inbox), lights = await seat('lys', secret, inbox);
  for (const page of [one, guest, lights]) await page.locator('[data-test="point-row"]').first().waitFor();

  // ---- rows that go
  say('withdraw', bin);
  say('edit', third, '--category', 'OPH08');
  say('sync');
  ok(await until(async () => !/SPANDEN/.test(await rows(one))), 'a point that was taken back goes from the inbox', await rows(one));
  ok(await until(async () => !/NUMMER TRE/.test(await rows(guest))), 'so does one that became the police\'s, from who may not read it', await rows(guest));
  ok(/LAMPEN/.test(await rows(guest)) && /NUMMER TRE/.test(await rows(one)), 'the others stay');

  // ---- the cases and a case
  const two = await seat('koordinator', ground.password, '/issues');
  const lamp_row = two.locator('[data-test="issue-row"]', { hasText: 'Lampe slukket' });
  await lamp_row.waitFor();
  await one.locator('[data-test="point-row"]', { hasText: 'LAMPEN' }).locator('.row-link').click();
  await hook(one, 'state-button-triaged').click();
  await hook(one, 'state-button-sent').waitFor();
  ok(await until(async () => /Visiteret/.test(await lamp_row.innerText())), 'the cases say what others did', await lamp_row.innerText());
  await lamp_row.locator('.row-link').click();
  await hook(two, 'state-button-no_action').click();
  await hook(two, 'why').fill('Ejeren er spurgt');
  await hook(one, 'party-select').selectOption('BL');
  await hook(one, 'party-save').click();
  ok(await until(async () => /^\s*By og Land/m.test(await two.locator('.case-steps').innerText())), 'and so does a case', await two.locator('.case-steps').innerText());
  ok(await hook(two, 'why').inputValue() === 'Ejeren er spurgt', 'with what is being typed still there');
  ok(await until(async () => !/LAMPEN/.test(await rows(lights))), 'and the department whose it was has it no more', await rows(lights));
  say('edit', lamp, '--severity', '4', '--urgency', 'A');
  say('sync');
  await hook(two, 'other-severity').waitFor();
  ok(/Fare for skade/.test(await hook(two, 'other-severity').innerText()) && /akut/.test(await hook(two, 'other-urgency').innerText()),
    'a case that was taken up says that the walk now rates its point otherwise');
  ok(/Ikke vurderet/.test(await two.goto(`${ground.registry}/issues`).then(() => lamp_row.innerText())), 'the list has the case\'s own');

  // ---- parties and areas of later
  rule(['party', 'add', 'NYE', '--da', 'Den nye afdeling', '--en', 'The new one', '--kind', 'department']);
  writeFileSync(join(dir, 'area.geojson'), JSON.stringify(AREA));
  rule(['area', 'import', join(dir, 'area.geojson')]);
  await one.locator('nav a', { hasText: 'Sager' }).click();
  await hook(one, 'filter-party').waitFor();
  await until(async () => /Nordbyen/.test(await hook(one, 'filter-area').innerText()));
  ok(/Den nye afdeling/.test(await hook(one, 'filter-party').innerText()) && /Nordbyen/.test(await hook(one, 'filter-area').innerText()),
    'a party and an area that came while the page stood open can be chosen');
  await lights.goto(`${ground.registry}/issues`);
  await hook(lights, 'filter-state').waitFor();
  ok(!await hook(lights, 'filter-party').count(), 'a department has its own cases, and no other party to choose');
  const faults = [one, two, guest, lights].flatMap((page) => page.faults);
  ok(!faults.length, 'no fault on any page', faults.join('\n'));
});
