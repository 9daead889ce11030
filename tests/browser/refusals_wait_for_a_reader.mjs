// What is refused stays until somebody has read why, over a reload too, and holds up nothing
// else. What a phone has of the walk before is no refusal: it waits for that walk's code.
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { alone, dir, hook, hub, named_browser, ok, points_on, reached, run, settled, tablet, test, until } from './support/lygte.mjs';

const NAME = 'lygte-hub.test';
const pill = (page) => hook(page, 'pill-unsent').getAttribute('aria-label');

async function refused_words(browser) {
  const ground = await alone('refused');
  const point = () => points_on(ground.walkerData)[0];
  const page = await tablet(browser);
  page.on('dialog', (dialog) => dialog.accept());
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'category-TUN').tap();
  await hook(page, 'note').waitFor();
  await reached(() => points_on(ground.walkerData).length === 1);
  const refuse = (route) => (/"note"/.test(route.request().postData() || '') ? route.fulfill({ status: 409,
    contentType: 'application/problem+json', body: JSON.stringify({ title: 'Kan ikke ændres', detail: 'Fordi.', status: 409 }) })
    : route.continue());
  await page.route('**/api/v1/observations/*', refuse);
  await hook(page, 'note').fill('Det vigtige');
  await hook(page, 'severity-2').tap();
  await page.getByText('Kan ikke ændres').first().waitFor();
  ok(await until(() => point().severity === 2), 'what was tapped behind a refusal goes on');
  await page.reload();
  ok(await page.getByText('Kan ikke ændres').first().waitFor({ timeout: 20000 }).then(() => true, () => false),
    'the sentence stands there after a reload');
  ok(await hook(page, 'note').inputValue() === 'Det vigtige', 'and so do the words', await hook(page, 'note').inputValue());
  await page.getByRole('button', { name: 'Læst' }).first().tap();
  await page.getByText('Kan ikke ændres').first().waitFor({ state: 'detached' });
  ok(await until(async () => await hook(page, 'note').inputValue() === ''), 'until it was read');

  await page.unroute('**/api/v1/observations/*');
  let refusals = 0;
  await page.route('**/api/v1/observations/*', (route) => (route.request().method() === 'PATCH' && refusals++ === 0
    ? refuse(route) : route.continue()));
  await hook(page, 'note').fill('Det andet');
  await hook(page, 'note').blur();
  await page.getByText('Kan ikke ændres').first().waitFor();
  await hook(page, 'note').fill('Det andet, sagt på ny');
  await hook(page, 'note').blur();
  ok(await until(() => point().note === 'Det andet, sagt på ny'), 'said again it is kept', point().note);
  ok(await page.getByText('Kan ikke ændres').first().waitFor({ state: 'detached', timeout: 20000 }).then(() => true, () => false),
    'and the refusal is over');
}

async function two_walks(browser) {
  const data = join(dir, 'hub');
  const at = ['--data', data];
  const [first, second] = ['Mandag', 'Tirsdag'].map((title) => {
    const walk = run('walker', ['walk', 'new', '--title', title, '--area', 'Øst', ...at]).trim().split('\n').pop();
    run('walker', ['walk', 'begin', walk, ...at]);
    return walk;
  });
  await hub(data, NAME);
  const [one, other] = [first, second].map((walk) => JSON.parse(run('walker', ['pass', walk, '--json', ...at])).url);
  const page = await tablet(browser, { ignoreHTTPSErrors: true });
  page.on('dialog', (dialog) => dialog.accept());
  await page.goto(one);
  await hook(page, 'category-BEL').waitFor();
  const cut = (route) => (route.request().method() === 'GET' ? route.continue() : route.abort());
  await page.route('**/api/v1/**', cut);
  await hook(page, 'category-TUN').tap();
  await hook(page, 'note').fill('Fra i mandags');
  await hook(page, 'done').tap();
  await hook(page, 'menu').tap();
  await page.locator('.row', { hasText: 'Hvor tryg føler du dig?' }).tap();
  await hook(page, 'role-resident').tap();
  await hook(page, 'answer-5').tap();
  await reached(async () => await pill(page) === '2 venter her');
  await settled(page);
  // In another tab the next walk's code was opened: the hub answers for that walk, then falls silent.
  const silent = (route) => route.abort();
  await page.route('**/api/v1/me', silent);
  await page.evaluate((url) => fetch(url), other);
  const unheard = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/me'));
  await page.unroute('**/api/v1/**', cut);
  ok(await unheard.then(() => true, () => false), 'a phone that is told nothing of this walk asks who it is now');
  await settled(page);
  ok(await pill(page) === '2 venter her', 'and without an answer it lets go of nothing', await pill(page));
  await page.unroute('**/api/v1/me', silent);
  await page.goto(other);
  await page.reload();
  ok(await page.getByText('Noget fra en anden vandring venter her').waitFor({ timeout: 20000 }).then(() => true, () => false),
    'a phone on the next walk says that something of the last one waits');
  ok(await until(async () => await pill(page) === '2 venter her'), 'and how much', await pill(page));
  await hook(page, 'category-BEL').tap();
  ok(await until(() => points_on(data).length === 1), 'what it taps now is handed over meanwhile');
  await page.goto(one);
  await hook(page, 'category-BEL').waitFor();
  const answers = () => execFileSync('sqlite3', [join(data, 'lygte.db'), 'SELECT count(*) FROM answer'], { encoding: 'utf8' }).trim();
  ok(await until(() => points_on(data).some((p) => p.walk === first && p.note === 'Fra i mandags') && answers() === '1'),
    'on the first walk again, it hands over what waited', JSON.stringify(points_on(data)));
  ok(await until(async () => await pill(page) === 'Alt er givet videre'), 'all of it', await pill(page));
}

test(async (browser) => {
  await refused_words(browser);
  const named = await named_browser(NAME);
  await two_walks(named).finally(() => named.close());
});
