/* still: while one stands and writes about a point, its position gets better.
 *
 * The tap has kept the first fix. As long as the point's screen is open, for at most two
 * minutes, the fixes that come are gathered, and handed over when it ends: the program
 * averages those that belong to one spot (core/base/still) and keeps what is better.
 */
import { fix_is_good } from "./position.js";
import { get_state, watch_state } from "./store.js";
import { edit, tapped_ago, view_of } from "./walks.js";

const LONGEST_MS = 120000;
const NEW_MS = 30000; /* only of a point that was just kept */
const MOST = 240;

const as_told = ({ lat, lon, accuracy_m }) => ({ lat, lon, accuracy_m });

/* Begins for that point; returns what ends it and keeps what came of it. */
export function stand_still(id) {
    const one = view_of(id);
    const ours = one?.own && one.stood && ["browser", "gnss"].includes(one.stood.source);
    if (!ours || tapped_ago(id) > NEW_MS) return () => {};
    const fixes = [];
    const look = () => {
        const { fix } = get_state();
        if (fix && fix !== fixes[fixes.length - 1] && fixes.length < MOST) fixes.push(fix);
    };
    const unwatch = watch_state(look);
    const end = () => {
        clearTimeout(timer);
        unwatch();
        const now = view_of(id);
        const worth = fixes.length > 1 && now && !now.withdrawn;
        if (worth) edit(now, { stood: { fixes: fixes.map(as_told) } });
        fixes.length = 0;
    };
    const timer = setTimeout(end, LONGEST_MS);
    look();
    return end;
}

/* Poor as it is, it will do: logged with the point. */
export const use_anyway = (one) => edit(one, { stood: { override: true } });

export const is_poor = (one) => Boolean(one.stood && one.stood.accuracy_m > 0 && !one.stood.override
    && !fix_is_good(one.stood));
