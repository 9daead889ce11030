/* route: which screen the address names, and what lies over it. The addresses stand in
 * screens.js; a screen is shown when its file is there, and until then the one before it.
 *
 * An overlay (menu, acute, a photo) is one step in the history, so that the device's
 * back closes it. Where a screen was scrolled to is found again on the way back.
 */
import { is_loaded, load_shown } from "./loader.js";
import { overlays, screens } from "./screens.js";
import { get_state, set_state } from "./store.js";

const scrolled = new Map();
let shown = "";

const parts_of = (path) => path.split("/").filter(Boolean);

function match(pattern, path) {
    const found = {};
    const names = parts_of(pattern);
    if (names.length !== path.length) return null;
    const fits = names.every((name, i) => {
        if (name[0] !== ":") return name === path[i];
        found[name.slice(1)] = path[i];
        return true;
    });
    return fits ? found : null;
}

/* { screen, ...the names in its path }; what nobody knows is the first screen. */
export function route_of(hash) {
    const path = parts_of(hash.replace(/^#/, ""));
    for (const [screen, { path: pattern }] of Object.entries(screens)) {
        const found = match(pattern, path);
        if (found) return { screen, ...found };
    }
    return { screen: "walks" };
}

function show(hash) {
    const route = route_of(hash);
    set_state({ route, overlay: null, notice: null });
    const place = route.screen === "kept" ? 0 : scrolled.get(hash) || 0;
    requestAnimationFrame(() => {
        window.scrollTo(0, place);
        const heading = document.querySelector("h1");
        if (heading) heading.focus({ preventScroll: true });
    });
}

function follow() {
    const hash = location.hash || "#/";
    if (hash === shown) {
        if (get_state().overlay && !history.state?.overlay) uncover();
        return;
    }
    scrolled.set(shown, window.scrollY);
    shown = hash;
    const row = screens[route_of(hash).screen];
    if (is_loaded(row)) show(hash);
    else load_shown(row).then(() => shown === hash && show(hash));
}

/* Resolves when the first screen can be drawn. */
export async function route_start() {
    window.addEventListener("hashchange", follow);
    window.addEventListener("popstate", follow);
    if (history.state?.overlay) history.replaceState(null, "", location.hash);
    shown = location.hash || "#/";
    await load_shown(screens[route_of(shown).screen]);
    set_state({ route: route_of(shown) });
}

/* Closing an overlay takes the browser a moment; without waiting, its way back would be
 * taken from the next screen and lead here again. */
let gone_back = null;

export async function go(hash) {
    await gone_back;
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

export async function open_overlay(name, facts = {}) {
    if (!get_state().overlay) opener = document.activeElement;
    if (!is_loaded(overlays[name])) await load_shown(overlays[name]);
    const [state, address] = [{ overlay: name }, location.hash || "#/"];
    if (get_state().overlay) history.replaceState(state, "", address);
    else history.pushState(state, "", address);
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
    if (!history.state?.overlay) return;
    gone_back = new Promise((done) => window.addEventListener("popstate", done, { once: true }));
    history.back();
}
