/* screen_map: where, and the same without a map. Tonight's points, last time's and the
 * safe places on a map and in a list, nearest first; whatever the map does, the list does.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../shared/api.js";
import { GroupIcon, Icon } from "../shared/icons.js";
import { number, t, time_text, tn } from "../shared/i18n.js";
import { metres_between, place_of } from "../shared/metres.js";
import { use_once } from "../shared/once.js";
import {
    html, Button, PositionPill, Segment, SentPill, Sheet, TopBar, use_wide,
} from "./components.js";
import {
    draw_here, draw_marks, draw_route, draw_track, drop_map, load_maps, make_map, new_layer,
} from "./map_view.js";
import { is_phone_of_a_pass } from "./me.js";
import { Notices } from "./notices.js";
import { outbox_put } from "./outbox.js";
import { fresh_fix } from "./position.js";
import { close_overlay, go, open_overlay, point_at, walk_at } from "./route.js";
import { soft } from "./soft.js";
import { find_walk, say, use_store } from "./store.js";
import { attempt, category_name, load_observations, new_id, points_of } from "./walks.js";

const NEAREST = 3;

/* Points of both evenings as one list: { id, one, place, label, safe, last, metres }. */
function rows_of(tonight, last, fix) {
    const row = (one, is_last, i) => ({
        id: one.id, one, last: is_last, safe: one.group === "POS", place: place_of(one),
        label: is_last ? i + 1 : one.number || i + 1,
    });
    const rows = [...tonight.filter((one) => !one.withdrawn).map((one, i) => row(one, false, i)),
        ...last.map((one, i) => row(one, true, i))];
    for (const one of rows) {
        one.metres = fix && one.place ? metres_between(fix, one.place) : Infinity;
    }
    return rows.sort((a, b) => a.metres - b.metres || a.label - b.label);
}

const kind_of = (row) => (row.safe ? "safe" : row.last ? "last" : "tonight");

function facts_of(row) {
    const away = row.metres < Infinity
        ? t("map.away", number(row.metres < 100 ? Math.round(row.metres)
            : Math.round(row.metres / 10) * 10)) : !row.place && t("list.no_place");
    return [away, row.one.thing?.ref, row.last ? t("map.last_time") : t("list.time", time_text(row.one.at)),
        row.safe && t("list.strength"), row.one.unconfirmed && t("map.unconfirmed")]
        .filter(Boolean).join(" · ");
}

const Glyph = ({ row }) => html`<span class=${`map-mark in-list ${kind_of(row)}`} aria-hidden="true">
    ${row.safe ? html`<${GroupIcon} code="POS" size=${26} />` : html`<b>${row.label}</b>`}</span>`;

const PlaceRow = ({ row, onTap }) => html`<li><button class="row" data-test="map-row"
    data-id=${row.id} onClick=${onTap}><${Glyph} row=${row} />
    <span class="in"><span class="name">${soft(category_name(row.one))}</span>
    <span class="more">${facts_of(row)}</span></span><${Icon} name="chevron" /></button></li>`;

/* ---- the map --------------------------------------------------------------------- */

function MapBox({ walk, rows, track, fix, chosen, choose }) {
    const box = useRef(), map = useRef(), layer = useRef(), framed = useRef(0);
    useEffect(() => {
        map.current = make_map(box.current, fix);
        layer.current = new_layer(map.current);
        map.current.on("zoomend", () => layer.current && setTimeout(draw, 0));
        return () => { layer.current = null; drop_map(map.current); };
    }, []);
    const shown = rows.filter((row) => row.place);
    const latest = useRef();
    latest.current = { shown, chosen };
    const draw = () => {
        if (!layer.current) return;
        layer.current.clearLayers();
        draw_route(layer.current, walk?.route);
        draw_track(layer.current, track);
        draw_here(layer.current, fix);
        draw_marks(map.current, layer.current, latest.current.shown, latest.current.chosen, choose);
    };
    useEffect(() => {
        draw();
        const places = shown.map((row) => [row.place.lat, row.place.lon]);
        if (places.length && fix) places.push([fix.lat, fix.lon]);
        const way = (walk?.route || []).map(([lat, lon]) => [lat / 1e7, lon / 1e7]);
        /* Once by the points; until there are any, and nobody knows where one is, by the way. */
        const by = places.length ? 2 : way.length && !fix ? 1 : 0;
        if (by > framed.current) {
            framed.current = by;
            map.current.fitBounds(by === 2 ? places : way, { padding: [36, 36], maxZoom: 18, animate: false });
        }
    }, [rows, track, fix, chosen, walk]);
    return html`<div class="mapframe"><div class="mapbox" ref=${box} role="img" data-test="map"
            aria-label=${t("map.described")}></div>
        <${MapButtons} map=${() => map.current} fix=${fix} /></div>`;
}

/* map(): the map they are about. */
export function MapButtons({ map, fix }) {
    const me = () => (fix ? map().setView([fix.lat, fix.lon], Math.max(17, map().getZoom()))
        : say(t("position.none")));
    return html`<div class="mapbuttons">
        <button class="iconbutton" data-test="zoom-in" aria-label=${t("map.in")}
            onClick=${() => map().zoomIn()}><${Icon} name="plus" /></button>
        <button class="iconbutton" data-test="zoom-out" aria-label=${t("map.out")}
            onClick=${() => map().zoomOut()}><${Icon} name="minus" /></button>
        <button class="iconbutton" data-test="find-me" aria-label=${t("map.me")}
            onClick=${me}><${Icon} name="position" /></button></div>`;
}

/* ---- points without a place ------------------------------------------------------- */

/* They are put where the track was at their time; a camera's clock may lack some. */
function Placeless({ walk, count }) {
    const [minutes, set_minutes] = useState("0");
    const offset = Math.round(Number(minutes.replace(",", ".")) * 60);
    const fits = Number.isFinite(offset) && Math.abs(offset) <= 86400;
    const put = () => fits && attempt(async () => {
        const done = await api.post(`/api/v1/walks/${walk}/place`, { clock_offset_s: offset });
        say(t("map.placed", number(done.placed), number(done.left)));
        await load_observations(walk);
    });
    return html`<div class="group"><p>${tn("map.placeless", count)}</p>
        <div class="field"><label class="label" for="clock-offset">${t("map.offset")}</label>
            <input id="clock-offset" data-test="clock-offset" inputmode="decimal"
                value=${minutes} onInput=${(e) => set_minutes(e.target.value)} /></div>
        <${Button} icon="history" data-test="place-by-track" aria-disabled=${!fits}
            onTap=${put}>${t("map.by_track")}</${Button}></div>`;
}

/* ---- the screen ------------------------------------------------------------------ */

function Filters({ on, toggle }) {
    return html`<div class="filters" role="group" aria-label=${t("map.filters")}>
        ${["tonight", "last", "safe"].map((kind) => html`<button class=${`chip ${on[kind] ? "on" : ""}`}
            type="button" aria-pressed=${on[kind]} data-test=${`filter-${kind}`}
            onClick=${() => toggle(kind)}><span class=${`map-mark in-list small ${kind}`} aria-hidden="true">
            ${kind === "safe" && html`<${GroupIcon} code="POS" size=${20} />`}</span>
            ${t(`map.${kind}`)}</button>`)}</div>`;
}

function use_where(id) {
    const [last, set_last] = useState([]);
    const [track, set_track] = useState(null);
    const [maps, set_maps] = useState(null);
    useEffect(() => {
        load_observations(id);
        load_maps().then(set_maps);
        attempt(() => api.get(`/api/v1/walks/${id}/last`))
            .then((answer) => answer && set_last(answer.points || []));
        if (is_phone_of_a_pass()) return undefined; /* the track is the owner's */
        const ask = () => api.get(`/api/v1/walks/${id}/track`).then(set_track).catch(() => null);
        ask();
        const timer = setInterval(ask, 15000);
        return () => clearInterval(timer);
    }, [id]);
    return { last, track, maps };
}

export function MapScreen({ walk: id }) {
    const wide = use_wide();
    const phone = use_store(is_phone_of_a_pass);
    const walk = use_store((s) => find_walk(id, s));
    const fix = use_store((s) => s.fix) && fresh_fix();
    use_store((s) => s.observations[id]);
    use_store((s) => s.pending);
    const { last, track, maps } = use_where(id);
    const [view, set_view] = useState("map");
    const [on, set_on] = useState({ tonight: true, last: true, safe: true });
    const toggle = (kind) => set_on((now) => ({ ...now, [kind]: !now[kind] }));
    const rows = rows_of(points_of(id), last, fix).filter((row) => on[kind_of(row)]);
    const [chosen, set_chosen] = useState(null);
    const choose = (one) => {
        set_chosen(one);
        const row = rows.find((r) => r.id === one);
        if (row) open_overlay("place", { row });
    };
    const with_map = wide || view === "map";
    const listed = !wide && view === "map" ? rows.slice(0, NEAREST) : rows;
    const placeless = rows.filter((row) => !row.last && !row.place).length;
    const metres = track?.properties?.metres;
    return html`<div class="screen map-screen">
        <${TopBar} back=${walk_at(id)} title=${t("map.title")} kind="many"
            facts=${[walk?.title, metres > 0 && t("map.walked", number(metres)),
        track?.properties?.lost && t("map.lost")].filter(Boolean).join(" · ")}
            pills=${html`<${PositionPill} />${wide && html`<${SentPill} />`}`} />
        <main id="main" class="map-main">
            ${!wide && html`<div><h2 class="sr" id="map-view">${t("map.view")}</h2><${Segment}
                label="map-view" test="map-view" kind="wide" value=${view} onChoose=${set_view}
                choices=${["map", "list"].map((value) => ({ value, words: t(`map.as_${value}`) }))} />
                </div><${Filters} on=${on} toggle=${toggle} />`}
            ${with_map && html`<div class="stack"><${MapBox} walk=${walk} rows=${rows} track=${track}
                fix=${fix} chosen=${chosen} choose=${choose} />
                ${maps && maps.length === 0 && html`<p class="small quiet">${t("map.none")}</p>`}
                ${maps && maps.some((m) => m.attribution) && html`<p class="small quiet">
                    ${maps.map((m) => m.attribution).filter(Boolean).join(" · ")}</p>`}</div>`}
            <div class="stack"><${Notices} brief />${wide && html`<${Filters} on=${on} toggle=${toggle} />`}
                <h2 class="label">${t("map.nearest")}</h2>
                ${listed.length ? html`<ul class="stack">${listed.map((row) => html`<${PlaceRow}
                    key=${row.id} row=${row} onTap=${() => choose(row.id)} />`)}</ul>`
        : html`<p>${t("map.empty")}</p>`}
                ${!phone && html`<${Button} icon="pencil" data-test="draw-route"
                    onTap=${() => go(`#/walk/${id}/route`)}>${t(walk?.route ? "route.change" : "route.draw")}</${Button}>`}
                ${placeless > 0 && html`<${Placeless} walk=${id} count=${placeless} />`}</div>
        </main></div>`;
}

/* ---- what a tap opens ------------------------------------------------------------- */

export function PlaceSheet({ row }) {
    const { one } = row;
    const photo = (one.photos || [])[0];
    const too = use_once(async () => {
        await outbox_put(`/api/v1/observations/${one.id}/witness`, { op: new_id() }, { method: "POST" });
        if (!row.last) await load_observations(one.walk);
        close_overlay();
    });
    return html`<${Sheet} title=${category_name(one)}>
        <p>${facts_of(row)}</p>
        ${photo && html`<img class="sheet-photo" src=${`/api/v1/photos/${photo.sha256}/320`}
            alt=${t("map.photo", category_name(one), time_text(one.at))} />`}
        ${one.note && html`<p>${one.note}</p>`}
        ${one.witnesses > 0 && html`<p class="small">${tn("map.witnesses", one.witnesses)}</p>`}
        ${!row.last && html`<${Button} kind="primary" data-test="open-point"
            onTap=${() => go(point_at(one.walk, one.id))}>${t("map.open")}</${Button}>`}
        <${Button} icon="eye" data-test="me-too" onTap=${too}>${t("map.me_too")}</${Button}></${Sheet}>`;
}
