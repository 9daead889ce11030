/* The inbox of a walk: its points as a list, and the same points on the map.
 *
 * Asks every five seconds. Rows keep their place while they are worked on; new ones wait
 * behind "4 new points – show". Tab, current row and view stand in the address. */
import { useEffect, useRef } from "preact/hooks";
import { number, t, tn } from "../shared/i18n.js";
import { place_of } from "../shared/metres.js";
import { Asked, Downloads, Kbd, Receipt, Title, Waiting, move_by_key } from "./components.js";
import { html } from "./html.js";
import { PointRow, point_path } from "./point_row.js";
import { Point } from "./screen_issue.js";
import { FieldMap } from "./map.js";
import { Link, address, go, has_moved, restate } from "./router.js";
import { get, load_areas, load_parties, set_trail, use_asked, use_settled } from "./state.js";
import { by_urgency, category_name, is_safe_place, moment, state_of, walk_time } from "./words.js";

const TABS = ["triage", "triaged", "safe"];

/* Which tab a point belongs in: every point of the walk is in exactly one. A case that was
 * joined into another is as far as that one, and another party's is theirs to triage. */
function tab_of(o) {
    if (is_safe_place(o)) return "safe";
    if (o.withdrawn) return "triage";
    if (o.issue?.merged?.elsewhere) return "triaged";
    return !o.issue || ["open", "returned"].includes(state_of(o.issue)) ? "triage" : "triaged";
}

const arrange = (points) =>
    [...points].sort(by_urgency).map((o) => ({ id: o.id, tab: tab_of(o) }));

async function ask(id) {
    const [{ walks }, { observations }] = await Promise.all([
        get("/api/v1/walks"), get(`/api/v1/walks/${encodeURIComponent(id)}/observations`), load_parties(),
    ]);
    const walk = walks.find((one) => one.id === id);
    const after = new Set(walk?.closing?.after);
    return {
        walk,
        points: observations.map((o) => (after.has(o.id) ? { ...o, after_closing: true } : o)),
    };
}

/* When nothing has come: what the devices were heard from last. */
function Nothing({ walk, who }) {
    const may = ["admin", "coordinator"].includes(who.role);
    const asked = use_asked(async () => (may ? (await get("/api/v1/devices")).devices : []), []);
    const devices = (asked.data ?? []).filter((device) => !device.revoked);
    return html`<p class="nothing">
        ${t(walk.state === "planned" ? "inbox.planned" : "inbox.none")}
        ${devices.map((device) => html` <span key=${device.id}>
            ${device.seen ? t("inbox.seen", device.name, moment(device.seen)) : t("inbox.unseen", device.name)}</span>`)}
    </p>`;
}

const Tabs = ({ tabs, tab, path }) => html`
    <nav class="tabs" aria-label=${t("inbox.tabs")}>
        ${tabs.map(([name, n]) => html`
            <${Link} key=${name} to=${path({ tab: name, at: "" })}
                aria-current=${name === tab ? "page" : undefined}>
                ${t(`inbox.tab.${name}`)} <span class="count">${number(n)}</span><//>`)}
    </nav>`;

/* The n of n of a closed walk, what came later, and what only the police may read. */
function Closing({ walk: { id, closing, withheld }, who }) {
    const words = [
        closing && t(closing.complete ? "closing.complete" : "closing.incomplete",
            number(closing.points_here), number(closing.points),
            number(closing.photos_here), number(closing.photos)),
        closing?.later > 0 && tn("closing.later", closing.later),
        closing?.waiting > 0 && tn("closing.waiting", closing.waiting),
        closing?.silent > 0 && tn("closing.silent", closing.silent),
        withheld > 0 && tn("closing.withheld", withheld),
    ].filter(Boolean);
    return words.length > 0 && html`<p class="small quiet" data-test="closing">${words.join(" ")}
        ${withheld > 0 && who.role === "police" && html` <${Link} to=${address("/sealed", { walk: id })}>
            ${t("closing.withheld_open")}<//>`}</p>`;
}

const Head = ({ walk, points, who }) => html`
    <div class="inbox-head">
        <div>
            <p class="crumbs"><${Link} to="/">${t("band.walks")}<//>
                ${walk.area ? ` / ${walk.area}` : ""}</p>
            <${Title} text=${walk.title} />
            <p class="quiet">${[walk_time(walk), t(`mode.${walk.mode || "foot"}`),
                t(`walk_state.${walk.state}`), tn("inbox.points", points)].join(" · ")}</p>
            <${Closing} walk=${walk} who=${who} />
        </div>
        <${Receipt} walk=${walk} />
    </div>`;

const Hints = () => html`<p class="hints small">
    <span><${Kbd}>J<//> <${Kbd}>K<//> ${t("keys.move")}</span>
    <span><${Kbd}>Enter<//> ${t("keys.open")}</span>
    <span class="quiet">${t("keys.when")}</span></p>`;

/* What stands in an empty tab: why it is empty and what to do next. */
const EmptyTab = ({ tab, tabs, path }) => {
    const triaged = tabs.find(([name]) => name === "triaged")[1];
    if (tab !== "triage") return html`<p class="nothing">${t(`inbox.empty.${tab}`)}</p>`;
    return html`<p class="nothing">${tn("inbox.empty.triage", triaged)}${" "}
        ${triaged > 0 && html`<${Link} to=${path({ tab: "triaged", at: "" })}>
            ${t("inbox.see_triaged")}<//>`}</p>`;
};

function use_focus(list, current, ready) {
    useEffect(() => {
        if (!ready || !current || !has_moved()) return;
        list.current?.querySelector(".row-link[tabindex='0']")?.focus();
    }, [ready]);
}

function Points({ rows, current, select, path, labels }) {
    const list = useRef();
    use_focus(list, current, rows.length > 0);
    const entry = rows.some((row) => row.id === current) ? current : rows[0]?.id;
    return html`<ol class="points" role="list" ref=${list} aria-label=${t("inbox.list")}
        onKeyDown=${(event) => move_by_key(event, ".row-link")}>
        ${rows.map((row) => html`
            <${PointRow} key=${row.id} o=${row.item} label=${labels.get(row.id)}
                to=${point_path(row.item)} is_current=${row.id === current}
                is_entry=${row.id === entry} select=${select} />`)}
    </ol>`;
}

function Body({ walk, settled, query }) {
    const areas = use_asked(load_areas, []).data;
    const chosen = query.get("tab");
    const tab = TABS.includes(chosen) ? chosen : "triage";
    const current = query.get("at");
    const view = query.get("view");
    const path = (change) => address(`/walks/${walk.id}`, { tab, at: current, view, ...change });
    const rows = settled.rows.filter((row) => row.tab === tab);
    const tabs = TABS.map((name) => [name, settled.rows.filter((r) => r.tab === name).length]);
    const labels = new Map(rows.map((row, i) => [row.id, i + 1]));
    const select = (id) => restate(path({ at: id }));
    useEffect(() => {
        const cases = rows.map((row) => row.item.issue?.id).filter(Boolean);
        set_trail(walk.title, path({}), cases);
    });
    const placed = rows.filter((row) => place_of(row.item));
    const points = placed.map((row) => ({
        id: row.id, label: String(labels.get(row.id)), place: place_of(row.item),
        safe: is_safe_place(row.item),
        name: t("map.pin", labels.get(row.id), category_name(row.item.category)),
    }));
    const to_list = () => {
        restate(path({ view: "" }));
        const entry = ".points .row-link[tabindex='0']";
        requestAnimationFrame(() => document.querySelector(entry)?.focus());
    };
    return html`
        <div class="inbox" data-view=${view === "map" ? "map" : "list"}>
            <div class="inbox-list">
                <${Tabs} tabs=${tabs} tab=${tab} path=${path} />
                <div class="views" role="group" aria-label=${t("inbox.views")}>
                    ${["list", "map"].map((name) => html`<button key=${name} type="button"
                        class="chip" aria-pressed=${(view === "map") === (name === "map") ? "true" : "false"}
                        onClick=${() => restate(path({ view: name === "map" ? "map" : "" }))}>
                        ${t(`inbox.view.${name}`)}</button>`)}
                </div>
                <${Waiting} text=${settled.waiting ? tn("inbox.new", settled.waiting) : ""} show=${settled.show} />
                <div class="inbox-scroll">
                    <p class="small quiet above-list"><span>
                        ${tn("inbox.shown", rows.length, number(settled.rows.length))}</span>
                        ${rows.length > 1 && html`<span>${t("order")}</span>`}</p>
                    ${rows.length ? html`<${Points} rows=${rows} current=${current} select=${select}
                            path=${path} labels=${labels} />`
                        : html`<${EmptyTab} tab=${tab} tabs=${tabs} path=${path} />`}
                    <${Downloads} fields=${{ walk: walk.id }} note=${t("download.walk")} />
                </div>
                <${Hints} />
            </div>
            <div class="inbox-map">
                <${FieldMap} name=${t("inbox.map", walk.title)} points=${points}
                    missing=${rows.length - placed.length}
                        selected=${current} select=${select}
                    open=${(id) => go(point_path(rows.find((row) => row.id === id).item))}
                    route=${walk.route} planned=${walk.state === "planned"} areas=${areas}
                    fit=${tab} to_list=${to_list} />
            </div>
        </div>`;
}

/* /walks/ID?point=ID is a point without a case; /walks/ID alone is the inbox. */
export function Inbox({ id, query, who }) {
    const point = query.get("point");
    return point
        ? html`<${Point} key=${point} walk=${id} id=${point} who=${who} />`
        : html`<${Walk} id=${id} query=${query} who=${who} />`;
}

function Walk({ id, query, who }) {
    const asked = use_asked(() => ask(id), [id], (name, { walk, walks }) =>
        walk ? walk === id : name !== "walks" || !walks || walks.includes(id));
    const settled = use_settled(asked.data?.points, arrange, [id]);
    const { walk } = asked.data ?? {};
    return html`<main id="main" class="page inbox-page" tabindex="-1">
        <${Asked} asked=${asked}>
            ${asked.data && !walk && html`<${Title} text=${t("missing.title")} />
                <p>${t("missing.walk")} <${Link} to="/">${t("band.walks")}<//></p>`}
            ${walk && settled.rows && html`
                <${Head} walk=${walk} points=${asked.data.points.length} who=${who} />
                ${settled.rows.length
                    ? html`<${Body} walk=${walk} settled=${settled} query=${query} />`
                    : html`<${Waiting} text=${settled.waiting ? tn("inbox.new", settled.waiting) : ""} show=${settled.show} />
                        <${Nothing} walk=${walk} who=${who} />`}`}
        <//>
    </main>`;
}
