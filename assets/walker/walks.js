/* walks: what the page asks the program for and tells it: walks, points, photos' state.
 *
 * Every function here ends in the store. Points go by way of the outbox, so that a tap
 * is never lost between the finger and the disk.
 */
import * as api from "../shared/api.js";
import { date_text, named, number, t } from "../shared/i18n.js";
import { new_id } from "./ids.js";
import { edited, on_kept, outbox_add, outbox_edit, refusal_of } from "./outbox.js";
import { fresh_fix, stood_of } from "./position.js";
import {
    find_observation, get_state, put_observation, put_observations, say, set_state,
} from "./store.js";

const SLOW_MS = 150;
const LIST_AGAIN_MS = 1000;

/* Runs `work`; what it throws is shown as a notice. Gives undefined then. */
export async function attempt(work) {
    try {
        return await work();
    } catch (problem) {
        if (problem.unreachable) set_state({ reachable: false });
        else set_state({ notice: { title: problem.title, detail: problem.detail } });
        return undefined;
    }
}

export async function load_walks() {
    const answer = await attempt(() => api.get("/api/v1/walks"));
    if (answer) set_state({ walks: answer.walks, wiped: answer.wiped || [] });
}

/* What another group has begun elsewhere is under way too, but not here. */
export const is_under_way = (walk) => walk.state === "begun" && walk.here !== false;

export function put_walk(walk) {
    set_state((s) => ({ walks: [walk, ...(s.walks || []).filter((w) => w.id !== walk.id)]
        .sort((a, b) => ((s.walks || []).findIndex((w) => w.id === a.id)
            - (s.walks || []).findIndex((w) => w.id === b.id))) }));
    return walk;
}

const list_of = (walk) => `/api/v1/walks/${walk}/observations?withdrawn=1`;

export async function load_observations(walk) {
    const answer = await attempt(() => api.get(list_of(walk)));
    if (answer) put_observations(walk, answer.observations);
}

export const default_title = () => t("walks.title_from_date", date_text(new Date()));

/* Throws its Problem: the form shows it at the field. The id came with the form, so that one
 * sent again, its answer lost, makes no second walk; what it says otherwise now is said of the
 * walk that stands. */
export async function create_walk(id, form, again) {
    const walk = await api.post("/api/v1/walks", { id, ...form });
    const otherwise = again && Object.keys(form).some((name) => (walk[name] ?? null) !== form[name]);
    return put_walk(otherwise ? await api.patch(`/api/v1/walks/${id}`, form) : walk);
}

/* A walk that was wiped here comes back with a sync, which is begun at once. */
export const fetch_walk = (id) => attempt(async () => {
    await api.post(`/api/v1/walks/${id}/fetch`, {});
    await load_walks();
    await api.post("/api/v1/sync", {}).catch(() => null);
});

const steps = {}; /* under way: the same again is the same step */
const before_steps = [];

/* Calls listener(step) before a walk takes a step, which waits for what it returns. */
export const on_step = (listener) => before_steps.push(listener);

async function take_step(id, step) {
    await Promise.all(before_steps.map((listener) => listener(step)));
    return put_walk(await api.post(`/api/v1/walks/${id}/${step}`));
}

export const change_walk = (id, step) => (steps[id + step] ??=
    attempt(() => take_step(id, step)).finally(() => delete steps[id + step]));

/* ---- points ---------------------------------------------------------------------- */

export { new_id };

/* What works is no fault: it has no severity. As observation_is_strength of core/store. */
export const is_strength = (code) => code.startsWith("POS");

function first_save(walk, code) {
    const body = { walk, category: code };
    const fix = fresh_fix();
    if (is_strength(code)) body.severity = 0;
    if (fix) {
        body.stood = stood_of(fix, get_state().override);
    }
    return body;
}

const taps = new Map(); /* id: when it was tapped in this page, by the clock that only runs on */

/* How long ago a point was tapped here, in ms; Infinity when it was not. What the program and
 * this page call now may be years apart: a Pi has its time from satellites, a browser has not. */
export const tapped_ago = (id) => performance.now() - (taps.get(id) ?? -Infinity);

/* One tap: stored at once under its own id; more: what its first save says beside. Resolves
 * as outbox_add does. */
export async function keep(walk, code, id = new_id(), more = {}) {
    taps.set(id, performance.now());
    const slow = setTimeout(() => set_state((s) => (s.keeping && s.keeping.id === id
        ? { keeping: { ...s.keeping, slow: true } } : {})), SLOW_MS);
    set_state({ keeping: { id, code, slow: false }, undone: null });
    const kept = await outbox_add(id, walk, { ...first_save(walk, code), ...more });
    clearTimeout(slow);
    if (get_state().keeping?.id === id) set_state({ keeping: null });
    if (kept === "kept") say_kept(find_observation(id));
    else if (kept === "here") say(t("kept.here_help"));
    return kept;
}

function say_kept(one) {
    if (navigator.vibrate) navigator.vibrate(20);
    const group = group_of(one.group);
    const where = one.stood && one.stood.accuracy_m
        ? t("kept.said_place", number(Math.round(one.stood.accuracy_m))) : "";
    say(t("kept.said", named(group, "tile_"), where));
}

/* A page that comes again out of reach hears the last list that was asked for from the service
 * worker. So that this has what was kept since, it is asked for once more, and not read here. */
let listing = null;
on_kept((id) => {
    const { walk } = find_observation(id) || {};
    if (!walk || !navigator.serviceWorker?.controller) return;
    clearTimeout(listing);
    listing = setTimeout(() => fetch(list_of(walk), { cache: "no-store" }).catch(() => null), LIST_AGAIN_MS);
});

export const edit = (one, fields, options) => outbox_edit(one.id, one.walk, fields, options);

export async function withdraw(one, on) {
    const done = await outbox_edit(one.id, one.walk, { withdrawn: on });
    const name = category_name(one);
    set_state({ undone: on ? { id: one.id, walk: one.walk, name } : null });
    say(on ? t("walk.undone", name) : t("walk.brought_back", name));
    return done;
}

/* Durable at every pause, but not a record yet. */
export const keep_draft = (id, field, text) =>
    api.put(`/api/v1/observations/${id}/draft`, { [field]: text }, { patience: 5000 });

/* Of what several have said of a field, this one shall stand over those that are shown here. */
export const settle = (one, field, claim) => attempt(async () => {
    const seen = one.conflicts[field].map(({ hash }) => hash);
    put_observation(await api.patch(`/api/v1/observations/${one.id}`,
        { settle: { [field]: { choose: claim.hash, seen } } }));
    say(t("conflict.settled"));
});

export const clear_photo = (sha256) => attempt(async () => {
    await api.patch(`/api/v1/photos/${sha256}`, { cleared: true });
    for (const rows of Object.values(get_state().observations)) {
        for (const one of rows) {
            if (!one.photos.some((p) => p.sha256 === sha256)) continue;
            put_observation(await api.get(`/api/v1/observations/${one.id}`));
        }
    }
    return true;
});

const CLEAR_MOST = 500;

/* held: [{ one, photo }]. Those that are gone meanwhile cost the others nothing. */
export const clear_photos = (held) => attempt(async () => {
    const photos = held.map(({ photo }) => photo.sha256);
    try {
        for (let at = 0; at < photos.length; at += CLEAR_MOST) {
            await api.post("/api/v1/photos/clear", { photos: photos.slice(at, at + CLEAR_MOST) });
        }
    } finally {
        for (const walk of new Set(held.map(({ one }) => one.walk))) await load_observations(walk);
    }
});

/* A small picture did not come: perhaps it cannot be shown, and the program knows by now. */
export async function ask_why(id) {
    try {
        put_observation(await api.get(`/api/v1/observations/${id}`));
    } catch {
        /* out of reach: what is known stays */
    }
}

/* Burns the pixels away: a new photo takes the place of the old one. Throws its Problem. */
export async function cover_photo(sha256, burns) {
    const { observation } = await api.post(`/api/v1/photos/${sha256}/cover`, { burns },
        { patience: 60000 });
    put_observation(observation);
}

/* ---- the catalogue's words ------------------------------------------------------- */

export const group_of = (code) =>
    (get_state().catalogue?.groups || []).find((group) => group.code === code);
export const item_of = (code) =>
    (get_state().catalogue?.items || []).find((item) => item.code === code);
export const items_of = (group) =>
    (get_state().catalogue?.items || []).filter((item) =>
        item.group === group && item.code !== group);

/* "Lampe slukket" when it was said what is wrong, else "Belysning". */
export function category_name(one) {
    const item = one.category === one.group ? null : item_of(one.category);
    return item ? named(item) : named(group_of(one.group), "tile_");
}

/* ---- a point as the page knows it ------------------------------------------------ */

const BLANK = { number: 0, note: "", photos: [], severity: null, agree: null, affected: null,
    stood: null, withdrawn: false, sent: "waiting", own: true };

/* What is known of a point with what is tapped since laid over it. */
function laid_over(known, entry) {
    if (!entry) return { ...known, unkept: false };
    const fields = edited(entry);
    /* Better said by the program: what it makes of fixes, of a bearing. */
    for (const place of ["stood", "thing"]) if (fields[place] && !fields[place].lat) delete fields[place];
    const one = { ...BLANK, id: entry.id, ...(known || entry.put), at: (known || entry).at, ...fields };
    one.group = (fields.category || !known ? one.category : known.group).replace(/\d+$/, "");
    one.unkept = !known;
    one.refused = refusal_of(entry);
    return one;
}

/* The program's copy and what is not kept yet; `unkept` until the first save is answered
 * for. null when nobody knows it. */
export function view_of(id, s = get_state()) {
    const entry = s.pending[id];
    const known = find_observation(id, s);
    return known || entry?.put ? laid_over(known, entry) : null;
}

/* The same point at a tap: two quick ones may come before the first of them is drawn. */
export const point_now = (one) => view_of(one.id) || one;

/* Every point of a walk, also those only the outbox has, in the order they were made. */
export function points_of(walk, s = get_state()) {
    const known = s.observations[walk] || [];
    const ids = new Set(known.map((row) => row.id));
    const only_here = Object.values(s.pending)
        .filter((entry) => entry.walk === walk && entry.put && !ids.has(entry.id));
    return [...known.map((row) => laid_over(row, s.pending[row.id])),
        ...only_here.map((entry) => laid_over(null, entry))];
}

/* ---- last time's points ----------------------------------------------------------------- */

const LAST_AT = "lygte.last";

function remembered(walk) {
    try {
        return localStorage.getItem(LAST_AT) === walk;
    } catch {
        return false;
    }
}

export function remember_last(walk, some) {
    try {
        if (some) localStorage.setItem(LAST_AT, walk);
    } catch {
        return; /* they take their place when they come */
    }
}

/* Were there some near this walk? Remembered, so that their place on the screen is there
 * before they are: nothing moves when they come. */
export const has_last = (walk, s = get_state()) => (s.last?.[walk] ? s.last[walk].length > 0 : remembered(walk));
