/* loader: fetches the files of screens.js when they are wanted, and ahead of that.
 *
 * A file that does not come (the program is being restarted, the hub is out of reach) is
 * asked for again until it comes: what is on the page stays there meanwhile.
 */
import { h } from "preact";
import { add_texts } from "../shared/i18n.js";
import { after_tap, menu, overlays, places, screens } from "./screens.js";
import { set_state, use_store } from "./store.js";

const PAUSES_MS = [400, 800, 1600, 3000];
const SLOW_MS = 150;
const REST_MS = 10000;
const loaded = new Map(); /* row: its component */
const loading = new Map(); /* row: the promise of it */
const placed = new Set(Object.values(places).flat()); /* drawn by who does not wait for them */

function style(name) {
    const href = new URL(name, import.meta.url).href;
    if (document.querySelector(`link[href="${href}"]`)) return null;
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    return new Promise((done, fail) => {
        link.onload = done;
        link.onerror = () => {
            link.remove();
            fail(new Error(name));
        };
        document.head.append(link);
    });
}

const texts_of = (row) => [row.texts || []].flat().map(add_texts);

/* A program that was updated under the page has other files than this page asks for, and the
 * page of today asks for those. Nothing is lost by it: words and taps are in the outbox. */
async function reload_if_new() {
    const mine = new URL("../", import.meta.url).pathname;
    const page = await fetch("/", { cache: "no-store" }).then((answer) => (answer.ok ? answer.text() : ""), () => "");
    if (page.includes("/walker/boot.js") && !page.includes(mine)) location.reload();
}

/* Runs work until it comes through: the program may be away for a moment. */
export async function later(work) {
    for (let failures = 0; ; failures++) {
        try {
            return await work();
        } catch {
            set_state({ reachable: false });
            if (failures > 1) await reload_if_new();
            await new Promise((done) => setTimeout(done,
                PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)]));
        }
    }
}

async function fetch_row(row) {
    const [module] = await later(() => Promise.all([row.load(), row.css && style(row.css),
        ...texts_of(row)]));
    loaded.set(row, module[row.part]);
    if (placed.has(row)) set_state((s) => ({ parts: s.parts + 1 }));
}

/* Resolves when the row's component is there; never rejects. */
export function load_row(row) {
    if (loaded.has(row)) return Promise.resolve();
    if (!loading.has(row)) {
        loading.set(row, fetch_row(row).finally(() => loading.delete(row)));
    }
    return loading.get(row);
}

/* The same, and says "fetching" while it takes its time. */
export async function load_shown(row) {
    if (loaded.has(row)) return;
    const slow = setTimeout(() => set_state({ fetching: true }), SLOW_MS);
    await load_row(row);
    clearTimeout(slow);
    set_state({ fetching: false });
}

export const is_loaded = (row) => loaded.has(row);
export const part_of = (row) => loaded.get(row);

/* What other screens put into this one. */
export function Place({ name, ...facts }) {
    use_store((s) => s.parts);
    return (places[name] || []).map((row, at) => {
        const Part = part_of(row);
        if (!Part) load_row(row);
        return Part && h(Part, { key: at, ...facts });
    });
}

async function load_all(rows) {
    for (const row of rows) {
        if (row.load) await load_row(row);
        else await Promise.all(texts_of(row)).catch(() => null);
    }
}

/* Ahead of need, one after the other, so that nothing anybody waits for stands behind it:
 * first what a tap opens. The others wait a while where a worker keeps all files anyway
 * (`kept`, worker.js); where none does they come at once, because out of reach they do not. */
export async function load_the_rest(kept) {
    await load_all([screens.kept, ...after_tap, overlays.menu]);
    if (await kept) await new Promise((done) => setTimeout(done, REST_MS));
    await load_all([...Object.values(overlays), ...Object.values(screens),
        ...Object.values(places).flat(), ...menu.filter((row) => row.texts)]);
}
