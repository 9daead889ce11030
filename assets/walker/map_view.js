/* map_view: Leaflet over the maps that are on the device, and without one the plain ground:
 * route, track, points and where one is. Everything on it can be done from a list too, so
 * its markers are no tab stops; nothing is fetched from elsewhere.
 */
import * as L from "leaflet";
import * as api from "../shared/api.js";

const HEART = "<svg viewBox='0 0 48 48' aria-hidden='true'><path d='M24 42C11 32.6 5 25.4 5 17.3a9.7 9.7 0 0 1 19-2.9 9.7 9.7 0 0 1 19 2.9C43 25.4 37 32.6 24 42z'/></svg>";
const MANY = 40;
const CLOSE_M = 4; /* of pixels: markers nearer than that share one spot */
const HOME = [57.048, 9.9187];

const is_calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/* So many metres north and east of a place. */
export const moved = ({ lat, lon }, north, east) => ({
    lat: Math.round((lat + north / 111195) * 1e7) / 1e7,
    lon: Math.round((lon + east / (111195 * Math.cos((lat * Math.PI) / 180))) * 1e7) / 1e7,
});

/* ---- the ground ------------------------------------------------------------------ */

let known_maps = null;

export async function load_maps() {
    if (known_maps === null) {
        const answer = await api.get("/api/v1/maps").catch(() => null);
        if (answer) known_maps = answer.maps;
    }
    return known_maps || [];
}

function add_tiles(map, one) {
    const [west, south, east, north] = one.bounds;
    L.tileLayer(`/api/v1/maps/${one.id}/{z}/{x}/{y}`, {
        minNativeZoom: one.min_zoom, maxNativeZoom: one.max_zoom, minZoom: 3, maxZoom: 21,
        bounds: [[south, west], [north, east]], attribution: "",
    }).addTo(map);
}

/* The map in a box; `middle` is where it begins when nothing else says. */
export function make_map(box, middle) {
    const map = L.map(box, {
        attributionControl: false, zoomControl: false, keyboard: false, minZoom: 3, maxZoom: 21,
        zoomAnimation: !is_calm(), fadeAnimation: false, markerZoomAnimation: !is_calm(),
        inertia: !is_calm(),
    });
    map.setView(middle ? [middle.lat, middle.lon] : HOME, 16);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    load_maps().then((maps) => maps.forEach((one) => map.getContainer() && add_tiles(map, one)));
    return map;
}

/* A window that changed its size still tells a map that is gone of its move. */
export function drop_map(map) {
    map.off("moveend");
    map.remove();
}

/* ---- what lies on it ------------------------------------------------------------- */

export function draw_route(layer, route, kind = "") {
    const path = (route || []).map(([lat, lon]) => [lat / 1e7, lon / 1e7]);
    if (path.length > 1) {
        L.polyline(path, { className: `map-route ${kind}`, interactive: false }).addTo(layer);
    }
}

/* Places of a route that is drawn; a tap chooses one. Many lie closer than a finger. */
export function draw_spots(layer, places, chosen, choose) {
    places.forEach((place, at) => {
        const kind = at === chosen ? "chosen" : at === 0 ? "first" : "";
        const icon = L.divIcon({ className: `map-spot ${kind}`, iconSize: null, html: `<b>${at + 1}</b>` });
        const marker = L.marker([place.lat, place.lon], { icon, keyboard: false, zIndexOffset: at === chosen ? 1000 : 0 });
        marker.on("click", () => choose(at)).addTo(layer);
        marker.getElement().setAttribute("aria-hidden", "true");
    });
}

export function draw_track(layer, track) {
    for (const stretch of track?.geometry?.coordinates || []) {
        L.polyline(stretch.map(([lon, lat]) => [lat, lon]),
            { className: "map-track", interactive: false }).addTo(layer);
    }
}

export function draw_here(layer, fix) {
    if (!fix) return;
    if (fix.accuracy_m) {
        L.circle([fix.lat, fix.lon], { radius: fix.accuracy_m, className: "map-accuracy",
            interactive: false }).addTo(layer);
    }
    const icon = L.divIcon({ className: "map-here", iconSize: null });
    L.marker([fix.lat, fix.lon], { icon, interactive: false, keyboard: false }).addTo(layer);
}

function icon_of(one, chosen) {
    const kind = one.safe ? "safe" : one.last ? "last" : "tonight";
    return L.divIcon({ className: `map-mark ${kind}${chosen ? " chosen" : ""}`, iconSize: null,
        html: one.safe ? HEART : `<b>${Number(one.label) || ""}</b>` });
}

/* Those that would lie on top of each other become one number, when there are many. */
function clusters(map, marks) {
    if (marks.length <= MANY) return marks.map((one) => ({ one, n: 1 }));
    const cells = new Map();
    for (const one of marks) {
        const p = map.project([one.place.lat, one.place.lon]).divideBy(CLOSE_M * 12).round();
        const cell = cells.get(`${p.x},${p.y}`);
        if (cell) cell.n += 1;
        else cells.set(`${p.x},${p.y}`, { one, n: 1 });
    }
    return [...cells.values()];
}

/* marks: [{ id, place, label, safe, last }]; a tap calls choose(id). */
export function draw_marks(map, layer, marks, chosen, choose) {
    for (const { one, n } of clusters(map, marks)) {
        const icon = n > 1 ? L.divIcon({ className: "map-many", iconSize: null, html: `<b>${n}</b>` })
            : icon_of(one, one.id === chosen);
        const marker = L.marker([one.place.lat, one.place.lon], { icon, keyboard: false });
        marker.on("click", () => (n > 1
            ? map.setView([one.place.lat, one.place.lon], Math.min(21, map.getZoom() + 2))
            : choose(one.id))).addTo(layer);
        marker.getElement().setAttribute("aria-hidden", "true");
    }
}

export const new_layer = (map) => L.layerGroup().addTo(map);
