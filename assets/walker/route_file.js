/* route_file: a route as people have it, GPX or GeoJSON, as [[lat, lon], ...] in degrees;
 * null when there is no line in it. The same as core/store/route.c, for files that are
 * chosen in the browser. */
const MOST = 2000;

function of_gpx(text) {
    const tree = new DOMParser().parseFromString(text, "application/xml");
    if (tree.querySelector("parsererror")) return [];
    for (const name of ["rtept", "trkpt", "wpt"]) {
        const found = [...tree.getElementsByTagNameNS("*", name)];
        if (found.length) return found.map((one) => [Number(one.getAttribute("lat")), Number(one.getAttribute("lon"))]);
    }
    return [];
}

function of_geojson(object) {
    if (!object || typeof object !== "object") return [];
    const lines = { LineString: (c) => c, MultiLineString: (c) => c.flat() }[object.type];
    const own = lines && Array.isArray(object.coordinates) ? lines(object.coordinates) : [];
    return [...own.map(([lon, lat]) => [lat, lon]), ...of_geojson(object.geometry),
        ...(Array.isArray(object.features) ? object.features.flatMap(of_geojson) : [])];
}

const is_place = ([lat, lon]) => Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat !== 0 || lon !== 0);

/* As many as a route may have, evenly, both ends among them. */
function thinned(places) {
    const step = Math.max(1, (places.length - 1) / (MOST - 1));
    return Array.from({ length: Math.min(places.length, MOST) }, (_, i) => places[Math.round(i * step)]);
}

export function read_route(text) {
    let found = [];
    try {
        found = text.trimStart()[0] === "<" ? of_gpx(text) : of_geojson(JSON.parse(text));
    } catch {
        return null;
    }
    const places = found.filter(is_place);
    return places.length >= 2 ? thinned(places) : null;
}
