// Who came is never lost from sight: who was counted before there were groups can still be
// corrected, and a tap touches no organisation's own number.
import { alone, hook, ok, run, tablet, test, until } from './support/lygte.mjs';

await test(async (browser) => {
  const ground = await alone();
  const data = ['--data', ground.walkerData];
  const came = () => JSON.parse(run('walker', ['walk', 'show', ground.walk, '--json', ...data])).attendance
    .map(({ group, role, organisation, n }) => `${group || '-'} ${role} ${organisation || '-'} ${n}`).sort().join(', ');
  run('walker', ['walk', 'attend', ground.walk, 'resident=5', 'police=2/Lokalpolitiet', ...data]);
  const page = await tablet(browser);
  await page.goto(`${ground.walker}/#/walk/${ground.walk}/evening`);
  const said = (role) => page.locator('.person', { has: page.locator(`#who-${role}`) }).locator('.said').innerText();
  await hook(page, 'who-police-more').tap();
  ok(await until(() => came() === '- police - 1, - police Lokalpolitiet 2, - resident - 5'),
    'one more of the police leaves the two their station told of', came());
  ok(await until(async () => await said('police') === '3'), 'and all three are shown', await said('police'));

  await hook(page, 'groups-more').tap();
  await hook(page, 'groups-more').tap();
  await hook(page, 'group-A').waitFor();
  ok(await said('resident') === '0', 'a new group has nobody yet');
  await hook(page, 'group-').tap();
  ok(await said('resident') === '5', 'who was counted before there were groups is still there', await said('resident'));
  await hook(page, 'who-resident-less').tap();
  ok(await until(() => came().includes('- resident - 4')), 'and can be corrected', came());
  ok(page.faults.length === 0, 'no fault on the page', page.faults.join('\n'));
});
