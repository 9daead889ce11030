/* mark_key: a key on the device that means "mark here now": a point of no group, kept at
 * once with its place and time, to be described later. Works where nothing else wants
 * the key: never while somebody types, nor on a button.
 */
const KEPT_AS = "lygte.mark_key";
const USUAL = ["AudioVolumeUp", "AudioVolumeDown", "VolumeUp", "VolumeDown", "MediaPlayPause",
    "MediaTrackNext", "HeadsetHook", "Enter", " "];
const OTHERS = "button, a, input, textarea, select, canvas, [role='radio'], [contenteditable]";

/* "" is the usual ones, "off" none. */
export function mark_key() {
    try {
        return localStorage.getItem(KEPT_AS) || "";
    } catch {
        return "";
    }
}

export function choose_mark_key(key) {
    try {
        localStorage.setItem(KEPT_AS, key);
    } catch {
        return; /* the usual keys then */
    }
}

function is_ours(event) {
    const chosen = mark_key();
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || chosen === "off") return false;
    if (event.target.closest?.(OTHERS)) return false;
    return chosen ? event.key === chosen : USUAL.includes(event.key);
}

/* Calls mark() for the key; returns what ends it. */
export function on_mark_key(mark) {
    const listen = (event) => {
        if (!is_ours(event)) return;
        event.preventDefault();
        mark();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
}
