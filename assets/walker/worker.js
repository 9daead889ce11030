/* worker: asks for the service worker, where the browser lets a page have one (a secure
 * context: this very device, or the hub over HTTPS), and that the browser keeps what the
 * page keeps.
 */

/* look_again() is called once when the worker begins to see this page's questions: so
 * that it has heard the answers it may have to give later. */
export async function worker_start(look_again) {
    const workers = navigator.serviceWorker;
    try {
        if (workers && !workers.controller) {
            workers.addEventListener("controllerchange", look_again, { once: true });
        }
        await workers?.register("/sw.js");
        await navigator.storage?.persist?.();
    } catch {
        return; /* the page works without, as long as it is open */
    }
}
