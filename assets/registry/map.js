/* The map without tiles: areas dotted, the route, pins with their rows' numbers.
 *
 * Everything the map can do, the list beside it can do as well. The pins are one tab
 * stop: arrows move from pin to pin in the rows' order, Enter opens. Nothing is fetched
 * from anywhere, and only the scale says how far things are apart. */
import * as L from "leaflet";
import { useEffect, useRef, useState } from "preact/hooks";
import { number, t } from "../shared/i18n.js";
import { HEART_PIN } from "./glyphs.js";
import { html } from "./html.js";

const is_calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const at = (place) => [place.lat, place.lon];
const lines = (map, shape, className) =>
    shape && L.polyline(shape, { className, interactive: false, smoothFactor: 0.5 }).addTo(map);

/* On a page that scrolls, the map must not swallow the wheel or the thumb. */
function make_map(box, is_small) {
    const map = L.map(box, {
        attributionControl: false, zoomControl: false, keyboard: false, maxZoom: 21, minZoom: 8,
        zoomAnimation: !is_calm(), fadeAnimation: false, markerZoomAnimation: !is_calm(),
        inertia: !is_calm(), zoomSnap: 0.5, scrollWheelZoom: !is_small,
        dragging: !(is_small && matchMedia("(pointer: coarse)").matches),
    });
    L.control.zoom({
        position: "topright", zoomInTitle: t("map.in"), zoomOutTitle: t("map.out"),
    }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    return map;
}

function draw_ground(layer, { areas, route, planned }) {
    if (areas) {
        L.geoJSON(areas, { interactive: false, style: { className: "area-line" } }).addTo(layer);
    }
    const path = route?.map(([lat, lon]) => [lat / 1e7, lon / 1e7]);
    if (!planned) lines(layer, path, "route-glow");
    lines(layer, path, planned ? "route planned" : "route");
}

/* Where the group stood: a square, the accuracy as a dashed circle, dots to the thing. */
function draw_stood(layer, stood, thing) {
    if (stood.accuracy_m) {
        L.circle(at(stood), { radius: stood.accuracy_m, className: "accuracy", interactive: false })
            .addTo(layer);
    }
    if (thing) lines(layer, [at(stood), at(thing)], "to-thing");
    const icon = L.divIcon({ className: "stood-pin", iconSize: null });
    L.marker(at(stood), { icon, interactive: false, keyboard: false }).addTo(layer)
        .getElement().setAttribute("aria-hidden", "true");
}

function pin_icon(point, is_current) {
    const shape = point.safe ? "pin heart-pin" : "pin";
    const inside = point.safe ? `${HEART_PIN}<b>${point.label}</b>` : `<b>
        ${point.label}</b>`;
    return L.divIcon({
        className: is_current ? `${shape} current` : shape, iconSize: null, html: inside,
    });
}

/* Puts the pins up; returns them by id. The selected one can be reached by Tab. */
function draw_pins(layer, points, selected, calls) {
    const pins = new Map();
    const entry = points.some((p) => p.id === selected) ? selected : points[0]?.id;
    for (const [i, point] of points.entries()) {
        const is_current = point.id === selected;
        const marker = L.marker(at(point.place), {
            icon: pin_icon(point, is_current), keyboard: false,
            zIndexOffset: is_current ? 1000 : 0,
        }).addTo(layer);
        const pin = marker.getElement();
        pin.setAttribute("role", "button");
        pin.setAttribute("aria-label", point.name);
        if (is_current) pin.setAttribute("aria-current", "true");
        pin.tabIndex = point.id === entry ? 0 : -1;
        marker.on("click", () => calls.select(point.id));
        pin.addEventListener("keydown", (event) => on_pin_key(event, points, i, calls));
        pins.set(point.id, marker);
    }
    return pins;
}

const STEP = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function on_pin_key(event, points, i, calls) {
    const next = points[i + (STEP[event.key] ?? 0)];
    if (event.key === "Enter") calls.open(points[i].id);
    else if (event.key === " ") calls.select(points[i].id);
    else if (!STEP[event.key]) return;
    else if (next) calls.select(next.id, true);
    event.preventDefault();
}

function frame_of(points, stood, route, areas) {
    const bounds = L.latLngBounds(points.map((point) => at(point.place)));
    if (stood) bounds.extend(L.latLng(at(stood)).toBounds(2 * (stood.accuracy_m || 25)));
    for (const [lat, lon] of route ?? []) bounds.extend([lat / 1e7, lon / 1e7]);
    if (!bounds.isValid() && areas?.features.length) bounds.extend(L.geoJSON(areas).getBounds());
    return bounds;
}

/* The live Leaflet map behind the component: made once, told what changed. */
function use_leaflet(props) {
    const { points, selected, stood, thing, route, planned, areas, fit } = props;
    const box = useRef(), live = useRef(null), calls = useRef({});
    const [seen, set_seen] = useState(null);
    calls.current = {
        open: props.open ?? (() => {}),
        select: (id, with_focus) => {
            live.current.focus = with_focus ? id : null;
            props.select?.(id);
        },
    };
    useEffect(() => {
        const map = make_map(box.current, fit === "point");
        live.current = { map, ground: L.layerGroup().addTo(map), pins: L.layerGroup().addTo(map) };
        const watcher = new ResizeObserver(() => {
            map.invalidateSize({ animate: false });
            if (!live.current.framed && box.current.clientWidth) live.current.frame?.();
        });
        watcher.observe(box.current);
        map.on("moveend", () => set_seen(map.getBounds()));
        return () => {
            watcher.disconnect();
            map.remove();
        };
    }, []);
    /* What the map depends on, as text: a poll that brings the same redraws nothing. */
    const pins_now = JSON.stringify(points), ground_now = JSON.stringify([route, stood, thing]);
    const fit_now = `${fit} ${points.length > 0} ${JSON.stringify(route)}`;
    useEffect(() => {
        const frame = () => {
            const bounds = frame_of(points, stood, fit === "point" ? null : route, areas);
            if (!bounds.isValid()) return;
            live.current.framed = box.current.clientWidth > 0;
            live.current.map.fitBounds(bounds, { padding: [36, 36], maxZoom: 18, animate: false });
        };
        live.current.frame = frame;
        live.current.framed = false;
        frame();
    }, [fit_now, areas]);
    useEffect(() => {
        const { ground } = live.current;
        ground.clearLayers();
        draw_ground(ground, { areas, route, planned });
        if (stood) draw_stood(ground, stood, thing);
    }, [areas, planned, ground_now]);
    useEffect(() => {
        const { map, pins, focus } = live.current;
        pins.clearLayers();
        const drawn = draw_pins(pins, points, selected, calls.current);
        const current = drawn.get(selected);
        if (current && !map.getBounds().pad(-0.05).contains(current.getLatLng()))
            map.panTo(current.getLatLng(), { animate: !is_calm() });
        if (focus) drawn.get(focus)?.getElement().focus();
    }, [pins_now, selected]);
    return { box, seen };
}

const Legend = ({ points, route, planned, areas }) => html`
    <ul class="legend" role="list">
        ${points.some((p) => !p.safe) && html`<li><span class="pin key"
            aria-hidden="true"><b>4</b></span>${t("map.point")}</li>`}
        ${points.some((p) => p.safe) && html`<li><span class="key heart-key"
            aria-hidden="true"
            dangerouslySetInnerHTML=${{ __html: HEART_PIN }}></span>${t("map.safe")}</li>`}
        ${route && html`<li><span class=${planned ? "key-route planned" : "key-route"}
            aria-hidden="true"></span>
            ${t(planned ? "map.planned" : "map.route")}</li>`}
        ${areas?.features.length > 0 && html`<li><span class="key-area"
            aria-hidden="true"></span>${t("map.area")}</li>`}
    </ul>`;

/* points: [{id, label, name, place: {lat, lon}, safe}]. `missing`: points without a place. */
export function FieldMap(props) {
    const { points, missing = 0, name, to_list, legend = true } = props;
    const { box, seen } = use_leaflet(props);
    const inside = seen ? points.filter((p) => seen.contains(at(p.place))).length : points.length;
    return html`<section class="map-box" aria-label=${name}>
        <div class="map" ref=${box} data-test="map"></div>
        ${to_list && html`<p class="map-note">
            <span>${t("map.seen", number(inside), number(points.length + missing))}
                ${missing ? ` · ${t("map.no_place", number(missing))}` : ""} · </span>
            <button type="button" class="quiet-button" onClick=${to_list}>
                ${t("map.as_list")}</button></p>`}
        ${legend && html`<${Legend} ...${props} />`}
    </section>`;
}
