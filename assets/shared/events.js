/* events: what the program behind the page tells as it happens (GET /api/v1/events), for
 * all screens over one stream. While no stream stands `live()` is false, and whoever
 * listens asks now and again, as without events. */
const NAMES = ["all", "walks", "points", "sent", "answers", "sync", "photos", "issues",
    "devices"];
const AGAIN_MS = 30000;

const listeners = new Set();
let source = null;
let timer = null;

export const live = () => source?.readyState === 1;

function tell(name, data) {
    for (const listener of [...listeners]) listener(name, data);
}

/* The browser comes back by itself, unless it was refused (session over, too many). */
function open() {
    clearTimeout(timer);
    if (source || !listeners.size || typeof EventSource !== "function") return;
    source = new EventSource("/api/v1/events");
    for (const name of NAMES)
        source.addEventListener(name, (event) => tell(name, JSON.parse(event.data)));
    source.onerror = () => {
        tell("lost", {});
        if (source?.readyState !== 2) return;
        source = null;
        timer = setTimeout(open, AGAIN_MS);
    };
}

function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
}

/* listener(name, data) for every event, and ("lost", {}) when the stream breaks. Returns
 * what ends it. The stream stands as long as anybody listens. */
export function listen(listener) {
    listeners.add(listener);
    open();
    return () => {
        listeners.delete(listener);
        if (!listeners.size) close();
    };
}

/* Somebody signed in, or the page is seen again: a refused stream is tried at once. */
export function listen_again() {
    if (!source) open();
}

addEventListener("pagehide", close);
addEventListener("pageshow", open);
