// loopback.mjs DATA WORK N: job 1a. 1,000 points and 200 photos of 3.2 MB over the
// loopback of a network namespace of its own (run.sh makes it), N rounds, the peers one
// after the other in each round. PEERS names them; POUCH and RSYNC say what is there.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { aim, cpu_of, free_port, median, now, peak_of, resent, run, said, settle_disk, spread, start, stop,
    table, traffic } from './measure.mjs';
import { open_ours, send_ours, small_bytes } from './ours.mjs';

const [data, work, rounds] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const names = (process.env.PEERS ?? 'lygte tus rsync pouch').split(' ');
const here = new URL('.', import.meta.url).pathname;
const photos = readdirSync(`${data}/photos`).map((f) => `${data}/photos/${f}`);
const files = [`${data}/observations.json`, ...photos];
const points = readFileSync(files[0], 'utf8').split('\n').length - 1;
const payload = files.reduce((sum, f) => sum + statSync(f).size, 0);

/** Runs a client to its end; wall clock, its peak, the server's. */
async function timed(server, command, args, options) {
    server.look();
    const before = server.cpu;
    const began = now();
    const client = start(command, args, options);
    const code = await client.ended;
    const wall = now() - began;
    if (code !== 0) throw new Error(`${command}: ${code} ${client.err}`);
    server.look();
    return { wall, stored: wall, cpu: [client.cpu, server.cpu - before],
        client: client.peak, server: server.peak };
}

async function with_server(server, pattern, job) {
    try {
        await said(server, pattern);
        return await job();
    } finally {
        await stop(server);
    }
}

const peers = {
    async lygte(folder) {
        const it = await open_ours(folder, data, { listen: `127.0.0.1:${await free_port()}` });
        try {
            settle_disk();
            const before = traffic('lo');
            const r = await send_ours(it, { photos: photos.length, points });
            return { ...r, wire: traffic('lo').sent - before.sent,
                small: small_bytes(it, 320) };
        } finally {
            await it.close();
        }
    },

    async bare(folder) {
        const port = String(await free_port());
        mkdirSync(folder);
        const server = start(process.env.BARE, ['serve', folder, port]);
        return with_server(server, /ready/, () => timed(server, process.env.BARE,
            ['send', port, '4', ...files]));
    },

    async tus(folder) {
        const port = String(await free_port());
        mkdirSync(folder);
        const server = start('node', [`${here}peers/tus_server.mjs`, folder, '127.0.0.1', port]);
        return with_server(server, /ready/, () => timed(server, 'node',
            [`${here}peers/tus_client.mjs`, `http://127.0.0.1:${port}/files`, '4', ...files]));
    },

    async rsync(folder) {
        const port = String(await free_port());
        mkdirSync(folder);
        writeFileSync(`${folder}.conf`, `use chroot = no\n[in]\npath = ${folder}\n`
            + `read only = no\n${process.getuid() === 0 ? 'uid = 0\ngid = 0\n' : ''}`);
        const server = start('rsync', ['--daemon', '--no-detach', '--address', '127.0.0.1',
            '--port', port, '--config', `${folder}.conf`]);
        // The daemon forks for each connection: its child is what does the work.
        const children = `/proc/${server.child.pid}/task/${server.child.pid}/children`;
        const timer = setInterval(() => {
            for (const pid of readFileSync(children, 'utf8').trim().split(' ').filter(Boolean)) {
                server.peak = Math.max(server.peak, peak_of(pid));
                server.cpu = Math.max(server.cpu, cpu_of(pid));
            }
        }, 10);
        try {
            await new Promise((done) => setTimeout(done, 300));
            return await timed(server, 'rsync', ['-r', '--whole-file', '--fsync', files[0],
                `${data}/photos`, `rsync://127.0.0.1:${port}/in/`]);
        } finally {
            clearInterval(timer);
            await stop(server);
        }
    },

    async pouch(folder) {
        const port = String(await free_port());
        mkdirSync(folder);
        const server = start('node', [`${here}peers/pouch_server.cjs`, folder, '127.0.0.1',
            port]);
        const db = `${data}/pouch`;
        run('rm', ['-rf', `${folder}.db`]);
        run('cp', ['-a', db, `${folder}.db`]);
        return with_server(server, /ready/, () => timed(server, 'node',
            [`${here}peers/pouch_client.cjs`, 'send', `${folder}.db`,
                `http://127.0.0.1:${port}/home`]));
    },
};

/* What a round left is emptied and goes at the end: ext4 steps over each inode that was deleted
 * in the last minutes when it looks for a free one, which nobody's register has to do, and which
 * would be charged to whoever makes most files. */
const old = `${work}.old`;
function put_away(n) {
    if (!existsSync(work)) return;
    mkdirSync(old, { recursive: true });
    run('find', [work, '-type', 'f', '-exec', 'truncate', '-s', '0', '{}', '+']);
    renameSync(work, `${old}/${n}`);
}

const seen = Object.fromEntries(names.map((n) => [n, []]));
for (const left of [work, old]) rmSync(left, { recursive: true, force: true });
for (let round = 0; round < rounds; round++) {
    for (const name of names) {
        put_away(`${round}-${name}`);
        mkdirSync(work, { recursive: true });
        settle_disk();
        const before = traffic('lo'), resent_before = resent();
        const r = await peers[name](`${work}/${name}`);
        r.resent = resent() - resent_before;
        r.wire ??= traffic('lo').sent - before.sent;
        seen[name].push(r);
        process.stderr.write(`  ${name} ${r.stored.toFixed(2)} ${r.wall.toFixed(2)} s, CPU `
            + `${r.cpu.map((s) => s.toFixed(2)).join(' + ')} s, client `
            + `${r.client.toFixed(1)} server ${r.server.toFixed(1)} MiB, wire `
            + `${(r.wire / payload).toFixed(4)}, ${r.resent} resent\n`);
    }
}
for (const left of [work, old]) rmSync(left, { recursive: true, force: true });

const titles = { lygte: 'walker sync to registry', tus: 'tus-js-client to @tus/server, 4 at a time',
    rsync: 'rsync --fsync daemon', pouch: 'PouchDB to express-pouchdb',
    bare: 'bare copy, SHA-256, fsync, 4 at a time' };
const of = (name, field) => seen[name].map((r) => r[field]);
process.stdout.write(`\nLoopback: ${points} points, ${photos.length} photos, `
    + `${(payload / 1e6).toFixed(0)} MB, n=${rounds}\n\n`);
table(['Peer', 'stored s', 'verified s', 'CPU s, device', 'CPU s, far end', 'client MiB',
    'server MiB', 'wire/payload', 'of it and small pictures', 'resent'],
    names.map((n) => [titles[n], spread(of(n, 'stored')),
        n === 'lygte' ? spread(of(n, 'wall')) : '-',
        ...[0, 1].map((i) => median(of(n, 'cpu').map((c) => c[i])).toFixed(2)),
        Math.max(...of(n, 'client')).toFixed(1),
        Math.max(...of(n, 'server')).toFixed(1),
        ...[0, median(of(n, 'small').map((b) => b || 0))].map((small) =>
            (median(of(n, 'wire')) / (payload + small)).toFixed(4)), median(of(n, 'resent'))]));

process.stdout.write('\n');
let held = true;
const ratio = (name) => median(of('lygte', 'stored')) / median(of(name, 'stored'));
if (seen.tus?.length) held = aim('stored, of tus x4', ratio('tus'), 0.4) && held;
if (seen.pouch?.length) held = aim('stored, of PouchDB', ratio('pouch'), 0.25) && held;
if (seen.bare?.length) {
    process.stdout.write(`stored, of the bare copy: ${ratio('bare').toFixed(3)}\n`);
}
if (seen.rsync?.length) aim('stored, of rsync --fsync', ratio('rsync'), 1.0, true);
held = aim('client MiB', Math.max(...of('lygte', 'client')), 20) && held;
held = aim('server MiB', Math.max(...of('lygte', 'server')), 20) && held;
held = aim('wire', median(of('lygte', 'wire')) / payload, 1.005) && held;
process.stdout.write(held ? 'All aims held.\n' : 'Not all aims held.\n');
