/* All cases over all walks. The filters are the address, so a view can be sent on. */
import { useEffect } from "preact/hooks";
import { date_text, number, t, tn } from "../shared/i18n.js";
import { Asked, Downloads, Kbd, StateBadge, Title, Urgency, move_by_key } from "./components.js";
import { html } from "./html.js";
import { Link, address, restate } from "./router.js";
import { get, load_areas, load_parties, set_trail, use_asked } from "./state.js";
import { by_urgency, category_name, parties_by_name, party_name, severity_word, state_word }
    from "./words.js";

const STATES = ["open", "triaged", "sent", "accepted", "returned", "waiting", "planned",
    "started", "done", "confirmed", "no_action", "referred", "duplicate", "cancelled",
    "reopened", "acknowledged"];
const FILTERS = ["walk", "party", "state", "area"];

const Choice = ({ name, value, options, change }) => html`
    <label class="choice"><span>${t(`issues.filter.${name}`)}</span>
        <select value=${value} data-test=${`filter-${name}`}
            onChange=${(event) => change({ [name]: event.target.value })}>
            <option value="" selected=${!value}>${t("issues.filter.all")}</option>
            ${options.map(([code, text]) => html`
                <option key=${code} value=${code} selected=${code === value}>
                    ${text}</option>`)}
        </select></label>`;

/* A department has its own cases, whatever it asks for. */
const Filters = ({ fields, options, change, who }) => html`
    <form class="filters"
        aria-label=${t("issues.filters")} onSubmit=${(event) => event.preventDefault()}>
        ${FILTERS.filter((name) => name !== "party" || who.role !== "department").map((name) => html`<${Choice} key=${name} name=${name}
            value=${fields[name]} options=${options[name]} change=${change} />`)}
        <label class="tick"><input type="checkbox" checked=${fields.closed === "1"}
            onChange=${(event) => change({ closed: event.target.checked ? "1" : "" })} />
            <span>${t("issues.filter.closed")}</span></label>
        ${Object.values(fields).some(Boolean) && html`
            <button type="button" class="quiet-button" onClick=${() => change(null)}>
                ${t("issues.filter.clear")}</button>`}
    </form>`;

/* A cell that carries its column's name, for narrow pages where rows become blocks. */
const Cell = ({ label, children }) => html`
    <td role="cell"><span class="cell-label" aria-hidden="true">${label}</span>
        <span>${children}</span></td>`;

const HEADS = ["case", "urgency", "state", "party", "severity", "walk", "changed"];

const Row = ({ issue, walk, first }) => html`
    <tr role="row" data-test="issue-row">
        <th role="rowheader" scope="row">
            <${Link} class="row-link" to=${`/issues/${issue.id}`}
                tabindex=${first ? 0 : -1}>
                ${category_name(issue.category)}<//>
            <span class="code">${issue.number}</span></th>
        <${Cell} label=${t("issues.head.urgency")}><${Urgency} urgency=${issue.urgency} />
            <//>
        <${Cell} label=${t("issues.head.state")}><${StateBadge} state=${issue.state} /><//>
        <${Cell} label=${t("issues.head.party")}>${party_name(issue.party)}<//>
        <${Cell} label=${t("issues.head.severity")}>${severity_word(issue.severity)}<//>
        <${Cell} label=${t("issues.head.walk")}>${walk?.title ?? ""}<//>
        <${Cell} label=${t("issues.head.changed")}>${date_text(issue.changed)}<//>
    </tr>`;

const Table = ({ issues, walks }) => html`
    <table class="issues" role="table" onKeyDown=${(event) => move_by_key(event, ".row-link")}>
        <caption class="hidden">${t("issues.caption")}</caption>
        <thead role="rowgroup"><tr role="row">${HEADS.map((name) => html`
            <th key=${name} role="columnheader" scope="col">
                ${t(`issues.head.${name}`)}</th>`)}</tr></thead>
        <tbody role="rowgroup">${issues.map((issue, i) => html`
            <${Row} key=${issue.id} issue=${issue} first=${i === 0}
                walk=${walks.get(issue.observation?.walk)} />`)}</tbody>
    </table>`;

async function ask(fields) {
    const [{ issues }, { walks }] = await Promise.all([
        get(address("/api/v1/issues", fields)), get("/api/v1/walks"), load_parties(),
    ]);
    const order = (issue) => ({ ...issue.observation, issue });
    issues.sort((a, b) => by_urgency(order(a), order(b)));
    return { issues, walks };
}

const options_of = (walks, areas) => ({
    walk: walks.map((walk) => [walk.id, walk.title]),
    party: parties_by_name().map((party) => [party.code, party.name]),
    state: STATES.map((state) => [state, state_word(state)]),
    area: (areas?.features ?? []).map(({ properties: { name } }) => [name, name]),
});

/* Read anew at a choice: two quick ones may come before the first of them is drawn. */
const fields_of = (query) => Object.fromEntries(
    [...FILTERS, "closed"].map((name) => [name, query.get(name) ?? ""]));

export function Issues({ query, who }) {
    const fields = fields_of(query);
    const here = address("/issues", fields);
    const asked = use_asked(() => ask(fields), [here],
        (name) => ["issues", "points", "walks"].includes(name));
    const areas = use_asked(load_areas, []).data;
    const change = (some) => restate(address("/issues", some
        ? { ...fields_of(new URLSearchParams(location.search)), ...some } : {}));
    const found = asked.data;
    useEffect(() => {
        if (found) set_trail(t("issues.title"), here, found.issues.map((issue) => issue.id));
    }, [found]);
    const { closed, ...shown } = fields;
    return html`<main id="main" class="page wide" tabindex="-1">
        <${Title} text=${t("issues.title")} />
        <${Asked} asked=${asked}>
            ${found && html`
            <${Filters} fields=${fields} options=${options_of(found.walks, areas)} change=${change} who=${who} />
            <p role="status" class="strong">${counted(found, fields)}</p>
            ${found.issues.length
                ? html`<p class="quiet small above-list"><span>${t("order")}</span>
                    <span class="keys"><${Kbd}>J<//> <${Kbd}>K<//> ${t("keys.move")} <${Kbd}>Enter<//> ${t("keys.open")}</span></p>
                    <${Table} issues=${found.issues}
                        walks=${new Map(found.walks.map((walk) => [walk.id, walk]))} />
                    <${Downloads} fields=${shown} note=${t("download.filtered")} />`
                : html`<p>${t("empty")} ${t("issues.empty")}</p>`}`}
        <//>
    </main>`;
}

/* How many cases, and counted over what. */
function counted({ issues, walks }, { walk, closed, state }) {
    const kind = state || closed ? "issues.count_all" : "issues.count_open";
    const title = walks.find((one) => one.id === walk)?.title;
    return title
        ? tn(`${kind}_in`, issues.length, title)
        : tn(kind, issues.length, number(walks.length));
}
