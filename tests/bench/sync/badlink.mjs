// badlink.mjs DATA WORK N LINKEMU: job 1b. 100 points and 2 photos over 2 Mbit/s, 150 ms
// round trip, 2 % loss each way, TCP cubic: two network namespaces joined by linkemu (a
// TUN relay in user space). Everybody speaks TLS with a CA made here, because that is
// what a device in the street speaks. Bytes are counted at both ends as they enter the
// link, lost ones too. Wants root.
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import process from 'node:process';
import { aim, median, now, resent, run, said, settle_disk, spread, start, stop, table, traffic }
    from './measure.mjs';
import { open_ours, send_ours, small_bytes } from './ours.mjs';

const [data, work, rounds, linkemu] = [process.argv[2], process.argv[3],
    Number(process.argv[4]), process.argv[5]];
const names = (process.env.PEERS ?? 'lygte tus').split(' ');
const here = new URL('.', import.meta.url).pathname;
const HOME = '10.214.77.1', AWAY = '10.214.77.2', PORT = '28443';
const home = `lygteb${process.pid}h`, away = `lygteb${process.pid}a`;
const photos = readdirSync(`${data}/photos`).map((f) => `${data}/photos/${f}`);
const files = [`${data}/observations.json`, ...photos];
const points = readFileSync(files[0], 'utf8').split('\n').length - 1;
const payload = files.reduce((sum, f) => sum + statSync(f).size, 0);
const inside = ['ip', 'netns', 'exec', home], outside = ['ip', 'netns', 'exec', away];
const within = (prefix, ...args) => run(prefix[0], [...prefix.slice(1), ...args]);
const tls = { ca: `${work}.tls/ca.pem`, cert: `${work}.tls/home.pem`, key: `${work}.tls/home.key` };

/** A CA and a certificate for the registry's address, of today. */
function make_tls() {
    rmSync(`${work}.tls`, { recursive: true, force: true });
    mkdirSync(`${work}.tls`, { recursive: true });
    const openssl = (...args) => run('openssl', args, { cwd: `${work}.tls` });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=bench', '-keyout', 'ca.key',
        '-out', 'ca.pem', '-addext', 'keyUsage=critical,keyCertSign');
    openssl('req', ...key, '-subj', '/CN=registry', '-keyout', 'home.key', '-out', 'home.csr',
        '-addext', `subjectAltName=IP:${HOME}`);
    openssl('x509', '-req', '-in', 'home.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '2',
        '-CAcreateserial', '-copy_extensions', 'copy', '-out', 'home.pem');
}

let link = null;

async function up() {
    for (const name of [home, away]) run('ip', ['netns', 'add', name]);
    link = start(linkemu, [away, home, '2000', '75', '2']);
    await said(link, /ready/);
    for (const [prefix, address] of [[inside, HOME], [outside, AWAY]]) {
        within(prefix, 'ip', 'link', 'set', 'lo', 'up');
        within(prefix, 'ip', 'address', 'add', `${address}/24`, 'dev', 'le0');
        within(prefix, 'ip', 'link', 'set', 'le0', 'up');
        // Per route: a namespace may not choose it as a whole.
        within(prefix, 'ip', 'route', 'replace', '10.214.77.0/24', 'dev', 'le0', 'congctl',
            'cubic');
        // What an earlier connection learnt of the link must not help the next.
        within(prefix, 'sysctl', '-qw', 'net.ipv4.tcp_no_metrics_save=1');
    }
}

async function down() {
    if (link) await stop(link);
    link = null;
    for (const name of [home, away]) {
        try {
            run('ip', ['netns', 'delete', name]);
        } catch {
            // it was never made
        }
    }
}

const sent = () => traffic('le0', away).sent + traffic('le0', home).sent;

const peers = {
    async lygte(folder) {
        const it = await open_ours(folder, data,
            { listen: `${HOME}:${PORT}`, inside, outside, tls });
        try {
            const before = sent();
            const r = await send_ours(it, { photos: photos.length, points, small: true });
            return { ...r, wire: sent() - before, small: small_bytes(it, 320, 1600) };
        } finally {
            await it.close();
        }
    },

    async tus(folder) {
        mkdirSync(folder);
        const server = start(inside[0], [...inside.slice(1), 'node',
            `${here}peers/tus_server.mjs`, folder, HOME, PORT, tls.cert, tls.key]);
        try {
            await said(server, /ready/);
            const before = sent(), began = now();
            const client = start(outside[0], [...outside.slice(1), 'node',
                `${here}peers/tus_client.mjs`, `https://${HOME}:${PORT}/files`, '4', ...files],
            { env: { ...process.env, NODE_EXTRA_CA_CERTS: tls.ca } });
            const code = await client.ended;
            const stored = now() - began;
            if (code !== 0) throw new Error(`tus: ${client.err}`);
            server.look();
            return { stored, wall: stored, client: client.peak, server: server.peak,
                wire: sent() - before };
        } finally {
            await stop(server);
        }
    },
};

const seen = Object.fromEntries(names.map((n) => [n, []]));
make_tls();
try {
    for (let round = 0; round < rounds; round++) {
        for (const name of names) {
            rmSync(work, { recursive: true, force: true });
            mkdirSync(work, { recursive: true });
            settle_disk();
            await up();
            const r = await peers[name](`${work}/${name}`);
            r.resent = resent(away) + resent(home);
            await down();
            seen[name].push(r);
            process.stderr.write(`  ${name} ${JSON.stringify(r, (k, v) =>
                (typeof v === 'number' ? Number(v.toFixed(2)) : k === 'told' ? undefined : v))} wire `
                + `${(r.wire / payload).toFixed(4)}\n`);
        }
    }
} finally {
    await down();
    rmSync(work, { recursive: true, force: true });
    rmSync(`${work}.tls`, { recursive: true, force: true });
}

const titles = { lygte: 'walker sync to registry', tus: 'tus-js-client to @tus/server, 4 at a time' };
const of = (name, field) => seen[name].map((r) => r[field] ?? NaN);
process.stdout.write(`\nBad link, TLS, cubic: ${points} points, ${photos.length} photos, `
    + `${(payload / 1e6).toFixed(1)} MB, n=${rounds}\n\n`);
table(['Peer', 'stored s', 'verified s', 'points s', 'thumbnails s', 'previews s',
    'client MiB', 'server MiB', 'wire/payload', 'of it and small pictures', 'resent'],
names.map((n) => [titles[n], spread(of(n, 'stored')),
    ...['wall', 'points', 'thumbs', 'previews'].map((f) =>
        (n === 'lygte' ? spread(of(n, f)) : '-')),
    Math.max(...of(n, 'client')).toFixed(1), Math.max(...of(n, 'server')).toFixed(1),
    ...[0, median(of(n, 'small').map((b) => b || 0))].map((small) =>
        (median(of(n, 'wire')) / (payload + small)).toFixed(4)), median(of(n, 'resent'))]));

process.stdout.write('\n');
let held = true;
const ours = median(of('lygte', 'stored'));
if (seen.tus?.length) {
    const ratio = ours / median(of('tus', 'stored'));
    held = aim('stored, of tus x4', ratio, 0.85) && held;
    aim('the same', ratio, 0.6, true);
}
held = aim('wire', median(of('lygte', 'wire')) / payload, 1.09) && held;
held = aim('points with thumbnails s', Math.max(median(of('lygte', 'points')),
    median(of('lygte', 'thumbs'))), 2) && held;
held = aim('previews, of the whole', median(of('lygte', 'previews')) / ours, 0.1) && held;
process.stdout.write(held ? 'All aims held.\n' : 'Not all aims held.\n');
