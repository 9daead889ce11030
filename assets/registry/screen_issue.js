/* One case: its photos, where it is, the facts, who has it and what may happen next.
 *
 * A change names the case's head (If-Match). When somebody else was faster nothing is
 * written over: the page says so and shows the case as it is now. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n.js";
import { use_one_at_a_time } from "../shared/once.js";
import { Facts, Quote } from "./case_facts.js";
import { Place } from "./case_place.js";
import { Party, Steps } from "./case_steps.js";
import { Photos } from "./photos.js";
import { Asked, Kbd, StateBadge, Title, Toast, Urgency } from "./components.js";
import { html } from "./html.js";
import { Link, go } from "./router.js";
import { get, load_parties, send, trail, use_asked } from "./state.js";
import { category_name, is_safe_place, may_decide, party_name, severity_word, state_word, urgency_word } from "./words.js";

async function walk_of(id) {
    const { walks } = await get("/api/v1/walks");
    return walks.find((walk) => walk.id === id);
}

/* By its id or its number; null when there is none, or none for who asks. */
async function case_of(id) {
    try {
        return await get(`/api/v1/issues/${encodeURIComponent(id)}`);
    } catch (error) {
        if (error.status === 404) return null;
        throw error;
    }
}

async function ask_issue(id) {
    const [issue] = await Promise.all([case_of(id), load_parties()]);
    if (!issue) return {};
    const o = issue.observation;
    return { issue, o, walk: await walk_of(o.walk) };
}

async function ask_point(walk, point) {
    const path = `/api/v1/walks/${encodeURIComponent(walk)}/observations`;
    await load_parties();
    const o = (await get(path)).observations.find((one) => one.id === point);
    return o ? { issue: o.issue, o, walk: await walk_of(walk) } : {};
}

/* Where one came from and how far through that list one is. */
function Way({ issue, walk }) {
    const place = issue ? trail.ids.indexOf(issue.id) : -1;
    const step = (by, key, name) => {
        const to = trail.ids[place + by];
        return to && html`<${Link} class="button" to=${`/issues/${to}`}>
            ${t(name)} <${Kbd}>${key}<//><//>`;
    };
    return {
        crumbs: html`<p class="crumbs">
            ${place >= 0
                ? html`<${Link} to=${trail.to}>
                    ${trail.title}<//> / ${t("case.place", place + 1, trail.ids.length)}`
                : walk && html`<${Link} to=${`/walks/${walk.id}`}>${walk.title}<//>`}</p>`,
        steps: place >= 0 && html`<p class="way">
            ${step(-1, "K", "case.previous")} ${step(1, "J", "case.next")}</p>`,
        go_by: (by) => place >= 0 && trail.ids[place + by] && go(`/issues/${trail.ids[place + by]}`),
    };
}

/* Did it go through although its answer was lost? */
const has_come = (issue, body) => Boolean(issue)
    && Object.entries(body).every(([name, value]) => issue[name] === value);

/* What is shown when a change did not go through; when the session ended, the sign-in over the
 * page says so, but for one that was over before the last sign-in. */
const refused = (error) => (error.status === 401 && !error.is_late ? {} : { error });

/* Sends a change and keeps what came of it: {busy, error, faster, done, change}. */
function use_change(issue, take, again) {
    const [state, set_state] = useState({});
    const latest = useRef(issue);
    latest.current = issue;
    const change = use_one_at_a_time(async (body, said, undo) => {
        set_state({ busy: true });
        try {
            const fresh = await send("PATCH", `/api/v1/issues/${issue.id}`, body,
                { "If-Match": `"${latest.current.head}"` });
            take(fresh);
            set_state({ said, undo });
            return true;
        } catch (error) {
            const now = error.status === 412 && await again();
            if (now && has_come(now.issue, body)) {
                set_state({ said, undo });
                return true;
            }
            set_state(error.status === 412 ? { faster: true } : refused(error));
            return false;
        }
    });
    const settle = use_one_at_a_time(async (choices, point, look_again) => {
        try {
            await send("PATCH", `/api/v1/observations/${point}`, { settle: choices });
            set_state({ said: t("conflict.settled") });
            await look_again();
        } catch (error) {
            set_state(refused(error));
            if (error.status === 409) await look_again();
        }
    });
    return { ...state, change, settle };
}

/* Says that somebody was faster, or what the registry would not do; takes the focus. */
function Trouble({ faster, error }) {
    const place = useRef();
    useEffect(() => {
        if (faster || error) place.current?.focus();
    }, [faster, error]);
    if (!faster && !error) return null;
    return html`<div class="notice fault" role="alert" tabindex="-1" ref=${place}>
        <p><strong>${faster ? t("case.faster") : error.title}</strong>
            ${" "}${faster ? t("case.faster_detail") : error.detail}</p></div>`;
}

const Head = ({ issue, o }) => html`
    <${Title} text=${category_name(issue?.category ?? o.category)} />
    <p class="case-line">
        <span class="code">${issue ? issue.number : t("case.point", o.number)}</span>
        <span class="code">${issue?.category ?? o.category}</span>
        ${issue && html`<${Urgency} urgency=${issue.urgency} words=${true} />
            <${StateBadge} state=${issue.state} />`}
    </p>`;

/* What the walkers said of the point after somebody took the case up: the case itself stays
 * as it was until a person decides (records.md 2). */
const SaidSince = ({ issue, o }) => issue && html`
    ${o.withdrawn && html`<p class="notice" data-test="withdrawn"><strong>${t("case.withdrawn")}</strong>
        ${" "}${issue.closed ? "" : t("case.withdrawn_detail")}</p>`}
    ${o.category !== issue.category && html`<p class="notice" data-test="other-category"><strong>
        ${t("case.category_now", category_name(o.category))}</strong></p>`}
    ${o.severity !== issue.severity && html`<p class="notice" data-test="other-severity"><strong>
        ${t("case.severity_now", severity_word(o.severity))}</strong></p>`}
    ${o.urgency !== issue.urgency && html`<p class="notice" data-test="other-urgency"><strong>
        ${t("case.urgency_now", urgency_word(o.urgency))}</strong></p>`}`;

const keys = (way) => (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, .map-box")) return;
    const by = { j: 1, k: -1 }[event.key];
    if (by) way.go_by(by);
};

function Case({ issue: given, o, walk, who, again }) {
    const [issue, set_issue] = useState(given);
    useEffect(() => set_issue(given), [given]);
    /* The answer to a change is the case alone; what belongs to it stays. */
    const take = (fresh) => set_issue((old) => ({ ...old, ...fresh }));
    const work = use_change(issue, take, again);
    const way = Way({ issue, walk });
    const set_party = (party) => {
        const old = issue.party;
        const back = old && (() =>
            work.change({ party: old }, t("case.party_back", party_name(old))));
        return work.change({ party }, t("case.party_is", party_name(party)), back);
    };
    const set_state = (state, why) =>
        work.change(why ? { state, why } : { state }, t("case.state_is", state_word(state)));
    const may_change = may_decide(who);
    const settle = (field, choose, seen) => work.settle({ [field]: { choose, seen } }, o.id, again);
    return html`<div class="case" onKeyDown=${keys(way)}>
        <div class="case-head"><div>${way.crumbs}<${Head} issue=${issue} o=${o} /></div>
            ${way.steps}</div>
        <${Trouble} faster=${work.faster} error=${work.error} />
        <${SaidSince} issue=${issue} o=${o} />
        <div class="case-grid">
            <div class="case-photos">
                <${Photos} photos=${o.photos} name=${category_name(o.category)}
                    originals=${["admin", "coordinator", "police"].includes(who.role)} />
                <${Quote} o=${o} settle=${may_decide(who) && settle} />
            </div>
            <div class="case-steps">
                ${!issue && html`<section class="card"><h2>${t("case.no_case")}</h2>
                    <p>${t(is_safe_place(o) ? "case.no_case_safe" : "case.no_case_yet")}</p></section>`}
                ${issue && !may_change && html`<p class="card">${t("case.read_only")}</p>`}
                ${issue && html`<${Steps} issue=${issue} busy=${work.busy}
                    step=${set_state} may=${may_change} />
                    <${Party} issue=${issue} busy=${work.busy} choose=${set_party}
                        may=${may_change} />`}
            </div>
            <div class="case-place"><${Place} o=${o} walk=${walk} /></div>
            <div class="case-facts"><${Facts} issue=${issue} o=${o} walk=${walk} /></div>
        </div>
        <${Toast} text=${work.said} undo=${work.undo} />
    </div>`;
}

function CasePage({ asked, who, missing }) {
    const found = asked.data;
    return html`<main id="main" class="page wide" tabindex="-1">
        <${Asked} asked=${asked}>
            ${found && (found.o
                ? html`<${Case} ...${found} who=${who} again=${asked.again} />`
                : html`<${Title} text=${t("missing.title")} /><p>${missing}</p>`)}
        <//>
    </main>`;
}

/* Others work on it meanwhile; what is being typed lives in the parts of the page and stays. */
const changes_a_case = (name) => name === "issues" || name === "points";

export function Issue({ id, who }) {
    const asked = use_asked(() => ask_issue(id), [id], changes_a_case);
    return html`<${CasePage} asked=${asked} who=${who} missing=${t("missing.case")} />`;
}

/* A point that has no case, most often a safe place. */
export function Point({ walk, id, who }) {
    const asked = use_asked(() => ask_point(walk, id), [walk, id], changes_a_case);
    return html`<${CasePage} asked=${asked} who=${who} missing=${t("missing.point")} />`;
}
