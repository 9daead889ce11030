/* once: a deed under way is not begun anew. Gloves and cold fingers tap twice, and the
 * second tap may come before the page has drawn what the first one did.
 */
import { useRef } from "preact/hooks";

/* work is async; what is tapped until it has come back gets the promise of the first tap. */
export function use_once(work) {
    const under_way = useRef(null);
    return (...args) => (under_way.current ??= work(...args).finally(() => {
        under_way.current = null;
    }));
}
