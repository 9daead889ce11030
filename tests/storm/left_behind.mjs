// left_behind: what a kill or a full disk leaves of an upload at moments too short for the
// dice of a storm, built by hand beside the programs. One sync must set each right.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { Chance } from './chance.mjs';
import { Server, filesBelow, makePhoto, must, rows, sleep, verb } from './ground.mjs';

const TOTAL = 1300000;

class Scene {
  constructor(dir, name) {
    this.dir = join(dir, name);
    mkdirSync(this.dir);
    this.registry = new Server('registry', join(this.dir, 'registry'), [], '127.0.0.1');
    this.walker = join(this.dir, 'walker');
    this.dice = new Chance('left behind', name);
  }

  // A paired device with a point and a photo that waits to be sent.
  async begin() {
    await this.serve();
    const code = JSON.parse(await must('registry', ['device', 'code', '--json', '--data', this.registry.data])).code;
    await must('walker', ['pair', this.url, code, '--data', this.walker]);
    await must('walker', ['walk', 'new', '--title', 'Left behind', '--data', this.walker]);
    const photo = makePhoto(this.dice);
    this.bytes = Buffer.concat([photo.subarray(0, 2), ...this.padding(TOTAL - photo.length), photo.subarray(2)]);
    this.sha256 = createHash('sha256').update(this.bytes).digest('hex');
    const file = join(this.dir, 'photo.jpg');
    writeFileSync(file, this.bytes);
    await must('walker', ['add', '--category', 'BEL01', '--photo', file, '--data', this.walker]);
    [{ id: this.device }] = rows(this.registry.data, 'SELECT id FROM device');
    this.part = join(this.registry.data, 'uploads', `${this.sha256}.${this.device}.part`);
  }

  padding(most) {
    const segments = [];
    for (let left = Math.max(most, 1000); left > 0; left -= 60000) {
      const segment = Buffer.alloc(Math.min(left, 60000) + 4, 7);
      segment.writeUInt16BE(0xfffe, 0);
      segment.writeUInt16BE(segment.length - 2, 2);
      segments.push(segment);
    }
    return segments;
  }

  // On the same port each time, which the device remembers.
  async serve() {
    this.registry.listen = this.port ? `${this.registry.host}:${this.port}` : undefined;
    if (!await this.registry.start()) throw new Error(this.registry.words);
    this.port = this.registry.port;
    this.url = `http://${this.registry.host}:${this.port}`;
  }

  // A row of an upload: [start, start + bytes) of the photo, all of it held.
  row(start, bytes) {
    rows(this.registry.data, `INSERT INTO upload (id, device, sha256, total, start, bytes, held, made_ms)
      VALUES ('${this.dice.uuid()}', '${this.device}', '${this.sha256}', ${this.bytes.length},
      ${start}, ${bytes}, ${bytes}, 1)`);
  }

  async sync() {
    const seen = await verb('walker', ['sync', '--json', '--data', this.walker]);
    let said = {};
    try { said = JSON.parse(seen.out); } catch { /* the words tell */ }
    return { ...said, words: `exit ${seen.status}: ${seen.out}${seen.err}` };
  }

  stick() {
    const file = join(this.dir, 'stick.lygte');
    return must('walker', ['stick', file, '--data', this.walker])
      .then(() => must('registry', ['unstick', file, '--data', this.registry.data]));
  }

  leftovers() {
    return [...filesBelow(this.registry.data, 'uploads'), ...rows(this.registry.data, 'SELECT id FROM upload').map((r) => r.id)];
  }

  // What is wrong after a sync that should have set all right.
  wrong(said) {
    const [blob] = rows(this.registry.data, `SELECT state, bytes FROM blob WHERE sha256 = '${this.sha256}'`);
    const file = join(this.registry.data, 'photos', this.sha256.slice(0, 2), `${this.sha256}.jpg`);
    const found = [];
    if (said.all_confirmed !== true) found.push(`sync: ${said.words}`);
    if (blob?.state !== 'verified' || !existsSync(file) || !readFileSync(file).equals(this.bytes))
      found.push(`the photo is ${JSON.stringify(blob)} at the registry`);
    if (this.leftovers().length) found.push(`left: ${this.leftovers()}`);
    return found;
  }
}

// ---- the scenes ------------------------------------------------------------------------

const scenes = {
  'killed when every byte was held and before the photo was named: it comes home, and is not sent again': async (x) => {
    writeFileSync(x.part, x.bytes);
    x.row(0, 500000);
    x.row(500000, x.bytes.length - 500000);
    const said = await x.sync();
    return [...x.wrong(said), ...(said.bytes_sent < 400000 ? [] : [`${said.bytes_sent} bytes were sent`])];
  },

  'killed when the photo stood in its place and before that was written down': async (x) => {
    const folder = join(x.registry.data, 'photos', x.sha256.slice(0, 2));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${x.sha256}.jpg`), x.bytes);
    x.row(0, 524288);
    x.row(1048576, x.bytes.length - 1048576);
    return x.wrong(await x.sync());
  },

  'rows that count bytes of a part file that is shorter': async (x) => {
    writeFileSync(x.part, x.bytes.subarray(0, 1000));
    x.row(0, 600000);
    return x.wrong(await x.sync());
  },

  'every byte held, and they are not the photo: thrown away and sent again': async (x) => {
    writeFileSync(x.part, Buffer.alloc(x.bytes.length, 1));
    x.row(0, x.bytes.length);
    return x.wrong(await x.sync());
  },

  'begun by the network and brought home by a stick: nothing of the upload stays': async (x) => {
    writeFileSync(x.part, x.bytes.subarray(0, 700000));
    x.row(0, 700000);
    await x.stick();
    const told = x.wrong(await x.sync());
    writeFileSync(x.part, x.bytes.subarray(0, 700000)); // and one that no row speaks of
    await x.registry.stop('SIGKILL');
    await x.serve();
    return [...told, ...x.leftovers().map((name) => `after a new start: ${name}`)];
  },

  'called stored, and lost by the registry\'s disk: the device sends it again': async (x) => {
    await x.sync();
    rows(x.walker, "UPDATE receipt_photo SET state = 'stored'");
    await x.registry.stop('SIGKILL');
    rows(x.registry.data, "UPDATE blob SET state = 'stored'");
    const file = join(x.registry.data, 'photos', x.sha256.slice(0, 2), `${x.sha256}.jpg`);
    writeFileSync(file, x.bytes.subarray(0, 9999));
    await x.serve();
    for (let n = 0; n < 300 && rows(x.registry.data, 'SELECT sha256 FROM blob').length; n += 1) await sleep(20);
    return x.wrong(await x.sync());
  },

  'overtaken by a stick while its bytes came: both are told so, and nothing of it stays': async (x) => {
    const meta = (name, value) => `${name} ${Buffer.from(String(value)).toString('base64')}`;
    const half = 524288;
    const asked = request({ host: x.registry.host, port: x.port, method: 'POST', path: '/api/v1/uploads', headers: {
      Authorization: `Bearer ${readFileSync(join(x.walker, 'token'), 'utf8').trim()}`,
      'Content-Type': 'application/offset+octet-stream', 'Content-Length': half, 'Tus-Resumable': '1.0.0',
      'Upload-Length': half,
      'Upload-Metadata': [meta('sha256', x.sha256), meta('start', 0), meta('total', x.bytes.length)].join(','),
    } });
    const answered = new Promise((done) => {
      asked.on('response', (answer) => { answer.resume(); answer.on('end', () => done(answer)); });
      asked.on('error', (why) => done({ statusCode: String(why), headers: {} }));
    });
    asked.write(x.bytes.subarray(0, 200000));
    for (let n = 0; n < 200 && !existsSync(x.part); n += 1) await sleep(10);
    await x.stick();
    const said = await x.sync();
    asked.end(x.bytes.subarray(200000, half));
    const answer = await answered;
    const found = x.wrong(said);
    if (answer.statusCode !== 201 || answer.headers['lygte-state'] !== 'stored')
      found.push(`the overtaken request: ${answer.statusCode} ${answer.headers['lygte-state']}`);
    return found;
  },
};

// [words, what was wrong] for each scene.
export async function leftBehind(dir) {
  const told = [];
  for (const [at, words] of Object.keys(scenes).entries()) {
    const x = new Scene(dir, `scene-${at}`);
    let wrong;
    try {
      await x.begin();
      wrong = await scenes[words](x);
    } catch (error) {
      wrong = [error.stack];
    }
    await x.registry.stop('SIGKILL');
    told.push([words, wrong]);
  }
  return told;
}
