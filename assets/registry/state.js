/* What all screens share: asking the registry, who is signed in, the catalogue.
 *
 * Every question goes through get() and send(), so that an ended session and a lost
 * connection are noticed in one place. Nothing is kept in the browser's stores. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../shared/api.js";
import { listen, listen_again, live } from "../shared/events.js";

const listeners = new Set();
const returns = new Set(); /* questions of the screen under a sign-in: asked anew after it */
/* over: the session ended; lost_at: time of the last answer when the registry is away. */
const shared = { over: false, lost_at: null };
let last_answer = new Date();

function share(change) {
    const is_new = Object.keys(change).some((name) => shared[name] !== change[name]);
    Object.assign(shared, change);
    if (is_new) for (const listener of listeners) listener();
}

export function use_shared() {
    const [, again] = useState(0);
    useEffect(() => {
        const listener = () => again((n) => n + 1);
        listeners.add(listener);
        return () => listeners.delete(listener);
    }, []);
    return shared;
}

/* Which session a question was asked in: a refusal that comes after a new sign-in speaks of
 * the one before it, and ends nothing. */
let turn = 0;

async function watch(promise) {
    const asked_in = turn;
    try {
        const answer = await promise;
        last_answer = new Date();
        share({ lost_at: null });
        return answer;
    } catch (error) {
        share({ lost_at: error.unreachable ? last_answer : null });
        error.is_late = error.status === 401 && asked_in !== turn;
        if (error.status === 401 && !error.is_late) share({ over: true });
        throw error;
    }
}

export async function get(path) {
    const once = () => watch(ask("GET", path, { tries: 2 }));
    try {
        return await once();
    } catch (error) {
        if (error.is_late) return once();
        throw error;
    }
}
export const send = (method, path, body, headers) =>
    watch(ask(method, path, { json: body, headers }));

export const session = {
    ask: () => ask("GET", "/api/v1/session", { tries: 2 }),
    open: async (name, password) => {
        const who = await ask("POST", "/api/v1/session", { json: { name, password } });
        turn++;
        share({ over: false, lost_at: null });
        listen_again();
        for (const again of returns) again();
        return who;
    },
    close: () => ask("DELETE", "/api/v1/session"),
};

/* ---- the catalogue, asked for once, and other words ------------------------------------ */

const book = { items: new Map(), groups: new Map(), parties: new Map() };
const by_code = (list) => new Map(list.map((entry) => [entry.code, entry]));

async function load_catalogue() {
    if (book.items.size) return;
    const answer = await get("/api/v1/catalogue");
    book.items = by_code(answer.items);
    book.groups = by_code(answer.groups);
    for (const party of answer.parties ?? [])
        if (!book.parties.has(party.code)) book.parties.set(party.code, party);
}

export const load_book = () => Promise.all([load_catalogue(), load_parties()]);

/* Parties and areas come and change while a page stands open: asked for with each screen. */
export async function load_parties() {
    const { parties } = await get("/api/v1/parties");
    for (const party of parties) book.parties.set(party.code, party);
}
export const load_areas = () => get("/api/v1/areas");
export const book_of = () => book;

/* ---- hooks --------------------------------------------------------------------------- */

const PAUSE_MS = 500;
const POLL_MS = 5000;

/* Calls `again` when an event says so, soon and not too often; without a stream every few
 * seconds. Nothing while the page is hidden, and once when it is seen again. */
function follow(again, concerns) {
    let waiting = null, missed = false;
    const soon = () => {
        if (document.hidden) missed = true;
        else waiting ??= setTimeout(() => {
            waiting = null;
            again();
        }, PAUSE_MS);
    };
    const seen = () => {
        if (!document.hidden && missed) soon();
        if (!document.hidden) missed = false;
    };
    const end = listen((name, data) => {
        if (name === "all" || name === "lost" || concerns(name, data)) soon();
    });
    const timer = setInterval(() => live() || document.hidden || again(), POLL_MS);
    document.addEventListener("visibilitychange", seen);
    return () => {
        end();
        clearInterval(timer);
        clearTimeout(waiting);
        document.removeEventListener("visibilitychange", seen);
    };
}

/* Asks now and again when `of` changes; keeps the last answer while asking again.
 * Returns {data, error, again}, again() gives the data or null; with `concerns`, a question about an event's name and
 * data, it also asks again when such an event comes. */
export function use_asked(question, of, concerns = null) {
    const [state, setState] = useState({ data: null, error: null });
    const turn = useRef(0);
    const again = useCallback(async () => {
        const mine = ++turn.current;
        try {
            const data = await question();
            if (mine === turn.current) setState({ data, error: null });
            return data;
        } catch (error) {
            if (mine === turn.current) setState((old) => ({ data: old.data, error }));
            return null;
        }
    }, of);
    useEffect(() => {
        again();
        const end = concerns && follow(again, concerns);
        returns.add(again);
        return () => {
            turn.current++;
            returns.delete(again);
            end?.();
        };
    }, [again]);
    return { ...state, again };
}

/* Rows that stay where they are while new ones arrive. `arrange` puts the items in order
 * and says each one's place; rows known at that time keep place and order, only their
 * contents follow the registry, and what is there no more, or no more for this reader,
 * goes. Returns {rows, waiting, show}. */
export function use_settled(items, arrange, of) {
    const [settled, settle] = useState(null);
    useEffect(() => {
        settle(null);
    }, of);
    const now = new Map((items ?? []).map((item) => [item.id, item]));
    const current = settled ?? (items ? arrange(items) : null);
    useEffect(() => {
        if (!settled && items) settle(arrange(items));
    }, [settled, items]);
    const ids = new Set((current ?? []).map((row) => row.id));
    return {
        rows: current && current.filter(({ id }) => now.has(id))
            .map((row) => ({ ...row, item: now.get(row.id) })),
        waiting: (items ?? []).filter((item) => !ids.has(item.id)).length,
        show: () => settle(arrange(items)),
    };
}

/* The list one came from, for "next" and "previous" on a case. */
export const trail = { title: "", to: "", ids: [] };
export const set_trail = (title, to, ids) => Object.assign(trail, { title, to, ids });
