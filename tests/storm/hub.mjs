// hub: a hub in the storm. It stands between the tablets and the registry: they send to it
// first, it carries what it has with syncs of its own, and it is killed like all the others.
// The dice of a world say whether there is one.
import { Server, must, rows, sleep, verb } from './ground.mjs';

const SELF = 'SELECT lower(hex(origin)) AS origin FROM self';

export class Hub {
  constructor(data) {
    Object.assign(this, { name: 'hub', data, agent: { destroy() {} } });
    this.server = new Server('walker', data, ['--hub', '--page', '127.0.0.1:0'], '127.0.0.1');
  }

  // Pairs it with the registry at `url`, and the tablets with it; it keeps its port for good.
  async begin(url, code, devices) {
    await must('walker', ['pair', url, code, '--name', 'Hub', '--data', this.data]);
    if (!await this.server.start()) throw new Error(`the hub does not start: ${this.server.words}`);
    let door = null;
    for (let n = 0; n < 500 && !door; n += 1) {
      door = /https:\/\/(127\.[0-9.]+:[0-9]+)/.exec(this.server.words);
      if (!door) await sleep(10);
    }
    this.server.listen = door[1];
    for (const device of devices) await this.pair(device);
  }

  // Its page answers a moment before its door is open.
  async pair(device) {
    const { text } = JSON.parse(await must('walker', ['hub', 'code', '--json', '--data', this.data]));
    const args = ['pair', text, '--name', `Tablet ${device.name}`, '--data', device.data];
    for (let n = 0; n < 50; n += 1) {
      if ((await verb('walker', args)).status === 0) return;
      await sleep(100);
    }
    await must('walker', args);
  }
}

// Nothing is called carried that the hub has not, now, with that very hash.
export function carriedTrue(device, hub, tell) {
  const [{ id }] = rows(device.data, 'SELECT id FROM hub');
  const [{ origin }] = rows(device.data, SELF);
  const place = (r) => `${r.seq} ${r.hash}`;
  const held = new Set(rows(hub.data, `SELECT seq, lower(hex(hash)) AS hash FROM record WHERE lower(hex(origin)) = '${origin}'`).map(place));
  const mine = new Map(rows(device.data, `SELECT seq, lower(hex(hash)) AS hash FROM record WHERE lower(hex(origin)) = '${origin}'`)
    .map((r) => [r.seq, r]));
  for (const { first, last } of rows(device.data, `SELECT first, last FROM receipt_run WHERE registry = '${id}'
      AND lower(hex(origin)) = '${origin}'`))
    for (let seq = first; seq <= last; seq += 1)
      if (!mine.has(seq) || !held.has(place(mine.get(seq)))) tell(`${device.name}: record ${seq} is called carried, and the hub has it not`);
  const blobs = new Set(rows(hub.data, 'SELECT sha256, bytes FROM blob').map((b) => `${b.sha256} ${b.bytes}`));
  // By a record it holds, or because the registry has told it so and the record is on its way. What
  // the device has covered itself the hub let go of by a record that a later revocation shut out.
  const erased = new Set(rows(hub.data, `SELECT sha256 FROM erased_blob
    UNION SELECT sha256 FROM receipt_photo WHERE state = 'erased'`).map((b) => b.sha256));
  for (const { sha256 } of rows(device.data, 'SELECT sha256 FROM erased_blob')) erased.add(sha256);
  for (const { sha256, bytes, state } of rows(device.data, `SELECT sha256, bytes, state FROM receipt_photo WHERE registry = '${id}'`))
    if (state !== 'carried' && state !== 'unknown' && !(state === 'erased' && erased.has(sha256))) tell(`${device.name}: a hub's receipt says "${state}"`);
    else if (state === 'carried' && !erased.has(sha256) && !blobs.has(`${sha256} ${bytes}`)) tell(`${device.name}: photo ${sha256} is called carried, and the hub has it not`);
}

// After its own clean sync: every record it holds is the registry's, and all it carries is
// confirmed.
export function hubHome(hub, registryData, tell) {
  const question = 'SELECT lower(hex(origin)) AS origin, seq, lower(hex(hash)) AS hash FROM record';
  const there = new Set(rows(registryData, question).map((r) => `${r.origin} ${r.seq} ${r.hash}`));
  for (const r of rows(hub.data, question))
    if (!there.has(`${r.origin} ${r.seq} ${r.hash}`)) tell(`hub: record ${r.origin.slice(0, 8)}:${r.seq} is not at the registry`);
  const open = rows(hub.data, `SELECT c.sha256 FROM carried_photo c JOIN blob b ON b.sha256 = c.sha256 WHERE NOT EXISTS
    (SELECT 1 FROM carried_receipt r WHERE r.about = c.sha256 AND r.text LIKE '%"verified"%')`);
  for (const { sha256 } of open) tell(`hub: no receipt of the registry's for carried photo ${sha256}`);
  // What its tablet began here and brought to the registry by itself stays a part until it
  // expires; what is whole, or here, does not.
  const whole = rows(hub.data, `SELECT sha256 FROM upload GROUP BY device, sha256 HAVING sum(held) >= max(total)
    OR sha256 IN (SELECT sha256 FROM blob)`);
  if (whole.length) tell(`hub: all is carried, and it still keeps the uploads of ${whole.length} photos`);
}
