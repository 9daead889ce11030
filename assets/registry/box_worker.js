/* The slow half of opening the key, beside the page so that it stays alive: some seconds and
 * 256 MB, which go when this ends. Told {file, passphrase}, it tells {share} on the way and
 * {key} or {why} at the end. Neither leaves the browser by it. */
import { unlock } from "./box.js";

self.onmessage = ({ data: { file, passphrase } }) => {
    try {
        postMessage({ key: unlock(file, passphrase, (share) => postMessage({ share })) });
    } catch (fault) {
        postMessage({ why: fault.why ?? "no_memory" });
    }
};
