// calamity: what happens to whole folders between two evenings. The registry comes back from
// an old backup, a tablet from an old one of its own, or a tablet's folder is copied over
// another's, or an old copy of a tablet's database is put back in place under its own key.
// Copies are taken right after a storm, with what had not gone home yet; the folder they
// replace is gone. Where there is a hub, folders stay as they are.
import { copyFileSync, cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must, rows, verb } from './ground.mjs';
import { knowsLess, pair } from './shut_out.mjs';

const DATABASE = 'database put back in place';

// What is sure to happen in the world that begins with round `first`, and before which of
// its rounds: a database put back, and one of the others in its turn, so that a hundred
// rounds see them all. `calm` is a round after which neither comes, as pairing anew ends
// what copies are good for.
export function dueIn(first, length, dice) {
  const what = Object.keys(strikes).filter((name) => name !== DATABASE);
  const pair_ = Math.floor((first - 1) / (2 * length));
  const at = dice.from(1, length - 1);
  const other = 1 + (at - 1 + dice.from(1, length - 2)) % (length - 1);
  return { folder: { what: what[pair_ % what.length], round: first + at, done: false },
    database: { what: DATABASE, round: first + other, done: false },
    calm: first + dice.of([...Array(length).keys()].filter((n) => n + 1 !== at && n + 1 !== other)) };
}

// In the state a storm left: nothing runs. `struck` is what had come before it.
export async function keepCopies(world, struck, dice, say) {
  if (world.hub) return;
  const [, b] = world.devices;
  if (dice.in100(35) || !world.due.folder.done) {
    const to = join(world.dir, 'copy-registry');
    rmSync(to, { recursive: true, force: true });
    await must('registry', ['backup', to, '--data', world.registry.data]);
    world.copies.registry = to;
    say('a backup of the registry');
  }
  if (dice.in100(35) || !world.due.folder.done) {
    const to = join(world.dir, 'copy-b');
    rmSync(to, { recursive: true, force: true });
    delete world.copies.b;
    // A database put back in place may name photos that were erased since: then it is told.
    const seen = await verb('walker', ['backup', to, '--data', b.data]);
    if (seen.status !== 0 && struck !== DATABASE) throw new Error(`walker backup: ${seen.err}${seen.out}`);
    if (seen.status === 0) world.copies.b = to;
    say(`a backup of b: ${seen.status}`);
  }
  // One put back just now goes on under another key when it comes home: then a copy of this
  // moment is no database of that tablet's any more, and it would have to be paired anew.
  if (dice.in100(35) && struck !== DATABASE || !world.due.database.done) {
    const to = join(world.dir, 'copy-database');
    rmSync(to, { force: true });
    rows(b.data, `.backup '${to}'`);
    world.copies.database = to;
    say("a copy of b's database");
  }
}

// What was promised of points the folder knows no more, or knows as they were, the
// registry keeps.
async function begunAnew(world, device) {
  await must('walker', ['walk', 'list', '--data', device.data]);
  knowsLess(device);
  delete world.copies.database; // another origin's key lies beside it now
  if (!await world.registry.start()) throw new Error(`registry does not start: ${world.registry.words}`);
  world.link.leadTo(world.registry);
  await pair(world, device);
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
  async 'database put back in place'(world) {
    const [, b] = world.devices;
    for (const end of ['', '-wal', '-shm']) rmSync(join(b.data, `lygte.db${end}`), { force: true });
    copyFileSync(world.copies.database, join(b.data, 'lygte.db'));
    knowsLess(b);
    delete world.copies.database; // it goes on under another origin
  },
};

// Before a storm: all was home after the one before, and nothing runs. The name of what
// happened, or null.
export async function strike(world, number, dice) {
  if (world.hub) return null;
  const has = { 'tablet from an old backup': world.copies.b, 'registry from an old backup': world.copies.registry };
  for (const due of [world.due.folder, world.due.database])
    if (number === due.round && (!(due.what in has) || has[due.what])) {
      due.done = true;
      await strikes[due.what](world);
      return due.what;
    }
  const can = [];
  if (world.copies.registry && existsSync(world.copies.registry)) can.push('registry from an old backup');
  if (world.copies.b) can.push('tablet from an old backup');
  if (world.copies.database && world.due.database.done) can.push(DATABASE);
  if (dice.in100(30)) can.push('two tablets from one folder');
  if (!can.length || !dice.in100(60)) return null;
  const what = dice.of(can);
  await strikes[what](world);
  return what;
}
