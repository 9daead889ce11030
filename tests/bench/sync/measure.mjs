// measure: what both benches need: programs with their peak memory, bytes that went over
// an interface, medians, a table. Nothing here knows a peer.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import process from 'node:process';

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const now = () => performance.now() / 1000;

/** A command that must succeed; its stdout. */
export function run(command, args, options = {}) {
    const r = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
    if (r.status !== 0) {
        throw new Error(`${command} ${args.join(' ')}: ${r.error ?? r.status} ${r.stderr}`);
    }
    return r.stdout;
}

/** Peak memory of a process in MiB, while it lives. */
export function peak_of(pid) {
    try {
        const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
        return line ? Number(line[1]) / 1024 : 0;
    } catch {
        return 0;
    }
}

/** CPU seconds of a process and of its children that have ended, in steps of 10 ms. */
export function cpu_of(pid) {
    try {
        const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const field = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
        return (field[11] + field[12] + field[13] + field[14]) / 100;
    } catch {
        return 0;
    }
}

/**
 * Starts a program; `peak` and `cpu` grow while it runs, `ended` resolves to its exit code.
 * Those of a process that ends are read every 5 ms, so up to 5 ms late.
 */
export function start(command, args, options = {}) {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const it = { child, peak: 0, cpu: 0, out: '', err: '' };
    child.stdout.on('data', (b) => { it.out += b; });
    child.stderr.on('data', (b) => { it.err += b; });
    const look = () => {
        it.peak = Math.max(it.peak, peak_of(child.pid));
        it.cpu = Math.max(it.cpu, cpu_of(child.pid));
    };
    const timer = setInterval(look, 5);
    it.look = look;
    it.ended = new Promise((done) => child.on('exit', (code) => {
        clearInterval(timer);
        done(code);
    }));
    return it;
}

export async function stop(it) {
    it.look();
    it.child.kill('SIGTERM');
    const soon = await Promise.race([it.ended, sleep(5000).then(() => 'late')]);
    if (soon === 'late') {
        it.child.kill('SIGKILL');
        await it.ended;
    }
}

/** Waits until `it` has printed something that matches; the match. */
export async function said(it, pattern) {
    for (let n = 0; n < 3000; n++) {
        const m = pattern.exec(it.out);
        if (m) return m;
        if (it.child.exitCode !== null) break;
        await sleep(10);
    }
    throw new Error(`did not start: ${it.out}${it.err}`);
}

/** Bytes received and sent by an interface of a network namespace (null: our own). */
export function traffic(device, namespace = null) {
    const text = namespace
        ? run('ip', ['netns', 'exec', namespace, 'cat', '/proc/net/dev'])
        : readFileSync('/proc/net/dev', 'utf8');
    const line = text.split('\n').find((l) => l.trim().startsWith(`${device}:`));
    const field = line.split(':')[1].trim().split(/\s+/).map(Number);
    return { received: field[0], sent: field[8] };
}

/** Packets that TCP sent again in a network namespace (null: our own), so far. */
export function resent(namespace = null) {
    const text = namespace
        ? run('ip', ['netns', 'exec', namespace, 'cat', '/proc/net/snmp'])
        : readFileSync('/proc/net/snmp', 'utf8');
    const [names, values] = text.split('\n').filter((l) => l.startsWith('Tcp:'))
        .map((l) => l.split(' '));
    return Number(values[names.indexOf('RetransSegs')]);
}

/** A sqlite3 of its own that answers one question over and over. */
export class Watch {
    constructor(path, question, command = ['sqlite3']) {
        this.question = question;
        this.child = spawn(command[0], [...command.slice(1), '-batch', '-noheader',
            `file:${path}?mode=ro`], { stdio: ['pipe', 'pipe', 'ignore'] });
        this.wait = null;
        let line = '';
        this.child.stdout.on('data', (b) => {
            line += b;
            if (line.endsWith('\n') && this.wait) {
                this.wait(line.trim());
                line = '';
            }
        });
        this.child.stdin.write('.timeout 2000\n');
    }

    ask() {
        return new Promise((done) => {
            this.wait = done;
            this.child.stdin.write(`${this.question};\n`);
        });
    }

    end() {
        this.child.stdin.end();
    }
}

export function free_port() {
    return new Promise((done) => {
        const server = createServer();
        const try_one = () => server.listen(20000 + Math.floor(Math.random() * 12000),
            '127.0.0.1');
        server.on('error', try_one);
        server.on('listening', () => {
            const { port } = server.address();
            server.close(() => done(port));
        });
        try_one();
    });
}

export function median(numbers) {
    const s = [...numbers].sort((a, b) => a - b);
    const half = s.length >> 1;
    return s.length % 2 ? s[half] : (s[half - 1] + s[half]) / 2;
}

export const spread = (numbers, digits = 2) => numbers.length === 0 ? '-'
    : `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}..`
      + `${Math.max(...numbers).toFixed(digits)})`;

/** Prints rows of cells as a Markdown table. */
export function table(head, rows) {
    const all = [head, ...rows];
    const wide = head.map((_, i) => Math.max(...all.map((r) => String(r[i]).length)));
    const line = (r) => `| ${r.map((c, i) => String(c).padEnd(wide[i])).join(' | ')} |`;
    process.stdout.write(`${line(head)}\n|${wide.map((w) => '-'.repeat(w + 2)).join('|')}|\n`);
    for (const r of rows) process.stdout.write(`${line(r)}\n`);
}

/** One aim: a figure, what it must not exceed, and whether it is the stretch. */
export function aim(text, got, most, stretch = false) {
    const held = got <= most;
    const word = held ? 'held' : stretch ? 'not reached (stretch)' : 'NOT HELD';
    process.stdout.write(`${text}: ${got.toFixed(3)} (aim <= ${most}) ${word}\n`);
    return held || stretch;
}

/** Dirty pages of one run must not be written during the next. */
export const settle_disk = () => run('sync', []);

export const have = (command) =>
    spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
export { existsSync };
