/* alike: which points of a walk may be the same twice, asked in the summing-up. The rule and
 * its numbers are those of core/store/near.c, which asks at the tap. */
import { metres_between, place_of } from "../shared/metres.js";

const LEAST_M = 25; /* and both errors on top */
const MOST_M = 150;
const UNKNOWN_M = 30;
const PIN_M = 3; /* set on the map, or found by a number */

const error_of = (one) => (one.thing ? PIN_M : one.stood.accuracy_m ?? UNKNOWN_M);

/* [kept, other, metres]: points of one group so near that they may be one, nearest first;
 * the older of two is the one that is kept. */
export function alike(points) {
    const found = [];
    points.forEach((a, at) => points.slice(at + 1).forEach((b) => {
        const here = place_of(a), there = place_of(b);
        if (a.group !== b.group || !here || !there) return;
        const metres = metres_between(here, there);
        if (metres <= Math.min(LEAST_M + error_of(a) + error_of(b), MOST_M)) found.push([a, b, metres]);
    }));
    return found.sort((x, y) => x[2] - y[2]);
}
