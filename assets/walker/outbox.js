/* outbox: what was tapped or typed here and is not answered for by the program yet.
 *
 * One entry an observation: { id, walk, at, put, edits }: the first save under its own
 * id, and the edits since, each a deed with an id of its own, what its editor had seen
 * and which own edits came before it (walker/api_points.c). Entries are kept in the
 * browser's IndexedDB at once, sent in order, and leave only when the program has
 * answered. The same deed again does no harm, so nothing is lost and nothing doubled,
 * and an edit overwrites nothing its editor never saw. What is refused (4xx) is not tried
 * again: it stays with its sentence in `refused`, of the entry when it was the first save,
 * else of the edit, until somebody has read it. What a phone has of another walk than it is
 * on now is not refused: it waits until the phone joins that walk again.
 *
 * outbox_put does the same for any other idempotent request, after the points.
 */
import * as api from "../shared/api.js";
import { t } from "../shared/i18n.js";
import { db_all, db_drop, db_put } from "./db.js";
import { new_id } from "./ids.js";
import { find_observation, get_state, put_observation, set_state } from "./store.js";
import { living_tabs, my_tab, tell_tabs } from "./tabs.js";

const PAUSES_MS = [500, 1000, 2000, 4000, 8000];
const HERE_MS = 1000; /* so long an answer is waited for when the disk here has it */
const WEEK_MS = 7 * 86400000;
const kept_listeners = [];
const settled_listeners = [];
const sending = new Map(); /* id: the promise of its round */
const waiting = new Map(); /* id: timer of an edit that gathers */
const written = new Map(); /* key: the promise of its last writing */
let again = null;
let failures = 0;

/* Is something of it not with the program? */
export const waits = (entry) => Boolean(entry && (entry.put || entry.edits.length));
/* What was changed since, as one; of what was refused the words alone: they may be wanted. */
export const edited = (entry) => Object.assign({}, ...(entry ? entry.edits : [])
    .filter((e) => e.typed || !e.refused).map((e) => e.fields));
/* The first sentence about it that nobody has read: { title, detail, part }, or undefined. */
export const refusal_of = (entry) => entry?.refused || entry?.edits.find((e) => e.refused)?.refused;

/* ---- kept here ------------------------------------------------------------------- */

/* In order for each key; true when it is on the disk here. */
function remember(store, key, row) {
    const before = written.get(key) || Promise.resolve();
    const now = before.then(() => (row ? db_put(store, row) : db_drop(store, key)))
        .then(() => true, () => false); /* a browser that keeps nothing: in memory only */
    written.set(key, now);
    return now;
}

const key_of = (id) => `${id}@${my_tab}`;

function set_entry(id, change) {
    const entry = { id, put: null, edits: [], key: key_of(id), tab: my_tab,
        ...get_state().pending[id], ...change };
    const busy = waits(entry);
    set_state((s) => {
        const pending = { ...s.pending, [id]: entry };
        if (!busy && !entry.refused) delete pending[id];
        return { pending };
    });
    return remember("entries", entry.key, busy ? entry : null);
}

/* ---- points ---------------------------------------------------------------------- */

/* Calls listener(id) when an observation's first save was answered for. */
export const on_kept = (listener) => kept_listeners.push(listener);

function answered(one) {
    put_observation(one);
    tell_tabs({ kind: "point", one });
}

/* What only the police may see a phone is not told back, nor has its list of points it: what it
 * said itself is all it shows, as long as this page lives. */
function said_here(id, fields) {
    const known = find_observation(id);
    const group = (fields.category || known?.group || "").replace(/\d+$/, "");
    return known && { ...known, ...fields, group, said_here: true };
}

async function send_first(entry) {
    const ago_ms = Math.max(0, Math.min(WEEK_MS, Date.now() - Date.parse(entry.at)));
    const one = await api.put(`/api/v1/observations/${entry.id}`, { ...entry.put, ago_ms });
    if (one)
        answered(one);
    set_entry(entry.id, { put: null });
    for (const listener of kept_listeners) listener(entry.id);
}

const next_of = (edits) => edits.find((e) => !e.refused);

/* Refused, and said again in words that were taken. */
const is_replaced = (edit, fields) => edit.refused && Object.keys(edit.fields).every((name) => name in fields);

/* An edit that was sent once keeps its fields: what comes after is another deed. */
async function send_edit(entry, keepalive) {
    const { op, fields, seen, after } = next_of(entry.edits);
    set_entry(entry.id, { edits: entry.edits.map((e) => (e.op === op ? { ...e, tried: true } : e)) });
    const one = await api.patch(`/api/v1/observations/${entry.id}`,
        { ...fields, op, seen, after }, { keepalive });
    const left = (get_state().pending[entry.id]?.edits || [])
        .filter((e) => e.op !== op && !is_replaced(e, fields));
    const now = one || said_here(entry.id, fields);
    if (now)
        answered(now);
    set_entry(entry.id, { edits: left });
}

const can_go = (entry) => Boolean(entry && !entry.refused && (entry.put || next_of(entry.edits)));

async function round(id, keepalive) {
    for (let entry; can_go(entry = get_state().pending[id]);) {
        if (entry.put) await send_first(entry);
        else await send_edit(entry, keepalive);
    }
}

export const is_final = (problem) => !problem.unreachable && problem.status < 500
    && problem.status !== 401 && problem.status !== 429;

function try_later(problem) {
    set_state({ reachable: !problem.unreachable, notice: problem.unreachable ? null
        : { title: problem.title, detail: problem.detail } });
    clearTimeout(again);
    again = setTimeout(outbox_send, PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)]);
}

/* The hub knows nothing of another walk to a phone. Who the phone is now it tells: the page may
 * still know its walk of before. Where nobody tells, it may be another's. */
async function is_of_another_walk(walk, problem) {
    if (!walk || problem.status !== 404 || get_state().me?.as !== "pass") return false;
    const me = await api.get("/api/v1/me", { tries: 1 }).catch(try_later);
    if (!me) return true;
    if (me.pass?.walk === walk) return false;
    set_state({ notice: { title: t("say.other_walk"), detail: t("say.other_walk_detail") } });
    return true;
}

/* True when what stands behind it may go on. */
async function not_sent(id, problem) {
    if (!is_final(problem)) {
        try_later(problem);
        return false;
    }
    if (await is_of_another_walk(get_state().pending[id].walk, problem)) return false;
    const { put, edits } = get_state().pending[id];
    const refused = { title: problem.title, detail: problem.detail, part: problem.part };
    const first = next_of(edits);
    set_entry(id, put ? { refused } : { edits: edits.map((e) => (e === first ? { ...e, refused } : e)) });
    return !put;
}

function all_went_well() {
    failures = 0;
    return true;
}

function begin_round(id, keepalive) {
    const now = round(id, keepalive).then(all_went_well)
        .catch((problem) => not_sent(id, problem)).finally(() => sending.delete(id));
    sending.set(id, now);
    return now;
}

/* Resolves to true when everything of this observation is answered for. What came while a
 * round was ending is of no round yet: one that went well is followed by another. */
export async function outbox_send_one(id, { keepalive = false } = {}) {
    clearTimeout(waiting.get(id));
    waiting.delete(id);
    for (let well = true; well && can_go(get_state().pending[id]);) {
        well = await (sending.get(id) || begin_round(id, keepalive));
    }
    return !waits(get_state().pending[id]);
}

export async function outbox_send() {
    clearTimeout(again);
    for (const [id, entry] of Object.entries(get_state().pending)) {
        if (can_go(entry) && !await outbox_send_one(id) && !get_state().reachable) {
            let_them_wait();
            return;
        }
    }
    await send_sends();
}

/* A tap. Resolves to "kept" when the program has it, "here" when only this browser's
 * disk does and the program does not answer, "" when neither does. */
export async function outbox_add(id, walk, put) {
    const here = set_entry(id, { walk, put, at: new Date().toISOString() });
    const sent = outbox_send_one(id);
    here.then((on_disk) => on_disk && get_state().pending[id] && set_entry(id, { here: true }));
    const patience = here.then((on_disk) => new Promise((done) =>
        setTimeout(() => done(on_disk ? "here" : ""), HERE_MS)));
    const first = await Promise.race([sent, patience]);
    if (first === true) return "kept";
    if (first === false) return get_state().pending[id]?.refused ? "" : (await here ? "here" : "");
    return first || (await sent ? "kept" : "");
}

const queued = (id) => (get_state().pending[id]?.edits || []).map((e) => e.op);

/* A new deed upon the observation as it is seen now: { op, seen, after }. */
export function deed_upon(id) {
    const seen = find_observation(id)?.seen;
    return { op: new_id(), seen: seen ?? 0, after: [...(seen === undefined ? [id] : []), ...queued(id)] };
}

/* What is said of where one stood adds up: that it will do as it is, and then more fixes. */
const both = (before, now) => ({ ...before, ...now,
    ...(before.stood && now.stood && { stood: { ...before.stood, ...now.stood } }) });

/* Fields of one observation; `gather` waits that many ms for more of the same. `deed` is
 * what deed_upon gave when the typing began: the same deed twice is one. */
export function outbox_edit(id, walk, fields, { gather = 0, keepalive = false, deed } = {}) {
    const entry = get_state().pending[id];
    const edits = (entry ? entry.edits : []).filter((e) => e.op !== deed?.op);
    const last = edits[edits.length - 1];
    if (last && !last.tried && !deed && !last.typed) {
        edits[edits.length - 1] = { ...last, fields: both(last.fields, fields) };
    } else {
        const { op, seen, after } = deed || deed_upon(id);
        const before = edits.map((e) => e.op).filter((name) => !after.includes(name));
        edits.push({ op, seen, after: [...after, ...before], fields, typed: Boolean(deed) });
    }
    set_entry(id, { walk, refused: null, edits, at: entry?.at || new Date().toISOString() });
    if (!gather) return outbox_send_one(id, { keepalive });
    clearTimeout(waiting.get(id));
    waiting.set(id, setTimeout(() => outbox_send_one(id), gather));
    return Promise.resolve(false);
}

/* Resolves to true when what is changed so far is on the disk here. */
export const outbox_here = (id) => written.get(get_state().pending[id]?.key || key_of(id));

/* A refusal that was read: what was refused is let go. Of a point whose first save was refused
 * nothing is left to hang the rest on. */
export function outbox_forget(id) {
    const { put, edits } = get_state().pending[id] || { edits: [] };
    const read = edits.find((e) => e.refused);
    set_entry(id, { put: null, edits: put ? [] : edits.filter((e) => e !== read), refused: null });
    outbox_send_one(id);
}

/* ---- other deeds ----------------------------------------------------------------- */

/* { key, tab, walk, method, path, body, at }, oldest first; walk: a phone's. Replaced, never
 * changed in place. */
let sends = [];
let flushing = null;
const answers = new Map(); /* key: what resolves the promise of outbox_put */

function tell(send, answer) {
    answers.get(send.key)?.(answer);
    answers.delete(send.key);
}

/* Calls listener(path, answer) when a send was answered for, be it long after whoever made it was
 * told to go on; undefined when it was refused. */
export const on_settled = (listener) => settled_listeners.push(listener);

/* What came of it is told before it is let go of: what it lies over never shows the state before. */
function settle(send, answer) {
    for (const listener of settled_listeners) listener(send.path, answer);
    sends = sends.filter((one) => one !== send);
    remember("sends", send.key, null);
    set_state({ sends: sends.length });
    tell(send, answer);
}

/* Whoever waits for an answer goes on: it will not come soon. */
function let_them_wait() {
    for (const send of sends) tell(send, null);
}

async function flush() {
    const elsewhere = new Set();
    for (let send; (send = sends.find((one) => !elsewhere.has(one)));) {
        try {
            const ago_ms = Math.max(0, Math.min(WEEK_MS, Date.now() - send.at));
            const json = send.aged ? { ...send.body, ago_ms } : send.body;
            const answer = await api.ask(send.method, send.path, { json });
            all_went_well();
            settle(send, answer ?? true);
        } catch (problem) {
            if (!is_final(problem)) {
                try_later(problem);
                let_them_wait();
                return;
            }
            if (await is_of_another_walk(send.walk, problem)) {
                elsewhere.add(send);
                tell(send, null);
                continue;
            }
            set_state({ notice: { title: problem.title, detail: problem.detail } });
            settle(send, undefined);
        }
    }
}

function send_sends() {
    flushing ??= flush().finally(() => {
        flushing = null;
    });
    return flushing;
}

/* Sends method (PUT) path with body, now or as soon as it can; must be harmless when it
 * is said twice. Resolves to the answer (true for an empty one), to null when it waits
 * here, to undefined when it was refused (the sentence is shown as a notice). aged: the
 * body is told how long ago it was. */
export async function outbox_put(path, body, { method = "PUT", aged = false } = {}) {
    const { walk } = get_state().me?.pass || {};
    const send = { key: new_id(), tab: my_tab, walk, method, path, body, aged, at: Date.now() };
    sends = [...sends, send];
    set_state({ sends: sends.length });
    remember("sends", send.key, send);
    const answer = new Promise((done) => answers.set(send.key, done));
    outbox_send();
    return answer;
}

/* What still waits, oldest first: [{ path, body }]. The same array as long as nothing came or went. */
export const outbox_sends = () => sends;

/* Resolves to true when all of it is on the disk here. */
export const outbox_sends_here = () => Promise.all(sends.map(({ key }) => written.get(key)))
    .then((all) => all.every(Boolean));

/* The bodies that still wait for a path that begins so: { rest of the path: body }. */
export const outbox_waiting = (begin) => Object.fromEntries(sends
    .filter(({ path }) => path.startsWith(begin)).map(({ path, body }) => [path.slice(begin.length), body]));

/* ---- what an earlier visit left -------------------------------------------------- */

/* Rows of tabs that are gone; each is ours from now on. */
async function left_behind(store, alive) {
    const rows = await db_all(store).catch(() => []);
    return rows.filter((row) => row.tab !== my_tab && !alive.has(row.tab));
}

/* Written under our name before it goes under the old one; a browser that has no room for
 * both keeps the old one, and another visit finds it. */
async function adopt(entry) {
    const mine = get_state().pending[entry.id];
    const news = (mine ? mine.edits : []).filter((e) => !entry.edits.some((o) => o.op === e.op));
    const here = await set_entry(entry.id, { ...entry, key: key_of(entry.id), tab: my_tab,
        put: mine?.put || entry.put, edits: [...entry.edits, ...news] });
    if (here) remember("entries", entry.key, null);
}

export async function outbox_open() {
    const alive = await living_tabs();
    for (const entry of await left_behind("entries", alive)) await adopt(entry);
    const rest = (await left_behind("sends", alive)).sort((a, b) => a.at - b.at);
    sends = [...rest.map((send) => ({ ...send, tab: my_tab })), ...sends];
    for (const send of rest) remember("sends", send.key, { ...send, tab: my_tab });
    set_state({ sends: sends.length });
    await outbox_send();
    return alive;
}
