/* sheet_seal: a point that only the police may read, and its photos. They are sealed by the
 * program before they are kept, so nothing of them is written down here: no draft, no outbox,
 * no copy in the browser's stores. What cannot be handed over now stays on the screen, and the
 * sheet says so. A photo has a deed's id, so that trying again never makes two of it.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../shared/api.js";
import { Icon } from "../shared/icons.js";
import { t, tn } from "../shared/i18n.js";
import { use_once } from "../shared/once.js";
import { html, Button, Sheet } from "./components.js";
import { new_id } from "./ids.js";
import { fresh_fix } from "./position.js";
import { close_overlay } from "./route.js";
import { shoot, use_camera } from "./screen_camera.js";
import { get_state, say } from "./store.js";
import { load_walks } from "./walks.js";

const NOTE_MOST = 4000;
const PHOTOS_MOST = 20;
const PATIENCE_MS = 120000;
const TAKEN = "image/jpeg,image/png,image/webp,image/avif";

const words_of = (problem) => (problem.unreachable ? t("seal.unreachable")
    : [problem.title, problem.detail].filter(Boolean).join(". "));

/* ---- handing over -------------------------------------------------------------------- */

/* A JPEG or PNG as it is; what this browser can show made a JPEG by it, in memory. */
async function photo_of(file) {
    const [a, b] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    if (a === 0xff && b === 0xd8) return { body: file, type: "image/jpeg" };
    if (a === 0x89 && b === 0x50) return { body: file, type: "image/png" };
    const { convert } = await import("./convert.js");
    const made = await convert(file);
    if (!made) throw { title: t("seal.not_a_photo") };
    return { body: made, type: "image/jpeg" };
}

async function hand_over(point, photo) {
    const { body, type } = await photo_of(photo.file);
    await api.ask("PUT", `/api/v1/sealed/${point}/photos/${photo.id}`,
        { body, type, patience: PATIENCE_MS });
}

/* The photos chosen so far, each with its address in memory; gone when the sheet is. */
function use_photos() {
    const [photos, set_photos] = useState([]);
    const all = useRef([]);
    const set = (next) => {
        all.current = next;
        set_photos(next);
    };
    useEffect(() => () => all.current.forEach((one) => URL.revokeObjectURL(one.url)), []);
    const add = (files) => set([...all.current, ...files.map((file) =>
        ({ id: new_id(), file, url: URL.createObjectURL(file) }))].slice(0, PHOTOS_MOST));
    const drop = (id) => {
        const gone = all.current.find((one) => one.id === id);
        if (gone) URL.revokeObjectURL(gone.url);
        set(all.current.filter((one) => one.id !== id));
    };
    return { photos, add, drop, left: () => all.current };
}

/* ---- choosing ------------------------------------------------------------------------ */

const has_camera = () => Boolean(window.isSecureContext && navigator.mediaDevices?.getUserMedia);

function Camera({ take, close }) {
    const video = useRef();
    const { state, track } = use_camera(video, "environment");
    const press = use_once(async () => {
        const photo = state === "open" && await shoot(video.current, track);
        if (photo) take(photo);
    });
    return html`<div class="stack seal-camera">
        <video ref=${video} playsinline muted aria-label=${t("seal.seen")} hidden=${state !== "open"}></video>
        ${state !== "open" && html`<p role="status">${t(state === "waiting" ? "seal.waiting" : "seal.no_camera")}</p>`}
        <div class="seal-buttons">
            <${Button} icon="camera" onTap=${press} data-test="seal-shoot"
                aria-disabled=${state === "open" ? undefined : "true"}>${t("seal.shoot")}</${Button}>
            <${Button} onTap=${close} data-test="seal-camera-close">${t("seal.camera_close")}</${Button}></div></div>`;
}

const Chosen = ({ photos, drop }) => html`<ul class="photos" role="list">
    ${photos.map((photo, i) => html`<li key=${photo.id} class="photo" data-test="seal-chosen">
        <span class="see"><img src=${photo.url} alt=${t("seal.photo_alt", i + 1)} /></span>
        <${Button} onTap=${() => drop(photo.id)} data-test="seal-drop">${t("seal.drop", i + 1)}</${Button}></li>`)}</ul>`;

function Photos({ photos, add, drop }) {
    const chooser = useRef();
    const [camera, set_camera] = useState(false);
    const chosen = (event) => {
        add([...event.target.files]);
        event.target.value = "";
    };
    const full = photos.length >= PHOTOS_MOST;
    return html`<div class="stack">
        ${photos.length > 0 && html`<${Chosen} photos=${photos} drop=${drop} />`}
        ${camera && !full && html`<${Camera} take=${(photo) => add([photo])} close=${() => set_camera(false)} />`}
        ${!full && html`<div class="seal-buttons">
            ${has_camera() && !camera && html`<${Button} icon="camera" onTap=${() => set_camera(true)}
                data-test="seal-camera">${t("seal.take")}</${Button}>`}
            <${Button} icon="plus" onTap=${() => chooser.current.click()}
                data-test="seal-choose">${t("seal.choose")}</${Button}></div>`}
        <input type="file" accept=${TAKEN} multiple hidden ref=${chooser} onChange=${chosen}
            data-test="seal-photo-input" /></div>`;
}

/* ---- the sheet ----------------------------------------------------------------------- */

/* The text first, then its photos; what went is let go here at once. A text that nobody answered
 * for may be sealed already, and the program reads no second one under its id: it is tried again
 * as it is. */
function use_sealing(note, write, photos) {
    const [id] = useState(new_id());
    const [state, set] = useState({ problem: "", busy: false, sealed: false, unsure: false });
    const { route } = get_state();
    const keep = use_once(async () => {
        if (!note.trim()) return;
        let { sealed, unsure } = state;
        set({ problem: "", busy: true, sealed, unsure });
        const fix = fresh_fix();
        const body = { walk: route.walk, note: note.trim() };
        if (fix) body.stood = { lat: fix.lat, lon: fix.lon, accuracy_m: fix.accuracy_m, source: "browser" };
        try {
            if (!sealed) await api.put(`/api/v1/sealed/${id}`, body);
            sealed = true;
            for (const photo of [...photos.left()]) {
                await hand_over(id, photo);
                photos.drop(photo.id);
            }
            write("");
            close_overlay();
            say(t("seal.kept"));
        } catch (problem) {
            unsure = !sealed && (unsure || Boolean(problem.unreachable));
            set({ problem: unsure ? t("seal.unsure") : words_of(problem), busy: false, sealed, unsure });
        }
        if (sealed) load_walks();
    });
    return { ...state, keep, told: (problem) => set((now) => ({ ...now, problem })) };
}

export function SealSheet() {
    const [note, write] = useState("");
    const [key, set_key] = useState(null);
    const photos = use_photos();
    const { problem, busy, sealed, unsure, keep, told } = use_sealing(note, write, photos);
    useEffect(() => {
        api.get("/api/v1/sealed/key").then(set_key, (fault) => told(words_of(fault)));
    }, []);
    const left = photos.photos.length;
    return html`<${Sheet} title=${t("seal.title")}>
        <p><${Icon} name="lock" size=${22} /> ${t("seal.lead")}</p>
        <div class=${`field ${problem ? "wrong" : ""}`}><label class="label" for="seal-note">${t("seal.note")}</label>
            ${problem && html`<p class="error" role="alert">${t("say.error", problem)}</p>`}
            <textarea id="seal-note" value=${note} maxlength=${NOTE_MOST} autocomplete="off" data-test="seal-note"
                readonly=${busy || sealed || unsure} onInput=${(event) => write(event.target.value)}></textarea></div>
        ${problem && sealed && left > 0 && html`<p role="status" data-test="seal-left"><b>${tn("seal.left", left)}</b></p>`}
        <${Photos} ...${photos} />
        ${key && html`<p class="small quiet">${t("seal.key", key.fingerprint)}</p>`}
        <${Button} kind="primary" icon="lock" onTap=${keep} data-test="seal-keep"
            aria-disabled=${key && note.trim() ? undefined : "true"}>${
                busy ? t("kept.keeping") : t(sealed || unsure ? "seal.again" : "seal.keep")}</${Button}>
        <p class="small quiet">${t("seal.no_draft")}</p></${Sheet}>`;
}
