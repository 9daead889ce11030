/* walk_conflicts: two devices have said different things of the walk itself: its plan, who came,
 * the votes. Whatever is said next is over both (core/store/walk_said), so one side is chosen
 * by saying it once more.
 */
import { useEffect } from "preact/hooks";
import { date_text, list_text, t, time_text, tn } from "../shared/i18n.js";
import { word_of } from "../shared/words.js";
import { html } from "./components.js";
import { Sides } from "./conflicts.js";
import { attend, edit_walk, to_degrees, vote } from "./evening.js";
import { find_observation, use_store } from "./store.js";
import { category_name, load_observations } from "./walks.js";

/* "attendance", or "attendance.B" of a group. */
const is_attendance = (field) => field.split(".")[0] === "attendance";
const group_in = (field) => field.slice("attendance.".length);

function about(field) {
    const group = is_attendance(field) && group_in(field);
    const word = t(`conflict.walk.${is_attendance(field) ? "attendance" : field}`);
    return group ? `${word} (${t("evening.group_letter", group)})` : word;
}

function point_words(id) {
    const one = find_observation(id);
    return one ? [category_name(one), one.note].filter(Boolean).join(": ") : t("conflict.a_point");
}

const people = ({ counts }) => list_text(counts.map(({ role, n }) => `${n} ${t(`role_of.${role}`)}`));
const votes = ({ top, best }) => [...(top || []).map((id, at) => `${at + 1}. ${point_words(id)}`),
    best && `★ ${point_words(best)}`].filter(Boolean).join("; ");

/* A value in words, as the page says it elsewhere. */
function said(field, value) {
    const none = value === null || value === "" || value?.length === 0 || value?.counts?.length === 0;
    if (none) return t("conflict.nothing");
    if (is_attendance(field)) return people(value);
    if (field === "votes") return votes(value) || t("conflict.nothing");
    if (field === "route") return tn("route.places", value.length);
    if (field === "groups") return tn("evening.group_count", value.length);
    if (field === "starts_ms") return `${date_text(value)} ${t("list.time", time_text(value))}`;
    if (field === "weather") return list_text(value.split(" ").map((word) => word_of("weather", word)));
    if (field === "mode" || field === "light") return word_of(field, value);
    if (field === "briefed" || field === "data_text") return t(value ? "conflict.read_out" : "conflict.not_read_out");
    return String(value);
}

function choose(walk, field, { value }) {
    if (field === "votes") return vote(walk.id, { stars: value.stars || {}, top: value.top || [], best: value.best ?? null });
    if (field === "route") return edit_walk(walk.id, { route: to_degrees(value) });
    if (!is_attendance(field)) return edit_walk(walk.id, { [field]: value });
    return attend(walk.id, group_in(field), value.counts);
}

/* Votes name points, which come first. */
export function WalkConflicts({ walk }) {
    const rows = use_store((s) => s.observations[walk.id]);
    const fields = Object.entries(walk.conflicts || {}).filter(([field]) => rows || field !== "votes");
    const wanted = !rows && Boolean(walk.conflicts?.votes);
    useEffect(() => {
        if (wanted) load_observations(walk.id);
    }, [walk.id, wanted]);
    return fields.map(([field, claims]) => html`<${Sides} key=${field}
        about=${about(field)} claims=${claims} said=${(value) => said(field, value)}
        choose=${(claim) => choose(walk, field, claim)} />`);
}
