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
import { choose_photo } from "./photo.js";
import { go, point_at, points_at } from "./route.js";
import { light_now } from "./theme.js";
import { PointRow } from "./screen_list.js";
import { find_walk, get_state, set_state, use_store } from "./store.js";
import {
    category_name, group_of, keep, load_observations, new_id, points_of, withdraw,
} from "./walks.js";

const ORDER = ["BEL", "BEP", "STI", "POS", "REN", "TRA", "TUN", "HAR", "KOL", "INV", "BYG",
    "OPH", "VAN", "TIL", "ANDET"];
const BIG = 6;
const LATEST = 4;
let newest = null; /* id of the last tap: its screen is the one that opens */

/* A bounce of the finger is one tap; while the disk is slow the next one counts. */
async function tap(walk, code, id = new_id()) {
    const { keeping } = get_state();
    if (keeping && !keeping.slow) return;
    newest = id;
    const kept = await keep(walk, code, id);
    const { route, overlay } = get_state();
    if (kept && newest === id && route.screen === "walk" && !overlay) go(point_at(walk, id));
}

/* The point first, then the camera; both begin at the same tap. */
function photo_first(walk) {
    const id = new_id();
    tap(walk, "ANDET", id);
    choose_photo(id, { after: () => go(point_at(walk, id)) });
}

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
            <span class="word">${busy ? t("kept.keeping") : named(group, "tile_")}</span>
            ${said.map((words) => html`<span class="sr">, ${words}</span>`)}
            ${count > 0 && html`<span class="count" aria-hidden="true">${number(count)}</span>`}</button></li>`;
}

function Grid({ walk, points }) {
    const counts = {};
    for (const one of points) counts[one.group] = (counts[one.group] || 0) + 1;
    return html`<section class="tiles" aria-label=${t("walk.grid")}><ul>
        ${ORDER.map((code, i) => html`<${Tile} key=${code} code=${code} big=${i < BIG}
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

/* One place of one height: what is wrong, what was undone, else the way to the list.
 * So the grid under it does not move when something is said. */
function Slot({ walk, points }) {
    const troubled = use_store((s) => !s.reachable || s.notice);
    const undone = use_store((s) => (s.undone?.walk === walk ? s.undone : null));
    useEffect(() => {
        if (!undone) return undefined;
        const timer = setTimeout(() => set_state({ undone: null }), 10000);
        return () => clearTimeout(timer);
    }, [undone]);
    if (troubled) return html`<div class="slot"><${Notices} brief /></div>`;
    if (!undone) return html`<div class="slot"><${PointsRow} walk=${walk} points=${points} /></div>`;
    return html`<div class="slot"><${Notice} calm icon="undo" title=${t("walk.undone", undone.name)}>
        <${Button} data-test="bring-back" onTap=${() => withdraw(undone, false)}>
            ${t("walk.bring_back")}</${Button}></${Notice}></div>`;
}

export function WalkScreen({ walk: id }) {
    const wide = use_wide();
    const walk = use_store((s) => find_walk(id, s));
    const ready = use_store((s) => s.catalogue);
    use_store((s) => s.observations[id]);
    use_store((s) => s.pending);
    useEffect(() => {
        load_observations(id);
    }, [id]);
    const points = points_of(id).filter((one) => !one.withdrawn);
    const latest = points.slice(-LATEST).reverse();
    return html`<div class="screen docked walk">
        <${TopBar} back="#/" title=${walk ? walk.title : ""} menu kind="many"
            facts=${t("walk.facts", time_text(Date.now()), t(`light.${light_now()}`),
                tn("walks.points", points.length))}
            pills=${html`<${PositionPill} /><${SentPill} />`} />
        <main id="main" class="beside">
            <div class="stack">
                ${!wide && html`<${Place} name="walk.top" walk=${id} />
                    <${Place} name="walk.near" walk=${id} />
                    <${Slot} walk=${id} points=${points} />`}
                ${ready && html`<${Grid} walk=${id} points=${points} />`}
            </div>
            ${wide && html`<div class="stack"><${Place} name="walk.top" walk=${id} />
                <${Place} name="walk.near" walk=${id} /><${Slot} walk=${id} points=${points} />
                <h2>${t("walk.latest")}</h2>
                ${latest.length ? html`<ul class="stack">${latest.map((one) =>
                    html`<${PointRow} key=${one.id} one=${one} />`)}</ul>`
                    : html`<p class="small quiet">${t("walk.none_yet_help")}</p>`}
            </div>`}
        </main>
        <${Dock}><${AcuteButton} />
            <${Button} kind="more" icon="camera" data-test="photo-first"
                onTap=${() => photo_first(id)}>${t("dock.photo_first")}</${Button}></${Dock}></div>`;
}
