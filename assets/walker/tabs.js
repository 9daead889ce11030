/* tabs: other pages of the same browser. They hear of each other's changes and that one goes
 * ({ kind: "gone" }), and what it left behind is taken over by one that lives (app.js).
 */
const ANSWER_MS = 400;
const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("lygte") : null;
const listeners = [];
let alive = null; /* who answered, while somebody asks */

/* This page's own name, another at every load. */
export const my_tab = [...crypto.getRandomValues(new Uint8Array(8))]
    .map((b) => b.toString(16).padStart(2, "0")).join("");

/* Tells the other tabs { kind, ... }. */
export const tell_tabs = (message) => channel && channel.postMessage({ ...message, from: my_tab });
/* Calls listener(message) for what other tabs tell. */
export const on_tabs = (listener) => listeners.push(listener);

if (channel) {
    channel.onmessage = ({ data }) => {
        if (data.kind === "who") tell_tabs({ kind: "here" });
        else if (data.kind === "here") alive?.add(data.from);
        else for (const listener of listeners) listener(data);
    };
    window.addEventListener("pagehide", () => tell_tabs({ kind: "gone" }));
}

/* The names of the tabs that are there now; this one among them. */
export async function living_tabs() {
    alive = new Set([my_tab]);
    tell_tabs({ kind: "who" });
    if (channel) await new Promise((done) => setTimeout(done, ANSWER_MS));
    return alive;
}
