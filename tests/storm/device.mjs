// device: a tablet in the storm. It taps points, edits, witnesses, withdrawals and photos
// by the page's API and by verbs, sends them home, and remembers what it was promised:
// `points` says for each field which values it may show now. A value that was answered
// with 2xx (or whose id was printed) is the only one; one whose answer never came may or
// may not have become true, and stands beside the one before it.
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { Server, begin, makePhoto, must, sleep, verb } from './ground.mjs';

const COVER = process.env.STORM_DICE === 'wire' ? 0 : 3;

const markOf = (words) => /^@@[a-z]+-[0-9]+@/.exec(words)[0];

const CATEGORIES = ['BEL01', 'BEL02', 'BEL', 'REN01', 'STI01', 'ANDET'];

export class Device {
  constructor(name, data, work) {
    Object.assign(this, { name, data, work });
    this.server = new Server('walker', data, ['--open']);
    this.shutOut = false;
    this.going = new Set(); // photos that somebody erases or covers
    this.said = new Map(); // mark of words -> is it kept for sure?
    this.points = new Map();
    this.elsewhere = new Map(); // points of before its folder was put back (calamity.mjs)
    this.sealed = new Map(); // points for the police only: { photos: [least, most] }
    this.photos = new Map(); // sha256 -> { bytes, sure, held, here }
    this.walks = [];
    this.serial = 0;
    this.wasFull = false; // its disk was full at some time
    this.faults = [];
    this.did = {};
    this.agent = new Agent({ keepAlive: true });
  }

  tell(what) {
    this.did[what] = (this.did[what] ?? 0) + 1;
  }

  verb(args) {
    return verb('walker', [...args, '--data', this.data]);
  }

  // ---- the page's API ------------------------------------------------------------------

  // The status, 0 when no answer came. The answer's body only when it came whole.
  ask(method, path, type, bytes) {
    return new Promise((done) => {
      if (!this.server.child || !this.server.port) { done({ status: 0 }); return; }
      const asked = request({
        host: this.server.host, port: this.server.port, agent: this.agent, method, path, timeout: 20000,
        headers: { Host: 'localhost', ...(bytes && { 'Content-Type': type, 'Content-Length': bytes.length }) },
      }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece) => { text += piece; });
        answer.on('end', () => done({ status: answer.complete ? answer.statusCode : 0, text }));
        answer.on('error', () => done({ status: 0 }));
      });
      asked.on('timeout', () => {
        this.faults.push(`${method} ${path}: no answer for 20 s`);
        asked.destroy();
      });
      asked.on('error', () => done({ status: 0 }));
      asked.end(bytes);
    });
  }

  json(method, path, body) {
    return this.ask(method, path, 'application/json', Buffer.from(JSON.stringify(body)));
  }

  // Answers that no storm explains: neither done, nor unanswered, nor a full or busy disk.
  judge(what, seen, good, sha256 = null) {
    if (good.includes(seen.status)) return 'done';
    if (seen.status === 410 && this.going.has(sha256)) return 'refused';
    if (this.shutOut && [403, 404, 410].includes(seen.status)) return 'refused';
    if (seen.status === 0 || (seen.status >= 500 && this.wasFull)) return 'unknown';
    this.faults.push(`${what}: ${seen.status} ${seen.text}`);
    return 'refused';
  }

  // ---- what was promised ---------------------------------------------------------------

  point(id, fields) {
    const p = { sure: false, fields: {}, witnesses: [0, 0], photos: new Map(), erased: new Set() };
    for (const name of ['category', 'note', 'severity', 'withdrawn'])
      p.fields[name] = new Set([fields[name] ?? (name === 'withdrawn' ? 0 : null)]);
    this.points.set(id, p);
    return p;
  }

  settle(point, changes, verdict) {
    if (verdict === 'done') this.keep(changes);
    for (const [name, value] of Object.entries(changes)) {
      if (verdict === 'done') point.fields[name] = new Set([value]);
      else if (verdict === 'unknown') point.fields[name].add(value);
    }
  }

  // Its words are kept now, for sure.
  keep({ note }) {
    if (note) this.said.set(markOf(note), true);
  }

  // Each with a mark of its own, to be found among bytes (erasing.mjs).
  words(dice) {
    this.serial += 1;
    this.said.set(`@@${this.name}-${this.serial}@`, false);
    return `@@${this.name}-${this.serial}@ ${dice.of(['Lampen er gået ud', 'Æblegade mørk', '"citat" \\ og 💡', 'linje\nlinje'])}`;
  }

  fields(dice) {
    const f = { category: dice.of(CATEGORIES) };
    if (dice.in100(80)) f.note = this.words(dice);
    if (dice.in100(60)) f.severity = dice.from(0, 4);
    return f;
  }

  some(dice) {
    const sure = [...this.points.keys()].filter((id) => this.points.get(id).sure);
    return sure.length ? dice.of(sure.slice(-12)) : null;
  }

  // ---- taps ----------------------------------------------------------------------------

  async newWalk(dice) {
    const title = `Walk ${this.name} ${this.walks.length}`;
    const id = (await must('walker', ['walk', 'new', '--title', title, '--data', this.data])).trim();
    this.walks.push({ id, title });
    if (dice.in100(80)) await this.verb(['walk', 'begin', id]);
  }

  async tap(dice) {
    const deed = dice.weighed({
      put: 30, edit: 22, withdraw: 8, witness: 8, photo: 14, add: 7, editVerb: 5, addPhoto: 4, clear: 2, cover: COVER, seal: 4,
    });
    this.tell(deed);
    await this[deed](dice);
  }

  async put(dice) {
    const id = dice.uuid();
    const f = this.fields(dice);
    const stood = { lat: 57 + dice.from(1, 900000) / 1e7, lon: 9.9 + dice.from(1, 900000) / 1e7,
      accuracy_m: dice.from(1, 30), source: 'browser' };
    const p = this.point(id, f);
    const tries = dice.from(1, 3);
    for (let n = 0; n < tries && !p.sure; n += 1) {
      if (n) await sleep(30);
      const seen = await this.json('PUT', `/api/v1/observations/${id}`, { walk: this.walks.at(-1).id, stood, ...f });
      p.sure = this.judge('PUT point', seen, [200, 201]) === 'done';
    }
    if (p.sure) this.keep(f);
  }

  // Each photo of it is one deed, said up to twice.
  async seal(dice) {
    const id = dice.uuid();
    const seen = await this.json('PUT', `/api/v1/sealed/${id}`, { walk: this.walks.at(-1).id, note: 'forseglet' });
    if (this.judge('PUT sealed', seen, [200, 201]) !== 'done') return;
    const promised = { photos: [0, 0] };
    this.sealed.set(id, promised);
    for (let n = dice.from(0, 2); n > 0; n -= 1) {
      const bytes = makePhoto(dice);
      const deed = dice.uuid();
      let verdict = 'unknown';
      for (let tries = dice.from(1, 2); tries > 0 && verdict === 'unknown'; tries -= 1) {
        const answer = await this.ask('PUT', `/api/v1/sealed/${id}/photos/${deed}`, 'image/jpeg', bytes);
        verdict = this.judge('PUT sealed photo', answer, [200, 201]);
      }
      if (verdict === 'done') promised.photos[0] += 1;
      if (verdict !== 'refused') promised.photos[1] += 1;
    }
  }

  async edit(dice) {
    const id = this.some(dice);
    if (!id) return;
    const f = {};
    if (dice.in100(60)) f.note = this.words(dice);
    if (dice.in100(30)) f.category = dice.of(CATEGORIES);
    if (dice.in100(40)) f.severity = dice.of([0, 1, 2, 3, 4, null]);
    if (!Object.keys(f).length) return;
    const seen = await this.json('PATCH', `/api/v1/observations/${id}`, f);
    this.settle(this.points.get(id), f, this.judge('PATCH point', seen, [200]));
  }

  async withdraw(dice) {
    const id = this.some(dice);
    if (!id) return;
    const on = dice.in100(60);
    const seen = await this.json('PATCH', `/api/v1/observations/${id}`, { withdrawn: on });
    this.settle(this.points.get(id), { withdrawn: on ? 1 : 0 }, this.judge('PATCH withdrawn', seen, [200]));
  }

  async witness(dice) {
    const id = this.some(dice);
    if (!id) return;
    const seen = await this.json('POST', `/api/v1/observations/${id}/witness`, {});
    const verdict = this.judge('POST witness', seen, [200]);
    const count = this.points.get(id).witnesses;
    if (verdict !== 'refused') count[1] += 1;
    if (verdict === 'done') count[0] += 1;
  }

  remember(bytes) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (!this.photos.has(sha256)) this.photos.set(sha256, { bytes, sure: false, held: false, here: false });
    return sha256;
  }

  // Now and then a photo that another device, or another point, has too.
  picture(dice) {
    if (this.lent && dice.in100(10)) return this.lent;
    const mine = [...this.photos.values()].filter((photo) => photo.bytes);
    if (mine.length && dice.in100(8)) return dice.of(mine).bytes;
    const bytes = makePhoto(dice);
    if (this.friend && dice.in100(20)) this.friend.lent = bytes;
    return bytes;
  }

  attached(point, sha256, verdict, held) {
    const photo = this.photos.get(sha256);
    if (verdict === 'refused') return;
    if (point.erased.size) this.going.add(sha256);
    photo.held ||= held;
    photo.sure ||= verdict === 'done';
    photo.here ||= verdict === 'done'; // until the folder is put back
    point.photos.set(sha256, point.photos.get(sha256) || verdict === 'done');
  }

  async photo(dice) {
    const id = this.some(dice);
    if (!id) return;
    const bytes = this.picture(dice);
    const sha256 = this.remember(bytes);
    const name = dice.in100(90) ? sha256 : '0'.repeat(64);
    const seen = await this.ask('PUT', `/api/v1/observations/${id}/photos/${name}`, 'image/jpeg', bytes);
    this.attached(this.points.get(id), sha256, this.judge('PUT photo', seen, [201], sha256), true);
    if (dice.in100(70)) await this.look(sha256);
  }

  // Looked through: it may go home.
  async look(sha256) {
    const seen = await this.json('PATCH', `/api/v1/photos/${sha256}`, { cleared: true });
    if (seen.status === 404 && (!this.photos.get(sha256).here || this.going.has(sha256))) return;
    if (this.judge('PATCH photo', seen, [200], sha256) === 'done') this.photos.get(sha256).held = false;
  }

  // A face is painted over: a new photo stands in the place of the old one.
  async cover(dice) {
    const shown = [...this.points.values()].flatMap((p) => [...p.photos].map(([sha256, sure]) => ({ p, sha256, sure })))
      .filter(({ sha256, sure }) => sure && !this.going.has(sha256));
    if (!shown.length) return;
    const { p, sha256: old } = dice.of(shown.slice(-6));
    await this.coverOne(dice, p, old);
  }

  async coverOne(dice, p, old) {
    this.going.add(old);
    const x1 = dice.from(0, 300);
    const seen = await this.json('POST', `/api/v1/photos/${old}/cover`, { burns: [{ x1, y1: 20, x2: x1 + 90, y2: 140 }] });
    if (seen.status === 404 && !this.photos.get(old).here) return;
    if (this.judge('POST cover', seen, [201], old) !== 'done') return;
    this.tell('covered');
    const made = JSON.parse(seen.text).photo.sha256;
    this.photos.set(made, { bytes: null, sure: false, held: false, here: false });
    this.attached(p, made, 'done', false);
  }

  async clear(dice) {
    const held = [...this.photos.keys()].filter((sha256) => this.photos.get(sha256).held);
    if (held.length) await this.look(dice.of(held));
  }

  // After a storm, when all answer: a point with words, and a photo of it that is covered.
  async coverSurely(dice) {
    const id = dice.uuid();
    const f = { category: 'BEL01', note: this.words(dice), severity: 2 };
    const bytes = makePhoto(dice);
    const sha256 = this.remember(bytes);
    const seen = await this.json('PUT', `/api/v1/observations/${id}`, { walk: this.walks.at(-1).id, ...f });
    const p = this.point(id, f);
    p.sure = this.judge('PUT point', seen, [201]) === 'done';
    this.keep(f);
    const put = await this.ask('PUT', `/api/v1/observations/${id}/photos/${sha256}`, 'image/jpeg', bytes);
    this.attached(p, sha256, this.judge('PUT photo', put, [201]), true);
    await this.coverOne(dice, p, sha256);
  }

  // A verb; at times killed on its way. Its output counts when it came.
  async cut(dice, args) {
    const { child, done } = begin('walker', [...args, '--data', this.data]);
    if (dice.in100(20)) setTimeout(() => child.kill('SIGKILL'), dice.scale(1, 60));
    const seen = await done;
    if (seen.signal && seen.signal !== 'SIGKILL') this.faults.push(`walker ${args[0]} died of ${seen.signal}: ${seen.err}`);
    return seen;
  }

  async add(dice, photos = []) {
    const f = this.fields(dice);
    const args = ['add', '--walk', this.walks.at(-1).id, '--category', f.category];
    if (f.note) args.push('--note', f.note);
    if (f.severity !== undefined) args.push('--severity', String(f.severity));
    for (const [file] of photos) args.push('--photo', file);
    const seen = await this.cut(dice, args);
    const id = /^[0-9a-f-]{36}$/m.exec(seen.out)?.[0];
    if (!id) return;
    const p = this.point(id, f);
    p.sure = true;
    this.keep(f);
    for (const [, sha256] of photos) this.attached(p, sha256, 'done', false);
  }

  async addPhoto(dice) {
    const bytes = this.picture(dice);
    const file = join(this.work, `${this.name}-${this.serial += 1}.jpg`);
    writeFileSync(file, bytes);
    await this.add(dice, [[file, this.remember(bytes)]]);
    rmSync(file);
  }

  async editVerb(dice) {
    const id = this.some(dice);
    if (!id) return;
    const deed = dice.of(['edit', 'withdraw', 'undo', 'witness']);
    const p = this.points.get(id);
    const note = this.words(dice);
    const args = { edit: ['edit', id, '--note', note], withdraw: ['withdraw', id],
      undo: ['withdraw', id, '--undo'], witness: ['witness', id] }[deed];
    const seen = await this.cut(dice, args);
    const verdict = seen.out.includes(id) ? 'done' : 'unknown';
    if (deed === 'edit') this.settle(p, { note }, verdict);
    else if (deed === 'witness') p.witnesses = [p.witnesses[0] + (verdict === 'done' ? 1 : 0), p.witnesses[1] + 1];
    else this.settle(p, { withdrawn: deed === 'withdraw' ? 1 : 0 }, verdict);
  }
}
