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

/* work(what, ...rest): one at a time. The same thing tapped again gets the promise of the first
 * tap; another one that comes meanwhile is not begun, and gets false: what was typed for it
 * stays with whoever typed it. */
export function use_one_at_a_time(work) {
    const under_way = useRef(null);
    return (what, ...rest) => {
        const name = JSON.stringify(what);
        const now = under_way.current;
        if (now) return now.name === name ? now.done : Promise.resolve(false);
        const done = work(what, ...rest).finally(() => {
            under_way.current = null;
        });
        under_way.current = { name, done };
        return done;
    };
}
