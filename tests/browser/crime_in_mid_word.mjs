// A phone writes of what only the police may see, which its list of points does not have: the
// screen stays, and every word is handed over, also when the list is asked for in mid-word.
import { join } from 'node:path';
import { dir, hook, hub, named_browser, ok, points_on, reached, run, settled, tablet, test, until } from './support/lygte.mjs';

const NAME = 'lygte-hub.test';

async function words_of_a_crime(browser) {
  const data = join(dir, 'hub');
  const at = ['--data', data];
  const walk = run('walker', ['walk', 'new', '--title', 'Aften', '--area', 'Øst', ...at]).trim().split('\n').pop();
  run('walker', ['walk', 'begin', walk, ...at]);
  await hub(data, NAME);
  const pass = JSON.parse(run('walker', ['pass', walk, '--json', ...at]));
  const crime = () => points_on(data).find((one) => one.category === 'OPH08');
  const page = await tablet(browser, { ignoreHTTPSErrors: true });
  const list = async () => { // as when the phone was in the pocket: not in seven seconds, but now
    const heard = page.waitForResponse((r) => r.url().includes('/observations?') && r.status() === 200);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await heard;
    await settled(page);
  };
  const pill = () => hook(page, 'pill-unsent').getAttribute('aria-label');
  await page.goto(pass.url);
  await hook(page, 'category-OPH').tap();
  await hook(page, 'item-OPH08').tap();
  await hook(page, 'note').click();
  await page.keyboard.type('En hvid');
  await reached(crime);
  run('walker', ['add', '--walk', walk, '--category', 'TUN', ...at]); // so the list has something newer
  await list();
  await page.keyboard.type(' varevogn');
  await list();
  ok(await hook(page, 'note').count() === 1, 'the screen stays when the list comes without the point');
  await page.keyboard.type(' uden plader');
  await hook(page, 'done').tap();
  ok(await until(() => crime().note === 'En hvid varevogn uden plader'), 'all words are handed over', crime().note);
  ok(await until(async () => await pill() === 'Alt er givet videre'), 'and then the phone says so', await pill());

  // ---- the page comes again: then the point is the police's alone
  await page.goto(pass.url);
  await page.reload();
  await hook(page, 'category-OPH').waitFor();
  await list();
  const told = await page.evaluate(async (of) => JSON.stringify(await (await fetch(`/api/v1/walks/${of}/observations`)).json()), walk);
  ok(!told.includes('varevogn'), 'the phone is told nothing of it');
}

test(async () => {
  const browser = await named_browser(NAME);
  await words_of_a_crime(browser).finally(() => browser.close());
});
