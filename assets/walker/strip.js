/* strip: a small map over the grid, drawn by hand so that the first screen needs no map
 * program: the way, what was noted tonight and last time, safe places, and where one is.
 * And the nearest point of last time. Both are of one height from the start: nothing under
 * them moves when a finger is on its way.
 */
import { useEffect, useState } from "preact/hooks";
import * as api from "../shared/api.js";
import { Icon } from "../shared/icons.js";
import { number, t } from "../shared/i18n.js";
import { metres_between, place_of } from "../shared/metres.js";
import { html, Button, use_wide } from "./components.js";
import { load_last } from "./evening.js";
import { is_phone_of_a_pass } from "./me.js";
import { fresh_fix } from "./position.js";
import { go } from "./route.js";
import { soft } from "./soft.js";
import { find_walk, get_state, use_store } from "./store.js";
import { category_name, points_of, remember_last } from "./walks.js";

const WIDTH = 360;
const REACH_M = 130; /* to either side of where one is */
const EDGE = 14; /* half a mark */
const MOST = 40; /* marks of one kind; the newest */
const TRACK_MS = 20000;
const HEART = "M0 9C-6.6 4.3-9.6.7-9.6-3.4A4.9 4.9 0 0 1 0-4.8a4.9 4.9 0 0 1 9.6 1.4C9.6.7 6.6 4.3 0 9z";

/* Degrees to the strip's own units, north up, around a middle. */
function view_of_ground(middle, height, reach) {
    const scale = WIDTH / 2 / reach;
    const shrink = Math.cos((middle.lat * Math.PI) / 180);
    return ({ lat, lon }) => [WIDTH / 2 + (lon - middle.lon) * 111195 * shrink * scale,
        height / 2 - (lat - middle.lat) * 111195 * scale].map((n) => Math.round(n * 10) / 10);
}

const line_of = (places, at) => places.map((place) => at(place).join(",")).join(" ");

function use_track(walk) {
    const [track, set_track] = useState([]);
    useEffect(() => {
        if (is_phone_of_a_pass()) return undefined;
        const ask = () => api.get(`/api/v1/walks/${walk}/track`)
            .then((told) => set_track(told?.geometry?.coordinates || []), () => null);
        ask();
        const timer = setInterval(() => !document.hidden && ask(), TRACK_MS);
        return () => clearInterval(timer);
    }, [walk]);
    return track.map((piece) => piece.map(([lon, lat]) => ({ lat, lon })));
}

/* ---- what lies on it ------------------------------------------------------------------ */

const Tonight = ({ at: [x, y], label }) => html`<g class="here-tonight" transform=${`translate(${x} ${y})`}>
    <circle r="11" /><text y="4.5">${label}</text></g>`;
const Last = ({ at: [x, y], label }) => html`<g class="here-last" transform=${`translate(${x} ${y})`}>
    <path d="M0-12L12 0 0 12-12 0z" /><text y="4.5">${label}</text></g>`;
const Safe = ({ at: [x, y] }) => html`<path class="here-safe" transform=${`translate(${x} ${y})`} d=${HEART} />`;

function Me({ at: [x, y], radius, turn }) {
    return html`<g transform=${`translate(${x} ${y})`}>
        ${turn !== null && html`<path class="cone" d="M0 0L-17-44H17z" transform=${`rotate(${turn})`} />`}
        <circle class="sure" r=${Math.max(12, radius)} /><circle class="me" r="7" /></g>`;
}

/* Which way one goes: from the last steps of the track, when there are any. Its pieces come in
 * no order of time; the one that ends where one is is the newest. */
function heading(track, fix) {
    const away = (piece) => metres_between(piece.at(-1), fix);
    const [line = []] = track.filter((piece) => piece.length).sort((a, b) => away(a) - away(b));
    const before = line.findLast?.((place) => metres_between(place, fix) > 8);
    if (!before) return null;
    return (Math.atan2((fix.lon - before.lon) * Math.cos((fix.lat * Math.PI) / 180), fix.lat - before.lat) * 180) / Math.PI;
}

/* From where one stood to the thing itself. */
function Pin({ stood, thing, at }) {
    const [x, y] = at(thing);
    return html`${stood && html`<polyline class="aim" points=${line_of([stood, thing], at)} />
            <circle class="me" r="6" cx=${at(stood)[0]} cy=${at(stood)[1]} />`}
        <path class="needle" transform=${`translate(${x} ${y})`} d="M0 0C-7-9-10-13-10-19a10 10 0 0 1 20 0c0 6-3 10-10 19z" />`;
}

/* about: what it is about; else where one is. pin: { stood, thing } of one point. */
export function Ground({ walk, id, height, fix, track = [], last = [], about, pin, reach = REACH_M }) {
    const route = (walk?.route || []).map(([lat, lon]) => ({ lat: lat / 1e7, lon: lon / 1e7 }));
    const points = points_of(id).filter((one) => !one.withdrawn);
    const middle = about || fix || place_of(points.at(-1) || {}) || route[0];
    if (!middle) return html`<svg viewBox=${`0 0 ${WIDTH} ${height}`} aria-hidden="true"></svg>`;
    const at = view_of_ground(middle, height, reach);
    const seen = (one) => {
        const [x, y] = place_of(one) ? at(place_of(one)) : [NaN, NaN];
        return x > -EDGE && x < WIDTH + EDGE && y > -EDGE && y < height + EDGE ? [x, y] : null;
    };
    const shown = (rows) => rows.map((one) => ({ one, spot: seen(one) })).filter(({ spot }) => spot).slice(-MOST);
    const numbered = last.map((one, i) => ({ ...one, label: i + 1 }));
    return html`<svg viewBox=${`0 0 ${WIDTH} ${height}`} preserveAspectRatio="xMidYMid slice" aria-hidden="true">
        ${route.length > 1 && html`<polyline class="way" points=${line_of(route, at)} />
            <polyline class="planned" points=${line_of(route, at)} />`}
        ${track.map((piece, i) => html`<polyline key=${i} class="walked" points=${line_of(piece, at)} />`)}
        ${shown(numbered).map(({ one, spot }) => (one.group === "POS" ? html`<${Safe} key=${one.id} at=${spot} />`
        : html`<${Last} key=${one.id} at=${spot} label=${one.label} />`))}
        ${shown(points).map(({ one, spot }) => (one.group === "POS" ? html`<${Safe} key=${one.id} at=${spot} />`
        : html`<${Tonight} key=${one.id} at=${spot} label=${one.number || ""} />`))}
        ${fix && html`<${Me} at=${at(fix)} radius=${((fix.accuracy_m || 0) * WIDTH) / 2 / reach} turn=${heading(track, fix)} />`}
        ${pin && html`<${Pin} ...${pin} at=${at} />`}
    </svg>`;
}

/* ---- the strip, and who is near --------------------------------------------------------- */

export function MapStrip({ walk: id }) {
    const wide = use_wide();
    const walk = use_store((s) => find_walk(id, s));
    const fix = use_store((s) => s.fix) && fresh_fix();
    const last = use_last(id) || [];
    const track = use_track(id);
    use_store((s) => s.observations[id]);
    use_store((s) => s.pending);
    const see = () => go(`#/walk/${id}/map`);
    const ground = html`<${Ground} walk=${walk} id=${id} height=${wide ? 280 : 92} fix=${fix} track=${track} last=${last} />`;
    if (!wide) {
        return html`<div class="strip">${ground}<button class="all-over" data-test="strip" aria-label=${t("strip.open")}
            onClick=${see}></button></div>`;
    }
    return html`<div class="strip tall">${ground}<${Button} icon="map" data-test="strip" onTap=${see}>${t("strip.open")}</${Button}></div>`;
}

/* Asked for by whichever of the two is there. */
function use_last(id) {
    useEffect(() => {
        if (!get_state().last?.[id]) load_last(id).then((points) => points && remember_last(id, points.length > 0));
    }, [id]);
    return use_store((s) => s.last?.[id]);
}

function NearRow({ id, row }) {
    const { one, metres } = row;
    const open = () => go(`#/walk/${id}/again/${one.id}`);
    return html`<button class="row" data-test="near" onClick=${open}><${Icon} name="history" /><span class="in">
        <span class="name">${soft(category_name(one))}</span><span class="more">${metres < Infinity
        ? t("strip.from_last", number(metres < 100 ? Math.round(metres) : Math.round(metres / 10) * 10)) : t("strip.last")}</span></span>
        <${Icon} name="chevron" /></button>`;
}

/* The nearest ones nobody has looked at again tonight. */
export function NearPoints({ walk: id, most }) {
    const points = use_last(id);
    const fix = use_store((s) => s.fix) && fresh_fix();
    const rows = (points || []).filter((one) => !one.verdict && one.group !== "POS").map((one) => ({ one,
        metres: fix && place_of(one) ? metres_between(fix, place_of(one)) : Infinity }))
        .sort((a, b) => a.metres - b.metres).slice(0, most);
    if (points && !rows.length) {
        return html`<button class="row" data-test="near" onClick=${() => go(`#/walk/${id}/again`)}><${Icon} name="check" />
            <span class="in"><span class="name">${t("strip.all_seen")}</span></span><${Icon} name="chevron" /></button>`;
    }
    return html`${rows.map((row) => html`<${NearRow} key=${row.one.id} id=${id} row=${row} />`)}
        ${!points && html`<div class="row fact"><${Icon} name="history" /><span class="in"><span class="more">${t("walks.fetching")}</span></span></div>`}`;
}

/* ---- under a point that was kept ---------------------------------------------------------- */

const PIN_REACH_M = 60;

export function KeptPlace({ one, walk: id }) {
    const walk = use_store((s) => find_walk(id, s));
    const place = place_of(one);
    if (!place) return null;
    const pin = { stood: one.stood, thing: place };
    return html`<div class="group"><div class="strip"><${Ground} walk=${walk} id=${id} height=${92} about=${place}
            pin=${pin} reach=${PIN_REACH_M} /></div>
        <p class="small quiet">${t(one.thing ? "strip.pin" : "strip.stood")}</p></div>`;
}
