/* kept_answers: what the service worker keeps of a walk (sw.js) is asked for again when
 * something of that walk has changed: words that were erased must not lie in the browser
 * until somebody happens to look at that list. Nothing where there is no worker.
 */
import * as api from "../shared/api.js";

const SOON_MS = 5000;
const SELDOM_MS = 15000; /* a walk of a whole group changes with every tap */
const ANSWERS = "lygte.answers";
const OF_A_WALK = /^\/api\/v1\/walks\/([^/]+)\//;
const changed = new Set(); /* ids of walks */
let all = false, timer = null, last = -SELDOM_MS;

async function renew() {
    const walks = new Set(changed), every = all;
    changed.clear();
    all = false;
    timer = null;
    last = performance.now();
    const cache = await caches.open(ANSWERS);
    for (const { url } of await cache.keys()) {
        const { pathname, search } = new URL(url);
        const [, walk] = pathname.match(OF_A_WALK) || [];
        if (walk && (every || walks.has(walk))) await api.get(pathname + search).catch(() => null);
    }
}

/* walk: its id; without one everything may have changed. */
export function answers_are_old(walk) {
    if (!window.caches) return;
    if (walk) changed.add(walk);
    else all = true;
    timer ??= setTimeout(renew, Math.max(SOON_MS, last + SELDOM_MS - performance.now()));
}
