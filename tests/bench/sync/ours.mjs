// ours: a registry and a walker as a peer of the benches: fresh folders, paired, and
// `walker sync` watched from outside, by its exit and by what stands in both databases.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import process from 'node:process';
import { now, run, said, sleep, start, stop, Watch } from './measure.mjs';

const { BIN } = process.env;

/** The registry, with a walker's folder paired with it. */
export async function open_ours(folder, data, { listen, inside = [], outside = [], tls }) {
    const env = { ...process.env, LYGTE_LANG: 'en', ...(tls ? { LYGTE_CA: tls.ca } : {}) };
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    run('cp', ['-a', `${data}/walker`, `${folder}/walker`]);
    const within = (prefix, args) => [...prefix, ...args];
    const serve = within(inside, [`${BIN}/registry`, '--data', `${folder}/registry`, 'serve',
        '--listen', listen, ...(tls ? ['--tls-cert', tls.cert, '--tls-key', tls.key,
            '--host', listen.split(':')[0]] : [])]);
    const server = start(serve[0], serve.slice(1), { env });
    const [url] = await said(server, /https?:\/\/[\d.]+:\d+/);
    const { code } = JSON.parse(run(`${BIN}/registry`,
        ['--data', `${folder}/registry`, 'device', 'code', '--json'], { env }));
    const walker = (args) => within(outside, [`${BIN}/walker`, '--data', `${folder}/walker`,
        ...args]);
    const pair = walker(['pair', url, code]);
    run(pair[0], pair.slice(1), { env });
    return { folder, env, server, walker, close: () => stop(server) };
}

/**
 * Sends. Seconds from the start: `stored` until the device has a receipt for every
 * photo, `wall` until every one is verified and the program has ended; when asked,
 * `points`, `thumbs` and `previews` until all of them are at the registry. `cpu`: seconds of
 * the device and of the registry, up to `stored`.
 */
export async function send_ours(it, { photos, points, small = false, most = 600 }) {
    const device = new Watch(`${it.folder}/walker/lygte.db`,
        'SELECT count(*) FROM receipt_photo');
    const home = small ? new Watch(`${it.folder}/registry/lygte.db`,
        'SELECT count(*) FROM observation') : null;
    const sync = it.walker(['sync', '--json']);
    it.server.look();
    const before = it.server.cpu;
    const began = now();
    const times = {};
    const client = start(sync[0], sync.slice(1), { env: it.env });
    const cpu = () => {
        client.look();
        it.server.look();
        return [client.cpu, it.server.cpu - before];
    };
    let exit;
    client.ended.then((code) => { exit = code; times.wall = now() - began; });
    while (exit === undefined && now() - began < most) {
        if (!times.stored && Number(await device.ask()) >= photos) {
            times.stored = now() - began;
            times.cpu = cpu();
        }
        if (small) await look_small(it, times, began, home, points, photos);
        await sleep(10);
    }
    device.end();
    home?.end();
    if (exit === undefined) {
        client.child.kill('SIGKILL');
        throw new Error('walker sync did not end');
    }
    if (exit !== 0) throw new Error(`walker sync: ${exit} ${client.out}${client.err}`);
    const told = JSON.parse(client.out);
    if (told.photos.verified !== photos || !told.all_confirmed) {
        throw new Error(`not all came: ${client.out}`);
    }
    it.server.look();
    return { ...times, stored: times.stored ?? times.wall, cpu: times.cpu ?? cpu(),
        client: client.peak, server: it.server.peak, told };
}

/** Bytes of the small pictures of these sides that the device keeps, and so sent. */
export const small_bytes = (it, ...sides) => sides.reduce((sum, side) => sum + Number(
    run('sh', ['-c', `find "$1" -name "*.$2.jpg" -printf '%s\\n' | awk '{ n += $1 } END { print n + 0 }'`,
        'sh', `${it.folder}/walker/derived`, side])), 0);

const count = (folder, end) => Number(run('sh', ['-c',
    `find "$1" -name "*.$2.jpg" 2>/dev/null | wc -l`, 'sh', folder, end]));

async function look_small(it, times, began, home, points, photos) {
    const derived = `${it.folder}/registry/derived`;
    if (!times.points && Number(await home.ask()) >= points) times.points = now() - began;
    if (!existsSync(derived)) return;
    if (!times.thumbs && count(derived, 320) >= photos) times.thumbs = now() - began;
    if (!times.previews && count(derived, 1600) >= photos) times.previews = now() - began;
}
