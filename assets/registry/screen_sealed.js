/* Police only: points that were sealed on the device, opened in this browser with the key file
 * and its passphrase. Neither the key nor what is inside is sent or stored anywhere: both are
 * in this screen's memory, and gone when it is left, locked, or the session ends. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { number, t, tn } from "../shared/i18n.js";
import { word_of } from "../shared/words.js";
import { Asked, Title } from "./components.js";
import { html } from "./html.js";
import { Link } from "./router.js";
import { get, use_asked, use_shared } from "./state.js";
import { category_name, moment, position, severity_word } from "./words.js";

const KEY_FILE_MOST = 4096;
const tools = () => import("./box.js");

async function ask(walk) {
    const [sealed, { walks }] = await Promise.all([
        get(walk ? `/api/v1/sealed?walk=${encodeURIComponent(walk)}` : "/api/v1/sealed"),
        get("/api/v1/walks"),
    ]);
    return { ...sealed, titles: new Map(walks.map((one) => [one.id, one.title])) };
}

/* ---- the key ------------------------------------------------------------------------- */

/* Whole tens of a hundred, so that nobody is told every percent. */
function use_opening(opened) {
    const [share, set_share] = useState(null);
    const [why, set_why] = useState("");
    const running = useRef(null);
    useEffect(() => () => running.current?.end(), []);
    const open = async (file, passphrase) => {
        set_why("");
        set_share(0);
        try {
            const { read_key_file, unlock_beside } = await tools();
            if (!file || file.size > KEY_FILE_MOST) throw { why: "not_key_file" };
            const parts = read_key_file(await file.text());
            running.current = unlock_beside(parts, passphrase, (part) => set_share(Math.floor(part * 10) * 10));
            opened(await running.current.key);
        } catch (fault) {
            set_why(fault.why ?? "no_memory");
        } finally {
            set_share(null);
        }
    };
    return { share, why, open };
}

function KeyForm({ opened, expected }) {
    const file = useRef(), passphrase = useRef(), wrong = useRef();
    const { share, why, open } = use_opening(opened);
    useEffect(() => {
        if (why) wrong.current?.focus();
    }, [why]);
    const submit = async (event) => {
        event.preventDefault();
        if (share !== null) return;
        const words = passphrase.current.value;
        passphrase.current.value = "";
        await open(file.current.files[0], words);
    };
    const busy = share !== null;
    return html`<form class="card sealed-key" onSubmit=${submit} autocomplete="off">
        <h2>${t("sealed.key.title")}</h2>
        <p>${t("sealed.key.lead")}</p>
        ${expected && html`<p class="small quiet">${t("sealed.key.expected")} <span class="code">${expected}</span></p>`}
        ${why && html`<div class="summary" tabindex="-1" role="alert" ref=${wrong} data-test="sealed-wrong">
            <p><strong>${t(`sealed.wrong.${why}`)}</strong> ${t(`sealed.wrong.${why}_do`)}</p></div>`}
        <p class="field"><label for="sealed-file">${t("sealed.key.file")}</label>
            <input id="sealed-file" type="file" required ref=${file} data-test="sealed-file"
                aria-invalid=${why === "not_key_file" ? "true" : undefined} /></p>
        <p class="field"><label for="sealed-words">${t("sealed.key.words")}</label>
            <input id="sealed-words" type="password" required autocomplete="off" autocapitalize="none"
                spellcheck="false" ref=${passphrase} data-test="sealed-words"
                aria-invalid=${why === "wrong_passphrase" ? "true" : undefined} /></p>
        <p><button class="main" data-test="sealed-open" aria-disabled=${busy ? "true" : undefined}>
            ${t(busy ? "sealed.key.busy" : "sealed.key.open")}</button></p>
        <p class="small quiet" role="status">${busy ? t("sealed.key.share", share) : ""}</p>
    </form>`;
}

/* ---- photos -------------------------------------------------------------------------- */

async function fetch_box(sha256) {
    const answer = await fetch(`/api/v1/sealed/photos/${sha256}`,
        { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok) throw { why: "absent" };
    return new Uint8Array(await answer.arrayBuffer());
}

const type_of = (bytes) => (bytes[0] === 0x89 ? "image/png" : "image/jpeg");

/* The picture stands in this page's memory alone, as long as it is shown. */
function SealedPhoto({ photo, n, of, opener }) {
    const [shown, show] = useState({ url: "", why: "", busy: false });
    const held = useRef("");
    useEffect(() => () => URL.revokeObjectURL(held.current), []);
    const open = async () => {
        show({ url: "", why: "", busy: true });
        try {
            const bytes = opener(await fetch_box(photo.sha256));
            held.current = URL.createObjectURL(new Blob([bytes], { type: type_of(bytes) }));
            show({ url: held.current, why: "", busy: false });
        } catch (fault) {
            show({ url: "", why: fault.why ?? "absent", busy: false });
        }
    };
    if (shown.url) return html`<li><img class="sealed-photo" src=${shown.url} data-test="sealed-photo"
        alt=${t("sealed.photo.alt", n, of)} /></li>`;
    return html`<li>${photo.here ? html`<button type="button" onClick=${open} data-test="sealed-show"
            aria-disabled=${shown.busy ? "true" : undefined}>
            ${t(shown.busy ? "sealed.photo.busy" : "sealed.photo.show", n, of, megabytes(photo.bytes))}</button>`
        : html`<span class="quiet">${t("sealed.photo.coming", n, of)}</span>`}
        <span role="status">${shown.why && t(`sealed.photo.${shown.why}`)}</span></li>`;
}

const megabytes = (bytes) => number(Math.max(0.1, Math.round(bytes / 1e5) / 10));

/* ---- points -------------------------------------------------------------------------- */

const place_of = ({ thing, stood }) => {
    const place = thing ?? stood;
    return place && position({ lat: place.lat / 1e7, lon: place.lon / 1e7 });
};

const Fact = ({ name, children }) => children
    ? html`<div><dt>${t(`fact.${name}`)}</dt><dd>${children}</dd></div>` : null;

const Inside = ({ inside }) => html`
    <h2>${category_name(inside.category)}</h2>
    ${inside.note && html`<blockquote class="quote" data-test="sealed-note">${t("quote", inside.note)}</blockquote>`}
    <dl class="facts">
        <${Fact} name="severity">${inside.severity !== undefined && severity_word(inside.severity)}<//>
        <${Fact} name="place">${place_of(inside)}<//>
        <${Fact} name="light">${inside.light && word_of("light", inside.light)}<//>
        <${Fact} name="author">${[inside.role && word_of("role", inside.role), inside.organisation]
            .filter(Boolean).join(", ")}<//>
    </dl>`;

function SealedPoint({ point, title, inside, opener }) {
    const of = point.photos.length;
    return html`<li class="card" data-test="sealed-point">
        <p class="quiet">${moment(point.at)}${title && html` · <${Link} to=${`/walks/${point.walk}`}>${title}<//>`}</p>
        ${inside === null && html`<p>${t("sealed.shut")}${of ? ` ${tn("sealed.photos", of)}` : ""}</p>`}
        ${inside === false && html`<p data-test="sealed-other">${t("sealed.other_key")}</p>`}
        ${inside && html`<${Inside} inside=${inside} />`}
        ${inside && of > 0 && html`<ul class="sealed-photos" role="list">${point.photos.map((photo, i) => html`
            <${SealedPhoto} key=${photo.sha256} photo=${photo} n=${i + 1} of=${of} opener=${opener} />`)}</ul>`}
    </li>`;
}

/* ---- the screen ---------------------------------------------------------------------- */

/* The key, what it opens, and letting go of both. */
function use_key(points) {
    const [key, set_key] = useState(null);
    const held = useRef(null);
    const { over } = use_shared();
    const lock = () => {
        held.current?.tools.forget(held.current.key);
        held.current = null;
        set_key(null);
    };
    const opened = async (found) => {
        held.current = { key: found, tools: await tools() };
        set_key(held.current);
    };
    useEffect(() => lock, []);
    useEffect(() => {
        if (over) lock();
    }, [over]);
    const read = (point) => {
        if (!key) return null;
        try {
            const bytes = key.tools.open_box(key.tools.of_hex(point.box), key.key);
            return JSON.parse(new TextDecoder().decode(bytes));
        } catch {
            return false;
        }
    };
    const inside = useMemo(() => new Map((points ?? []).map((point) => [point.id, read(point)])),
        [points, key]);
    return { key, inside, opened, lock, opener: (box) => key.tools.open_box(box, key.key) };
}

function Opened({ key_of, lock }) {
    const heading = useRef();
    useEffect(() => heading.current?.focus(), []);
    return html`<div class="notice good" role="status"><p tabindex="-1" ref=${heading} data-test="sealed-opened">
        ${t("sealed.opened")} <span class="code">${key_of.tools.fingerprint(key_of.key.public)}</span></p>
        <button type="button" onClick=${lock} data-test="sealed-lock">${t("sealed.lock")}</button></div>`;
}

const Few = ({ points }) => html`<p class="quiet">${points.length
    ? tn("sealed.count", points.length)
    : `${t("empty")} ${t("sealed.empty")}`}</p>`;

function Sealed({ walk }) {
    const asked = use_asked(() => ask(walk), [walk], (name) => name === "points" || name === "photos");
    const { points, titles, fingerprint } = asked.data ?? {};
    const { key, inside, opened, lock, opener } = use_key(points);
    return html`<${Asked} asked=${asked}>
        ${points && html`<${Few} points=${points} />
            ${points.length > 0 && (key ? html`<${Opened} key_of=${key} lock=${lock} />`
                : html`<${KeyForm} opened=${opened} expected=${fingerprint} />`)}
            <ol class="sealed-points" role="list">${points.map((point) => html`
                <${SealedPoint} key=${`${point.id} ${key ? "open" : "shut"}`} point=${point}
                    title=${titles.get(point.walk)} inside=${inside.get(point.id)} opener=${opener} />`)}</ol>`}
    <//>`;
}

export const SealedScreen = ({ who, query }) => html`<main id="main" class="page" tabindex="-1">
    <${Title} text=${t("sealed.title")} />
    <p>${t(who.role === "police" ? "sealed.lead" : "sealed.not_yours")}</p>
    ${who.role === "police" && html`<${Sealed} walk=${query.get("walk") ?? ""} />`}
</main>`;
