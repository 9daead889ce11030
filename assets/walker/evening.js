/* evening: what the page tells of a walk and hears of it: who came, answers, votes, last
 * time's points. Every deed has an id or is whole, so saying it twice is once; what cannot
 * be sent now waits in the outbox.
 */
import { useEffect } from "preact/hooks";
import * as api from "../shared/api.js";
import { listen } from "../shared/events.js";
import { new_id } from "./ids.js";
import { on_settled, outbox_put, outbox_sends, outbox_waiting } from "./outbox.js";
import { find_walk, get_state, set_state, use_store } from "./store.js";
import { attempt, put_walk } from "./walks.js";

/* As WALK_ROLES of core/store/walk.h; texts are role_of.*. */
export const ROLES = ["resident", "council", "police", "municipality", "rescue", "housing",
    "ssp", "expert", "other"];
export const WEATHER = ["dry", "rain", "snow", "fog", "wind", "frost"];

/* ---- the walk, and what is told of it ------------------------------------------------ */

const WALKS = "/api/v1/walks/";
const E7 = 1e7;
const views = new Map(); /* walk's id: { walk, sends, view } */

/* A route is told in degrees and heard in ten millionths of them. */
export const to_e7 = (route) => route && route.map((place) => place.map((degrees) => Math.round(degrees * E7)));
export const to_degrees = (route) => route && route.map((place) => place.map((e7) => e7 / E7));
export const of_group = (rows, group) => (rows || []).filter((row) => (row.group || "") === group);

/* What a body changes of the walk, by what it is about: the path after the walk's own. */
const CHANGES = {
    "": (walk, fields) => ("route" in fields ? { ...fields, route: to_e7(fields.route) } : fields),
    "/attendance": (walk, { group, counts }) => ({ attendance: [
        ...(walk.attendance || []).filter((row) => (row.group || "") !== group),
        ...counts.map((row) => ({ ...row, group: group || null }))] }),
    "/votes": (walk, votes) => ({ votes }),
};
const change_of = (id, path) => (path.startsWith(WALKS + id) ? CHANGES[path.slice((WALKS + id).length)] : undefined);

/* The walk as the page knows it: what was told of it and waits for an answer lies over what the
 * program last said. Only what was told: all else goes on as others change it. The same object as
 * long as nothing changed. */
export function walk_view(id, s) {
    const walk = find_walk(id, s);
    if (!walk) return walk;
    const sends = outbox_sends();
    const known = views.get(id);
    if (known?.walk === walk && known.sends === sends) return known.view;
    const view = sends.map(({ path, body }) => ({ body, change: change_of(id, path) }))
        .reduce((seen, { change, body }) => (change ? { ...seen, ...change(seen, body) } : seen), walk);
    views.set(id, { walk, sends, view });
    return view;
}

/* Is a route of it not with the program yet? */
export const route_waits = (id) => outbox_sends().some(({ path, body }) => path === WALKS + id && "route" in body);

/* The same walk at a tap: two quick ones may come before the first of them is drawn. */
export const walk_now = (walk) => walk_view(walk.id, get_state()) || walk;

const tell = (id, about, body, method = "PUT") => outbox_put(WALKS + id + about, body, { method });

export const edit_walk = (id, fields) => tell(id, "", fields, "PATCH");
/* The counts of one group ("": of the walk as one), all of them: the other groups' are whatever
 * they are when it arrives. */
export const attend = (id, group, counts) => tell(id, "/attendance", { group, counts });
export const vote = (id, votes) => tell(id, "/votes", votes);

on_settled((path, answer) => {
    if (answer?.id && change_of(answer.id, path)) put_walk(answer);
});

/* ---- ratings --------------------------------------------------------------------- */

/* An id that tells no order: an answer is nobody's. */
export function answer_rating(walk, { round, observation, role, unsafe, slip }) {
    const id = crypto.randomUUID ? crypto.randomUUID() : new_id();
    const body = { id, round, role, unsafe_1_7: unsafe };
    if (observation) body.observation = observation;
    if (slip) body.slip = slip;
    return outbox_put(`/api/v1/walks/${walk}/ratings`, body, { method: "POST" });
}

/* observation: of a round at a spot. */
export const load_round = (walk, round, observation) =>
    attempt(() => api.get(`/api/v1/walks/${walk}/ratings?round=${round}${
        observation ? `&observation=${observation}` : ""}`));

export const close_round = (walk, round, observation) =>
    attempt(() => api.post(`/api/v1/walks/${walk}/ratings/close`,
        observation ? { round, observation } : { round }));

/* Rounds as the page knows them stand in the store under these names. */
export const round_key = (walk, round, observation) => [walk, round, observation].filter(Boolean).join(" ");
export const hear_round = (heard, ...of) => heard && set_state((s) => ({
    rounds: { ...s.rounds, [round_key(...of)]: heard } }));

/* A round as it stands, for as long as it is looked at: phones answer meanwhile. walk null: there
 * is none to ask for yet. */
export function use_round(walk, round, observation) {
    useEffect(() => {
        if (!walk) return undefined;
        const look = async () => hear_round(await load_round(walk, round, observation), walk, round, observation);
        look();
        return listen((name) => (name === "answers" || name === "all") && look());
    }, [walk, round, observation]);
    return use_store((s) => s.rounds?.[round_key(walk, round, observation)]);
}

/* Lowest and highest answer of counts [c1..c7]; null when there is none. */
export function spread(counts) {
    const said = counts.map((n, i) => (n > 0 ? i + 1 : 0)).filter(Boolean);
    return said.length ? { low: said[0], high: said[said.length - 1] } : null;
}

/* ---- last time ------------------------------------------------------------------- */

const VERDICTS = "/api/v1/verdicts/";

export async function load_last(walk) {
    const answer = await attempt(() => api.get(`/api/v1/walks/${walk}/last`));
    if (answer) set_state((s) => ({ last: { ...s.last, [walk]: with_said(walk, answer.points) } }));
    return answer?.points;
}

/* What was said here and waits is newer than what the program, or a kept answer, knows. */
function with_said(walk, points) {
    const said = Object.entries(outbox_waiting(VERDICTS)).filter(([, body]) => body.walk === walk)
        .map(([id, { observation, verdict, sha256 }]) => ({ observation, verdict: { id, verdict, sha256 } }));
    const known = get_state().last?.[walk] || [];
    return points.map((one) => ({ ...one, photo_now: known.find((was) => was.id === one.id)?.photo_now,
        verdict: said.findLast(({ observation }) => observation === one.id)?.verdict || one.verdict }));
}

const change_last = (walk, id, change) => set_state((s) => ({ last: { ...s.last,
    [walk]: (s.last?.[walk] || []).map((one) => (one.id === id ? { ...one, ...change(one) } : one)) } }));

/* Kept at the tap, under the id of what was said before when it is said anew; with the photo
 * that was taken of it, whichever came first. */
export function give_verdict(walk, point, verdict, photo) {
    const now = (get_state().last?.[walk] || []).find((one) => one.id === point.id) || point;
    const id = now.verdict?.id || new_id();
    const sha256 = photo || now.verdict?.sha256 || now.photo_now;
    const body = { walk, observation: point.id, verdict };
    if (sha256) body.sha256 = sha256;
    change_last(walk, point.id, (one) => ({ verdict: { ...one.verdict, id, verdict, sha256 } }));
    return outbox_put(VERDICTS + id, body, { aged: true });
}

/* A photo of how it is now; what is said of it may come later. */
export function give_photo_now(walk, point, sha256) {
    const now = (get_state().last?.[walk] || []).find((one) => one.id === point.id) || point;
    if (now.verdict) return give_verdict(walk, point, now.verdict.verdict, sha256);
    change_last(walk, point.id, () => ({ photo_now: sha256 }));
    return undefined;
}

/* ---- acute ----------------------------------------------------------------------- */

export function note_acute(id, walk, observation, called) {
    const body = { walk };
    if (observation) body.observation = observation;
    if (called) body.called = called;
    return outbox_put(`/api/v1/acute/${id}`, body, { aged: true });
}
