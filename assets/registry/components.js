/* Parts used on more than one screen. State is always a shape and a word; every number
 * says what it is counted over. */
import { Component } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { language, number, t, tn } from "../shared/i18n.js";
import { html } from "./html.js";
import { StateGlyph } from "./glyphs.js";
import { address, has_moved } from "./router.js";
import { state_word, urgency_word } from "./words.js";

/* The page's heading: names the window and takes the focus when one moves here. */
export function Title({ text, children }) {
    const heading = useRef();
    useEffect(() => {
        document.title = t("page.title", text);
    }, [text]);
    useEffect(() => {
        if (has_moved()) heading.current.focus();
    }, []);
    return html`<h1 tabindex="-1" ref=${heading}>${children ?? text}</h1>`;
}

/* "Loading …", shown only when it takes a while (by CSS). */
export const Loading = () => html`<p class="loading">${t("loading")}</p>`;

/* What went wrong, in the registry's own words. */
export const Fault = ({ error, again }) => html`
    <div class="notice fault" role="alert">
        <p><strong>${error.title || t("fault.title")}</strong> ${error.detail || ""}</p>
        ${again && html`<button type="button" onClick=${again}>
            ${t("fault.again")}</button>`}
    </div>`;

/* Waiting, failed, or the thing itself. */
export const Asked = ({ asked, children }) => html`
    ${asked.error && html`<${Fault} error=${asked.error} again=${asked.again} />`}
    ${asked.data ? children : asked.error ? null : html`<${Loading} />`}`;

/* A drawing fault on one screen must not take the band away. */
export class Guarded extends Component {
    static getDerivedStateFromError(error) {
        return { error };
    }
    componentDidUpdate(old) {
        if (old.at !== this.props.at && this.state.error) this.setState({ error: null });
    }
    render({ children }, { error }) {
        if (!error) return children;
        console.error(error);
        return html`<main id="main" class="page"><${Title} text=${t("fault.page")} />
            <p>${t("fault.reload")}</p></main>`;
    }
}

const TONE = {
    accepted: "blue", planned: "blue", started: "blue", done: "ok", confirmed: "ok",
    returned: "warn", reopened: "warn",
};

export const StateBadge = ({ state }) => html`
    <span class=${`state ${TONE[state] ?? ""}`}>
        <${StateGlyph} state=${state} /><span>${state_word(state)}</span>
    </span>`;

/* The letter in its box; words beside it when there is room for them. */
export const Urgency = ({ urgency, words }) => html`
    <span class="urgency-with">
        ${urgency
            ? html`<span class=${`urgency u${urgency}`}>
                    <span class="hidden">${t("urgency")} </span>${urgency}</span>`
            : !words && html`<span class="hidden">${urgency_word("")}</span>`}
        ${words && html`<span>${urgency_word(urgency)}</span>`}
    </span>`;

export const Kbd = ({ children }) => html`<kbd>${children}</kbd>`;

/* One square a photo: filled = original verified, half = partly here, empty = named. */
export function Originals({ photos }) {
    if (!photos.length) return html`<span class="small quiet">${t("photos.none")}</span>`;
    const verified = photos.filter((photo) => photo.state === "verified").length;
    return html`<span class="originals">
        <span class="squares" aria-hidden="true">
            ${photos.map((photo, i) => html`<i key=${i} class=${`square ${photo.state}`}>
                </i>`)}
        </span>
        <span class="small">${tn("photos.verified", photos.length, verified)}</span>
    </span>`;
}

/* The registry's receipt for a walk: three counted bars. Shrinks when all is home. */
export function Receipt({ walk }) {
    const { points, photos, previews, verified } = walk.home;
    const all = Math.max(points, walk.points ?? 0), of = Math.max(photos, walk.photos ?? 0);
    const is_home = points === all && verified === of;
    if (!all && !of) return null;
    if (is_home)
        return html`<div class="receipt home"><p>
            ${t("receipt.home", number(points), number(all))}
            ${" "}${of ? t("receipt.home_photos", number(verified), number(of)) : t("receipt.no_photos")}</p></div>`;
    return html`
        <div class="receipt">
            <p class="strong">${t(points < all ? "receipt.points_coming" : "receipt.coming")}</p>
            <dl>
                <${Bar} name=${t("receipt.points")} n=${points} of=${all} />
                <${Bar} name=${t("receipt.previews")} n=${previews} of=${of} />
                <${Bar} name=${t("receipt.originals")} n=${verified} of=${of} />
            </dl>
            <p class="small quiet">${t("receipt.base")}</p>
        </div>`;
}

const Bar = ({ name, n, of }) => html`
    <div><dt>${name}</dt>
        <dd aria-hidden="true" class="track">
            <span style=${{ width: `${of ? Math.round((100 * n) / of) : 0}%` }}></span></dd>
        <dd class="number">${t("of", number(n), number(of))}</dd></div>`;

/* New rows wait behind this line; nothing moves under the reader's hand. */
export const Waiting = ({ text, show }) => html`
    <div role="status" class="waiting-slot">
        ${text && html`<button type="button" class="waiting" onClick=${show}>
            ${text} – <span class="link">${t("show")}</span></button>`}
    </div>`;

const FORMATS = ["issues.csv", "issues.rfc4180.csv", "issues.geojson", "issues.json"];

/* The same cases as files, in the language of the page. */
export const Downloads = ({ fields, note }) => html`
    <p class="downloads"><span>${t("download")}</span>
        ${FORMATS.map((name) => html`
            <a key=${name} href=${address(`/lists/${name}`, { ...fields, lang: language() })} download>
                ${t(`download.${name}`)}</a>`)}
        ${note && html`<span class="small quiet">${note}</span>`}
    </p>`;

/* Says what happened and offers the way back; stays until the next action. */
export const Toast = ({ text, undo }) => html`
    <div role="status" class="toast-slot">
        ${text && html`<div class="toast"><span>${text}</span>
            ${undo && html`<button type="button" onClick=${undo}>
                ${t("undo")}</button>`}</div>`}
    </div>`;

/* J K and arrows move between the rows of a list; Enter follows the row's own link.
 * Only while the focus is inside the list. */
export function move_by_key(event, selector) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) return;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const all = [...event.currentTarget.querySelectorAll(selector)];
    const next = all[all.indexOf(document.activeElement) + step];
    event.preventDefault();
    if (!next) return;
    next.focus();
}
