/* store: the one state of the page, and how a part of it is watched.
 *
 * State is replaced, never changed in place. What is in `pending` (see outbox.js) is not
 * kept by the program yet; everything else came from it and is only a copy.
 */
import { useEffect, useReducer, useRef } from "preact/hooks";

let state = {
    route: { screen: "walks" },
    me: null, /* { as: "owner"|"pass"|"nobody", hub, secure, gate_m, pass } */
    about: null,
    catalogue: null,
    chosen: null, /* id of the walk that was picked for the lit panel */
    walks: null, /* newest first; null until heard once */
    observations: {}, /* walk id: [observation], in order of number */
    status: null,
    pending: {}, /* observation id: what the program has not answered for */
    sends: 0, /* other deeds it has not answered for */
    photos: {}, /* observation id: [photos being kept or not kept] */
    fix: null, /* { lat, lon, accuracy_m, at } */
    override: false, /* a poor position will do, somebody said; until a good one comes */
    fix_trouble: "", /* "", "denied", "missing" */
    reachable: true,
    parts: 0, /* how many files of the places of screens.js have come */
    fetching: false, /* the next screen is on its way */
    keeping: null, /* { id, code, slow } between a tap and its answer */
    marked: null, /* { id, walk, at } of the last "mark here" */
    undone: null, /* the observation that was just withdrawn */
    notice: null, /* { title, detail } */
    overlay: null, /* { name, ... } over the screen */
    language: "da",
    theme: "night",
    said: "", /* what the polite region says */
};
const watchers = new Set();

export const get_state = () => state;

export function set_state(change) {
    const wanted = typeof change === "function" ? change(state) : change;
    state = { ...state, ...wanted };
    for (const watcher of [...watchers]) watcher();
}

/* Calls watcher() after every change; returns what ends it. */
export function watch_state(watcher) {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
}

/* Draws the component again when what `select` picks is another thing than before. */
export function use_store(select) {
    const [, draw] = useReducer((n) => n + 1, 0);
    const seen = useRef();
    seen.current = { select, value: select(state) };
    useEffect(() => {
        const look = () => {
            if (!Object.is(seen.current.select(state), seen.current.value)) draw();
        };
        watchers.add(look);
        look();
        return () => watchers.delete(look);
    }, []);
    return seen.current.value;
}

/* The polite live region; said again even when it is the same words. */
export function say(words) {
    set_state({ said: "" });
    setTimeout(() => set_state({ said: words }), 60);
}

/* ---- observations, by walk ------------------------------------------------------- */

export function put_observation(one) {
    set_state((s) => {
        const rows = s.observations[one.walk] || [];
        const at = rows.findIndex((row) => row.id === one.id);
        if (at >= 0 && rows[at].seen > one.seen) return {}; /* an older answer came late */
        const next = at < 0
            ? [...rows, one]
            : rows.map((row) => (row.id === one.id ? one : row));
        return { observations: { ...s.observations, [one.walk]: next } };
    });
}

/* The whole list as the program told it; what was heard since then stays, and so does what the
 * list keeps from a phone that said it itself (outbox.js), or will when its edit has come. */
export function put_observations(walk, rows) {
    set_state((s) => {
        const before = new Map((s.observations[walk] || []).map((row) => [row.id, row]));
        const newest = Math.max(0, ...rows.map((row) => row.seen || 0));
        const next = rows.map((row) => {
            const known = before.get(row.id);
            before.delete(row.id);
            return known && known.seen > row.seen ? known : row;
        });
        const since = [...before.values()].filter((row) =>
            row.seen > newest || row.said_here || s.pending[row.id]);
        return { observations: { ...s.observations, [walk]: [...next, ...since] } };
    });
}

let index = { of: null, rows: null };

export function find_observation(id, s = state) {
    if (index.of !== s.observations) {
        index = { of: s.observations, rows: new Map(Object.values(s.observations).flat().map((row) => [row.id, row])) };
    }
    return index.rows.get(id) || null;
}

export const find_walk = (id, s = state) => (s.walks || []).find((walk) => walk.id === id);
