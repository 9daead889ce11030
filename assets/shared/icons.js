/* icons: every drawing of both pages, as inline SVG on a 48 x 48 grid.
 *
 * Group icons: stroke 2.6, nothing filled but one spark that says what it is about.
 * Interface icons: stroke 3.4. Always aria-hidden: the word beside it carries the name.
 * Colours come from the page: stroke is currentColor, .spark is filled by --spark.
 * assets/icons/*.svg are the same drawings for places where no script runs.
 */
import { h } from "preact";
import htm from "htm";

const html = htm.bind(h);

/* ---- what a point is about ------------------------------------------------------ */

const groups = {
    BEL: () => html`<path d="M8 43h12M14 43V15a9 9 0 0 1 18 0v1" />
        <path d="M22.5 25.5a9.5 9.5 0 0 1 19 0z" />
        <path d="M25.4 34.2l-2.8 5M32 35.6v6.2M38.6 34.2l2.8 5" />
        <circle class="spark" cx="32" cy="28.2" r="3.5" />`,
    TUN: () => html`<path d="M4 41.5h40M8 41.5V24a16 16 0 0 1 32 0v17.5" />
        <path d="M15.5 41.5V25a8.5 8.5 0 0 1 17 0v16.5" />
        <circle class="spark" cx="24" cy="31" r="4" />`,
    BEP: () => html`<path d="M15.5 31.5a8.4 8.4 0 0 1-2.3-16.4 11.2 11.2 0 0 1 21.4-1.6
            9 9 0 0 1-1.4 18z" /><path d="M24 31.5V44M24 39.5l5.4-4.4" />
        <circle class="spark" cx="19" cy="21.5" r="3.7" />`,
    STI: () => html`<path d="M18.5 6L7.5 43M29.5 6l11 37M24 7v5.5M24 19.5v6" />
        <ellipse class="spark" cx="24" cy="35.5" rx="6" ry="3.9" />`,
    TRA: () => html`<path d="M11.5 22l3.6-9.4A4.4 4.4 0 0 1 19.2 10h9.6a4.4 4.4 0 0 1 4.1 2.6
            L36.5 22" /><rect x="6" y="22" width="36" height="14.5" rx="4.6" />
        <path d="M11.5 36.5v4.7M36.5 36.5v4.7M21.5 29.3h5" />
        <circle cx="33.6" cy="29.3" r="2.5" /><circle class="spark" cx="14.6" cy="29.3" r="3.6" />`,
    KOL: () => html`<circle cx="8.5" cy="9.5" r="4" /><path d="M8.5 13.5V43" />
        <rect x="17" y="8" width="26" height="30" rx="5.4" />
        <path d="M17 24.5h26M22.5 38v4.6M37.5 38v4.6M33.5 31.3h3.6" />
        <circle class="spark" cx="24" cy="31.3" r="3.3" />`,
    REN: () => html`<path d="M8.5 20h31M12 20l2.6 22.5h18.8L36 20M20.3 26.5l.6 9.5M27.7 26.5l-.6 9.5" />
        <path d="M26.4 14.6l4.4-8.8 5.6 2.8-3.2 6.4" />
        <circle class="spark" cx="18.4" cy="12.2" r="3.7" />`,
    HAR: () => html`<rect x="6.5" y="6.5" width="35" height="35" rx="5.4" />
        <path d="M26.5 21.5L16 6.5M26.5 21.5l15-5M26.5 21.5l9.5 20M26.5 21.5l-9 20M26.5 21.5l-20 3" />
        <circle class="spark" cx="26.5" cy="21.5" r="4" />`,
    INV: () => html`<path d="M7 11.5h10M31 11.5h10M7 20h34M5 29h38M11.5 11.5v31M36.5 11.5v31" />
        <circle class="spark" cx="24" cy="11.5" r="3.8" />`,
    BYG: () => html`<path d="M5.5 22.5L24 6.5l18.5 16M9.5 19.3v23.2h29V19.3" />
        <path d="M19 42.5V34a5 5 0 0 1 10 0v8.5" />
        <circle class="spark" cx="24" cy="22.2" r="3.6" />`,
    OPH: () => html`<circle cx="14" cy="24.5" r="5" /><circle cx="34" cy="24.5" r="5" />
        <path d="M5 43c0-6 4-9.6 9-9.6s9 3.6 9 9.6M25 43c0-6 4-9.6 9-9.6s9 3.6 9 9.6" />
        <path class="spark" d="M22.6 3.4a7.4 7.4 0 1 0 9 9.8 6.9 6.9 0 0 1-9-9.8z" />`,
    VAN: () => html`<circle cx="24" cy="18.5" r="13.2" /><circle cx="24" cy="18.5" r="6" />
        <path d="M19.7 14.2l-5-5M28.3 14.2l5-5M19.7 22.8l-5 5M28.3 22.8l5 5" />
        <path d="M5 41c3.2-3 6.3-3 9.5 0s6.3 3 9.5 0 6.3-3 9.5 0 6.3 3 9.5 0" />
        <circle class="spark" cx="24" cy="18.5" r="3" />`,
    TIL: () => html`<path d="M21.5 16.5V29h11l4.8 11.3 3.7-1.5M21.5 21.8h9" />
        <path d="M16.5 24.6a10.4 10.4 0 1 0 14 12.2" />
        <circle class="spark" cx="21.5" cy="8.2" r="4.3" />`,
    POS: () => html`<path d="M24 42C11 32.6 5 25.4 5 17.3a9.7 9.7 0 0 1 19-2.9 9.7 9.7 0 0 1
            19 2.9C43 25.4 37 32.6 24 42z" />
        <path class="spark" d="M24 16.8c3.9 4.3 5.7 7.2 5.7 10a5.7 5.7 0 0 1-11.4 0
            c0-2.8 1.8-5.7 5.7-10z" />`,
    ANDET: () => html`<circle cx="9.5" cy="24" r="4.3" /><circle cx="38.5" cy="24" r="4.3" />
        <circle class="spark" cx="24" cy="24" r="5.2" />`,
};

const mark = () => html`<path d="M16 13.5a8 9 0 0 1 16 0M14.5 13.5h19l1.7 4.8H12.8z" />
    <path d="M14.8 18.3L11.8 38h24.4l-3-19.7M9.5 43h29M11.8 38l-1 5M36.2 38l1 5" />
    <path class="spark" d="M24 21.8c3.5 3.9 5.1 6.4 5.1 9a5.1 5.1 0 0 1-10.2 0
        c0-2.6 1.6-5.1 5.1-9z" />`;

/* ---- what a button does --------------------------------------------------------- */

const marks = {
    back: () => html`<path d="M29 9L14 24l15 15" />`,
    chevron: () => html`<path d="M19 10l14 14-14 14" />`,
    plus: () => html`<path d="M24 8v32M8 24h32" />`,
    minus: () => html`<path d="M8 24h32" />`,
    check: () => html`<path d="M8 26l10.5 10.5L40 13" />`,
    up: () => html`<path d="M24 40V9M11 21L24 8l13 13" />`,
    down: () => html`<path d="M24 8v31M11 27l13 13 13-13" />`,
    equal: () => html`<path d="M8 17h32M8 31h32" />`,
    pencil: () => html`<path d="M8 40l2.5-10.5L33 7l8 8-22.5 22.5zM28 12l8 8" />`,
    close: () => html`<path d="M11 11l26 26M37 11L11 37" />`,
    menu: () => html`<path d="M7 12h34M7 24h34M7 36h34" />`,
    position: () => html`<circle cx="24" cy="24" r="13" /><path d="M24 4v9M24 35v9M4 24h9M35 24h9" />
        <circle class="dot" cx="24" cy="24" r="4.6" />`,
    warning: () => html`<path d="M24 6.5L43 40H5zM24 19v9.5M24 34.3v.2" />`,
    send: () => html`<path d="M24 31V7M14.5 16L24 6.5 33.5 16M7 31v10h34V31" />`,
    clock: () => html`<circle cx="24" cy="24" r="17.5" /><path d="M24 13.5V24.5l7.5 5" />`,
    undo: () => html`<path d="M15.5 8L7 16.5l8.5 8.5M8 16.5h20.5a10.7 10.7 0 0 1 0 21.4H18" />`,
    camera: () => html`<path d="M17 13l3-5h8l3 5h7a4.5 4.5 0 0 1 4.5 4.5V36a4.5 4.5 0 0 1-4.5 4.5H10
        A4.5 4.5 0 0 1 5.5 36V17.5A4.5 4.5 0 0 1 10 13z" /><circle cx="24" cy="26" r="7" />`,
    phone: () => html`<path d="M10 6.5h7l4 10-5 3.5c2 5 5 8 10 10l3.5-5 10 4v7c0 3-2.5 4.5-5 4.5
        C19 39.5 8 27 6.5 12c0-3 1.5-5.5 3.5-5.5z" />`,
    list: () => html`<path d="M17 12h25M17 24h25M17 36h25M7 12h.2M7 24h.2M7 36h.2" />`,
    image: () => html`<rect x="6" y="9" width="36" height="30" rx="5" /><path d="M6 33l10-9 8 7 6-5 12 9" />
        <circle cx="31" cy="18" r="3" />`,
    moon: () => html`<path d="M19 6a19 19 0 1 0 23 23A16 16 0 0 1 19 6z" />`,
    sun: () => html`<circle cx="24" cy="24" r="8.5" /><path d="M24 4v4M24 40v4M4 24h4M40 24h4M9.9 9.9l2.8 2.8M35.3 35.3l2.8 2.8M9.9 38.1l2.8-2.8M35.3 12.7l2.8-2.8" />`,
    walk: () => html`<circle cx="28" cy="8" r="3.6" /><path d="M13 25l3-7 8-3 4 9 7 3M24 15l-3 13 6 6 2 10M21 28l-3 8-6 7" />`,
    history: () => html`<path d="M7 10v9h9M8 19a17.5 17.5 0 1 1-1 9M24 14v11l8 4" />`,
    lock: () => html`<rect x="9" y="21" width="30" height="21" rx="5" /><path d="M15.5 21v-5.5a8.5 8.5 0 0 1 17 0V21" />`,
    eye: () => html`<path d="M4 24s7-13 20-13 20 13 20 13-7 13-20 13S4 24 4 24z" /><circle cx="24" cy="24" r="5.5" />`,
    people: () => html`<circle cx="18" cy="16" r="7" /><path d="M5 41c0-8 5.5-12.5 13-12.5S31 33 31 41M31 9.5a7 7 0 0 1 0 13M36 29.5c4.5 1.7 7 5.7 7 11.5" />`,
    language: () => html`<circle cx="24" cy="24" r="18" /><path d="M6 24h36M24 6c6 5 8 11 8 18s-2 13-8 18c-6-5-8-11-8-18s2-13 8-18z" />`,
    link: () => html`<path d="M20 28l8-8M17 21l-6 6a7.8 7.8 0 0 0 11 11l6-6M31 27l6-6a7.8 7.8 0 0 0-11-11l-6 6" />`,
    flag: () => html`<path d="M11 43V6h24l-5 8.5 5 8.5H11" />`,
    search: () => html`<circle cx="21" cy="21" r="13.5" /><path d="M31 31l11 11" />`,
    wait: () => html`<path d="M14 6.5h20M14 41.5h20M16 6.5c0 9 4 12 8 17.5 4-5.5 8-8.5 8-17.5M16 41.5c0-9 4-12 8-17.5 4 5.5 8 8.5 8 17.5" />`,
    map: () => html`<path d="M6 12l12-5 12 5 12-5v29l-12 5-12-5-12 5zM18 7v29M30 12v29" />`,
    key: () => html`<rect x="6" y="12" width="36" height="24" rx="6" /><path d="M15 28h18M16 20h.2M24 20h.2M32 20h.2" />`,
    bin: () => html`<path d="M8 13h32M18 13V7h12v6M12 13l2.5 28h19L36 13M20 20.5l.8 13M28 20.5l-.8 13" />`,
    stick: () => html`<rect x="14" y="18" width="20" height="25" rx="4.5" /><path d="M18 18V6h12v12M21.5 11.5h.2M26.5 11.5h.2" />`,
    pin: () => html`<path d="M24 43C14 32 9.5 26 9.5 19a14.5 14.5 0 0 1 29 0c0 7-4.5 13-14.5 24z" /><circle cx="24" cy="19" r="5" />`,
};

function drawing(shapes, name, width, stroke) {
    return html`<svg class=${`icon ${name}`} viewBox="0 0 48 48" width=${width} height=${width}
        fill="none" stroke="currentColor" stroke-width=${stroke} stroke-linecap="round"
        stroke-linejoin="round" aria-hidden="true" focusable="false">${shapes()}</svg>`;
}

/* <${GroupIcon} code="BEL" size=${54} />; an unknown code is drawn as ANDET. */
export const GroupIcon = ({ code, size = 48 }) =>
    drawing(groups[code] || groups.ANDET, "group", size, 2.6);
/* <${Icon} name="camera" /> */
export const Icon = ({ name, size = 28 }) => drawing(marks[name] || marks.check, name, size, 3.4);
/* The storm lantern. */
export const Mark = ({ size = 48 }) => drawing(mark, "mark", size, 2.6);

export const group_codes = Object.keys(groups);
