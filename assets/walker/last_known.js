/* last_known: were there points of last time near this walk? Remembered, so that their
 * place on the screen is there before they are: nothing moves when they come.
 */
import { get_state } from "./store.js";

const KEPT_AS = "lygte.last";

function remembered(walk) {
    try {
        return localStorage.getItem(KEPT_AS) === walk;
    } catch {
        return false;
    }
}

export function remember_last(walk, some) {
    try {
        if (some) localStorage.setItem(KEPT_AS, walk);
    } catch {
        return; /* they take their place when they come */
    }
}

export const has_last = (walk, s = get_state()) => (s.last?.[walk] ? s.last[walk].length > 0 : remembered(walk));
