/* metres: how far places are from each other, and which points of a walk may be the same
 * twice. Degrees WGS84; good to a per mille within a town. */
const EARTH_M = 6371008.8;
const NEAR_M = 15; /* and both accuracies on top */
const radians = (degrees) => degrees * (Math.PI / 180);

export function metres_between(a, b) {
    const north = radians(b.lat - a.lat);
    const east = radians(b.lon - a.lon) * Math.cos(radians((a.lat + b.lat) / 2));
    return EARTH_M * Math.hypot(north, east);
}

export const place_of = (one) => one.thing || one.stood || null;

/* [kept, other, metres]: points of one group so near that they may be one, nearest first;
 * the older of two is the one that is kept. */
export function alike(points) {
    const found = [];
    points.forEach((a, at) => points.slice(at + 1).forEach((b) => {
        const here = place_of(a), there = place_of(b);
        if (a.group !== b.group || !here || !there) return;
        const metres = metres_between(here, there);
        const wide = NEAR_M + (here.accuracy_m || 0) + (there.accuracy_m || 0);
        if (metres <= Math.min(wide, 60)) found.push([a, b, metres]);
    }));
    return found.sort((x, y) => x[2] - y[2]);
}
