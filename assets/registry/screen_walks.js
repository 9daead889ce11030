/* The walks, newest first, each with what has come home from it. */
import { number, t, tn } from "../shared/i18n.js";
import { Outside } from "./care.js";
import { Asked, Title, Waiting } from "./components.js";
import { html } from "./html.js";
import { Link } from "./router.js";
import { get, use_asked, use_settled } from "./state.js";
import { walk_time } from "./words.js";

function arrived({ points, photos, home }) {
    const of = Math.max(photos ?? 0, home.photos), all = Math.max(points ?? 0, home.points);
    if (!all) return t("walks.none_home");
    const parts = [tn("walks.points", home.points, number(all))];
    parts.push(of ? t("walks.originals", number(home.verified), number(of)) : t("photos.none"));
    return parts.join(" · ");
}

const facts = (walk) =>
    [walk_time(walk), walk.area, t(`mode.${walk.mode || "foot"}`)].filter(Boolean).join(" · ");

const Walk = ({ walk }) => {
    const of = Math.max(walk.photos ?? 0, walk.home.photos);
    const is_coming = walk.home.verified < of || walk.home.points < (walk.points ?? 0);
    return html`<li class=${`card walk ${is_coming ? "coming" : ""}`}>
        <h2><${Link} to=${`/walks/${walk.id}`} data-test="walk-row">${walk.title}<//></h2>
        <p class="walk-state">${t(`walk_state.${walk.state}`)}</p>
        <p class="quiet">${facts(walk)}</p>
        ${walk.purpose && html`<p>${walk.purpose}</p>`}
        <p class="strong">${arrived(walk)}</p>
    </li>`;
};

export function Walks({ who }) {
    const asked = use_asked(async () => (await get("/api/v1/walks")).walks, [],
        (name) => name !== "issues");
    const { rows, waiting, show } =
        use_settled(asked.data, (walks) => walks.map(({ id }) => ({ id })), []);
    return html`<main id="main" class="page" tabindex="-1">
        <${Title} text=${t("walks.title")} />
        ${["admin", "coordinator"].includes(who.role) && html`<${Outside} />`}
        <${Asked} asked=${asked}>
            <p class="quiet">${tn("walks.count", rows?.length ?? 0)}</p>
            <${Waiting} text=${waiting ? tn("walks.new", waiting) : ""} show=${show} />
            ${rows?.length === 0 && html`<p>${t("empty")} ${t("walks.empty")}</p>`}
            <ol class="walks" role="list">
                ${rows?.map((row) => html`<${Walk} key=${row.id} walk=${row.item} />`)}
            </ol>
        <//>
    </main>`;
}
