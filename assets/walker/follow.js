/* follow: keeps the store in step with what the program tells as it happens (events.js).
 * What this page itself just wrote is known already and not asked for again.
 */
import * as api from "../shared/api.js";
import { language } from "../shared/i18n.js";
import { listen } from "../shared/events.js";
import { look_at_status } from "./status.js";
import { find_observation, get_state, put_observation, set_state } from "./store.js";
import { attempt, load_observations, load_walks } from "./walks.js";

const PAUSE_MS = 400;
const FEW = 5; /* as many points are asked for one by one */
const asked = new Map(); /* walk: Set of points to ask for, null for all of them */
let timer = null;

async function ask(walk, ids) {
    if (ids && ids.size <= FEW) {
        for (const id of ids) {
            const one = await attempt(() => api.get(`/api/v1/observations/${id}`));
            if (one) put_observation(one);
        }
    } else {
        await load_observations(walk);
    }
}

function look() {
    timer = null;
    for (const [walk, ids] of asked) {
        asked.delete(walk);
        if (get_state().observations[walk]) ask(walk, ids);
    }
}

const renew_kept = (walk) =>
    import("./kept_answers.js").then(({ answers_are_old }) => answers_are_old(walk), () => null);

function points({ walk, observations }) {
    const before = asked.get(walk);
    asked.set(walk, observations && before !== null
        ? new Set([...(before || []), ...observations]) : null);
    timer ??= setTimeout(look, PAUSE_MS);
}

function everything() {
    load_walks();
    look_at_status();
    for (const walk of Object.keys(get_state().observations)) points({ walk, observations: null });
}

const words = (text) => text && (text[language()] || text.da);

function sync(told) {
    const status = { ...told, sync: { ...told.sync, step_text: words(told.sync.step_text),
        error: words(told.sync.error) } };
    if (JSON.stringify(status) !== JSON.stringify(get_state().status)) set_state({ status });
}

function photo_sent({ sha256, observation, state, sent, bytes }) {
    const one = observation && find_observation(observation);
    if (!one) return;
    put_observation({ ...one, photos: one.photos.map((photo) =>
        (photo.sha256 === sha256 ? { ...photo, state, sent, bytes } : photo)) });
}

function sent({ observations, photos }) {
    if (!observations || !photos) {
        everything();
        return;
    }
    for (const { id, sent: how } of observations) {
        const one = find_observation(id);
        if (one) put_observation({ ...one, sent: how });
    }
    photos.forEach(photo_sent);
}

export function follow() {
    listen((name, data) => {
        if (name === "all" || name === "points") renew_kept(data.walk);
        if (name === "all") everything();
        else if (name === "walks") load_walks();
        else if (name === "points") points(data);
        else if (name === "sync") sync(data);
        else if (name === "sent") sent(data);
        else if (name === "lost") look_at_status();
    });
}
