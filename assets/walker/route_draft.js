/* route_draft: a route that is being drawn: places in degrees, which one is chosen, and
 * every step back. What is drawn is in localStorage at once; one edit of the walk's plan
 * is made of it when nothing was drawn for a while, or the screen is left.
 */
import { useEffect, useReducer, useRef } from "preact/hooks";
import { metres_between } from "../shared/metres.js";
import { edit_walk } from "./evening.js";
import { find_walk } from "./store.js";

const PAUSE_MS = 4000;
const STEPS_MOST = 200;
export const PLACES_MOST = 2000; /* WALK_ROUTE_MOST of core/store/walk.h */
const kept_as = (walk) => `lygte.route.${walk}`;

export const of_plan = (route) => (route || []).map(([lat, lon]) => ({ lat: lat / 1e7, lon: lon / 1e7 }));

export const length_of = (places) =>
    places.slice(1).reduce((sum, place, i) => sum + metres_between(places[i], place), 0);

function remembered(walk) {
    try {
        return JSON.parse(localStorage.getItem(kept_as(walk)));
    } catch {
        return null;
    }
}

function remember(walk, places) {
    try {
        if (places) localStorage.setItem(kept_as(walk), JSON.stringify(places));
        else localStorage.removeItem(kept_as(walk));
    } catch {
        return; /* a browser that keeps nothing: what is drawn waits in this page */
    }
}

/* A place alone is no route; nothing at all takes the route away. */
const as_route = (places) => (places.length > 1 ? places.map(({ lat, lon }) => [lat, lon]) : null);

/* One draft, with what can be done to it. changed() is called after each. */
function make_draft(walk, changed) {
    const left = remembered(walk);
    const draft = { places: left || of_plan(find_walk(walk)?.route), chosen: null, steps: [],
        state: left ? "draws" : "kept" };
    let timer = left ? setTimeout(save, PAUSE_MS) : null;
    async function save() {
        clearTimeout(timer);
        if (draft.state !== "draws") return;
        const { places } = draft;
        if (places.length === 1) return; /* it stays here until there are two */
        draft.state = "keeping";
        changed();
        const answer = await edit_walk(walk, { route: as_route(places) });
        if (draft.places !== places) return;
        if (answer) remember(walk, null);
        draft.state = answer ? "kept" : "here";
        changed();
    }
    const put = (places, chosen, step = true) => {
        if (step) draft.steps = [...draft.steps, { places: draft.places, chosen: draft.chosen }].slice(-STEPS_MOST);
        Object.assign(draft, { places, chosen, state: "draws" });
        remember(walk, places);
        clearTimeout(timer);
        timer = setTimeout(save, PAUSE_MS);
        changed();
    };
    /* After the chosen one, else at the end. */
    const add = (place) => {
        if (draft.places.length >= PLACES_MOST) return;
        const at = draft.chosen === null ? draft.places.length : draft.chosen + 1;
        const before = draft.places[at - 1];
        if (before && before.lat === place.lat && before.lon === place.lon) return; /* tapped twice */
        put([...draft.places.slice(0, at), place, ...draft.places.slice(at)], draft.chosen === null ? null : at);
    };
    const move = (at, place) => put(draft.places.map((one, i) => (i === at ? place : one)), at);
    const remove = (at) => draft.chosen === at && put(draft.places.filter((_, i) => i !== at), null);
    const undo = () => {
        const before = draft.steps.at(-1);
        if (!before) return;
        draft.steps = draft.steps.slice(0, -1);
        put(before.places, before.chosen, false);
    };
    const choose = (at) => {
        draft.chosen = draft.chosen === at ? null : at;
        changed();
    };
    return Object.assign(draft, { add, move, remove, undo, choose, save, put });
}

export function use_draft(walk) {
    const [, changed] = useReducer((n) => n + 1, 0);
    const draft = useRef();
    draft.current ??= make_draft(walk, changed);
    useEffect(() => {
        const hide = () => document.hidden && draft.current.save();
        document.addEventListener("visibilitychange", hide);
        return () => {
            document.removeEventListener("visibilitychange", hide);
            draft.current.save();
        };
    }, []);
    return draft.current;
}

