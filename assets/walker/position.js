/* position: where the walker stands: as the program knows it (gpsd) or as the browser does,
 * whichever is better.
 *
 * Watches all the time a walk is open, asks anew when nothing was heard for a while (a
 * device that stands still may be silent), and never makes anybody wait: a tap takes the
 * fix there is, or none. A fix ages by the clock that only runs forward; what cannot be
 * a place on Earth is not taken.
 */
import * as api from "../shared/api.js";
import { get_state, set_state } from "./store.js";

const OLD_MS = 60000; /* a fix older than this says nothing about where we are */
const SILENT_MS = 15000;
const PROGRAM_MS = 2000;
const NO_PROGRAM_MS = 60000;
const GATE_M = 15; /* until the program has said (walker set gate_m) */
const WORST_M = 50000; /* so rough is a whole county */
const ACCURATE = { enableHighAccuracy: true, maximumAge: 0, timeout: 20000 };
let watch = null;
let asker = null;
let program = null; /* timer of the next question to the program */

const e7 = (degrees) => Math.round(degrees * 1e7) / 1e7;
const is_number = (value) => typeof value === "number" && Number.isFinite(value);

/* lat, lon, accuracy_m as told, age_ms old; null when it cannot be true. A receiver that does
 * not know how accurate it is leaves accuracy_m out: null. */
function fix_of(lat, lon, accuracy_m, age_ms, source) {
    if (!is_number(lat) || !is_number(lon) || Math.abs(lat) > 90 || Math.abs(lon) > 180) return null;
    if (lat === 0 && lon === 0) return null; /* how devices write "unknown" */
    const unknown = source === "gnss" && accuracy_m === undefined;
    if (!unknown && (!is_number(accuracy_m) || accuracy_m < 0 || accuracy_m > WORST_M)) return null;
    const age = is_number(age_ms) && age_ms > 0 && age_ms < OLD_MS ? age_ms : 0;
    return { lat: e7(lat), lon: e7(lon), accuracy_m: unknown ? null : Math.round(accuracy_m * 10) / 10,
        source, at: Date.now() - age, heard: performance.now() - age };
}

const roughness = (fix) => fix.accuracy_m ?? WORST_M;

function take(fix) {
    if (!fix) return;
    const now = fresh_fix();
    /* Two sources: the rougher one waits until the better one has been silent. */
    if (now && now.source !== fix.source && roughness(now) < roughness(fix)
        && performance.now() - now.heard < SILENT_MS) return;
    set_state((s) => ({ fix, fix_trouble: "", override: s.override && !fix_is_good(fix) }));
}

function heard({ coords, timestamp }) {
    const { latitude, longitude, accuracy } = coords;
    take(fix_of(latitude, longitude, accuracy, Date.now() - timestamp, "browser"));
}

function failed(error) {
    if (fresh_fix()) return;
    set_state({ fix: null, fix_trouble: error.code === 1 ? "denied" : "missing" });
}

/* With a fix that is lost the program tells where it was last, and how long ago: that is no
 * fix any more, and what is known from it here ages. */
function lost() {
    const { fix } = get_state();
    if (fix?.source === "gnss" && !fresh_fix()) set_state({ fix: null, fix_trouble: "missing" });
}

async function ask_program() {
    const told = await api.get("/api/v1/position", { tries: 1, patience: 5000 }).catch(() => null);
    if (told?.fix === "2d" || told?.fix === "3d") take(fix_of(told.lat, told.lon, told.accuracy_m, told.age_s * 1000, "gnss"));
    else lost();
    if (program === null) return;
    const listens = told && (told.fix !== "off" || get_state().fix?.source === "gnss");
    program = setTimeout(ask_program, listens ? PROGRAM_MS : NO_PROGRAM_MS);
}

export function position_start() {
    if (program !== null) return;
    /* The program knows where it is itself. A phone of a pass may be anywhere: where it has
     * no position of its own, its points are placed by the hub's track (records.md 5.10). */
    program = setTimeout(get_state().me?.as === "pass" ? () => null : ask_program, 0);
    if (!navigator.geolocation || !window.isSecureContext) {
        set_state({ fix_trouble: "missing" });
        return;
    }
    if_allowed(listen_to_browser);
}

/* The browser asks its person once, and then after a tap, so that the question comes when
 * it is clear why: "begin the walk" is such a tap. */
let tapped = null;
function if_allowed(start) {
    const after_tap = () => {
        tapped ??= new Promise((done) => ["pointerdown", "keydown"].forEach((name) =>
            document.addEventListener(name, done, { once: true, capture: true })));
        tapped.then(() => program !== null && start());
    };
    if (navigator.userActivation?.hasBeenActive || !navigator.permissions?.query) {
        start();
        return;
    }
    navigator.permissions.query({ name: "geolocation" })
        .then(({ state }) => (state === "prompt" ? after_tap() : start()), start);
}

function listen_to_browser() {
    if (program === null || watch !== null) return;
    watch = navigator.geolocation.watchPosition(heard, failed, ACCURATE);
    asker = setInterval(() => {
        const { fix } = get_state();
        if (fix && performance.now() - fix.heard < SILENT_MS) return;
        navigator.geolocation.getCurrentPosition(heard, failed, ACCURATE);
    }, SILENT_MS);
}

export function position_stop() {
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    clearInterval(asker);
    clearTimeout(program);
    watch = asker = program = null;
}

export function fresh_fix() {
    const { fix } = get_state();
    return fix && performance.now() - fix.heard < OLD_MS ? fix : null;
}

export const fix_is_good = (fix) => Boolean(fix) && roughness(fix) <= (get_state().me?.gate_m ?? GATE_M);

/* As the program takes it; `override`: somebody said that it will do, poor as it is. */
export const stood_of = (fix, override) => ({ lat: fix.lat, lon: fix.lon,
    accuracy_m: fix.accuracy_m, source: fix.source, ...(override && !fix_is_good(fix) ? { override: true } : {}) });
