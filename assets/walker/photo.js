/* photo: from the camera to the disk, as it is.
 *
 * The file is named by the SHA-256 of its bytes and sent unchanged. Until the program
 * has answered 201 it stands in the store's `photos` with its file, and can be tried
 * again; nothing is scaled, turned or stripped here.
 */
import { ask } from "../shared/api.js";
import { t } from "../shared/i18n.js";
import { on_kept, outbox_send_one } from "./outbox.js";
import { get_state, put_observation, say, set_state } from "./store.js";

const PATIENCE_MS = 120000;
const UNNAMED = "0".repeat(64); /* the program works the name out */
let chooser = null;
let target = null; /* the observation the next photo belongs to */
let next_key = 1;

/* The page's one file input; choose_photo opens it for an observation. */
export function photo_input(element) {
    chooser = element;
}

export const photo_target = (id) => {
    target = id;
};

export function choose_photo(id) {
    target = id;
    if (chooser) chooser.click();
}

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

async function name_of(bytes) {
    if (!crypto.subtle) return UNNAMED;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return [...hash].map((b) => b.toString(16).padStart(2, "0")).join("");
}

function change(id, key, what) {
    set_state((s) => {
        const rows = (s.photos[id] || [])
            .map((row) => (row.key === key ? { ...row, ...what } : row))
            .filter((row) => !row.gone);
        return { photos: { ...s.photos, [id]: rows } };
    });
}

async function save(id, row) {
    const bytes = new Uint8Array(await row.file.arrayBuffer());
    const type = type_of(bytes);
    if (!type) {
        change(id, row.key, { problem: t("photo.not_a_photo"), final: true });
        return;
    }
    const name = await name_of(bytes);
    const answer = await ask("PUT", `/api/v1/observations/${id}/photos/${name}`,
        { body: row.file, type, patience: PATIENCE_MS });
    put_observation(answer.observation);
    change(id, row.key, { gone: true });
    URL.revokeObjectURL(row.url);
    say(t("photo.kept"));
}

export async function save_photo(id, key) {
    const row = (get_state().photos[id] || []).find((one) => one.key === key);
    if (!row) return;
    change(id, key, { problem: null, final: false });
    if (get_state().pending[id]?.put && !await outbox_send_one(id)) {
        change(id, key, { problem: t("photo.waits_for_point") });
        return;
    }
    try {
        await save(id, row);
    } catch (problem) {
        change(id, key, { problem: `${problem.title}. ${problem.detail}`,
            final: !problem.unreachable && problem.status < 500 });
    }
}

function add_photo(id, file) {
    const row = { key: next_key++, file, url: URL.createObjectURL(file), problem: null };
    set_state((s) => ({ photos: { ...s.photos, [id]: [...(s.photos[id] || []), row] } }));
    return save_photo(id, row.key);
}

export function drop_photo(id, key) {
    change(id, key, { gone: true });
}

function retry(id) {
    for (const row of get_state().photos[id] || []) {
        if (row.problem && !row.final) save_photo(id, row.key);
    }
}

/* Photos that waited for their point or for the program, tried again. */
export const photos_retry = () => Object.keys(get_state().photos).forEach(retry);
on_kept(retry);

/* A photo that is not on the disk is only in this page: leaving asks first. */
window.addEventListener("beforeunload", (event) => {
    if (Object.values(get_state().photos).some((rows) => rows.length)) event.preventDefault();
});
