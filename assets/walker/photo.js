/* photo: from the camera to the disk, as it is.
 *
 * The file is named by the SHA-256 of its bytes and sent unchanged. Until the program
 * has answered 201 it stands in the store's `photos` with its file, and, when the answer
 * takes its time, in the browser's IndexedDB: so it outlives the page. Nothing is
 * scaled, turned or stripped here; what is no JPEG or PNG is made one, see convert.js.
 */
import { ask } from "../shared/api.js";
import { t } from "../shared/i18n.js";
import { db_all, db_drop, db_put } from "./db.js";
import { new_id, sha256_of } from "./ids.js";
import { is_final, on_kept, outbox_send, outbox_send_one } from "./outbox.js";
import { open_overlay } from "./route.js";
import { get_state, put_observation, say, set_state } from "./store.js";
import { my_tab, tell_tabs } from "./tabs.js";

const PATIENCE_MS = 120000;
const AGAIN_MS = 8000;
const WEEK_MS = 7 * 86400e3; /* as much as the program takes */
const SOON_MS = 1000; /* an answer within it spares the copy in the browser */
let chooser = null;
let target = null; /* the observation the next photo belongs to */

/* The page's one file input; choose_photo opens it for an observation. */
export function photo_input(element) {
    chooser = element;
}

export const photo_target = (id) => {
    target = id;
};

/* A photo for that observation: by the camera in the page where there is one, else, or
 * with `file`, by the device's own. Called straight from a tap. */
export function choose_photo(id, { file = false, after = null } = {}) {
    target = id;
    if (!file && page_has_camera()) open_overlay("camera", { point: id, after });
    else chooser?.click();
}

const page_has_camera = () => Boolean(window.isSecureContext && navigator.mediaDevices?.getUserMedia);

export function photo_chosen(event) {
    const files = [...event.target.files];
    event.target.value = "";
    const id = target;
    if (id) for (const file of files) add_photo(id, file);
}

function type_of(bytes) {
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return "image/jpeg";
    if (bytes[0] === 0x89 && bytes[1] === 0x50) return "image/png";
    return null;
}

function change(id, key, what) {
    set_state((s) => {
        const rows = (s.photos[id] || [])
            .map((row) => (row.key === key ? { ...row, ...what } : row))
            .filter((row) => !row.gone);
        return { photos: { ...s.photos, [id]: rows } };
    });
}

const find = (id, key) => (get_state().photos[id] || []).find((row) => row.key === key);

/* How many photos the program has not answered for. */
export const photos_waiting = () => Object.values(get_state().photos)
    .reduce((sum, rows) => sum + rows.length, 0);

/* This visit's own photos by their SHA-256: what a phone may not fetch before the leader
 * has looked it through, it still shows. */
const own = new Map();
export const own_photo = (sha256) => own.get(sha256);

function let_go(id, key) {
    const row = find(id, key);
    if (row && ![...own.values()].includes(row.url)) URL.revokeObjectURL(row.url);
    change(id, key, { gone: true });
    db_drop("photos", key).catch(() => null);
}

async function keep_here(id, row) {
    const { key, file, at, shot } = row;
    await db_put("photos", { key, id, at, tab: my_tab, file, shot });
    if (find(id, key)?.file) change(id, key, { here: true });
    else db_drop("photos", key).catch(() => null);
}

/* HEIC, WebP and the like, by the browser's own means; null where it has none. */
const converted = (file) => import("./convert.js").then(({ convert }) => convert(file))
    .catch(() => null);

/* Of a photo by the page's own camera, which says nothing of itself: how long ago, and where. */
function capture_of({ shot, at }) {
    if (!shot) return "";
    const said = new URLSearchParams({ ago_ms: Math.max(0, Math.min(WEEK_MS, Date.now() - at)) });
    for (const name of ["lat", "lon", "accuracy_m"]) {
        if (shot[name] !== undefined && shot[name] !== null) said.set(name, shot[name]);
    }
    return `?${said}`;
}

async function save(id, row) {
    let { file } = row;
    let bytes = new Uint8Array(await file.arrayBuffer());
    if (!type_of(bytes)) {
        file = await converted(file);
        if (!file) {
            change(id, row.key, { problem: t("photo.not_a_photo"), final: true });
            return;
        }
        bytes = new Uint8Array(await file.arrayBuffer());
    }
    const sha256 = await sha256_of(bytes);
    const answer = await ask("PUT", `/api/v1/observations/${id}/photos/${sha256}${capture_of(row)}`,
        { body: file, type: type_of(bytes), patience: PATIENCE_MS });
    if (get_state().me?.as === "pass") own.set(sha256, row.url);
    if (answer.observation) { /* not to a phone, of what only the police may see */
        put_observation(answer.observation);
        tell_tabs({kind : "point", one : answer.observation});
    }
    let_go(id, row.key);
    say(t("photo.kept"));
    return sha256;
}

/* Covered or erased meanwhile: its bytes are to be nowhere any more, here neither. The sentence
 * that says so stays until it was read. */
function end_here(id, key) {
    const row = find(id, key);
    if (row?.url) URL.revokeObjectURL(row.url);
    change(id, key, { file: null, url: null, here: false });
    db_drop("photos", key).catch(() => null);
}

let again = null; /* what tries again by itself */

/* Tried again when it is worth it; refused photos stay with their sentence. Resolves to the
 * SHA-256 when it is kept now, else to undefined. */
export async function save_photo(id, key) {
    const row = find(id, key);
    let sha256;
    if (!row || row.busy) return sha256;
    change(id, key, { problem: null, final: false, busy: true });
    const soon = row.here ? 0 : setTimeout(() => keep_here(id, row).catch(() => null), SOON_MS);
    try {
        if (get_state().pending[id]?.put && !await outbox_send_one(id)) {
            throw { unreachable: true, title: t("photo.waits_for_point") };
        }
        sha256 = await save(id, row);
    } catch (problem) {
        clearTimeout(soon);
        if (problem.status === 410) end_here(id, key);
        if (!is_final(problem) && !row.here) await keep_here(id, row).catch(() => null);
        change(id, key, { problem: said(problem, find(id, key)), final: is_final(problem) });
        if (!is_final(problem)) {
            clearTimeout(again);
            again = setTimeout(photos_retry, AGAIN_MS);
        }
    }
    clearTimeout(soon);
    change(id, key, { busy: false });
    return sha256;
}

const said = (problem, row) => (problem.unreachable && row?.here ? t("photo.here")
    : [problem.title, problem.detail].filter(Boolean).join(". "));

/* shot: by the page's own camera, and where that was: { lat, lon, accuracy_m }, or {}. */
export function add_photo(id, file, shot = null) {
    const row = { key: new_id(), file, url: URL.createObjectURL(file), problem: null,
        at: Date.now(), shot };
    set_state((s) => ({ photos: { ...s.photos, [id]: [...(s.photos[id] || []), row] } }));
    return save_photo(id, row.key);
}

export const drop_photo = let_go;

function retry(id) {
    for (const row of get_state().photos[id] || []) {
        if (!row.final) save_photo(id, row.key);
    }
}

/* Photos that waited for their point or for the program, tried again. */
const photos_retry = () => Object.keys(get_state().photos).forEach(retry);

/* All that waits in this page, tried again: points and deeds, then photos. */
export function send_again() {
    outbox_send();
    photos_retry();
}
on_kept(retry);

/* What tabs that are gone have left. */
export async function photos_open(alive) {
    const rows = await db_all("photos").catch(() => []);
    for (const { key, id, at, tab, file, shot } of rows) {
        if (tab === my_tab || alive.has(tab) || find(id, key)) continue;
        const row = { key, file, at, shot, url: URL.createObjectURL(file), problem: t("photo.here"),
            here: true };
        set_state((s) => ({ photos: { ...s.photos, [id]: [...(s.photos[id] || []), row] } }));
        db_put("photos", { key, id, at, tab: my_tab, file, shot }).catch(() => null);
    }
    photos_retry();
}

/* A photo that is on no disk is only in this page: leaving asks first. */
window.addEventListener("beforeunload", (event) => {
    const loose = Object.values(get_state().photos).flat().some((row) => !row.here && !row.final);
    if (loose) event.preventDefault();
});
