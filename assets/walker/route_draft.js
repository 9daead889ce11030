/* route_draft: a route that is being drawn: places in degrees, which one is chosen, and
 * every step back. What is drawn is in localStorage at once, with the plan it was drawn over;
 * one edit of the walk's plan is made of it when nothing was drawn for a while, or the screen
 * is left. From then on it is the outbox that keeps it. What an earlier visit left goes on only
 * over the plan it was drawn over: others may have planned since.
 */
import { useEffect, useReducer, useRef } from "preact/hooks";
import { t } from "../shared/i18n.js";
import { metres_between } from "../shared/metres.js";
import { edit_walk, route_waits, to_degrees, to_e7, walk_view } from "./evening.js";
import { outbox_sends_here } from "./outbox.js";
import { get_state, set_state, use_store } from "./store.js";

const PAUSE_MS = 4000;
const STEPS_MOST = 200;
export const PLACES_MOST = 2000; /* WALK_ROUTE_MOST of core/store/walk.h */
const kept_as = (walk) => `lygte.route.${walk}`;

const of_plan = (route) => (to_degrees(route) || []).map(([lat, lon]) => ({ lat, lon }));

export const length_of = (places) =>
    places.slice(1).reduce((sum, place, i) => sum + metres_between(places[i], place), 0);

function remembered(walk) {
    try {
        const left = JSON.parse(localStorage.getItem(kept_as(walk)));
        return left?.places ? left : null;
    } catch {
        return null;
    }
}

function remember(walk, left) {
    try {
        if (left) localStorage.setItem(kept_as(walk), JSON.stringify(left));
        else localStorage.removeItem(kept_as(walk));
    } catch {
        return; /* a browser that keeps nothing: what is drawn waits in this page */
    }
}

/* A place alone is no route; nothing at all takes the route away. */
const as_route = (places) => (places.length > 1 ? places.map(({ lat, lon }) => [lat, lon]) : null);

/* A plan as it is told: of what is drawn, and of what is heard; no route is none of any kind. */
const drawn = (places) => JSON.stringify(to_e7(as_route(places)) || []);
const heard = (route) => JSON.stringify(route || []);

/* One draft, with what can be done to it. changed() is called after each. */
function make_draft(walk, changed) {
    const left = remembered(walk);
    const draft = { places: left?.places || of_plan(walk_view(walk, get_state())?.route), chosen: null,
        steps: [], state: left ? "draws" : "kept" };
    let base = left?.base || heard(null); /* the plan it is drawn over, as `heard` gives it */
    let known = false; /* was the plan heard? */
    let timer = null;
    async function save() {
        clearTimeout(timer);
        if (draft.state !== "draws" || !known) return;
        const { places } = draft;
        if (places.length === 1) return; /* it stays here until there are two */
        draft.state = "keeping";
        base = drawn(places);
        changed();
        const answer = await edit_walk(walk, { route: as_route(places) });
        if (draft.places !== places) return;
        draft.state = answer ? "kept" : "here";
        changed();
        const is_safe = answer || (answer === null && await outbox_sends_here());
        if (is_safe && draft.places === places) remember(walk, null);
    }
    const save_soon = () => {
        clearTimeout(timer);
        timer = setTimeout(save, PAUSE_MS);
    };
    const put = (places, chosen, step = true) => {
        if (step) draft.steps = [...draft.steps, { places: draft.places, chosen: draft.chosen }].slice(-STEPS_MOST);
        Object.assign(draft, { places, chosen, state: "draws" });
        remember(walk, { places, base });
        save_soon();
        changed();
    };
    /* Another plan stands now: what was drawn over the old one is one step back, and nothing more. */
    const give_way = (route) => {
        draft.steps = [{ places: draft.places, chosen: null }];
        Object.assign(draft, { places: of_plan(route), chosen: null, state: "kept" });
        remember(walk, null);
        set_state({ notice: { title: t("route.other"), detail: t("route.other_do") } });
    };
    /* What an earlier visit left, or was drawn before the plan came. */
    const judge = (route, is_plan) => {
        if (is_plan) {
            draft.state = "kept";
            remember(walk, null);
        } else if (base === heard(route)) {
            save_soon();
        } else {
            give_way(route);
        }
    };
    /* The plan as it is now, with what waits for the program over it. */
    const hear = (route) => {
        const is_plan = draft.places.length !== 1 && drawn(draft.places) === heard(route);
        if (!known && draft.state === "draws") judge(route, is_plan);
        else if (draft.state === "here" && is_plan) draft.state = "kept";
        else if (draft.state === "kept" && !is_plan) Object.assign(draft, { places: of_plan(route), chosen: null });
        if (draft.state === "kept" && route_waits(walk)) draft.state = "here";
        if (draft.state === "kept" || draft.state === "here") base = heard(route);
        known = true;
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
    return Object.assign(draft, { add, move, remove, undo, choose, save, put, hear });
}

export function use_draft(walk) {
    const [, changed] = useReducer((n) => n + 1, 0);
    const draft = useRef();
    draft.current ??= make_draft(walk, changed);
    const seen = use_store((s) => walk_view(walk, s));
    useEffect(() => {
        if (seen) draft.current.hear(seen.route);
    }, [seen]);
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

