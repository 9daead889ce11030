// shut_out: a tablet is lost in the middle of a storm, and shut out at the registry. What
// it had sent stays; what comes from it later waits without effect; it locks on the signed
// word alone. Afterwards it is found, and a person pairs it again: then all it kept counts;
// or a fresh tablet takes its place, and it may be found a round later, or never.
import { join } from 'node:path';
import { Device } from './device.mjs';
import { nowhere } from './erasing.mjs';
import { erasedBy } from './fold.mjs';
import { must, rows, verb } from './ground.mjs';
import { read } from './truth.mjs';

// The device as the registry knows it, by its newest pairing.
const NEWEST = "SELECT id FROM device WHERE name = 'Tablet b' ORDER BY paired_ms DESC LIMIT 1";

// Until it is done: a full disk may refuse it for a while.
export async function shutOut(world) {
  const [, b] = world.devices;
  b.id ??= rows(world.registry.data, NEWEST)[0].id;
  b.shutOut = true;
  const seen = await verb('registry', ['device', 'revoke', b.id, '--data', world.registry.data]);
  return seen.status === 0;
}

// Whoever is paired only now is unknown to an older registry.
export async function pair(world, device) {
  delete world.copies.registry;
  await must('walker', ['pair', `http://127.0.0.1:${world.link.port}`, await world.code(),
    '--name', `Tablet ${device.name}`, '--data', device.data]);
}

// What stays whatever comes: points that the registry shows now (it may have come back from
// an older backup), whose fields may change once more.
export function homeNow(device, registryData) {
  const shown = new Set(rows(registryData, 'SELECT id FROM observation WHERE founded = 1').map((o) => o.id));
  const photos = new Set(rows(registryData, 'SELECT observation, sha256 FROM photo').map((p) => `${p.observation} ${p.sha256}`));
  const home = [...device.points, ...device.elsewhere].filter(([id, p]) => p.sure && shown.has(id));
  return new Map(home.map(([id, p]) => [id, { sure: true, fields: {}, witnesses: [0, Infinity],
    photos: new Map([...p.photos].filter(([sha256]) => photos.has(`${id} ${sha256}`))), erased: p.erased }]));
}

// What its folder has let go, or knows no more, is looked at in the registry alone.
export function knowsLess(device) {
  for (const [id, point] of device.points) device.elsewhere.set(id, point);
  device.points.clear();
  const here = new Set(rows(device.data, 'SELECT sha256 FROM blob').map((one) => one.sha256));
  for (const [sha256, photo] of device.photos) if (!here.has(sha256)) Object.assign(photo, { held: false, here: false });
}

// It comes by stick while it is shut out: all of it is taken, nothing has an effect.
async function byStick(world, device, say) {
  const file = join(world.dir, 'work', `lost-${device.serial}.lygte`);
  const out = await verb('walker', ['stick', file, '--data', device.data]);
  const seen = out.status === 0 ? await verb('registry', ['unstick', file, '--data', world.registry.data]) : out;
  const [{ n }] = rows(world.registry.data, `SELECT count(*) AS n FROM record r JOIN admission a ON a.origin = r.origin
    WHERE r.seq > a.last_seq AND r.reason IS NULL`);
  if (n) throw new Error(`${n} records of a device that is shut out have an effect`);
  say(`its stick: ${seen.status} ${seen.out.trim()} ${seen.err.trim()}`);
  if (out.status === 0 && seen.status !== 0) throw new Error(`the stick of a device shut out: ${seen.status ?? seen.signal} ${seen.out}${seen.err}`);
}

// After the storm, while the registry and the tablets' servers run and the link is calm.
export async function afterwards(world, dice, say) {
  const [a, b] = world.devices;
  const seen = await verb('walker', ['sync', '--data', b.data]);
  say(`shut out, it syncs: ${seen.status} ${seen.err.trim()}`);
  if (seen.status !== 1 || !seen.err.includes('shut out')) throw new Error(`a tablet that is shut out syncs: ${seen.status} ${seen.err}`);
  if (dice.in100(60)) await byStick(world, b, say);
  if (dice.in100(50)) {
    say('found, and paired again');
    world.copies = {}; // of when it was shut out: put back, it would be locked
    await pair(world, b);
    knowsLess(b);
    Object.assign(b, { shutOut: false, id: null });
    return 'shut out and paired again';
  }
  say('another tablet takes its place');
  world.copies = {};
  await b.server.stop('SIGTERM');
  const fresh = new Device('b', join(world.dir, `walker-b${b.serial}`), b.work);
  Object.assign(fresh, { friend: a, disk: null, serial: b.serial + 1000, going: world.going, said: world.said });
  Object.assign(a, { friend: fresh });
  for (const [id, point] of b.wasHome) fresh.elsewhere.set(id, point);
  world.lost = b;
  world.devices[1] = fresh;
  await pair(world, fresh);
  if (world.hub) await world.hub.pair(fresh);
  if (!await fresh.server.start()) throw new Error(fresh.server.words);
  return 'shut out and replaced';
}

// Between two rounds the registry runs for this alone: the tablet is found after all.
// Everything it kept is home then, what was erased meanwhile is gone from it too, and it is
// put away.
export async function found(world, say, tell) {
  const { lost } = world;
  const [, b] = world.devices;
  await pair(world, lost);
  for (const { sha256 } of rows(lost.data, 'SELECT sha256 FROM blob WHERE cleared = 0')) {
    const seen = await verb('walker', ['clear', sha256, '--data', lost.data]);
    if (seen.status !== 0) throw new Error(`walker clear: ${seen.err}`);
  }
  const seen = await verb('walker', ['sync', '--json', '--data', lost.data]);
  say(`the lost tablet is found: ${seen.status} ${seen.out.trim()} ${seen.err.trim()}`);
  if (seen.status !== 0 || JSON.parse(seen.out).all_confirmed !== true)
    throw new Error(`the tablet that was found does not come home: ${seen.status} ${seen.out}${seen.err}`);
  const sides = [read('registry', world.registry.data, tell), read('the lost tablet', lost.data, tell)];
  nowhere(world, sides, new Map(sides.map(({ data }) => [data, { pending: 1 }])), erasedBy(sides[0].records), tell);
  keepPromises(lost, b);
  world.lost = null;
  return 'lost tablet found';
}

// From now on the other one is asked whether they are kept.
function keepPromises(from, to) {
  for (const [id, point] of [...from.points, ...from.elsewhere]) to.elsewhere.set(id, point);
  for (const [sha256, photo] of from.photos)
    if (!to.photos.has(sha256)) to.photos.set(sha256, { ...photo, held: false, here: false });
}
