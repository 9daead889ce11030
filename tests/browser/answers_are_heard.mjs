// Whoever shows how many have answered hears of the next one as it comes, from a phone or by the
// command line, at the summing-up and at a point; and that another page has closed the round.
import { alone, hook, ok, run, settled, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await alone();
  const say = (...args) => run('walker', [...args, '--data', ground.walkerData]).trim();
  const point = say('add', '--walk', ground.walk, '--category', 'TUN01', '--at', '57.0401,9.9701,5').split('\n').at(-1);
  const answer = (more) => fetch(`${ground.walker}/api/v1/walks/${ground.walk}/ratings`, { method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ id: crypto.randomUUID(), role: 'resident', unsafe_1_7: 4, ...more }) });
  const page = await tablet(browser);
  const shows = (where, text) => until(async () => (await hook(page, where).count())
    && text.test(await hook(page, where).first().innerText()), 10);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/summing`);
  await hook(page, 'give-answer').waitFor();
  await answer({ round: 'after' });
  ok(await shows('waiting', /1 /), 'a phone has answered: the summing-up hears of it');
  await answer({ round: 'after' });
  ok(await shows('waiting', /2 /), 'and of the next');
  say('walk', 'rate', ground.walk, '--round', 'after', '--role', 'resident', '--unsafe', '2');
  ok(await shows('waiting', /3 /), 'of one that was typed elsewhere, too');
  say('walk', 'tally', ground.walk, '--round', 'after', '--close');
  ok(await until(async () => await hook(page, 'plot').count() === 1 && await hook(page, 'waiting').count() === 0),
    'and that somebody else has closed the round');

  await page.evaluate((hash) => { location.hash = hash; }, `#/walk/${ground.walk}/point/${point}`);
  await hook(page, 'spot').waitFor();
  await settled(page);
  await answer({ round: 'spot', observation: point });
  ok(await shows('spot', /1 har svaret/), 'so it is at one point');
  ok(page.faults.length === 0, 'no fault on the page', page.faults.join('\n'));
});
