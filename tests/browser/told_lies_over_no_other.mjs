// What was tapped out of reach lies over what the program says only until it has answered, and
// only over what was tapped: what others say meanwhile is seen, and the next tap takes none of
// it away.
import { alone, halt, hook, ok, reached, run, settled, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await alone();
  const say = (...args) => run('walker', ['walk', ...args, '--data', ground.walkerData]);
  const walk = () => JSON.parse(say('show', ground.walk, '--json'));
  const came = () => (walk().attendance || []).map(({ group, role, n }) => `${group}${role}${n}`).sort().join(' ');
  say('edit', ground.walk, '--group', 'A', '--group', 'B');
  const page = await tablet(browser);
  const at = (screen) => page.evaluate((hash) => { location.hash = hash; }, `#/walk/${ground.walk}/${screen}`);
  const resident = () => page.locator('.person', { has: page.locator('#who-resident') }).locator('.said').innerText();
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/evening`);
  await hook(page, 'who-resident-more').waitFor();
  await reached(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller)));
  await page.reload(); /* what it hears now is there out of reach as well */
  await hook(page, 'who-resident-more').waitFor();
  await settled(page);
  await halt(ground.walker);
  await hook(page, 'who-resident-more').tap();
  ok(await until(async () => await resident() === '1'), 'a tap out of reach is seen', await resident());
  await page.reload();
  ok(await until(async () => await resident() === '1'), 'also by a page that was opened anew', await resident());
  await hook(page, 'who-resident-more').tap();
  await hook(page, 'weather-rain').tap();
  await ground.restart();
  ok(await until(() => came() === 'Aresident2' && walk().weather === 'rain'), 'and told when the program is back', came());

  say('attend', ground.walk, 'resident=2@A', 'council=12@B');
  say('edit', ground.walk, '--weather', 'snow');
  ok(await until(async () => /14 /.test(await page.locator('main').innerText())), 'what others count then is seen');
  await hook(page, 'who-resident-more').tap();
  await hook(page, 'weather-wind').tap();
  ok(await until(() => came() === 'Aresident3 Bcouncil12'), 'and the next tap leaves it', came());
  ok(await until(() => walk().weather === 'snow wind'), 'so it is with the weather', walk().weather);
  say('end', ground.walk);
  await at('summing');
  await hook(page, 'give-answer').waitFor();
  ok(await until(async () => await hook(page, 'reopen').count() === 1), 'the page knows that the walk has ended');
  const unforeseen = page.faults.filter((one) => !/ERR_|Failed to (load|fetch)/.test(one));
  ok(unforeseen.length === 0, 'no fault on the page', unforeseen.join('\n'));
});
