/* route: which screen the address names, and what lies over it.
 *
 *   #/                 walks             #/walk/ID            the walk
 *   #/new              a new walk        #/walk/ID/points     its list
 *   #/arrived          what has arrived  #/walk/ID/point/OBS  kept
 *
 * An overlay (menu, acute, a photo) is one step in the history, so that the device's
 * back closes it. Where a screen was scrolled to is found again on the way back.
 */
import { get_state, set_state } from "./store.js";

const scrolled = new Map();
let shown = "";

export function route_of(hash) {
    const [, noun, id, part, point] = hash.split("/");
    if (noun === "new") return { screen: "new" };
    if (noun === "arrived") return { screen: "arrived" };
    if (noun === "walk" && id && part === "point" && point) {
        return { screen: "kept", walk: id, point };
    }
    if (noun === "walk" && id && part === "points") return { screen: "list", walk: id };
    if (noun === "walk" && id) return { screen: "walk", walk: id };
    return { screen: "walks" };
}

function follow() {
    const hash = location.hash || "#/";
    if (hash === shown) {
        if (get_state().overlay && !history.state?.overlay) uncover();
        return;
    }
    scrolled.set(shown, window.scrollY);
    shown = hash;
    set_state({ route: route_of(hash), overlay: null, notice: null });
    const place = route_of(hash).screen === "kept" ? 0 : scrolled.get(hash) || 0;
    requestAnimationFrame(() => {
        window.scrollTo(0, place);
        const heading = document.querySelector("h1");
        if (heading) heading.focus({ preventScroll: true });
    });
}

export function route_start() {
    window.addEventListener("hashchange", follow);
    window.addEventListener("popstate", follow);
    if (history.state?.overlay) history.replaceState(null, "", location.hash);
    shown = location.hash || "#/";
    set_state({ route: route_of(shown) });
}

export function go(hash) {
    if (get_state().overlay) {
        history.replaceState(null, "", hash);
        follow();
    } else {
        location.hash = hash;
    }
}

/* Up, not back: the same wherever one came from. */
export const walk_at = (walk) => `#/walk/${walk}`;
export const points_at = (walk) => `#/walk/${walk}/points`;
export const point_at = (walk, point) => `#/walk/${walk}/point/${point}`;

let opener = null;

export function open_overlay(name, facts = {}) {
    opener = document.activeElement;
    history.pushState({ overlay: name }, "", location.hash || "#/");
    set_state({ overlay: { name, ...facts } });
}

/* The focus goes back to what opened it. */
function uncover() {
    set_state({ overlay: null });
    const back_to = opener;
    setTimeout(() => back_to && back_to.isConnected && back_to.focus(), 30);
}

export function close_overlay() {
    if (!get_state().overlay) return;
    uncover();
    if (history.state?.overlay) history.back();
}
