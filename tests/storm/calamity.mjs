// calamity: what happens to whole folders between two evenings. The registry comes back from
// an old backup, a tablet from an old one of its own, or a tablet's folder is copied over
// another's. Copies are taken right after a storm, with what had not gone home yet; the
// folder they replace is gone. Where there is a hub, folders stay as they are.
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must, rows } from './ground.mjs';

// What is sure to happen in the world that begins with round `first`: each in its turn, so
// that a hundred rounds see them all, before its second to fifth round.
export function dueIn(first, length, dice) {
  const what = Object.keys(strikes);
  const pair = Math.floor((first - 1) / (2 * length));
  return { what: what[pair % what.length], round: first + dice.from(1, length - 1), done: false };
}

// In the state a storm left: nothing runs.
export async function keepCopies(world, dice, say) {
  if (world.hub) return;
  world.copies ??= {};
  const [, b] = world.devices;
  if (dice.in100(35) || !world.due.done) {
    const to = join(world.dir, 'copy-registry');
    rmSync(to, { recursive: true, force: true });
    await must('registry', ['backup', to, '--data', world.registry.data]);
    world.copies.registry = to;
    say('a backup of the registry');
  }
  if (dice.in100(35) || !world.due.done) {
    const to = join(world.dir, 'copy-b');
    rmSync(to, { force: true });
    await must('walker', ['backup', to, '--data', b.data]);
    world.copies.b = to;
    say('a backup of b');
  }
}

// Points the folder does not know any more, or knows as they were, are not touched again;
// what was promised of them the registry keeps.
async function begunAnew(world, device) {
  await must('walker', ['walk', 'list', '--data', device.data]);
  for (const [id, point] of device.points) device.elsewhere.set(id, point);
  device.points.clear();
  const here = new Set(rows(device.data, 'SELECT sha256 FROM blob').map((one) => one.sha256));
  for (const [sha256, photo] of device.photos) if (!here.has(sha256)) Object.assign(photo, { held: false, here: false });
  // What only the registry has by now must not be lost with an older backup of it.
  delete world.copies.registry;
  if (!await world.registry.start()) throw new Error(`registry does not start: ${world.registry.words}`);
  world.link.to = world.registry.port;
  await must('walker', ['pair', `http://127.0.0.1:${world.link.port}`, await world.code(),
    '--name', `Tablet ${device.name}`, '--data', device.data]);
  await world.registry.stop('SIGTERM');
}

const strikes = {
  async 'registry from an old backup'(world) {
    rmSync(world.registry.data, { recursive: true });
    await must('registry', ['restore', world.copies.registry, '--data', world.registry.data]);
    world.restored = true;
  },
  async 'tablet from an old backup'(world) {
    const [, b] = world.devices;
    rmSync(b.data, { recursive: true });
    await must('walker', ['restore', world.copies.b, '--data', b.data]);
    await begunAnew(world, b);
  },
  async 'two tablets from one folder'(world) {
    const [a, b] = world.devices;
    rmSync(b.data, { recursive: true });
    cpSync(a.data, b.data, { recursive: true });
    await begunAnew(world, b);
  },
};

// Before a storm: all was home after the one before, and nothing runs. The name of what
// happened, or null.
export async function strike(world, number, dice) {
  if (world.hub || !world.copies) return null;
  if (number === world.due.round) {
    world.due.done = true;
    await strikes[world.due.what](world);
    return world.due.what;
  }
  const can = [];
  if (world.copies.registry && existsSync(world.copies.registry)) can.push('registry from an old backup');
  if (world.copies.b) can.push('tablet from an old backup');
  if (dice.in100(30)) can.push('two tablets from one folder');
  if (!can.length || !dice.in100(60)) return null;
  const what = dice.of(can);
  await strikes[what](world);
  return what;
}
