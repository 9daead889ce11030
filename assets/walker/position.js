/* position: where the walker stands, as the browser knows it.
 *
 * Watches all the time a walk is open, asks anew when nothing was heard for a while (a
 * device that stands still may be silent), and never makes anybody wait: a tap takes the
 * fix there is, or none.
 */
import { get_state, set_state } from "./store.js";

const OLD_MS = 60000; /* a fix older than this says nothing about where we are */
const SILENT_MS = 15000;
const GOOD_M = 15;
const ACCURATE = { enableHighAccuracy: true, maximumAge: 0, timeout: 20000 };
let watch = null;
let asker = null;

const e7 = (degrees) => Math.round(degrees * 1e7) / 1e7;

function heard({ coords, timestamp }) {
    const { latitude, longitude, accuracy } = coords;
    if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return;
    if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return;
    if (latitude === 0 && longitude === 0) return; /* how devices write "unknown" */
    const at = Math.min(Number(timestamp) || Date.now(), Date.now());
    set_state({
        fix: { lat: e7(latitude), lon: e7(longitude), at,
            accuracy_m: Math.round(accuracy * 10) / 10 },
        fix_trouble: "",
    });
}

function failed(error) {
    if (error.code === 1) set_state({ fix: null, fix_trouble: "denied" });
    else if (!fresh_fix()) set_state({ fix: null, fix_trouble: "missing" });
}

export function position_start() {
    if (watch !== null) return;
    if (!navigator.geolocation || !window.isSecureContext) {
        set_state({ fix_trouble: "missing" });
        return;
    }
    watch = navigator.geolocation.watchPosition(heard, failed, ACCURATE);
    asker = setInterval(() => {
        const { fix } = get_state();
        if (fix && Date.now() - fix.at < SILENT_MS) return;
        navigator.geolocation.getCurrentPosition(heard, failed, ACCURATE);
    }, SILENT_MS);
}

export function position_stop() {
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    clearInterval(asker);
    watch = asker = null;
}

export function fresh_fix() {
    const { fix } = get_state();
    return fix && Date.now() - fix.at < OLD_MS ? fix : null;
}

export const fix_is_good = (fix) => Boolean(fix) && fix.accuracy_m <= GOOD_M;
