// The first screen shows the walk this tablet is on or is planned for, not one that another
// group began elsewhere and forgot to end.
import { join } from 'node:path';
import { dir, hook, ok, pair, run, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await pair();
  const elsewhere = ['--data', join(dir, 'elsewhere')];
  const plan = (title, days) => run('registry', ['walk', 'new', '--title', title, '--start',
    new Date(Date.now() + days * 86400000).toISOString(), '--data', ground.registryData]).trim().split('\n').at(-1);
  const old = plan('Kærby i oktober', -40), ours = plan('Vestbyen i aften', 0.1);
  const { code } = JSON.parse(run('registry', ['device', 'code', '--json', '--data', ground.registryData]));
  run('walker', ['pair', ground.registry, code, '--name', 'Tablet 2', ...elsewhere]);
  run('walker', ['walk', 'begin', old, ...elsewhere]);
  run('walker', ['sync', ...elsewhere]);
  run('walker', ['sync', '--data', ground.walkerData]);

  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/`);
  const lit = hook(page, 'tonight');
  await lit.waitFor();
  ok(/Vestbyen i aften/.test(await lit.innerText()), 'tonight is the walk that is planned here', await lit.innerText());
  ok(await hook(page, 'walk-row').filter({ hasText: 'Kærby i oktober' }).count() === 1,
    'the other group\'s stands among the others');
  await hook(page, 'begin-walk').tap();
  await page.waitForURL(`**/#/walk/${ours}`);
  await hook(page, 'category-BEL').waitFor();
  await page.goto(`${ground.walker}/#/`);
  ok(await until(async () => /Vestbyen i aften/.test(await lit.innerText())), 'and begun it is the one under way',
    await lit.innerText());
});
