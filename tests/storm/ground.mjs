// ground: the programs of a storm, the disks they stand on, and how each is ended. Whatever
// is started here is ended here, by its own process id and no other way.
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, rmSync, statfsSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const bin = resolve(process.env.BIN ?? join(root, 'build/bin'));
const draw = process.env.DRAW_PHOTO ?? join(root, 'build/tools/draw_photo');
const env = { ...process.env, LYGTE_LANG: 'en', TZ: 'UTC' };
for (const name of ['LYGTE_DATA', 'LYGTE_SYNC', 'http_proxy', 'HTTP_PROXY', 'all_proxy']) delete env[name];

export const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

// ---- verbs -----------------------------------------------------------------------------

// Starts a verb; { child, done }, where done resolves with { status, signal, out, err }.
export function begin(program, args, input = '') {
  const child = spawn(join(bin, program), args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => { out += piece; });
  child.stderr.setEncoding('utf8').on('data', (piece) => { err += piece; });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const done = new Promise((over) => {
    child.on('error', (why) => over({ status: null, signal: null, out, err: `${err}${why}` }));
    child.on('close', (status, signal) => over({ status, signal, out, err }));
  });
  return { child, done };
}

export const verb = (program, args, input) => begin(program, args, input).done;

export async function must(program, args, input) {
  const seen = await verb(program, args, input);
  if (seen.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${seen.err || seen.out}`);
  return seen.out;
}

// Rows of a question to a database beside the programs.
export function rows(data, question) {
  const seen = spawnSync('sqlite3', ['-batch', '-json', '-cmd', '.timeout 10000',
    join(data, 'lygte.db'), question], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (seen.status !== 0) throw new Error(`sqlite3 ${data}: ${seen.stderr}`);
  return seen.stdout.trim() ? JSON.parse(seen.stdout) : [];
}

// The same for several questions, { name: question }, in one go.
export function answers(data, questions) {
  const script = Object.values(questions).map((question) => `${question};\n.print "\\036"\n`).join('');
  const seen = spawnSync('sqlite3', ['-batch', '-json', '-cmd', '.timeout 10000', join(data, 'lygte.db')],
    { encoding: 'utf8', maxBuffer: 1 << 28, input: script });
  if (seen.status !== 0 || seen.stderr) throw new Error(`sqlite3 ${data}: ${seen.stderr}`);
  const parts = seen.stdout.split('\x1e');
  return Object.fromEntries(Object.keys(questions).map((name, at) => [name, parts[at].trim() ? JSON.parse(parts[at]) : []]));
}

// ---- programs that serve ---------------------------------------------------------------

// Each has an address of its own (but those that are spoken to by name: 127.0.0.1): the port
// of one that was killed may be given to the next, and nobody who still speaks to the first
// may find the second there.
let addresses = 1;

export class Server {
  constructor(program, data, more = [], host = '') {
    Object.assign(this, { program, data, more, child: null, port: 0, words: '' });
    addresses += 1;
    this.host = host || `127.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
  }

  // False when it does not come up, as on a full disk.
  async start() {
    if (this.child) return true;
    const child = spawn(join(bin, this.program), ['serve', '--data', this.data, '--listen',
      this.listen ?? `${this.host}:0`, ...this.more], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    // Not "close": a walker-sync that outlives its server keeps the pipe of its words open.
    this.gone = new Promise((done) => child.on('exit', (status, signal) => {
      if (this.child === child) this.child = null;
      done({ status, signal });
    }));
    child.on('error', () => {});
    let said = '';
    const up = new Promise((done) => {
      const hear = (piece) => {
        said += piece;
        this.words = (this.words + piece).slice(-20000);
        const address = /https?:\/\/[0-9.]+:([0-9]+)/.exec(said);
        if (address) done(Number(address[1]));
      };
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
      this.gone.then(() => done(0));
    });
    this.port = await up;
    return this.port !== 0;
  }

  async stop(signal = 'SIGTERM') {
    const child = this.child;
    if (!child) return;
    child.kill(signal);
    const gentle = setTimeout(() => {
      this.hung = `${this.program} serve did not end within 10 s of ${signal}`;
      child.kill('SIGKILL');
    }, 10000);
    await this.gone;
    clearTimeout(gentle);
  }
}

// walker-sync processes that a killed `walker serve` left behind: ours by their folder and
// by their very program.
export function orphans(data) {
  const found = [];
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      if (words.includes(data) && words[0].includes('walker-sync') &&
          readlinkSync(`/proc/${name}/exe`) === join(bin, 'walker-sync')) found.push(Number(name));
    } catch { /* it ended meanwhile */ }
  }
  return found;
}

// ---- disks -----------------------------------------------------------------------------

export function privateMounts() {
  return process.env.STORM_OWN_MOUNTS === '1';
}

// A small disk of its own, when this process may have one; else a folder, never full.
export class Disk {
  constructor(path, megabytes) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    this.small = privateMounts() &&
      spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', path]).status === 0;
  }

  // Leaves at most `spare` bytes.
  fill(spare) {
    if (!this.small) return;
    for (let n = 0; n < 8; n += 1) {
      const s = statfsSync(this.path);
      const free = s.bavail * s.bsize - spare;
      if (free < 4096) return;
      spawnSync('fallocate', ['-l', String(free), join(this.path, `filler${n}`)]);
    }
  }

  empty() {
    for (let n = 0; n < 8; n += 1) rmSync(join(this.path, `filler${n}`), { force: true });
  }

  leave() {
    if (this.small) spawnSync('umount', ['-l', this.path]);
    this.small = false;
  }
}

// ---- photos ----------------------------------------------------------------------------

const drawn = [];

// A few pictures drawn once; each photo of a storm is one of them with comments of its own.
export function drawPhotos(folder) {
  const scenes = [['lamp_out', '640x480'], ['bin', '640x480'], ['bench', '800x600'], ['hedge', '480x360']];
  for (const [scene, size] of scenes) {
    const file = join(folder, `${scene}.jpg`);
    const seen = spawnSync(draw, ['--scene', scene, '--at', '57.0406,9.9712,5', '--direction', '40',
      '--time', '2026-11-19T19:42:00+01:00', '--size', size, '-o', file], { encoding: 'utf8' });
    if (seen.status !== 0) throw new Error(`${draw}: ${seen.stderr}`);
    drawn.push(readFileSync(file));
  }
}

// What begins the one comment by which a photo's bytes are found wherever they are.
export const PHOTO_MARK = 'STORM-PHOTO:';

// COM segments stand behind the SOI; no decoder minds them. `mark` is how it is found.
export function makePhoto(dice) {
  const picture = dice.of(drawn);
  const much = dice.in100(15) ? dice.scale(100000, 2600000) : 0;
  const parts = [picture.subarray(0, 2)];
  for (let left = much; left > 0; left -= 65533) parts.push(comment(dice, Math.min(left, 65533)));
  const mark = Buffer.concat([Buffer.from(PHOTO_MARK), Buffer.from(dice.bytes(8).toString('hex'))]);
  const segment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, mark.length + 2]), mark]);
  parts.push(segment, picture.subarray(2));
  return Object.assign(Buffer.concat(parts), { mark: mark.toString() });
}

function comment(dice, length) {
  const segment = Buffer.alloc(length + 4, dice.from(1, 255));
  segment.writeUInt16BE(0xfffe, 0);
  segment.writeUInt16BE(length + 2, 2);
  dice.bytes(Math.min(length, 24)).copy(segment, 4);
  return segment;
}

// Every file below a folder, as paths from it.
export function filesBelow(folder, inside = '') {
  const found = [];
  if (!existsSync(join(folder, inside))) return found;
  for (const entry of readdirSync(join(folder, inside), { withFileTypes: true })) {
    const path = join(inside, entry.name);
    if (entry.isDirectory()) found.push(...filesBelow(folder, path));
    else found.push(path);
  }
  return found;
}
