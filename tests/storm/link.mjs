// link: the bad mobile link between walker-sync and the registry, a TCP relay on loopback.
// Calm, it only carries bytes. In a storm each connection gets a mood: cut after some bytes
// of a request or of an answer, delayed, stalled, refused, answered 5xx with or without
// the registry ever hearing of it, or its bytes said a second time on a connection of
// their own, at once, in part, or much later and out of order.
import { connect, createServer } from 'node:net';

// Dealt out one by one and shuffled anew: each comes in every 32 connections of a storm.
const MOODS = { pass: 18, cut: 3, half: 2, delay: 2, answer: 2, swallow: 1, double: 2, stall: 1, refuse: 1 };
const TAPE_MOST = 4 << 20;
const TAPES = 30;

const WORDS = {
  html: (code) => `HTTP/1.1 ${code} Storm\r\nContent-Type: text/html\r\n` +
    'Content-Length: 24\r\nConnection: close\r\n\r\n<html>bad day</html>\r\n\r\n',
  problem: (code) => {
    const body = JSON.stringify({ type: '/problems/storm', title: 'storm', detail: 'a: b', status: code, key: 'storm' });
    return `HTTP/1.1 ${code} Storm\r\nContent-Type: application/problem+json\r\n` +
      `Retry-After: 1\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
  },
  half: (code) => `HTTP/1.1 ${code} Storm\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n<ht`,
};

export class Link {
  constructor() {
    this.host = ''; // the registry's, and its port of this moment
    this.to = 0;
    this.storm = null; // Chance while it storms
    this.open = new Set();
    this.tapes = [];
    this.moods = [];
    this.told = { connections: 0 };
    this.server = createServer({ allowHalfOpen: true }, (socket) => this.take(socket));
  }

  async listen() {
    await new Promise((resolve) => { this.server.listen(0, '127.0.0.1', resolve); });
    this.port = this.server.address().port;
    this.server.unref();
  }

  leadTo({ host, port }) {
    Object.assign(this, { host, to: port });
  }

  close() {
    this.calm();
    this.server.close();
  }

  // Ends the storm and everything under way.
  calm() {
    this.storm = null;
    for (const socket of this.open) socket.destroy();
  }

  tell(what) {
    this.told[what] = (this.told[what] ?? 0) + 1;
  }

  watch(socket) {
    this.open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.open.delete(socket));
    return socket;
  }

  mood(dice) {
    if (!this.moods.length)
      this.moods = Object.entries(MOODS).flatMap(([mood, n]) => Array(n).fill(mood));
    return this.moods.splice(dice.from(0, this.moods.length - 1), 1)[0];
  }

  take(client) {
    this.watch(client);
    this.told.connections += 1;
    const dice = this.storm;
    const mood = dice ? this.mood(dice) : 'pass';
    if (mood !== 'pass') this.tell(mood);
    if (mood === 'refuse') client.resetAndDestroy();
    else if (mood === 'stall') setTimeout(() => client.destroy(), dice.from(100, 1500));
    else if (mood === 'answer') this.answer(client, dice);
    else this.carry(client, mood, dice);
  }

  // Never reaches the registry; the answer comes at once, or when some bytes are here.
  answer(client, dice) {
    const words = WORDS[dice.of(['html', 'problem', 'half'])](dice.of([500, 502, 503, 504]));
    let left = dice.in100(50) ? 1 : dice.scale(1, 200000);
    client.on('data', (piece) => {
      left -= piece.length;
      if (left <= 0) client.end(words, () => setTimeout(() => client.destroy(), 50));
    });
    client.on('end', () => client.destroy());
  }

  carry(client, mood, dice) {
    const upstream = this.watch(connect({ port: this.to, host: this.host, allowHalfOpen: true }));
    const link = {
      client, upstream, dice, tape: [], taped: 0,
      up: mood === 'cut' ? dice.scale(1, 1500000) : Infinity,
      down: mood === 'half' ? dice.scale(1, 4000) : Infinity,
      delay: mood === 'delay' ? dice.scale(1, 150) : 0,
    };
    if (mood === 'swallow') this.swallow(link);
    else this.pour(upstream, client, link, 'down');
    this.pour(client, upstream, link, 'up');
    const end = () => { client.destroy(); upstream.destroy(); };
    client.on('close', () => {
      upstream.destroy();
      if (dice && link.taped && link.taped < TAPE_MOST) this.keep(Buffer.concat(link.tape));
    });
    upstream.on('close', end);
    if (mood === 'double') this.double(link);
  }

  // Bytes of one direction, until the count of it is used up.
  pour(from, to, link, way) {
    from.on('data', (piece) => {
      // A line that is about to end carries no more: bytes are cut off, never left out.
      const some = piece.subarray(0, Math.max(0, Math.min(piece.length, link[way])));
      if (way === 'up' && link.taped < TAPE_MOST) {
        link.tape.push(some);
        link.taped += some.length;
      }
      link[way] -= piece.length;
      const send = () => {
        if (to.destroyed || link.ending) return;
        if (some.length && !to.write(some)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
        if (link[way] > 0 || link.ending) return;
        link.ending = true;
        // What was written goes out first; then the line is dead, in one of two ways.
        const end = () => {
          if (link.dice.in100(50)) { link.client.destroy(); link.upstream.destroy(); }
          else { link.client.resetAndDestroy(); link.upstream.resetAndDestroy(); }
        };
        setTimeout(end, link.dice.of([0, 1, 5]));
      };
      if (link.delay) setTimeout(send, link.delay);
      else send();
    });
    from.on('end', () => setTimeout(() => to.end(), link.delay));
  }

  // The registry hears and does it all; the client is told that it failed.
  swallow(link) {
    link.upstream.on('data', () => {
      if (!link.client.destroyed) link.client.end(WORDS.html(502));
      setTimeout(() => { link.client.destroy(); link.upstream.destroy(); }, 30);
    });
    link.upstream.on('end', () => link.upstream.destroy());
  }

  // The same bytes on a second connection, side by side; at times only a part of them.
  double(link) {
    const second = this.watch(connect({ port: this.to, host: this.host }));
    let left = link.dice.in100(60) ? Infinity : link.dice.scale(1, 1000000);
    second.on('data', () => {});
    link.client.on('data', (piece) => {
      if (left > 0 && !second.destroyed) second.write(piece.subarray(0, Math.min(piece.length, left)));
      left -= piece.length;
      if (left <= 0) second.destroy();
    });
    link.client.on('close', () => setTimeout(() => second.destroy(), 100));
  }

  keep(tape) {
    this.tapes.push(tape);
    if (this.tapes.length > TAPES) this.tapes.shift();
  }

  // Says again what was said at some time before, whole or in part: old, out of order.
  // Resolves when the registry has had its say, or after a moment.
  replay(dice) {
    if (!this.tapes.length) return Promise.resolve();
    this.tell('replay');
    const tape = dice.of(this.tapes);
    const part = dice.in100(70) ? tape : tape.subarray(0, dice.scale(1, tape.length));
    return new Promise((resolve) => {
      const socket = this.watch(connect({ port: this.to, host: this.host }));
      let quiet = setTimeout(() => socket.destroy(), 400);
      socket.on('data', () => {
        clearTimeout(quiet);
        quiet = setTimeout(() => socket.destroy(), 60);
      });
      socket.on('close', () => { clearTimeout(quiet); resolve(); });
      socket.write(part);
    });
  }
}
