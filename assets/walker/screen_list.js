/* screen_list: the points of a walk, newest first, each with how far it has come.
 *
 * It holds everything the grid has made, also what was undone (brought back from here)
 * and what is not on the disk yet.
 */
import { useEffect } from "preact/hooks";
import { GroupIcon, Icon } from "../shared/icons.js";
import { t, time_text, tn } from "../shared/i18n.js";
import { html, Button, SentPill, TopBar } from "./components.js";
import { Chunks } from "./chunks.js";
import { Notices } from "./notices.js";
import { Thumb } from "./photos.js";
import { go, point_at, walk_at } from "./route.js";
import { soft } from "./soft.js";
import { find_walk, use_store } from "./store.js";
import { category_name, load_observations, points_of, withdraw } from "./walks.js";

const STATE_ICON = { waiting: "clock", stored: "send", verified: "check", carried: "send" };

/* unkept, waiting, carried (by a hub), stored or verified */
export const sent_state = (one) => (one.unkept ? "unkept" : one.sent || "waiting");

function facts_of(one) {
    return [one.number ? t("list.number", one.number) : "",
        t("list.time", time_text(one.at)),
        one.group === "POS" ? t("list.strength") : "",
        one.severity > 0 ? t(`severity.${one.severity}`) : "",
        one.photos.length ? tn("walks.photos", one.photos.length) : "",
        one.stood || one.thing ? "" : t("list.no_place")].filter(Boolean).join(" · ");
}

/* Kept in a hurry, and nothing said of it yet. */
const is_mark = (one) => one.category === "ANDET" && !one.note && !one.photos.length;

export function PointRow({ one }) {
    const state = sent_state(one);
    return html`<li><button class=${`row ${one.unkept ? "unkept" : ""}`} data-test="point-row"
        data-id=${one.id} onClick=${() => go(point_at(one.walk, one.id))}>
        <${Thumb} one=${one} code=${html`<${GroupIcon} code=${one.group} size=${38} />`} />
        <span class="in"><span class="name">${is_mark(one) ? t("list.marked") : soft(category_name(one))}</span>
            <span class="more">${facts_of(one)}</span>
            ${one.note && html`<span class="more clip">${one.note}</span>`}
            <span class=${`more state ${state === "verified" ? "moss" : ""}`} data-test="sent-state">
                <${Icon} name=${STATE_ICON[state] || "warning"} size=${20} />${
                    t(`sent.${state}`)}</span></span>
        <${Icon} name="chevron" /></button></li>`;
}

export const LatestPoints = ({ points }) => html`<ul class="stack">${points.map((one) =>
    html`<${PointRow} key=${one.id} one=${one} />`)}</ul>`;

const UndoneRow = ({ one }) => html`<li class="row fact" data-test="undone-row">
    <${Icon} name="undo" /><span class="in"><span class="name">${category_name(one)}</span>
        <span class="more">${t("list.undone", time_text(one.at))}</span></span>
    <${Button} onTap=${() => withdraw(one, false)}>${t("walk.bring_back")}</${Button}></li>`;

export function ListScreen({ walk: id }) {
    const walk = use_store((s) => find_walk(id, s));
    use_store((s) => s.observations[id]);
    use_store((s) => s.pending);
    use_store((s) => s.catalogue);
    useEffect(() => {
        load_observations(id);
    }, [id]);
    const all = points_of(id).reverse();
    const points = all.filter((one) => !one.withdrawn);
    const undone = all.filter((one) => one.withdrawn);
    const begun = walk && walk.state === "begun";
    return html`<div class="screen">
        <${TopBar} back=${begun ? walk_at(id) : "#/"} title=${t("list.title")}
            facts=${walk ? `${walk.title} · ${tn("walks.points", points.length)}` : ""}
            pills=${html`<${SentPill} />`} />
        <main id="main" class="stack">
            <${Notices} />
            ${!points.length && html`<div class="panel"><p>${t("list.none")}</p>
                ${begun && html`<${Button} onTap=${() => go(walk_at(id))}>${t("list.to_grid")}</${Button}>`}</div>`}
            <${Chunks} rows=${points} draw=${(one) => html`<${PointRow} key=${one.id} one=${one} />`} />
            ${undone.length > 0 && html`<h2>${t("list.undone_label")}</h2>
                <ul class="rows">${undone.map((one) =>
                    html`<${UndoneRow} key=${one.id} one=${one} />`)}</ul>`}
        </main></div>`;
}
