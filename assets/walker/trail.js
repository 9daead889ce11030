/* trail: where a walk under way goes, by the positions of this browser: handed to the program
 * every ten seconds, and before it pauses or ends, which makes the track of them
 * (core/store/track). What the program's own receiver says it writes itself; a phone's way is
 * nobody's business.
 */
import * as api from "../shared/api.js";
import { new_id } from "./ids.js";
import { find_walk, get_state, watch_state } from "./store.js";
import { on_step } from "./walks.js";

const PAUSE_MS = 10000;
const ROUGH_M = 50; /* rougher ones leap about while one stands still */
const MOST = 500; /* PLACE_FIXES_MOST of walker/place.h is 600 */
const line = new_id(); /* this visit's recording */
let walk = null; /* the one the fixes are of */
let fixes = [];
let seen = null;
let lost = true;
let going = false; /* is there a walk whose way is written? */
let timer = null;
let under_way = Promise.resolve(); /* all that is being sent */

const as_told = ({ lat, lon, accuracy_m, at }) => ({ lat, lon, accuracy_m, at: new Date(at).toISOString(),
    ...(lost ? { lost } : {}) });

/* What could not be told waits for the next time, and room for what is newer goes before it. */
async function hand_over(keepalive) {
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

/* Resolves when everything so far was told, or waits for the next time. */
function send(keepalive = false) {
    under_way = Promise.all([under_way, hand_over(keepalive)]).then(() => undefined);
    return under_way;
}

/* The walk whose way is written now. A step of somebody else may end it between two fixes. */
function look_at_walk() {
    const { route } = get_state();
    const here = route.walk && find_walk(route.walk);
    const goes = here?.state === "begun" && !here.paused;
    if (going && !goes) send();
    going = goes;
    return goes ? here : null;
}

function look() {
    const { fix } = get_state();
    const here = look_at_walk();
    if (fix === seen) return;
    seen = fix;
    if (!fix || !here) {
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
    on_step(() => send());
    document.addEventListener("visibilitychange", () => document.hidden && send(true));
}
