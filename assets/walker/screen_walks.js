/* screen_walks: tonight's walk and the way into it; what there was before.
 *
 * The lit panel is the walk under way here, else the planned one nearest to today, else the
 * one that was tapped in the list. It holds the screen's one filled button.
 */
import { useEffect, useState } from "preact/hooks";
import { Icon, Mark } from "../shared/icons.js";
import { date_text, day_of, number, t, time_text, tn } from "../shared/i18n.js";
import { metres_between } from "../shared/metres.js";
import { html, Button, SentPill, TopBar } from "./components.js";
import { load_last } from "./evening.js";
import { Place } from "./loader.js";
import { Notices } from "./notices.js";
import { go, points_at, walk_at } from "./route.js";
import { soft } from "./soft.js";
import { get_state, set_state, use_store } from "./store.js";
import { dark_from } from "./theme.js";
import { change_walk, fetch_walk, is_under_way, load_walks, remember_last } from "./walks.js";

const is_open = (walk) => walk.state === "begun" || walk.state === "planned";
const day_distance = (walk) => Math.abs(new Date(walk.starts || walk.begun || Date.now())
    - Date.now());

function pick(walks, wanted) {
    const open = walks.filter(is_open);
    const asked = open.find((walk) => walk.id === wanted);
    const begun = open.find(is_under_way);
    const near = [...open].sort((a, b) => day_distance(a) - day_distance(b))[0];
    return asked || begun || near || null;
}

export function walk_when(walk) {
    const when = walk.starts || walk.begun || walk.ended;
    if (!when) return "";
    return day_of(when) === day_of(Date.now())
        ? t("walks.today_at", time_text(when)) : date_text(when);
}

function facts_of(walk) {
    const places = (walk.route || []).map(([lat, lon]) => ({ lat: lat / 1e7, lon: lon / 1e7 }));
    const metres = places.slice(1).reduce((sum, place, i) => sum + metres_between(places[i], place), 0);
    return [walk_when(walk), walk.mode && t(`mode.${walk.mode}`),
        metres > 0 && t("walks.length", number(Math.round(metres / 100) / 10)), walk.area !== walk.title && walk.area]
        .filter(Boolean).join(" · ");
}

/* What one wants to know before going out. */
function Beforehand({ walk }) {
    const last = use_store((s) => s.last?.[walk.id]?.length);
    useEffect(() => {
        load_last(walk.id).then((points) => points && remember_last(walk.id, points.length > 0));
    }, [walk.id]);
    const dark = dark_from(walk.starts || Date.now());
    const groups = walk.groups?.length;
    return html`<ul class="beforehand">
        ${groups > 0 && html`<li><${Icon} name="people" />${tn("walks.groups", groups)}</li>`}
        ${last > 0 && html`<li><${Icon} name="history" />${tn("walks.last_points", last)}</li>`}
        ${dark && html`<li><${Icon} name="moon" />${t("walks.dark_from", time_text(dark))}</li>`}</ul>`;
}

const OUTCOMES = ["mended", "planned", "waiting", "refused"];

/* What became of a walk's points: a bar and its key, told apart by shape as well. */
function Outcome({ of }) {
    const shown = OUTCOMES.filter((kind) => of?.[kind] > 0);
    if (!shown.length) return null;
    return html`<span class="outcome"><span class="pieces" aria-hidden="true">${shown.map((kind) =>
        html`<i key=${kind} class=${kind} style=${{ flexGrow: of[kind] }}></i>`)}</span>
        <span class="more key">${shown.map((kind) => html`<span key=${kind}><i class=${kind}></i>${
            t(`walks.${kind === "planned" ? "planned_n" : kind}`, number(of[kind]))}</span> `)}</span></span>`;
}

/* The planned way on plain ground. */
function RoutePlot({ route }) {
    if (!route || route.length < 2) return null;
    const shrink = Math.cos((route[0][0] / 1e7) * (Math.PI / 180));
    const xs = route.map((p) => p[1] * shrink), ys = route.map((p) => -p[0]);
    const left = Math.min(...xs), top = Math.min(...ys);
    const span = Math.max(Math.max(...xs) - left, (Math.max(...ys) - top) * 2.6, 1);
    const line = xs.map((x, i) => `${(12 + ((x - left) / span) * 336).toFixed(1)},${
        (12 + ((ys[i] - top) / span) * 336).toFixed(1)}`).join(" ");
    return html`<svg class="plot" viewBox="0 0 360 154" role="img" aria-label=${t("walks.route")}>
        <polyline points=${line} /></svg>`;
}

function Tonight({ walk }) {
    const [busy, set_busy] = useState(false);
    const begin = async () => {
        if (walk.state === "planned") {
            set_busy(true);
            const begun = await change_walk(walk.id, "begin");
            set_busy(false);
            if (!begun) return;
        }
        go(walk_at(walk.id));
    };
    const begun = walk.state === "begun";
    return html`<section class="panel" data-test="tonight">
        <div><h1 tabindex="-1">${soft(walk.title)}</h1>
            <p class="quiet">${facts_of(walk)}</p>
            ${walk.purpose && html`<p class="quiet">${walk.purpose}</p>`}</div>
        <${RoutePlot} route=${walk.route} />
        <${Beforehand} walk=${walk} />
        <${Place} name="walks.tonight" walk=${walk} />
        <p class="small">${begun ? t("walks.under_way") : t("walks.planned")}${" · "}${
            tn("walks.points", walk.points)}</p>
        <${Button} kind="primary" icon="walk" onTap=${begin} data-test="begin-walk">
            ${busy ? t("walks.beginning") : begun ? t("walks.go_on") : t("walks.begin")}</${Button}>
    </section>
    <p class="proof small"><${Icon} name="check" /><span>${t("walks.proof")}</span></p>
    <p class="proof small"><${Icon} name="warning" /><span>${t("walks.safety")}</span></p>`;
}

const Empty = ({ reachable }) => html`<section class="panel empty" data-test="no-walk">
    <${Mark} size=${72} />
    <h1 tabindex="-1">${t(reachable ? "walks.none" : "walks.unknown")}</h1>
    <p class="quiet">${t(reachable ? "walks.none_help" : "walks.unknown_help")}</p>
    ${reachable ? html`<${Button} kind="primary" icon="plus" onTap=${() => go("#/new")}
        data-test="new-walk">${t("walks.new")}</${Button}>`
        : html`<${Button} kind="primary" onTap=${load_walks}>${t("say.again")}</${Button}>`}
</section>`;

function WalkRow({ walk }) {
    const open = is_open(walk);
    const tap = () => {
        if (!open) go(points_at(walk.id));
        else {
            set_state({ chosen: walk.id });
            window.scrollTo(0, 0);
        }
    };
    const more = [walk_when(walk), tn("walks.points", walk.points),
        tn("walks.photos", walk.photos)].filter(Boolean).join(" · ");
    return html`<li><button class="row" data-test="walk-row" onClick=${tap}>
        <span class="in"><span class="name">${soft(walk.title)}</span>
            <span class="more">${more}</span>
            <span class="more">${t(`walk.state.${walk.state}`)}</span>
            <${Outcome} of=${walk.outcome} /></span>
        <${Icon} name="chevron" /></button></li>`;
}

function Wiped({ walk }) {
    const [busy, set_busy] = useState(false);
    const fetch_it = async () => {
        set_busy(true);
        await fetch_walk(walk.id);
        set_busy(false);
    };
    const title = walk.title || t("walks.untitled");
    return html`<li class="panel" data-test="wiped">
        <span class="name">${title}</span>
        ${walk.asked ? html`<p class="quiet">${t("walks.fetch_asked")}</p>`
            : html`<${Button} onTap=${fetch_it} data-test="fetch-walk" disabled=${busy}
                aria-label=${`${t("walks.fetch")}: ${title}`}>${t("walks.fetch")}</${Button}>`}
    </li>`;
}

export function WalksScreen() {
    const wiped = use_store((s) => s.wiped) || [];
    const walks = use_store((s) => s.walks);
    const wanted = use_store((s) => s.chosen);
    const reachable = use_store((s) => s.reachable);
    const device = use_store((s) => s.about?.device);
    /* A plan may have come from the registry meanwhile. */
    useEffect(() => {
        if (get_state().walks) load_walks();
    }, []);
    const tonight = walks && pick(walks, wanted);
    const others = (walks || []).filter((walk) => walk !== tonight);
    return html`<div class="screen">
        <${TopBar} quiet title="Lygte" facts=${device || t("walks.facts")} menu kind="brand"
            pills=${html`<${SentPill} />`}><${Mark} size=${44} /></${TopBar}>
        <main id="main" class="stack">
            <${Notices} />
            <div class="two stack">
                <div class="stack">
                    ${!walks && reachable && html`<h1 class="small quiet" tabindex="-1">${t("walks.fetching")}</h1>`}
                    ${tonight && html`<${Tonight} walk=${tonight} key=${tonight.id} />`}
                    ${(walks || !reachable) && !tonight && html`<${Empty} reachable=${walks || reachable} />`}
                </div>
                <div class="stack">
                    ${others.length > 0 && html`<h2>${t("walks.others")}</h2>
                        <ul class="stack">${others.map((walk) =>
                            html`<${WalkRow} key=${walk.id} walk=${walk} />`)}</ul>`}
                    ${wiped.length > 0 && html`<h2>${t("walks.wiped")}</h2>
                        <p class="quiet">${t("walks.fetch_help")}</p>
                        <ul class="stack">${wiped.map((walk) =>
                            html`<${Wiped} key=${walk.id} walk=${walk} />`)}</ul>`}
                    ${tonight && html`<${Button} icon="plus" onTap=${() => go("#/new")}
                        data-test="new-walk">${t("walks.new")}</${Button}>`}
                </div>
            </div>
        </main></div>`;
}
