/* screen_walk: the grid. One tap keeps an observation, and nothing else is asked.
 *
 * The order of the tiles never changes during a walk. A tile is never disabled; while
 * the disk takes its time it says so with a dashed edge.
 */
import { useEffect } from "preact/hooks";
import { GroupIcon, Icon } from "../shared/icons.js";
import { named, number, t, time_text, tn } from "../shared/i18n.js";
import {
    html, AcuteButton, Button, Dock, Notice, PositionPill, SentPill, TopBar, use_wide,
} from "./components.js";
import { Place } from "./loader.js";
import { Notices } from "./notices.js";
import { is_phone_of_a_pass } from "./me.js";
import { on_mark_key } from "./mark_key.js";
import { order_of } from "./order.js";
import { go, open_overlay, point_at, points_at } from "./route.js";
import { light_now } from "./theme.js";
import { soft } from "./soft.js";
import { find_walk, get_state, set_state, use_store } from "./store.js";
import { mark_here, photo_first, tap } from "./tap.js";
import {
    category_name, group_of, has_last, load_observations, points_of, withdraw,
} from "./walks.js";

const BIG = 6;
const LATEST = 4;
const MARK_MS = 60000; /* so long the last "mark here" is spoken of */

function Tile({ code, big, count, walk }) {
    const keeping = use_store((s) => (s.keeping?.code === code ? s.keeping : null));
    const group = group_of(code);
    const busy = keeping && keeping.slow;
    const kind = [keeping && !busy && "lit", busy && "keeping", code === "POS" && "strength"];
    const said = [named(group) !== named(group, "tile_") && named(group),
        count > 0 && tn("walks.points", count)].filter(Boolean);
    return html`<li class=${big ? "big" : ""}>
        <button class=${`tile ${kind.filter(Boolean).join(" ")}`} data-test=${`category-${code}`}
            onClick=${() => tap(walk, code)}>
            <${GroupIcon} code=${code} size=${big ? 54 : 48} />
            <span class="word">${busy ? t("kept.keeping") : soft(named(group, "tile_"))}</span>
            ${said.map((words) => html`<span class="sr">, ${words}</span>`)}
            ${count > 0 && html`<span class="count" aria-hidden="true">${number(count)}</span>`}</button></li>`;
}

function Grid({ walk, points }) {
    const counts = {};
    for (const one of points) counts[one.group] = (counts[one.group] || 0) + 1;
    return html`<section class="tiles" aria-label=${t("walk.grid")}><ul>
        ${order_of(walk).map((code, i) => html`<${Tile} key=${code} code=${code} big=${i < BIG}
            count=${counts[code] || 0} walk=${walk} />`)}</ul></section>`;
}

const PointsRow = ({ walk, points }) => {
    const last = points[points.length - 1];
    return html`<button class="row points-row" data-test="points"
        onClick=${() => go(points_at(walk))}>
        <${Icon} name="list" /><span class="in"><span class="name">
            ${tn("walk.tonight", points.length)}</span><span class="more">${last
        ? t("walk.last", category_name(last), time_text(last.at)) : t("walk.none_yet")}</span></span>
        <${Icon} name="chevron" /></button>`;
};

const Marked = ({ point }) => html`<button class="row chosen-edge" data-test="marked"
    onClick=${() => go(point_at(point.walk, point.id))}><${Icon} name="pin" /><span class="in">
        <span class="name">${t("walk.marked")}</span><span class="more">${t("list.time", time_text(point.at))}</span></span>
    <${Icon} name="chevron" /></button>`;

/* One place of one height: what is wrong, what was undone, else what is near from last
 * time, or the way to the list. So the grid under it does not move when something is said. */
function Slot({ walk, points, near }) {
    const troubled = use_store((s) => !s.reachable || s.notice);
    const undone = use_store((s) => (s.undone?.walk === walk ? s.undone : null));
    const marked = use_store((s) => (s.marked?.walk === walk ? s.marked : null));
    useEffect(() => {
        if (!marked) return undefined;
        const timer = setTimeout(() => set_state({ marked: null }), MARK_MS);
        return () => clearTimeout(timer);
    }, [marked]);
    useEffect(() => {
        if (!undone) return undefined;
        const timer = setTimeout(() => set_state({ undone: null }), 10000);
        return () => clearTimeout(timer);
    }, [undone]);
    if (troubled) return html`<div class="slot"><${Notices} brief /></div>`;
    if (marked && !undone) return html`<div class="slot"><${Marked} point=${marked} /></div>`;
    if (!undone && near) return html`<div class="slot"><${Place} name="walk.near" walk=${walk} most=${1} /></div>`;
    if (!undone) return html`<div class="slot"><${PointsRow} walk=${walk} points=${points} /></div>`;
    return html`<div class="slot"><${Notice} calm icon="undo" title=${t("walk.undone", undone.name)}>
        <${Button} data-test="bring-back" onTap=${() => withdraw(undone, false)}>
            ${t("walk.bring_back")}</${Button}></${Notice}></div>`;
}

export function WalkScreen({ walk: id }) {
    const wide = use_wide();
    const walk = use_store((s) => find_walk(id, s));
    const phone = use_store(is_phone_of_a_pass);
    const ready = use_store((s) => s.catalogue);
    use_store((s) => s.observations[id]);
    use_store((s) => s.pending);
    useEffect(() => {
        load_observations(id);
        return on_mark_key(() => !get_state().overlay && mark_here(id));
    }, [id]);
    const points = points_of(id).filter((one) => !one.withdrawn);
    const latest = points.slice(-LATEST).reverse();
    const near = use_store((s) => has_last(id, s));
    return html`<div class="screen docked walk">
        <${TopBar} back=${phone ? null : "#/"} title=${walk ? walk.title : ""} menu kind="many"
            facts=${t("walk.facts", time_text(Date.now()), t(`light.${light_now()}`),
                tn("walks.points", points.length))}
            pills=${html`<${PositionPill} /><${SentPill} />
                <button class="iconbutton ringed" data-test="search-open" aria-haspopup="dialog" aria-label=${t("search.open")}
                    onClick=${() => open_overlay("search", { walk: id })}><${Icon} name="search" /></button>`} />
        <main id="main" class="beside">
            <div class="stack">
                ${!wide && html`<div class="strip-place">${ready && html`<${Place} name="walk.top" walk=${id} />`}</div>
                    <${Slot} walk=${id} points=${points} near=${near} />`}
                ${ready && html`<${Grid} walk=${id} points=${points} />`}
            </div>
            ${wide && html`<div class="stack"><div class="strip-place">${ready && html`<${Place} name="walk.top" walk=${id} />`}</div>
                ${near && html`<h2>${t("walk.near")}</h2><div class="near-place group">
                    <${Place} name="walk.near" walk=${id} most=${2} /></div>`}
                <${Slot} walk=${id} points=${points} />
                <h2>${t("walk.latest")}</h2>
                ${latest.length ? html`<${Place} name="walk.latest" points=${latest} />`
                    : html`<p class="small quiet">${t("walk.none_yet_help")}</p>`}
            </div>`}
        </main>
        <${Dock}><${AcuteButton} />
            <${Button} kind="more" icon="camera" data-test="photo-first"
                onTap=${() => photo_first(id)}>${t("dock.photo_first")}</${Button}></${Dock}></div>`;
}
