// chance: every throw of the storm's dice. One stream of numbers for each (seed, actor),
// so that a failing seed throws the same again whatever the other actors do meanwhile.
// What it cannot promise: that the machine's own timing is the same again.
import { createHash } from 'node:crypto';

export class Chance {
  constructor(...names) {
    const hash = createHash('sha256').update(names.join('\0')).digest();
    this.state = [0, 4, 8, 12].map((at) => hash.readUInt32LE(at));
    for (let n = 0; n < 12; n += 1) this.next();
  }

  // sfc32: a number in [0, 2^32).
  next() {
    const s = this.state;
    const sum = (s[0] + s[1] + s[3]) | 0;
    s[3] = (s[3] + 1) | 0;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = (s[2] + (s[2] << 3)) | 0;
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + sum | 0;
    return sum >>> 0;
  }

  // A whole number in [least, most].
  from(least, most) {
    return least + Math.floor((this.next() / 4294967296) * (most - least + 1));
  }

  // True in `percent` of a hundred throws.
  in100(percent) {
    return this.from(1, 100) <= percent;
  }

  // Small ones as likely as large ones, by powers of two.
  scale(least, most) {
    return Math.round(least * (most / least) ** (this.next() / 4294967296));
  }

  of(list) {
    return list[this.from(0, list.length - 1)];
  }

  // { name: weight }
  weighed(weights) {
    const names = Object.keys(weights);
    let left = this.from(1, names.reduce((sum, name) => sum + weights[name], 0));
    for (const name of names) {
      left -= weights[name];
      if (left <= 0) return name;
    }
    return names[0];
  }

  bytes(count) {
    return Buffer.from(Array.from({ length: count }, () => this.next() & 255));
  }

  uuid() {
    const b = this.bytes(16);
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    return b.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
}

// True for exactly one of each `of` neighbours (0..of-1, of..2*of-1, ...), so that it is sure
// to come in any 2 * of - 1 on end; the seed says which.
export function dealt(seed, what, number, of) {
  const hand = Math.floor(number / of);
  return new Chance(seed, 'dealt', what, hand).from(0, of - 1) === number - hand * of;
}
