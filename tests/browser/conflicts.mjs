// Two pages edit the same field of a point while one of them is out of reach: both values
// stay, with who and when; one tap settles it, in the walker's page and in the registry's.
import { desk, hook, ok, pair, points_on, reached, run, tablet, test, until } from './support/lygte.mjs';

/* How soon, and who should do it: behind a fold. */
async function says_more(page, urgency, party) {
  if (await hook(page, 'more').getAttribute('aria-expanded') === 'false') await hook(page, 'more').tap();
  await hook(page, `urgency-${urgency}`).tap();
  await hook(page, 'party').selectOption(party);
}

const KEPT = '[data-test="status-text"]';

await test(async (browser) => {
  const ground = await pair();
  const walk = run('walker', ['walk', 'new', '--title', 'To telefoner', '--data', ground.walkerData]).trim();
  run('walker', ['walk', 'begin', walk, '--data', ground.walkerData]);
  const one = await tablet(browser);
  await one.goto(`${ground.walker}/#/walk/${walk}`);
  await hook(one, 'category-BEL').tap();
  await one.waitForSelector(KEPT);
  const note = () => points_on(ground.walkerData)[0].note;

  const two = await tablet(browser);
  await two.goto(one.url());
  await hook(two, 'note').waitFor();
  await two.context().setOffline(true);
  await hook(two, 'note').fill('Den anden lampe');
  await hook(two, 'severity-3').tap();

  await hook(one, 'note').fill('Den første lampe');
  await hook(one, 'done').tap();
  ok(await until(() => note() === 'Den første lampe'), 'the page within reach writes on');

  await two.context().setOffline(false);
  await hook(two, 'conflict').waitFor();
  const words = await hook(two, 'conflict').innerText();
  ok(/Den første lampe/.test(words) && /Den anden lampe/.test(words) && /deltager/i.test(words),
    'both values stand there, with who', words);
  ok(await until(() => points_on(ground.walkerData)[0].severity === 3), 'what only one touched is simply in');
  await two.locator('.claim', { hasText: 'Den første lampe' }).locator('[data-test="settle"]').tap();
  ok(await until(async () => await hook(two, 'conflict').count() === 0
    && note() === 'Den første lampe'), 'one tap settles it');
  ok(await until(async () => await hook(two, 'note').inputValue() === 'Den første lampe'),
    'and the field shows what stands');

  // ---- the same, settled at the registry
  await two.context().setOffline(true);
  await hook(two, 'note').fill('Sagt uden for rækkevidde');
  await hook(two, 'note').blur();
  await says_more(two, 'B', 'POL');
  await one.goto(two.url());
  await says_more(one, 'C', 'BL');
  await hook(one, 'note').fill('Sagt imens');
  await hook(one, 'done').tap();
  await reached(() => note() === 'Sagt imens' && points_on(ground.walkerData)[0].party === 'BL');
  await two.context().setOffline(false);
  await reached(async () => await hook(two, 'conflict').count() === 3);
  run('walker', ['sync', '--data', ground.walkerData]);

  const table = await desk(browser);
  await table.goto(ground.registry);
  await hook(table, 'login-name').fill('koordinator');
  await hook(table, 'login-password').fill(ground.password);
  await hook(table, 'login-submit').click();
  await hook(table, 'walk-row').first().click();
  await hook(table, 'point-row').first().waitFor();
  await hook(table, 'point-row').first().locator('a').first().click();
  await table.locator('.versions').nth(2).waitFor();
  const boxes = (await table.locator('.versions').allInnerTexts()).join('\n');
  ok(/inden 7 dage/.test(boxes) && /inden 30 dage/.test(boxes) && /By og Land/.test(boxes) && /Nordjyllands Politi/.test(boxes),
    'the desk says how soon and who in words, not in codes', boxes);
  for (const [left, words] of [[2, 'inden 7 dage'], [1, 'By og Land'], [0, 'Sagt uden']]) {
    await table.locator('.versions li', { hasText: words }).locator('[data-test="settle"]').click();
    await table.waitForFunction((n) => document.querySelectorAll('.versions').length === n, left);
  }
  await table.waitForFunction(() => !document.querySelector('.versions'));
  const quote = await table.locator('.quote').innerText();
  ok(/Sagt uden for rækkevidde/.test(quote), 'a coordinator settles it on the case', quote);
  const faults = [...one.faults, ...two.faults, ...table.faults].filter((f) => !/ERR_INTERNET|ERR_FAILED|fetching the script/.test(f));
  ok(faults.length === 0, 'no page had faults', faults.join('\n'));
});
