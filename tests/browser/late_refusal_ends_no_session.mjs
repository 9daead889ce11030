// The registry shut the session, several questions were under way, and the answer to one of
// them comes only after the reader has signed in again: it speaks of the session before, so
// it asks for no name again; the question is asked anew.
import { desk, hook, ok, pair, run, sign_in, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await pair();
  const say = (...args) => run('walker', [...args, '--data', ground.walkerData]).trim().split('\n').pop();
  const walk = say('walk', 'new', '--title', 'Vestbyen');
  say('walk', 'begin', walk);
  const point = say('add', '--walk', walk, '--category', 'BEL01');
  say('sync');
  const page = await desk(browser);
  await page.goto(`${ground.registry}/`);
  await sign_in(page, 'koordinator', ground.password);
  await page.locator('nav a[href="/issues"]').waitFor();

  const held = [];
  await page.route('**/api/v1/issues*', (route) => {
    if (held.length) route.continue();
    else held.push(route);
  });
  await page.context().clearCookies();
  await page.locator('nav a[href="/issues"]').click();
  await until(() => held.length === 1);
  await page.locator('nav a[href="/"], nav a[href="/walks"]').first().click(); // refused at once
  await hook(page, 'login-submit').waitFor();
  await page.goBack();
  await sign_in(page, 'koordinator', ground.password);
  await hook(page, 'issue-row').waitFor();
  const refuse = (route) => route.fulfill({ status: 401, contentType: 'application/problem+json',
    body: JSON.stringify({ title: 'Du er ikke logget ind', detail: 'log ind', status: 401, key: 'session.none' }) });
  await refuse(held[0]);
  await page.waitForTimeout(700); // longer than a screen waits before it asks again
  ok(!await hook(page, 'login-submit').count() && await hook(page, 'issue-row').isVisible(),
    'a refusal of the session before asks for no name', await page.locator('main').allInnerTexts());

  // ---- a change that is refused so has not happened, and the page says so
  await page.unroute('**/api/v1/issues*');
  await page.locator('[data-test="issue-row"] .row-link').click();
  await hook(page, 'state-button-triaged').waitFor();
  const late = [];
  await page.route('**/api/v1/issues/*', (route) => {
    if (route.request().method() === 'PATCH') late.push(route);
    else route.continue();
  });
  await hook(page, 'state-button-triaged').click();
  await until(() => late.length === 1);
  await page.context().clearCookies();
  say('edit', point, '--severity', '3');
  say('sync'); // the page hears of it, asks, and is refused
  await hook(page, 'login-submit').waitFor();
  await sign_in(page, 'koordinator', ground.password);
  await refuse(late[0]);
  const told = page.locator('.notice.fault[tabindex="-1"]'); // of the change; what was asked may say it too, for a moment
  await told.waitFor();
  ok(/ikke logget ind/.test(await told.innerText()) && !await hook(page, 'login-submit').count(),
    'a change refused so is told as what did not go through');
  ok(!page.faults.length, 'no fault on the page', page.faults.join('\n'));
});
