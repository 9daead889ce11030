// A reason that was typed is sent, or it is still there: also when another change of the case is
// under way, and when the session ended meanwhile.
import { desk, hook, ok, pair, run, sign_in, test, until } from './support/lygte.mjs';

const WHY = 'Ejeren er spurgt og siger nej';

await test(async (browser) => {
  const ground = await pair();
  const say = (...args) => run('walker', [...args, '--data', ground.walkerData]).trim().split('\n').pop();
  const walk = say('walk', 'new', '--title', 'Vestbyen');
  say('walk', 'begin', walk);
  say('add', '--walk', walk, '--category', 'BEL01');
  say('sync');
  const page = await desk(browser);
  await page.goto(`${ground.registry}/issues`);
  await sign_in(page, 'koordinator', ground.password);
  await page.locator('[data-test="issue-row"] .row-link').click();
  await hook(page, 'state-button-no_action').click();
  await hook(page, 'why').fill(WHY);

  // ---- another change is under way
  const sent = [];
  let let_go;
  const slow = new Promise((done) => {
    let_go = done;
  });
  await page.route('**/api/v1/issues/*', async (route) => {
    if (route.request().method() === 'PATCH') {
      sent.push(route.request().postDataJSON());
      await slow;
    }
    await route.continue();
  });
  await hook(page, 'party-select').selectOption('BL');
  await hook(page, 'party-save').click();
  await until(() => sent.length === 1);
  await hook(page, 'why-submit').evaluate((button) => button.click());
  let_go();
  await until(async () => /By og Land/.test(await page.locator('.toast-slot').innerText()));
  ok(await hook(page, 'why').count() === 1 && await hook(page, 'why').inputValue() === WHY,
    'while another change is under way a typed reason stays', await page.locator('main').innerText());

  // ---- the session ended
  await page.context().clearCookies();
  await hook(page, 'why-submit').click();
  await sign_in(page, 'koordinator', ground.password);
  await hook(page, 'why').waitFor();
  ok(await hook(page, 'why').inputValue() === WHY && !await page.locator('.notice.fault').count(),
    'after signing in again it is there, and nothing says that one is not signed in', await page.locator('main').innerText());
  await hook(page, 'why-submit').click();
  ok(await until(async () => !await hook(page, 'why').count()), 'and is sent when it is sent');
  // What was asked a moment before may still come and say what was; the page asks again.
  ok(await until(async () => /Ingen handling/.test(await page.locator('.case-line').innerText())) && sent.at(-1).why === WHY,
    'with its step', JSON.stringify(sent));
  ok(!page.faults.length, 'no fault on the page', page.faults.join('\n'));
});
