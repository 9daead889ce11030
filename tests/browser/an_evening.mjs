// An evening by touch: who came without typing, answers handed round and shown only when all
// have answered, the three most important, a duplicate joined, the walk ended and opened
// again; next time last year's points with a verdict each; and the acute page, which is
// noted and rings nobody.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { alone, hook, ok, run, tablet, test, twice, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await alone();
  const data = ['--data', ground.walkerData];
  const say = (...args) => run('walker', [...args, ...data]).trim();
  const table = (sql) => execFileSync('sqlite3', ['-cmd', '.timeout 9000', join(ground.walkerData, 'lygte.db'), sql],
    { encoding: 'utf8' }).trim();
  const walk = () => JSON.parse(say('walk', 'show', ground.walk, '--json'));
  say('set', 'duty_phone', '98 00 00 00');
  say('walk', 'edit', ground.walk, '--area', 'Vestbyen');
  const tunnel = say('add', '--walk', ground.walk, '--category', 'TUN01', '--note', 'Skoletunnelen', '--at', '57.0401,9.9701,5');
  const lamp = say('add', '--walk', ground.walk, '--category', 'BEL01', '--at', '57.0405,9.9705,5');
  const again = say('add', '--walk', ground.walk, '--category', 'BEL01', '--at', '57.04051,9.97051,5');
  const best = say('add', '--walk', ground.walk, '--category', 'POS01', '--strength', '--at', '57.041,9.971,5');

  // ---- who is here
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/evening`);
  await hook(page, 'briefed').tap();
  for (const role of ['resident', 'resident', 'police']) await hook(page, `who-${role}-more`).tap();
  await hook(page, 'weather-rain').tap();
  await hook(page, 'weather-wind').tap();
  ok(await until(() => walk().weather === 'rain wind'), 'weather is two taps', walk().weather);
  await page.evaluate(() => ['frost', 'fog'].forEach((word) => document.querySelector(`[data-test="weather-${word}"]`).click()));
  ok(await until(() => walk().weather === 'rain wind frost fog'), 'and two more before the page has drawn the first of them', walk().weather);
  const came = () => walk().attendance.map(({ role, n }) => `${role}${n}`).sort().join(' ');
  ok(await until(() => came() === 'police1 resident2' && walk().briefed), 'who came is three taps and no name', came());
  await hook(page, 'draw-route').tap();
  await hook(page, 'route-file').setInputFiles({ name: 'rute.gpx', mimeType: 'application/gpx+xml',
    buffer: Buffer.from('<gpx><rte><rtept lat="57.04" lon="9.97"/><rtept lat="57.042" lon="9.973"/></rte></gpx>') });
  ok(await until(() => walk().route?.length === 2), 'a route comes from a GPX file');
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/evening`);
  await hook(page, 'pause').tap();
  ok(await until(() => walk().paused), 'a break is one tap');
  await hook(page, 'pause').tap();

  // ---- answers
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/summing`);
  await hook(page, 'give-answer').tap();
  for (const [role, unsafe] of [['resident', 2], ['resident', 5], ['resident', 5], ['police', 1]]) {
    await hook(page, `role-${role}`).tap();
    await hook(page, `answer-${unsafe}`).waitFor();
    await page.evaluate((name) => [name, 'answer-7'].forEach((one) => document.querySelector(`[data-test="${one}"]`).click()),
      `answer-${unsafe}`); /* and once more, beside it, before "thanks" is drawn */
    await hook(page, 'next-answer').tap();
  }
  await hook(page, 'close').tap();
  await page.waitForSelector('[data-test="waiting"]');
  ok(await until(() => table('SELECT group_concat(role || unsafe) FROM (SELECT * FROM answer ORDER BY role, unsafe)')
    === 'police1,resident2,resident5,resident5'), 'four people, four answers, however often they tap', table('SELECT role, unsafe FROM answer'));
  ok(!await hook(page, 'plot').count(), 'while people answer only their number is shown');
  ok(table('SELECT count(*) FROM record WHERE kind = \'rating.tally\'') === '0', 'and nothing of it is a record');
  await hook(page, 'show-answers').tap();
  await hook(page, 'plot').waitFor();
  const shown = await hook(page, 'plot').innerText();
  ok(/Andre/.test(shown) && !/Politi/.test(shown) && /fra 1 til 5/.test(shown),
    'then the spread, and no row of one', shown);
  ok(table('SELECT count(*) FROM answer') === '0', 'the loose answers are gone');

  // ---- joining, votes, the end
  await hook(page, 'join').tap();
  ok(await until(() => JSON.parse(say('show', again, '--json')).into === lamp), 'a duplicate is joined with one tap');
  await hook(page, 'choose-three').tap();
  await hook(page, 'vote-row').first().locator('[data-test="hands-more"]')
    .evaluate((more) => [0, 1].forEach(() => more.click())); /* two hands at once */
  await hook(page, 'close').tap();
  await hook(page, 'choose-best').tap();
  await hook(page, 'best-row').tap();
  ok(await until(() => walk().votes?.best === best && walk().votes.top[0] === tunnel
    && walk().votes.stars[tunnel] === 2), 'hands choose the three, a tap the best', JSON.stringify(walk().votes));
  await hook(page, 'end').tap();
  await hook(page, 'end-now').waitFor();
  const ends = () => table("SELECT count(*) FROM record WHERE kind IN ('walk.end', 'walk.close')");
  const before = Number(ends()); /* the break is a walk.end too */
  await twice(hook(page, 'end-now'));
  ok(await until(() => walk().state === 'closed' && walk().closing.complete), 'the walk is ended and closed');
  ok(await until(() => page.url().endsWith('#/arrived')) && Number(ends()) === before + 2, 'once, though the tap was two', ends());
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/summing`);
  await hook(page, 'reopen').tap();
  ok(await until(() => walk().state === 'begun'), 'and opened again the same evening');

  // ---- next time
  const next = say('walk', 'new', '--title', 'Vestbyen igen', '--area', 'Vestbyen', '--start', new Date(Date.now() + 180 * 86400000).toISOString());
  await page.goto(`${ground.walker}/#/walk/${next}/again`);
  await hook(page, 'verdict-fixed').evaluate((tile) => [0, 1].forEach(() => tile.click())); /* twice at once: one verdict */
  await hook(page, 'verdict-same').tap();
  await hook(page, 'not-passed').tap();
  ok(await hook(page, 'again-done').waitFor().then(() => true), 'one point after the other, to the end');
  ok(await until(() => table('SELECT group_concat(verdict) FROM (SELECT verdict FROM verdict ORDER BY verdict)') === 'fixed,same'),
    'a verdict is kept at the tap');

  await page.goto(`${ground.walker}/#/walk/${next}/again/${best}`);
  await hook(page, 'verdict-worse').waitFor();
  await twice(hook(page, 'verdict-worse'));
  await hook(page, 'note').waitFor();
  const anew = () => JSON.parse(say('list', '--json', '--walk', next)).observations.filter((one) => one.walk === next && !one.withdrawn);
  ok(await until(() => anew().length > 0) && anew().length === 1 && page.url().endsWith(anew()[0].id),
    '"worse" tapped twice is one new point, and opens it', JSON.stringify(anew()));
  await page.goto(`${ground.walker}/#/walk/${next}/again/${tunnel}`);
  await hook(page, 'verdict-worse').tap();
  await hook(page, 'note').waitFor();
  ok(await until(() => anew().length === 2), 'of another point it is another', JSON.stringify(anew()));

  // ---- acute
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(page, 'acute').tap();
  ok(/Ring selv/.test(await page.locator('#acute-lead').innerText())
    && await hook(page, 'call-duty').count() === 1, 'the acute page rings nobody and has the duty phone');
  await hook(page, 'called-112').tap();
  ok(await until(() => table('SELECT called FROM acute') === '112'), 'that it was shown and what was done is noted');
  ok(!page.faults.length, 'no fault on any page', page.faults.join('\n'));
});
