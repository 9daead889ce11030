// Two people at the register: what one typed outlives what the other did, a choice between two
// versions never hides a third, the desk hears of a point that was taken back, and who signs in
// over somebody else sees nothing of theirs.
import { desk, hook, ok, pair, reached, run, sign_in, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await pair();
  const at = ['--data', ground.walkerData];
  const say = (...args) => run('walker', [...args, ...at]).trim().split('\n').pop();
  const user = (name, role, ...more) => run('registry', ['user', 'add', name, '--role', role, ...more,
    '--password-stdin', '--data', ground.registryData], 'en lang hemmelighed\n');
  user('gaest', 'viewer');
  user('lys', 'department', '--party', 'LYS');
  const walk = say('walk', 'new', '--title', 'Vestbyen');
  say('walk', 'begin', walk);
  const lamp = say('add', '--walk', walk, '--category', 'BEL01', '--at', '57.0405,9.971,5', '--note', 'Lampen er gået ud');
  say('add', '--walk', walk, '--category', 'OPH08', '--at', '57.0407,9.971,5', '--note', 'Det her er hemmeligt');
  const bench = say('add', '--walk', walk, '--category', 'REN01', '--at', '57.0409,9.971,5');
  say('sync');

  const one = await desk(browser), two = await desk(browser);
  for (const page of [one, two]) {
    await page.goto(`${ground.registry}/walks/${walk}`);
    await sign_in(page, 'koordinator', ground.password);
  }
  const open_case = async (page, code) => {
    await page.locator('[data-test="point-row"]', { hasText: code }).locator('.row-link').click();
    await page.locator('dl.facts').waitFor();
  };
  const step = (page, state) => hook(page, `state-button-${state}`).click();

  // ---- the typed reason
  await open_case(one, 'BEL01');
  await step(one, 'triaged');
  await hook(one, 'state-button-sent').waitFor();
  ok(await until(() => one.evaluate(() => document.activeElement.tagName === 'H2' && Boolean(document.activeElement.closest('.case')))),
    'after a step the focus stands at the next ones, not at the top of the page');
  await step(one, 'no_action');
  await hook(one, 'why').fill('Lampen er ikke vores, og ejeren er spurgt');
  await one.keyboard.press('Escape');
  ok(await until(() => one.evaluate(() => document.activeElement.dataset.test === 'state-button-no_action')),
    'Escape closes the form and goes back to its button');
  await step(one, 'no_action');
  ok(await hook(one, 'why').inputValue() === 'Lampen er ikke vores, og ejeren er spurgt', 'what was typed is still there');
  // The page follows others by itself; here its person is faster than that.
  const late = [];
  let sent = false;
  await one.route('**/api/v1/issues/*', (route) => {
    sent ||= route.request().method() === 'PATCH';
    return sent ? route.continue() : late.push(route);
  });
  await two.goto(one.url());
  await step(two, 'sent');
  await hook(two, 'state-button-accepted').waitFor();
  await hook(one, 'why-submit').click();
  await one.locator('.notice.fault').waitFor();
  for (const route of late) await route.continue();
  await one.unroute('**/api/v1/issues/*');
  ok(/Lampen er ikke vores, og ejeren er spurgt/.test(await hook(one, 'why-unsent').innerText()),
    'when another one was faster it stands there to be read and copied');

  // ---- an answer that was lost
  await step(two, 'waiting');
  await hook(two, 'why').fill('Vi venter på tilbud');
  await two.route('**/api/v1/issues/*', async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  }, { times: 1 });
  await hook(two, 'why-submit').click();
  await two.locator('.notice.fault').waitFor();
  await hook(two, 'why-submit').click();
  await until(async () => !await hook(two, 'why').count());
  ok(!await two.locator('.notice.fault').count() && !await hook(two, 'why').count(),
    'a step whose answer was lost is not blamed on somebody else when it is tried again', await two.locator('main').innerText());

  // ---- a third version
  const edit = async (note, session) => fetch(`${ground.walker}/api/v1/observations/${lamp}`, { method: 'PATCH',
    headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ note, seen: session, op: crypto.randomUUID() }) });
  const { seen } = await (await fetch(`${ground.walker}/api/v1/observations/${lamp}`)).json();
  for (const note of ['Pæren er knust', 'Der er to lamper']) await edit(note, seen);
  say('sync');
  await one.reload();
  await hook(one, 'settle').first().waitFor();
  await edit('Ledningen hænger frit', seen);
  say('sync');
  await one.locator('.versions li', { hasText: 'Pæren er knust' }).locator('[data-test="settle"]').click();
  const versions = one.locator('.versions li');
  await until(async () => (await versions.allInnerTexts()).some((text) => /Ledningen/.test(text)));
  const left = (await versions.allInnerTexts()).join('\n');
  ok(/Pæren er knust/.test(left) && /Ledningen hænger frit/.test(left) && !/to lamper/.test(left),
    'a choice between two that were shown leaves the third, which nobody had seen, to choose from', left);

  // ---- taken back after somebody took it up
  await one.goto(`${ground.registry}/walks/${walk}`);
  await open_case(one, 'REN01');
  await step(one, 'triaged');
  await hook(one, 'state-button-sent').waitFor();
  say('withdraw', bench);
  say('edit', lamp, '--category', 'BEL02');
  say('sync');
  await one.goto(`${ground.registry}/walks/${walk}`);
  await hook(one, 'row-withdrawn').waitFor();
  ok(/trukket/.test(await one.locator('[data-test="point-row"]', { hasText: 'REN01' }).innerText()),
    'a point that was taken back after its case was taken up is still with the desk, and says so');
  await open_case(one, 'REN01');
  ok(await hook(one, 'withdrawn').count() === 1, 'so does the case');
  const table = await (await one.request.get(`${ground.registry}/lists/issues.csv`)).text();
  ok(table.split('\r\n').filter((line) => /Trukket tilbage på turen/.test(line)).length === 1, 'and the list', table);

  // ---- others at the same machine
  await one.goto(`${ground.registry}/walks/${walk}`);
  await open_case(one, 'OPH08');
  await one.context().clearCookies();
  await one.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  // The page may have found out by itself and stand behind the sign-in already: then the step is not to be seen.
  await hook(one, 'state-button-triaged').evaluate((button) => button.click());
  await sign_in(one, 'gaest', 'en lang hemmelighed');
  await reached(async () => !await hook(one, 'login-submit').count());
  await one.locator('main h1').first().waitFor();
  ok(!/hemmeligt/.test(await one.locator('body').innerText()), 'who signs in over somebody else does not see what they had open',
    await one.locator('main').innerText());
  await one.goto(`${ground.registry}/`);
  const home = await one.locator('main').innerText();
  ok(!/på vej/.test(home), 'a walk is home also for who may not see all of it', home);

  await one.route('**/api/v1/session', (route) => (route.request().method() === 'DELETE' ? route.abort() : route.continue()));
  await one.getByRole('button', { name: 'Log ud' }).click();
  ok(await hook(one, 'still-in').waitFor().then(() => true, () => false), 'a sign-out that did not get through says so');
  await one.unroute('**/api/v1/session');
  await one.getByRole('button', { name: 'Log ud' }).click();
  await hook(one, 'login-submit').waitFor();
  await sign_in(one, 'lys', 'en lang hemmelighed');
  await hook(one, 'login-submit').waitFor({ state: 'detached' });
  await one.goto(`${ground.registry}/issues`);
  await one.locator('[data-test="issue-row"] .row-link').first().click();
  await one.locator('dl.facts').waitFor();
  ok(!await one.locator('.steps button').count() && !await hook(one, 'party-save').count()
    && !await one.locator('nav a', { hasText: 'Enheder' }).count(), 'a department is offered nothing that the register would refuse');
  const faults = [one, two].flatMap((page) => page.faults).filter((text) => !/Failed to load resource/.test(text));
  ok(!faults.length, 'no fault on either page but the answers that were taken away', faults.join('\n'));
});
