/* theme: night, day or red light; by itself it follows the sun.
 *
 * "auto" is night when the sun stands below -0.8 degrees at the walker's place (at
 * Aalborg until the place is known). The sun's height here is good to a tenth of a
 * degree (declination and equation of time by their usual series), which is minutes.
 */
import { get_state, set_state } from "./store.js";

const KEPT_AS = "lygte.theme";
const HORIZON = -0.8;
const AALBORG = { lat: 57.05, lon: 9.92 };
const DARK = -6;
const CHECK_MS = 60000;
const GROUND = { night: "#0C0907", day: "#FBF5EA", red: "#080201" };
export const theme_choices = ["auto", "night", "red", "day"];

/* Degrees above the horizon. */
export function sun_height({ lat, lon }, when = new Date()) {
    const rad = Math.PI / 180;
    const midyear = Date.UTC(when.getUTCFullYear(), 0, 1);
    const day = (when - midyear) / 86400000;
    const turn = ((2 * Math.PI) / 365) * (day - 0.5);
    const declination = 0.006918 - 0.399912 * Math.cos(turn) + 0.070257 * Math.sin(turn)
        - 0.006758 * Math.cos(2 * turn) + 0.000907 * Math.sin(2 * turn);
    const minutes = 229.18 * (0.000075 + 0.001868 * Math.cos(turn)
        - 0.032077 * Math.sin(turn) - 0.014615 * Math.cos(2 * turn)
        - 0.040849 * Math.sin(2 * turn));
    const solar = (day % 1) * 1440 + minutes + 4 * lon;
    const angle = (solar / 4 - 180) * rad;
    return Math.asin(Math.sin(lat * rad) * Math.sin(declination)
        + Math.cos(lat * rad) * Math.cos(declination) * Math.cos(angle)) / rad;
}

/* daylight, dusk or dark, as the records call it, at the walker's place now. */
export function light_now() {
    const height = sun_height(get_state().fix || AALBORG);
    if (height >= HORIZON) return "daylight";
    return height >= DARK ? "dusk" : "dark";
}

/* When it gets dark on that day at that place, as a time of the day; null when it does not
 * (midsummer) or is so already. */
export function dark_from(day, place = get_state().fix || AALBORG) {
    const noon = new Date(day);
    noon.setHours(12, 0, 0, 0);
    for (let minutes = 0; minutes < 14 * 60; minutes += 1) {
        const when = new Date(noon.getTime() + minutes * 60000);
        if (sun_height(place, when) < DARK) return when;
    }
    return null;
}

export function theme_choice() {
    try {
        const kept = localStorage.getItem(KEPT_AS);
        return theme_choices.includes(kept) ? kept : "auto";
    } catch {
        return "auto";
    }
}

function wanted() {
    const choice = theme_choice();
    if (choice !== "auto") return choice;
    return sun_height(get_state().fix || AALBORG) < HORIZON ? "night" : "day";
}

export function theme_apply() {
    const theme = wanted();
    document.documentElement.dataset.theme = theme;
    document.querySelector('meta[name="theme-color"]').content = GROUND[theme];
    document.querySelector('meta[name="color-scheme"]').content
        = theme === "day" ? "light" : "dark";
    if (get_state().theme !== theme) set_state({ theme });
}

export function theme_choose(choice) {
    try {
        localStorage.setItem(KEPT_AS, choice);
    } catch {
        return; /* a browser that keeps nothing stays with the sun */
    }
    theme_apply();
}

/* Who has colours of their own gets a sheet for them; nobody else waits for it. */
function for_forced_colours() {
    if (!window.matchMedia("(forced-colors: active)").matches) return;
    document.head.append(Object.assign(document.createElement("link"),
        { rel: "stylesheet", href: new URL("forced.css", import.meta.url).href }));
}

export function theme_start() {
    for_forced_colours();
    theme_apply();
    setInterval(theme_apply, CHECK_MS);
}
