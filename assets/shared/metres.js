/* metres: where a point is, and how far places are from each other. Degrees WGS84. */
const EARTH_M = 6371008.8;
const radians = (degrees) => degrees * (Math.PI / 180);

/* Haversine over the mean radius. */
export function metres_between(a, b) {
    const north = Math.sin(radians(b.lat - a.lat) / 2), east = Math.sin(radians(b.lon - a.lon) / 2);
    return 2 * EARTH_M * Math.asin(Math.hypot(north,
        Math.sqrt(Math.cos(radians(a.lat)) * Math.cos(radians(b.lat))) * east));
}

/* The thing itself, else where one stood. */
export const place_of = (one) => one.thing || one.stood || null;
