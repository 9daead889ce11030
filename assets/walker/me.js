/* me: who this page is to the program behind it: its owner's, or a phone that came by a
 * walk's pass. A phone sees its one walk and hands over; it has no status, plan or stick.
 */
import * as api from "../shared/api.js";
import { get_state, set_state } from "./store.js";
import { photos_waiting } from "./photo.js";
import { waits } from "./outbox.js";

const KEPT_AS = "lygte.me";

/* What is left in this phone's outbox, told with every request (walk.close counts it). */
function left_here() {
    const { pending, sends } = get_state();
    return Object.values(pending).filter(waits).length + sends + photos_waiting();
}

function remembered() {
    try {
        return JSON.parse(localStorage.getItem(KEPT_AS));
    } catch {
        return null;
    }
}

/* Asks once, before the first screen; out of reach the last answer will do. */
export async function load_me() {
    const told = await api.get("/api/v1/me", { tries: 1, patience: 5000 }).catch(() => null);
    const me = told || remembered() || { as: "owner" };
    try {
        localStorage.setItem(KEPT_AS, JSON.stringify(me));
    } catch {
        /* asked for again next time */
    }
    if (me.as === "pass") {
        api.add_headers(() => ({ "Lygte-Waiting": String(left_here()) }));
        if (!location.hash.startsWith("#/walk/")) history.replaceState(null, "", `#/walk/${me.pass.walk}`);
    }
    set_state({ me });
}

export const is_phone_of_a_pass = (s = get_state()) => s.me?.as === "pass";
