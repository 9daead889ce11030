/* sw: the service worker. The page opens, also when the program does not answer.
 *
 * Its text is made by the program (core/web/page.h): @A@ is where this version's files
 * lie, @L@ their names; so a new version is a new worker. Files of a version never
 * change and come from the cache. The page and the last answers to a few questions come
 * from the network first, and from the cache when nobody answers within a breath; such
 * an answer says so in a header. Photos, and whatever a person may have to cover later,
 * are never kept here.
 */
const FILES = "@A@";
const NAMES = JSON.parse('@L@');
const ANSWERS = "lygte.answers";
const PATIENCE_MS = 4000;
const KEPT = /^\/api\/v1\/(about|catalogue|walks|walks\/[^/]+|walks\/[^/]+\/(observations|last|track)|maps|parties)$/;
const WALKS = "/api/v1/walks";
const OF_A_WALK = /^\/api\/v1\/walks\/([^/]+)/;
const ROOT = "/";

async function install() {
    const cache = await caches.open(FILES);
    await cache.addAll(NAMES.map((name) => `${FILES}/${name}`));
    const root = await fetch(ROOT, { cache: "no-store" });
    if (!root.ok) throw new Error("index");
    await cache.put(ROOT, root);
    await self.skipWaiting();
}

/* The version before stays: its pages may still be open and ask for their files. */
async function activate() {
    const versions = (await caches.keys()).filter((name) => name.startsWith("/a/") && name !== FILES);
    for (const name of versions.slice(0, -1)) await caches.delete(name);
    await self.clients.claim();
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

function within(ms, promise) {
    return Promise.race([promise, new Promise((_, fail) => setTimeout(() => fail(new Error("slow")), ms))]);
}

async function file(request) {
    const kept = await caches.match(request.url, { ignoreVary: true });
    return kept || fetch(request);
}

/* Only the page itself, and only as it belongs to the files this worker has: not another
 * address somebody opened, nor the page of a newer version. */
async function keep_page(request, answer) {
    const { pathname, search } = new URL(request.url);
    if (!answer.ok || pathname !== ROOT || search !== "") return;
    const copy = answer.clone();
    if ((await answer.clone().text()).includes(`${FILES}/`)) await (await caches.open(FILES)).put(ROOT, copy);
}

async function page(request) {
    try {
        const answer = await within(PATIENCE_MS, fetch(request));
        await keep_page(request, answer);
        return answer;
    } catch {
        return (await (await caches.open(FILES)).match(ROOT)) || Response.error();
    }
}

async function kept_answer(request) {
    const kept = await (await caches.open(ANSWERS)).match(request.url, { ignoreVary: true });
    if (!kept) return Response.error();
    const headers = new Headers(kept.headers);
    headers.set("Lygte-Kept", "1");
    return new Response(await kept.blob(), { status: 200, headers });
}

/* Of a walk that is not here any more (wiped, by whatever hand) nothing stays. */
async function forget_others(cache, { walks }) {
    const here = new Set(walks.map(({ id }) => id));
    for (const { url } of await cache.keys()) {
        const [, id] = new URL(url).pathname.match(OF_A_WALK) || [];
        if (id && !here.has(id)) await cache.delete(url);
    }
}

async function keep(request, answer) {
    const cache = await caches.open(ANSWERS);
    const all_walks = new URL(request.url).pathname === WALKS && await answer.clone().json();
    await cache.put(request.url, answer);
    if (all_walks) await forget_others(cache, all_walks);
}

/* Who may not ask any more has nothing left here either, also when it takes long to hear; nor
 * has what is not there any more. */
async function fresh_answer(request) {
    const answer = await fetch(request);
    if (answer.ok) {
        keep(request, answer.clone()).catch(() => null);
    } else if (answer.status === 404 || answer.status === 410) {
        await (await caches.open(ANSWERS)).delete(request.url);
    } else if (answer.status === 401 || answer.status === 403) {
        await caches.delete(ANSWERS);
    }
    return answer;
}

async function ask(request) {
    const coming = fresh_answer(request);
    coming.catch(() => null);
    try {
        return await within(PATIENCE_MS, coming);
    } catch {
        const kept = await kept_answer(request);
        return kept.type === "error" ? coming : kept;
    }
}

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== location.origin) return;
    if (request.mode === "navigate") event.respondWith(page(request));
    else if (pathname.startsWith("/a/")) event.respondWith(file(request));
    else if (KEPT.test(pathname)) event.respondWith(ask(request));
});
