/* outbox: what was tapped or typed here and is not answered for by the program yet.
 *
 * One entry an observation, { id, walk, at, put, edit }: the first save with its own id,
 * and the fields changed since. Entries are copied to localStorage at once, sent in
 * order, and leave only when the program has answered 201 or 200. The same id again does
 * no harm, so nothing is lost and nothing is doubled. A refusal (4xx) is not tried
 * again: it stays with its sentence in `refused` until somebody has read it.
 */
import * as api from "../shared/api.js";
import { get_state, put_observation, set_state } from "./store.js";

const KEPT_AS = "lygte.outbox.";
const PAUSES_MS = [1000, 2000, 4000, 8000, 15000];
const kept_listeners = [];
const sending = new Map(); /* id: the promise of its round */
const waiting = new Map(); /* id: timer of an edit that gathers */
let again = null;
let failures = 0;

function remember(entry) {
    try {
        if (entry.put || entry.edit) {
            localStorage.setItem(KEPT_AS + entry.id, JSON.stringify(entry));
        } else {
            localStorage.removeItem(KEPT_AS + entry.id);
        }
    } catch {
        return; /* storage full or forbidden: the entry still stands in memory */
    }
}

function set_entry(id, change) {
    set_state((s) => {
        const entry = { id, put: null, edit: null, ...s.pending[id], ...change };
        remember(entry);
        const pending = { ...s.pending, [id]: entry };
        if (!entry.put && !entry.edit && !entry.refused) delete pending[id];
        return { pending };
    });
}

/* What an earlier visit left behind, sent now. */
export function outbox_open() {
    const pending = {};
    try {
        for (let i = 0; i < localStorage.length; i++) {
            const name = localStorage.key(i);
            if (!name.startsWith(KEPT_AS)) continue;
            const entry = JSON.parse(localStorage.getItem(name));
            pending[entry.id] = entry;
        }
    } catch {
        return;
    }
    set_state({ pending });
    outbox_send();
}

async function send_first(entry) {
    const one = await api.put(`/api/v1/observations/${entry.id}`, entry.put);
    put_observation(one);
    set_entry(entry.id, { put: null });
    for (const listener of kept_listeners) listener(entry.id);
}

/* Calls listener(id) when an observation's first save was answered for. */
export const on_kept = (listener) => kept_listeners.push(listener);

async function send_edit(entry, keepalive) {
    const fields = entry.edit;
    const one = await api.patch(`/api/v1/observations/${entry.id}`, fields, { keepalive });
    const left = { ...(get_state().pending[entry.id] || {}).edit };
    for (const name of Object.keys(fields)) {
        if (Object.is(left[name], fields[name])) delete left[name];
    }
    put_observation(one);
    set_entry(entry.id, { edit: Object.keys(left).length ? left : null });
}

async function round(id, keepalive) {
    for (let entry; (entry = get_state().pending[id]) && !entry.refused;) {
        if (entry.put) await send_first(entry);
        else if (entry.edit) await send_edit(entry, keepalive);
        else return;
    }
}

function not_sent(id, problem) {
    if (!problem.unreachable && problem.status < 500) {
        const { put } = get_state().pending[id];
        const refused = { title: problem.title, detail: problem.detail,
            part: problem.part };
        set_entry(id, put ? { refused } : { refused, edit: null });
        return;
    }
    set_state({ reachable: !problem.unreachable, notice: problem.unreachable ? null
        : { title: problem.title, detail: problem.detail } });
    clearTimeout(again);
    again = setTimeout(outbox_send, PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)]);
}

/* Resolves to true when everything of this observation is answered for. */
export async function outbox_send_one(id, { keepalive = false } = {}) {
    clearTimeout(waiting.get(id));
    waiting.delete(id);
    if (!sending.has(id)) {
        const work = round(id, keepalive).then(() => {
            failures = 0;
            if (!get_state().reachable) set_state({ reachable: true });
        }).catch((problem) => not_sent(id, problem)).finally(() => sending.delete(id));
        sending.set(id, work);
    }
    await sending.get(id);
    return !get_state().pending[id];
}

export async function outbox_send() {
    for (const id of Object.keys(get_state().pending)) await outbox_send_one(id);
}

export function outbox_add(id, walk, put) {
    set_entry(id, { walk, put, at: new Date().toISOString() });
    return outbox_send_one(id);
}

/* Fields of one observation; `gather` waits that many ms for more of the same. */
export function outbox_edit(id, walk, fields, { gather = 0, keepalive = false } = {}) {
    const entry = get_state().pending[id];
    set_entry(id, { walk, refused: null, edit: { ...(entry && entry.edit), ...fields } });
    if (!gather) return outbox_send_one(id, { keepalive });
    clearTimeout(waiting.get(id));
    waiting.set(id, setTimeout(() => outbox_send_one(id), gather));
    return Promise.resolve(false);
}

/* A refusal that was read: what was refused is let go. */
export function outbox_forget(id) {
    set_entry(id, { put: null, edit: null, refused: null });
}
