// What a phone out of reach of its hub is told of a moment is of that moment, and adds up: the acute
// page was shown when it was, and a poor place that will do has been said to do, though the phone
// stands on and hears more positions.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { dir, hook, hub, named_browser, ok, points_on, run, tablet, test, until } from './support/lygte.mjs';

const NAME = 'lygte-hub.test';
const AWAY_MS = 5000;

test(async () => {
  const browser = await named_browser(NAME);
  const data = join(dir, 'hub');
  const walk = run('walker', ['walk', 'new', '--title', 'Aften', '--data', data]).trim().split('\n').pop();
  run('walker', ['walk', 'begin', walk, '--data', data]);
  await hub(data, NAME);
  const pass = JSON.parse(run('walker', ['pass', walk, '--json', '--data', data]));
  const sql = (query) => execFileSync('sqlite3', [join(data, 'lygte.db'), query], { encoding: 'utf8' }).trim();
  const phone = await tablet(browser, { ignoreHTTPSErrors: true, geolocation: { latitude: 57.0405, longitude: 9.971, accuracy: 60 } });
  await phone.goto(pass.url);
  // The parts of the page that are needed out of reach.
  await hook(phone, 'category-BEL').tap();
  await hook(phone, 'use-anyway').waitFor();
  await hook(phone, 'done').tap();
  await hook(phone, 'acute').tap();
  await hook(phone, 'call-112').waitFor();
  await hook(phone, 'close').tap();
  ok(await until(() => sql('SELECT count(*) FROM acute') === '1'), 'the acute page was shown, in reach');
  await hook(phone, 'category-STI').waitFor();

  await phone.context().setOffline(true);
  await hook(phone, 'acute').tap();
  await hook(phone, 'call-112').waitFor();
  const shown = Date.now();
  await hook(phone, 'close').tap();
  await hook(phone, 'category-STI').tap();
  await hook(phone, 'use-anyway').tap();
  for (let i = 1; i < 4; i += 1) {
    await phone.context().setGeolocation({ latitude: 57.0405 + i * 1e-6, longitude: 9.971, accuracy: 58 });
    await phone.waitForTimeout(500);
  }
  await hook(phone, 'done').tap();
  await phone.waitForTimeout(Math.max(0, shown + AWAY_MS - Date.now()));
  await phone.context().setOffline(false);
  const point = () => points_on(data).find((one) => one.group === 'STI');
  ok(await until(() => sql('SELECT count(*) FROM acute') === '2' && point(), 60), 'it comes back and hands over');
  const off = Number(sql('SELECT max(at_ms) FROM acute')) - shown;
  ok(Math.abs(off) < 2500, 'the acute page was shown when it was', off);
  ok(await until(() => point().stood?.override === true), 'and the place will do, as was said', JSON.stringify(point().stood));
  await browser.close();
});
