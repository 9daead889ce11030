/* open_point: the program hears which point's screen is open, and sends nothing of it by itself
 * meanwhile (core/store/local/open_point.h). Nobody waits for that: unheard, it may be sent.
 */
import * as api from "../shared/api.js";
import { my_tab } from "./tabs.js";

let told = null; /* the program heard of this one with its first save */

const tell = (id, open, options) =>
    api.put(`/api/v1/observations/${id}/screen`, { page: my_tab, open }, options).catch(() => null);

/* That point is kept by a tap that opens its screen: what its first save says of it. */
export function opens_with(id) {
    told = id;
    return { page: my_tab };
}

/* After all it did not open: something else was tapped meanwhile. */
export function opened_not(id) {
    if (told === id) told = null;
    tell(id, false);
}

/* Its screen is open; returns what closes it, once what is still `on_its_way` has gone in. */
export function hold_back(id) {
    if (told !== id) tell(id, true);
    told = null;
    const go_away = () => tell(id, false, { keepalive: true });
    window.addEventListener("pagehide", go_away);
    return (on_its_way) => {
        window.removeEventListener("pagehide", go_away);
        Promise.resolve(on_its_way).catch(() => null).then(() => tell(id, false));
    };
}
