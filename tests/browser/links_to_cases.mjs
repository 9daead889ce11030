// Links lead where they say: a case by the number on the paper, a list in the language of the page
// whatever the browser speaks, and what was cut short says that it is not there.
import { readFileSync } from 'node:fs';
import { desk, ok, pair, run, sign_in, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await pair();
  const say = (...args) => run('walker', [...args, '--data', ground.walkerData]).trim().split('\n').pop();
  const walk = say('walk', 'new', '--title', 'Vestbyen');
  say('walk', 'begin', walk);
  say('add', '--walk', walk, '--category', 'BEL01', '--note', 'LAMPEN');
  say('sync');
  const [{ number }] = JSON.parse(run('registry', ['list', '--format', 'json', '--data', ground.registryData])).issues;
  const page = await desk(browser, { locale: 'en-US' });
  await page.goto(`${ground.registry}/issues/${number}`);
  await sign_in(page, 'koordinator', ground.password);
  await page.locator('main h1').waitFor();
  ok(/LAMPEN/.test(await page.locator('main').innerText()), 'a case is found by its number', await page.locator('main').innerText());

  await page.goto(`${ground.registry}/issues`);
  await page.locator('[data-test="issue-row"]').waitFor();
  const take = async () => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('.downloads a').first().click()]);
    return readFileSync(await file.path(), 'utf8').split('\r\n')[0];
  };
  const danish = await take();
  await page.locator('button[lang="en"]').click();
  await page.locator('button[lang="da"]').waitFor();
  const english = await take();
  ok(/Ansvarlig/.test(danish) && /Responsible/.test(english), 'a list comes in the language of the page', `${danish}\n${english}`);

  for (const path of ['/issues/%E0%A4%A', '/walks/%E0%A4%A', '/issues/100%25', '/issues/AAL-26-9999']) {
    await page.goto(ground.registry + path);
    const words = page.locator('main');
    ok(await until(async () => /not here|there is no|is not a/i.test(await words.innerText())), `${path} says that there is none`, await words.innerText());
  }
  ok(!page.faults.length, 'no fault on the page', page.faults.join('\n'));
});
