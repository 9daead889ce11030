// A walk that was wiped from the tablet is listed by name, asked for with one tap, and comes
// back with the sync that begins at once.
import { hook, ok, pair, run, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await pair();
  const data = ['--data', ground.walkerData];
  const say = (...args) => run('walker', [...args, ...data]).trim();
  const walk = say('walk', 'new', '--title', 'Den der slettes');
  say('walk', 'begin', walk);
  say('add', '--walk', walk, '--category', 'INV01', '--note', 'bænken mangler');
  say('walk', 'close', walk);
  say('sync');
  say('wipe', '--walk', walk);

  const page = await tablet(browser);
  await page.goto(ground.walker);
  await hook(page, 'wiped').waitFor();
  ok(/Den der slettes/.test(await hook(page, 'wiped').innerText()), 'the wiped walk is listed by name');
  ok(await hook(page, 'walk-row').count() === 0, 'and is not among the walks');
  await hook(page, 'fetch-walk').click();
  ok(await until(() => JSON.parse(run('walker', ['walk', 'list', '--json', ...data])).length === 1),
    'one tap brings it back');
  await page.reload();
  await hook(page, 'walk-row').waitFor();
  ok(/Den der slettes[\s\S]*1 punkt/.test(await hook(page, 'walk-row').innerText()),
    'it stands among the walks, with its point', await page.locator('main').innerText());
  ok(await hook(page, 'wiped').count() === 0, 'and no longer among the wiped');
  ok(!page.faults.length, 'no fault on the page', page.faults.join('\n'));
});
