/* trail: where a walk under way goes, by the positions of this browser: handed to the program
 * every ten seconds, which makes the track of them (core/store/track). What the program's own
 * receiver says it writes itself; a phone's way is nobody's business.
 */
import * as api from "../shared/api.js";
import { new_id } from "./ids.js";
import { find_walk, get_state, watch_state } from "./store.js";

const PAUSE_MS = 10000;
const ROUGH_M = 50; /* rougher ones leap about while one stands still */
const MOST = 500; /* PLACE_FIXES_MOST of walker/place.h is 600 */
const line = new_id(); /* this visit's recording */
let walk = null; /* the one the fixes are of */
let fixes = [];
let seen = null;
let lost = true;
let timer = null;

const as_told = ({ lat, lon, accuracy_m, at }) => ({ lat, lon, accuracy_m, at: new Date(at).toISOString(),
    ...(lost ? { lost } : {}) });

/* What could not be told waits for the next time, and room for what is newer goes before it. */
async function send(keepalive = false) {
    clearTimeout(timer);
    timer = null;
    const [of, told] = [walk, fixes];
    if (!told.length) return;
    fixes = [];
    try {
        await api.post(`/api/v1/walks/${of}/track`, { line, now: new Date().toISOString(), fixes: told }, { keepalive });
    } catch (problem) {
        if (!problem.unreachable || walk !== of) return;
        fixes = [...told, ...fixes].slice(-MOST);
        timer ??= setTimeout(() => send(), PAUSE_MS);
    }
}

function look() {
    const { fix, route } = get_state();
    if (fix === seen) return;
    seen = fix;
    const here = route.walk && find_walk(route.walk);
    if (!fix || here?.state !== "begun" || here.paused) {
        lost = true;
        return;
    }
    if (fix.source !== "browser" || fix.accuracy_m > ROUGH_M) return;
    if (walk !== here.id) send();
    walk = here.id;
    fixes = [...fixes, as_told(fix)].slice(-MOST);
    lost = false;
    timer ??= setTimeout(() => send(), PAUSE_MS);
}

export function trail_open() {
    watch_state(look);
    look();
    document.addEventListener("visibilitychange", () => document.hidden && send(true));
}
