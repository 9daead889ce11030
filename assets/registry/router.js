/* Addresses: the path says which screen, the query says which view of it.
 *
 * The server answers /, /walks/ID, /issues, /issues/ID, /devices and /sealed with index.html;
 * from there this file moves between them without loading again. Back and forward work,
 * and an address sent to a colleague opens the same view. */
import { h } from "preact";
import { useEffect, useState } from "preact/hooks";

const listeners = new Set();
let moves = 0;

const tell = () => {
    for (const listener of listeners) listener();
};

addEventListener("popstate", () => {
    moves++;
    tell();
});

/* Moves to another screen. */
export function go(to) {
    moves++;
    history.pushState(null, "", to);
    tell();
}

/* The same screen in another view: no new step for the back button. */
export function restate(to) {
    history.replaceState(null, "", to);
    tell();
}

/* True once somebody has moved inside the page: then a new screen takes the focus. */
export const has_moved = () => moves > 0;

export function use_place() {
    const [, again] = useState(0);
    useEffect(() => {
        const listener = () => again((n) => n + 1);
        listeners.add(listener);
        return () => listeners.delete(listener);
    }, []);
    return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/* A path with the query's filled fields. */
export function address(path, fields) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) if (value) query.set(name, value);
    return query.size ? `${path}?${query}` : path;
}

const is_plain = (event) =>
    event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

/* A true link that stays inside the page. */
export function Link({ to, onClick, ...rest }) {
    const follow = (event) => {
        onClick?.(event);
        if (event.defaultPrevented || !is_plain(event)) return;
        event.preventDefault();
        go(to);
    };
    return h("a", { href: to, onClick: follow, ...rest });
}
