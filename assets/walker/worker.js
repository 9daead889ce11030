/* worker: asks for the service worker, where the browser lets a page have one (a secure
 * context: this very device, or the hub over HTTPS), and that the browser keeps what the
 * page keeps.
 */

/* look_again() is called once when the worker begins to see this page's questions: so
 * that it has heard the answers it may have to give later. Resolves to whether a worker keeps
 * the page's files, or is about to; not on a certificate of the walk's own. */
export async function worker_start(look_again) {
    const workers = navigator.serviceWorker;
    navigator.storage?.persist?.().catch(() => null);
    if (!workers) return false;
    if (!workers.controller) workers.addEventListener("controllerchange", look_again, { once: true });
    try {
        return Boolean(await workers.register("/sw.js"));
    } catch {
        return false; /* the page works without, as long as it is open */
    }
}
