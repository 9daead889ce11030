// storm: `make storm ROUNDS=500 SEED=n`. Sync is broken in every way we can, round after
// round, and after each round nothing may be lost, doubled or lied about.
//
// A round: two tablets keep points, edits, witnesses, withdrawals and photos by page and by
// verb, send them home through a link that cuts, halves, delays, doubles, reorders and
// refuses (link.mjs), sometimes by a stick, sometimes by a hub first (hub.mjs), while walker serve, walker-sync, registry serve
// and the verbs are killed with SIGKILL and the disks of one tablet and of the registry run
// full. Then one clean sync of each tablet with a fresh registry process, old requests said
// once more, and everything is looked at (truth.mjs, fold.mjs).
//
// Five rounds stand on one registry and one pair of tablets, so that what a round leaves
// behind meets the next. SEED decides every throw of the dice; a failure prints how to
// storm it again (SEED, FROM, ROUNDS), and its folders are kept. What the machine's own
// timing adds is not in the seed.
//
// Before the first round come the states that no dice can hit (left_behind.mjs).
//
// Meanwhile words, photos and places are erased at the registry (erasing.mjs), faces are
// painted over, and a tablet is lost and shut out (shut_out.mjs). Between two rounds the
// registry or a tablet may come back from an old backup, a tablet's folder be copied over
// the other's, or its old database be put back in place (calamity.mjs). SIGKILL is no power cut: what fsync
// promises cannot be seen from here.
//
// Environment: ROUNDS (20), SEED (from the clock), FROM (1), KEEP (a folder for what
// failed), BIN, DRAW_PHOTO, STORM_DICE (all; "wire": nothing is erased, covered or shut out).
// Speaks TAP.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dueIn, keepCopies, strike } from './calamity.mjs';
import { Chance, dealt } from './chance.mjs';
import { Device } from './device.mjs';
import { Disk, Server, begin, drawPhotos, must, orphans, privateMounts, rows, sleep, verb } from './ground.mjs';
import { eraseSome, eraseSurely, readMarks } from './erasing.mjs';
import { Hub, carriedTrue, hubHome } from './hub.mjs';
import { leftBehind } from './left_behind.mjs';
import { Link } from './link.mjs';
import { afterwards, found, homeNow, shutOut } from './shut_out.mjs';
import { allHome, receiptsTrue } from './truth.mjs';

// Its disks are small: photos are taken all the same.
process.env.LYGTE_LEAST_MB = '0';

const ROUNDS = Number(process.env.ROUNDS || 20);
const SEED = process.env.SEED || String(Date.now() % 1000000);
const FROM = Number(process.env.FROM || 1);
const KEEP = process.env.KEEP || join(tmpdir(), `lygte-storm-failed.${SEED}`);
const WORLD = 5;
const ALL_DICE = process.env.STORM_DICE !== 'wire';
const FAILURES_MOST = 3;
const SLOW_MS = 15000; // half of what walker-sync waits for a registry that stands still

// A mount namespace of our own, so that small disks can be had, and go when we go.
if (process.env.STORM_OWN_MOUNTS === undefined) {
  const flags = ['-m', '-rm'].find((f) => spawnSync('unshare', [f, 'true']).status === 0);
  const [program, ...args] = flags ? ['unshare', flags, process.execPath] : [process.execPath];
  const again = spawnSync(program, [...args, ...process.argv.slice(1)],
    { stdio: 'inherit', env: { ...process.env, SEED, STORM_OWN_MOUNTS: flags ? '1' : '0' } });
  process.exit(again.status ?? 1);
}

const dir = mkdtempSync(join(tmpdir(), 'lygte-storm.'));
const total = {};
const add = (what, n = 1) => { total[what] = (total[what] ?? 0) + n; };

// `sync` believes that a run of its own is under way while its process id exists; of one
// whose parent was killed, init takes the body away when it likes.
async function reaped(device) {
  const [state] = rows(device.data, 'SELECT running & 4194303 AS running FROM sync_state');
  for (let n = 0; n < 250 && state?.running; n += 1) {
    try { process.kill(state.running, 0); } catch { return; }
    await sleep(20);
  }
}

// ---- a world ---------------------------------------------------------------------------

class World {
  constructor(first) {
    this.first = first;
    this.dir = join(dir, `world-${first}`);
    this.disks = { registry: new Disk(join(this.dir, 'disk-r'), 96), a: new Disk(join(this.dir, 'disk-a'), 64) };
    mkdirSync(join(this.dir, 'work'));
    this.registry = new Server('registry', join(this.disks.registry.path, 'registry'));
    this.link = new Link();
    this.devices = [new Device('a', join(this.disks.a.path, 'walker'), join(this.dir, 'work')),
      new Device('b', join(this.dir, 'walker-b'), join(this.dir, 'work'))];
    const [a, b] = this.devices;
    Object.assign(this, { sticks: [], copies: {}, lost: null, going: new Set(), said: new Map(), seen: new Set() });
    Object.assign(a, { friend: b, disk: this.disks.a, going: this.going, said: this.said });
    Object.assign(b, { friend: a, disk: null, going: this.going, said: this.said });
    const dice = new Chance(SEED, 'due', first);
    this.due = dueIn(first, WORLD, dice);
    this.due.erase = ALL_DICE ? first + dice.from(1, WORLD - 1) : 0;
    if (ALL_DICE && dealt(SEED, 'shut out', Math.floor((first - 1) / WORLD), 2)) this.due.shutOut = this.due.calm;
    this.hub = dealt(SEED, 'hub', Math.floor((first - 1) / WORLD), 2) ? new Hub(join(this.dir, 'hub')) : null;
  }

  // Tablets, also the one that is lost.
  get all() { return this.lost ? [...this.devices, this.lost] : this.devices; }

  // All that has a folder of a walker's.
  get sides() { return this.hub ? [...this.devices, this.hub] : this.devices; }

  async code() {
    return JSON.parse(await must('registry', ['device', 'code', '--json', '--data', this.registry.data])).code;
  }

  async begin() {
    const dice = new Chance(SEED, 'world', this.first);
    await this.link.listen();
    if (!await this.registry.start()) throw new Error(`registry does not start: ${this.registry.words}`);
    this.link.leadTo(this.registry);
    await must('registry', ['police', 'key', '--make', join(this.dir, 'police.key'), '--data', this.registry.data], 'fire ord ingen venter\n');
    for (const device of this.devices) {
      await must('walker', ['pair', `http://127.0.0.1:${this.link.port}`, await this.code(), '--name', `Tablet ${device.name}`, '--data', device.data]);
      if (dice.in100(40)) await must('walker', ['set', 'hold', 'off', '--data', device.data]);
    }
    if (this.hub) await this.hub.begin(`http://127.0.0.1:${this.link.port}`, await this.code(), this.devices);
  }

  // Ends everything of ours that runs, one process at a time, by its id.
  async still(signal = 'SIGKILL') {
    this.link.calm();
    for (const disk of Object.values(this.disks)) disk.empty();
    await Promise.all([this.registry, ...this.sides.map((d) => d.server)].map((s) => s.stop(signal)));
    for (const device of this.sides) {
      device.agent.destroy();
      // Nobody answers them any more, so they end by themselves with a sentence.
      for (let n = 0; orphans(device.data).length; n += 1) {
        if (n > 100) for (const pid of orphans(device.data)) try { process.kill(pid, 'SIGKILL'); } catch { /* it ended */ }
        await sleep(20);
      }
      await reaped(device);
    }
  }

  async end() {
    await this.still();
    this.link.close();
    for (const disk of Object.values(this.disks)) disk.leave();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

// ---- who does what in a storm ----------------------------------------------------------

class Round {
  constructor(world, number) {
    Object.assign(this, { world, number, faults: [], log: [] });
    this.began = Date.now();
    this.dice = (name) => new Chance(SEED, 'round', number, name);
    this.until = this.began + this.dice('length').from(600, 1500);
  }

  tell(words) { if (!this.faults.includes(words)) this.faults.push(words); }

  say(words) { this.log.push(`${String(Date.now() - this.began).padStart(6)} ${words}`); }

  storms() { return Date.now() < this.until; }

  async pause(dice, least, most) {
    await sleep(Math.max(0, Math.min(dice.scale(least, most), this.until - Date.now())));
  }

  // A program that ended by itself in another way than with a sentence.
  ended(what, { status, signal, err }) {
    if (signal && signal !== 'SIGKILL' && signal !== 'SIGTERM') this.tell(`${what} died of ${signal}: ${err ?? ''}`);
    else if (!signal && status !== 0 && status !== 1) this.tell(`${what} ended with ${status}: ${err ?? ''}`);
  }

  async serve(server, what) {
    const up = await server.start();
    if (server.child) server.gone.then((how) => this.ended(`${what} serve`, { ...how, err: server.words }));
    if (what === 'registry') this.world.link.leadTo(server);
    return up;
  }

  // Killed at random moments and started again; on a full disk it may take a while.
  async killed(server, what) {
    const dice = this.dice(`kill ${what}`);
    while (this.storms()) {
      await this.pause(dice, 80, 1200);
      if (!this.storms()) return;
      await server.stop('SIGKILL');
      add(`kill ${what}`);
      this.say(`kill ${what}`);
      await this.pause(dice, 1, 120);
      while (this.storms() && !await this.serve(server, what)) await sleep(20);
    }
  }

  async taps(device) {
    const dice = this.dice(`tap ${device.name}`);
    while (this.storms()) {
      await device.tap(dice);
      if (dice.in100(40)) await this.pause(dice, 1, 40);
    }
  }

  async syncs(device) {
    const dice = this.dice(`sync ${device.name}`);
    while (this.storms()) {
      await this.pause(dice, 1, 120);
      if (dice.in100(20)) {
        await device.json('POST', '/api/v1/sync', {});
        continue;
      }
      const { child, done } = begin('walker', ['sync', '--data', device.data]);
      const kill = (what) => { add(what); this.say(what); child.kill('SIGKILL'); };
      const sooner = dice.in100(40) && setTimeout(kill, dice.scale(2, 700), `kill sync ${device.name}`);
      const later = setTimeout(kill, Math.max(0, this.until - Date.now()), `cut sync ${device.name}`);
      const seen = await done;
      clearTimeout(sooner);
      clearTimeout(later);
      this.ended('walker sync', seen);
      this.say(`sync ${device.name}: ${seen.signal ?? seen.status} ${seen.err.trim()}`);
      add(seen.status === 0 ? 'syncs to the end' : 'syncs cut short');
    }
  }

  // The hub carries on what it has; nobody waits for it.
  async carries(hub) {
    const dice = this.dice('carry');
    while (this.storms()) {
      await this.pause(dice, 20, 300);
      const { child, done } = begin('walker', ['sync', '--data', hub.data]);
      const cut = setTimeout(() => child.kill('SIGKILL'), Math.max(0, dice.in100(40) ? dice.scale(2, 700) : this.until - Date.now()));
      const seen = await done;
      clearTimeout(cut);
      this.ended('walker sync of the hub', seen);
      this.say(`carry: ${seen.signal ?? seen.status} ${seen.err.trim()}`);
      add('carries');
    }
  }

  // Killed at times; brought again then.
  async stickVerb(dice, program, args, data) {
    const { child, done } = begin(program, [...args, '--data', data]);
    if (dice.in100(25)) setTimeout(() => { add('kill stick'); child.kill('SIGKILL'); }, dice.scale(1, 120));
    const seen = await done;
    this.ended(`${program} ${args[0]}`, seen);
    this.say(`${program} ${args[0]}: ${seen.signal ?? seen.status} ${seen.out.trim()} ${seen.err.trim()}`);
    return seen.status === 0;
  }

  async stick(device) {
    const dice = this.dice(`stick ${device.name}`);
    if (!dice.in100(45)) return;
    const file = join(this.world.dir, 'work', `${device.name}-${this.number}.lygte`);
    await this.pause(dice, 50, 900);
    if (!await this.stickVerb(dice, 'walker', ['stick', file], device.data)) return;
    // To its end, on a slow machine too.
    for (let n = 0; n < 3; n += 1)
      if (await this.stickVerb(dice, 'registry', ['unstick', file], this.world.registry.data)) {
        this.world.sticks.push([device, file]);
        add('sticks');
        break;
      }
    await this.pause(dice, 1, 300);
    // Its own stick, or one of an evening long ago.
    const mine = this.world.sticks.filter(([d]) => d === device);
    if (!mine.length) return;
    const old = dice.of(mine)[1];
    if (this.storms()) await this.stickVerb(dice, 'walker', ['unstick', old], device.data);
    if (this.storms() && dice.in100(40)) await this.stickVerb(dice, 'registry', ['unstick', old], this.world.registry.data);
  }

  async full(disk, device) {
    const dice = this.dice(`full ${device?.name ?? 'registry'}`);
    if (!disk.small || !dice.in100(35)) return;
    await this.pause(dice, 20, 900);
    if (device) device.wasFull = true;
    disk.fill(dice.of([0, 4096, 16384, 65536, 300000]));
    add(`full disk ${device?.name ?? 'registry'}`);
    this.say(`disk full ${device?.name ?? 'registry'}`);
    await this.pause(dice, 30, 600);
    disk.empty();
    this.say('disk empty');
  }

  async erases() {
    if (!ALL_DICE) return;
    const dice = this.dice('erase');
    for (let n = dice.of([0, 0, 1, 1, 2, 3]); n > 0; n -= 1) {
      await this.pause(dice, 50, 900);
      const seen = await eraseSome(this.world, dice);
      this.say(`erasing: ${seen}`);
      add(`erasures ${/^[a-z]+/.exec(seen)?.[0] ?? 'refused'}`);
    }
  }

  // Tablet b is lost, in the rounds that are due.
  async loses() {
    if (this.number !== this.world.due.shutOut) return;
    const dice = this.dice('lost');
    await this.pause(dice, 50, 900);
    while (!await shutOut(this.world) && this.storms()) await sleep(20);
    this.say('tablet b is shut out');
  }

  async replays() {
    const dice = this.dice('replay');
    while (this.storms()) {
      await this.pause(dice, 30, 400);
      if (this.storms()) await this.world.link.replay(dice);
    }
  }

  async storm() {
    const { world } = this;
    for (const device of world.devices) device.wasFull = false;
    if (world.lost && this.dice('found').in100(60)) {
      await this.serve(world.registry, 'registry');
      add(await found(world, (w) => this.say(w), (w) => this.tell(w)));
      await world.registry.stop('SIGTERM');
    }
    const struck = await strike(world, this.number, this.dice('calamity'));
    if (struck) {
      add(struck);
      this.say(struck);
      this.until += Date.now() - this.began;
    }
    if (this.number === world.due.shutOut) world.devices[1].wasHome = homeNow(world.devices[1], world.registry.data);
    await this.serve(world.registry, 'registry');
    await Promise.all(world.devices.map(async (d) => {
      await this.serve(d.server, `walker ${d.name}`);
      await d.newWalk(this.dice(`walk ${d.name}`));
    }));
    if (world.hub) await this.serve(world.hub.server, 'hub');
    this.until += Date.now() - this.began;
    world.link.storm = this.dice('link');
    await Promise.all([this.killed(world.registry, 'registry'), this.replays(), this.erases(), this.loses(),
      this.full(world.disks.registry), this.full(world.disks.a, world.devices[0]),
      ...world.devices.flatMap((d) => [this.killed(d.server, `walker ${d.name}`), this.taps(d),
        this.syncs(d), this.stick(d)]),
      ...(world.hub ? [this.killed(world.hub.server, 'hub'), this.carries(world.hub)] : [])]);
    await world.still(this.dice('end').in100(70) ? 'SIGKILL' : 'SIGTERM');
    for (const device of world.devices) receiptsTrue(device, world.registry.data, (w) => this.tell(`right after the storm: ${w}`));
    await keepCopies(world, struck, this.dice('copies'), (w) => this.say(w));
    if (world.hub) for (const device of world.devices) carriedTrue(device, world.hub, (w) => this.tell(`right after the storm: ${w}`));
  }

  // ---- after it ------------------------------------------------------------------------

  // What the tablets have told the hub goes home by the hub too.
  async hubGoesHome(hub) {
    // Begun anew, it makes photos of what was whole when it was killed.
    await hub.server.stop('SIGTERM');
    if (!await this.serve(hub.server, 'hub')) this.tell(`the hub does not start after the storm: ${hub.server.words.slice(-600)}`);
    const seen = await verb('walker', ['sync', '--json', '--data', hub.data]);
    this.say(`clean sync hub: ${seen.status} ${seen.out.trim()} ${seen.err.trim()}`);
    if (seen.status !== 0) this.tell(`hub: a clean sync ends with ${seen.status ?? seen.signal}: ${seen.out}${seen.err}`);
  }

  async goHome(device) {
    const held = rows(device.data, 'SELECT sha256 FROM blob WHERE cleared = 0');
    for (const { sha256 } of held) {
      const seen = await device.json('PATCH', `/api/v1/photos/${sha256}`, { cleared: true });
      if (seen.status !== 200) this.tell(`${device.name}: looking at ${sha256}: ${seen.status} ${seen.text}`);
      const photo = device.photos.get(sha256);
      if (photo) photo.held = false;
    }
    const began = Date.now();
    const seen = await verb('walker', ['sync', '--json', '--data', device.data]);
    this.say(`clean sync ${device.name}: ${seen.status}, ${Date.now() - began} ms, ${seen.out.trim()} ${seen.err.trim()}`);
    let said = {};
    try { said = JSON.parse(seen.out); } catch { /* told below */ }
    if (seen.status !== 0 || said.all_confirmed !== true)
      this.tell(`${device.name}: a clean sync ends with ${seen.status ?? seen.signal}: ${seen.out}${seen.err}`);
    if (Date.now() - began > SLOW_MS) this.tell(`${device.name}: a clean sync took ${Date.now() - began} ms`);
  }

  async calm() {
    const { world } = this;
    for (const server of [world.registry, ...world.sides.map((d) => d.server)])
      if (!await this.serve(server, server === world.registry ? 'registry' : 'walker'))
        this.tell(`${server.program} does not start after the storm: ${server.words.slice(-600)}`);
    const say = (w) => this.say(w);
    if (this.number === world.due.erase) {
      await world.devices[0].coverSurely(this.dice('cover surely'));
      await this.goHome(world.devices[0]);
      const seen = await eraseSurely(world, this.dice('erase surely'));
      this.say(`erased: ${seen}`);
      if (seen) add('erasures after the storm');
    }
    if (this.number === world.due.shutOut) {
      await shutOut(world);
      add(await afterwards(world, this.dice('afterwards'), say));
    }
    await Promise.all(world.devices.map((d) => this.goHome(d)));
    // What one covered while the other sent, the other hears now; its answer may have been lost.
    if (world.devices.some((d) => d.did.cover || d.did.covered)) for (const d of world.devices) await this.goHome(d);
    if (world.hub) await this.hubGoesHome(world.hub);
    const dice = this.dice('echo');
    await Promise.all([1, 2, 3].map(() => world.link.replay(dice)));
    await world.still(dice.in100(50) ? 'SIGKILL' : 'SIGTERM');
  }

  async run() {
    let seen = { records: 0, points: 0, photos: 0 };
    try {
      await this.storm();
      await this.calm();
      const before = new Map([this.world.registry, ...this.world.sides].map(({ data }) => [data, readMarks(data)]));
      for (const [data, marks] of before) marks.pending = rows(data, 'SELECT count(*) AS n FROM erasing')[0].n;
      seen = await allHome(this.world, before, (w) => this.tell(w));
      add('marks looked for', seen.marks);
      if (this.world.hub) hubHome(this.world.hub, this.world.registry.data, (w) => this.tell(w));
    } catch (error) {
      this.tell(`the round did not come to its end: ${error.stack}`);
      await this.world.still();
    }
    for (const server of [this.world.registry, ...this.world.sides.map((d) => d.server)]) {
      if (server.hung) this.tell(server.hung);
      server.hung = '';
    }
    for (const device of this.world.devices) {
      device.faults.splice(0).forEach((w) => this.tell(`${device.name}: ${w}`));
      for (const [what, n] of Object.entries(device.did)) add(what, n);
      device.did = {};
    }
    for (const [what, n] of Object.entries(this.world.link.told)) add(`link: ${what}`, n);
    this.world.link.told = { connections: 0 };
    return seen;
  }
}

// ---- all rounds ------------------------------------------------------------------------

let claims = 0;
let failed = 0;

function claim(good, words, why = []) {
  claims += 1;
  if (!good) failed += 1;
  console.log(`${good ? 'ok' : 'not ok'} ${claims} - ${words}`);
  for (const line of why.slice(0, 25)) console.log(String(line).slice(0, 1200).replace(/^/gm, '#   '));
}

function keep(round) {
  const to = join(KEEP, `round-${round.number}`);
  rmSync(to, { recursive: true, force: true });
  cpSync(round.world.dir, to, { recursive: true });
  writeFileSync(join(to, 'log'), [...round.faults, '', ...round.log, '', 'registry:', round.world.registry.words,
    ...round.world.sides.map((d) => `${d.name}:\n${d.server.words}`)].join('\n'));
  const first = round.world.first;
  return [...round.faults, `again: make storm SEED=${SEED} FROM=${first} ROUNDS=${round.number - first + 1}`, `kept in ${to}`];
}

async function main() {
  drawPhotos(dir);
  if (FROM === 1)
    for (const [words, wrong] of await leftBehind(dir)) claim(!wrong.length, words, wrong);
  let world = null;
  const start = FROM - ((FROM - 1) % WORLD);
  const lastRound = FROM + ROUNDS - 1;
  for (let number = start; number <= lastRound && failed < FAILURES_MOST; number += 1) {
    if (!world) {
      world = new World(number);
      await world.begin();
    }
    const round = new Round(world, number);
    const seen = await round.run();
    const good = round.faults.length === 0;
    claim(good, `round ${number} of seed ${SEED}: ${seen.points} points, ${seen.photos} photos, ` +
      `${seen.records} records, all home once (${((Date.now() - round.began) / 1000).toFixed(1)} s)`,
    good ? [] : keep(round));
    if (!good || number % WORLD === 0 || number === lastRound) {
      await world.end();
      world = null;
    }
  }
  if (world) await world.end();
}

function wasAStorm() {
  const some = (prefix) => Object.keys(total).filter((k) => k.startsWith(prefix)).reduce((n, k) => n + total[k], 0);
  console.log(`# ${Object.entries(total).sort().map(([k, n]) => `${k} ${n}`).join(', ')}`);
  if (ROUNDS < 20) return;
  for (const what of ['kill registry', 'kill walker', 'kill sync', 'kill hub', 'carries', 'sticks', 'link: cut', 'link: half', 'link: double',
    'link: answer', 'link: replay', 'put', 'photo', 'syncs cut short', 'database put back in place',
    ...(ALL_DICE ? ['erasures after the storm', 'marks looked for', 'shut out and', 'covered'] : [])])
    if (!some(what)) claim(false, `it was a storm: there was no "${what}"`);
  if (ROUNDS >= 100)
    for (const what of ['registry from an old backup', 'tablet from an old backup', 'two tablets from one folder'])
      if (!some(what)) claim(false, `it was a storm: there was no "${what}"`);
  if (!privateMounts()) claim(true, 'full disks # skip no mount namespace can be had here');
  else if (!some('full disk')) claim(false, 'it was a storm: no disk was ever full');
  else claim(true, `it was a storm: ${some('kill')} kills, ${some('link: ') - some('link: connections')} bad connections of ${some('link: connections')}, ${some('full disk')} full disks, ${some('sticks')} sticks`);
}

try {
  await main();
  wasAStorm();
} catch (error) {
  claim(false, 'the storm came to its end', [error.stack]);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
console.log(`1..${claims}`);
process.exit(failed ? 1 : 0);
