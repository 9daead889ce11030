/* status: what has left the device. The program tells it as it happens (follow.js); while
 * it does not, it is asked every 5 seconds, every second while sending.
 *
 * Also the sign of life: an answer makes the page reachable again, and what waited in
 * the outbox is sent at once. Nothing is asked while the page is hidden.
 */
import * as api from "../shared/api.js";
import { live } from "../shared/events.js";
import { number, t } from "../shared/i18n.js";
import { waits } from "./outbox.js";
import { send_again } from "./photo.js";
import { get_state, put_observations, set_state, watch_state } from "./store.js";

const CALM_MS = 5000;
const SENDING_MS = 1000;
const LIVE_MS = 30000;
const HUB_MS = 7000;
let timer = null;
let last = "";

/* Whoever asks and gets no fresh answer: the program is out of reach. */
api.on_answer((kept) => {
    if (get_state().reachable === kept) set_state({ reachable: !kept });
});

export async function look_at_status() {
    clearTimeout(timer);
    if (get_state().me?.as === "pass") return look_for_hub();
    try {
        const status = await api.get("/api/v1/status", { tries: 1 });
        const text = JSON.stringify(status);
        if (text !== last) set_state({ status });
        last = text;
    } catch (problem) {
        if (problem.unreachable) set_state({ reachable: false });
    }
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(look_at_status, pause());
    return undefined;
}

/* A phone has no status to ask for: its walk is the sign of life. */
async function look_for_hub() {
    const { walk } = get_state().me.pass;
    try {
        const { observations } = await api.get(`/api/v1/walks/${walk}/observations?withdrawn=1`, { tries: 1 });
        put_observations(walk, observations);
    } catch (problem) {
        if (problem.unreachable) set_state({ reachable: false });
    }
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(look_at_status, HUB_MS);
}

function pause() {
    if (live()) return LIVE_MS;
    return get_state().status?.sync?.running ? SENDING_MS : CALM_MS;
}

/* Whoever heard the program first: what waited is sent. */
let reached = true;
watch_state(() => {
    const { reachable } = get_state();
    if (reachable === reached) return;
    reached = reachable;
    if (!reachable) return;
    send_again();
});

document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look_at_status();
});

/* Not shown: what the program does not know of yet is in `here`. */
export function counts_of(status, pending = {}, photos = {}) {
    const here = get_state().sends + Object.values(pending).filter(waits).length
        + Object.values(photos).reduce((sum, rows) => sum + rows.length, 0);
    if (!status) return { unsent: here, held: 0, known: false };
    const left = (part) => Math.max(0, part.made - part.verified);
    return { unsent: (status.points_waiting ?? left(status.records)) + here,
        held: status.held_back, known: true };
}

/* A phone speaks of what the hub has, which carries it on. */
function phone_pill(waiting) {
    if (!waiting) return { icon: "check", words: t("pill.handed_over"), count: "", done: true };
    return { icon: "clock", words: t("pill.here", number(waiting)), count: number(waiting) };
}

/* The words of the pill: { icon, words, done, count } */
export function pill_of(status, pending, photos) {
    if (get_state().me?.as === "pass") return phone_pill(counts_of(null, pending, photos).unsent);
    const { unsent, held, known } = counts_of(status, pending, photos);
    const sync = status && status.sync;
    if (!known) return { icon: "clock", words: t("pill.fetching"), count: "" };
    if (sync.running) {
        const words = sync.of > 0
            ? t("pill.sending", number(sync.done), number(sync.of)) : t("pill.sending_now");
        return { icon: "clock", words, count: "" };
    }
    if (unsent > 0) {
        return { icon: "send", words: t("pill.unsent", number(unsent)), count: number(unsent) };
    }
    if (held > 0) {
        return { icon: "eye", words: t("pill.held", number(held)), count: number(held) };
    }
    return { icon: "check", words: t("pill.all_sent"), count: "", done: true };
}

/* Starts sending; { anyway }: large photos too, though the network costs. Throws its
 * Problem. */
export async function start_sending({ anyway } = {}) {
    await api.post("/api/v1/sync", anyway ? { anyway: true } : {});
    set_state((s) => ({ status: s.status
        && { ...s.status, sync: { ...s.status.sync, running: true, error: null } } }));
    last = "";
    timer = setTimeout(look_at_status, 300);
}
