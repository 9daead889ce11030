/* The states' glyphs and the heart of a map pin. Always beside a word, so they are hidden
 * from screen readers. The light in the ring rises with the case. */
import { html } from "./html.js";
const ring = html`<circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" stroke-width="1.7"/>`;
const line = (d) => html`<path d=${d} fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/>`;
const fill = (d) => html`<path d=${d} fill="currentColor"/>`;
const HEART = "M9 15.5C4 12 1.8 9.4 1.8 6.6A3.7 3.7 0 0 1 9 5.2a3.7 3.7 0 0 1 7.2 1.4C16.2 9.4 14 12 9 15.5z";

const drawings = {
    open: ring,
    triaged: [ring, html`<circle cx="9" cy="9" r="2.6" fill="currentColor"/>`],
    sent: [ring, fill("M9 9V2a7 7 0 0 1 7 7z")],
    accepted: [ring, fill("M9 2a7 7 0 0 1 0 14z")],
    planned: [ring, line("M9 5v4l2.6 1.8")],
    started: [ring, fill("M9 2a7 7 0 1 1-7 7h7z")],
    done: html`<circle cx="9" cy="9" r="7.8" fill="currentColor"/>`,
    confirmed: [
        html`<circle cx="9" cy="9" r="7.8" fill="currentColor"/>`,
        html`<path class="knock" d="M5.4 9.3l2.5 2.5 4.8-5.2" fill="none" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"/>`,
    ],
    returned: [ring, line("M6 8h4.2a1.9 1.9 0 0 1 0 4H8.4M7.8 6 5.8 8l2 2")],
    waiting: [ring, line("M7.2 6.4v5.2M10.8 6.4v5.2")],
    reopened: [ring, line("M12 8.2A3.2 3.2 0 1 0 11.6 11M12.3 6v2.4H9.9")],
    no_action: [ring, line("M5.6 9h6.8")],
    referred: [ring, line("M5.6 9h6.2M9.6 6.6 12 9l-2.4 2.4")],
    duplicate: html`<g fill="none" stroke="currentColor" stroke-width="1.6"><circle cx="6.4" cy="9" r="4.6"/><circle cx="11.6" cy="9" r="4.6"/></g>`,
    cancelled: [ring, line("M6.5 6.5l5 5M11.5 6.5l-5 5")],
    acknowledged: line(HEART),
};

export const StateGlyph = ({ state }) => html`
    <svg class="glyph" viewBox="0 0 18 18" aria-hidden="true">${drawings[state] ?? ring}</svg>`;

/* The heart of a safe place, as text for a map pin (Leaflet takes text or an element). */
export const HEART_PIN = `<svg viewBox="0 0 18 18" aria-hidden="true"><path class="heart" d="${HEART}"/>`
    + `<path class="drop" d="M9 6.4c1.3 1.6 1.9 2.4 1.9 3.4a1.9 1.9 0 0 1-3.8 0c0-1 .6-1.8 1.9-3.4z"/></svg>`;
