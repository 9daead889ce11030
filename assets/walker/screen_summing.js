/* screen_summing: disagreement is a finding; agree on three. The answers' plot, what may be
 * the same twice, the three most important, the best spot, and the end of the walk.
 *
 * While people still answer, only how many have is shown: a plot that grows would tell who
 * said what. Nothing here must be filled in before the walk can end.
 */
import { useEffect, useState } from "preact/hooks";
import { GroupIcon, Icon } from "../shared/icons.js";
import { number, t, time_text, tn } from "../shared/i18n.js";
import { alike } from "./alike.js";
import { html, Button, Dock, Segment, SentPill, TopBar } from "./components.js";
import { close_round, hear_round, use_round, vote, walk_now, walk_view } from "./evening.js";
import { Place } from "./loader.js";
import { Notices } from "./notices.js";
import { Plot } from "./plot.js";
import { go, open_overlay, walk_at } from "./route.js";
import { use_store } from "./store.js";
import { category_name, change_walk, edit, load_observations, points_of } from "./walks.js";

const ROUNDS = ["before", "after"];
const NO_VOTES = { stars: {}, top: [], best: null };

export const votes_of = (walk) => walk?.votes || NO_VOTES;
const place_of = (one) => one.note || t("list.time", time_text(one.at));

/* ---- answers --------------------------------------------------------------------- */

function Answers({ walk }) {
    const [round, choose] = useState(walk.state === "planned" ? "before" : "after");
    const heard = use_round(walk.id, round);
    const waiting = heard?.waiting || 0;
    return html`<div class="group"><h2 class="sr" id="round-label">${t("rating.when")}</h2>
            <${Segment} label="round-label" kind="wide" test="round" value=${round} onChoose=${choose}
                choices=${ROUNDS.map((value) => ({ value, words: t(`rating.round.${value}`) }))} /></div>
        ${heard && (heard.answers > 0 || waiting === 0) && html`<${Plot} title=${t("rating.question")} round=${heard} />`}
        ${waiting > 0 && html`<section class="panel" data-test="waiting"><h2>${t("rating.question")}</h2>
            <p><b>${tn("rating.answered", waiting)}</b> ${t("rating.hidden")}</p>
            <${Button} icon="eye" data-test="show-answers"
                onTap=${async () => hear_round(await close_round(walk.id, round), walk.id, round)}>${t("rating.show")}</${Button}></section>`}
        <${Button} icon="plus" data-test="give-answer"
            onTap=${() => open_overlay("rate", { walk: walk.id, round })}>${t("rating.give")}</${Button}>
        <p class="small quiet">${t("rating.no_names")}</p>`;
}

/* ---- the same twice? --------------------------------------------------------------- */

function Twice({ walk, points }) {
    const [parted, part] = useState([]);
    const pairs = alike(points).filter(([a, b]) => !parted.includes(a.id + b.id));
    if (!pairs.length) return null;
    const [kept, other, metres] = pairs[0];
    const join = () => edit(other, { withdrawn: true, into: kept.id });
    return html`<section class="group" aria-labelledby="twice-label" data-test="twice">
        <h2 id="twice-label">${t("twice.title")}</h2>
        <div class="panel"><p><b>${category_name(kept)}</b>, ${place_of(kept)}<br />
            <b>${category_name(other)}</b>, ${place_of(other)}</p>
            <p class="small quiet">${t("twice.apart", number(Math.round(metres)))}</p>
            <div class="pair"><${Button} icon="link" onTap=${join} data-test="join">${t("twice.join")}</${Button}>
                <${Button} onTap=${() => part([...parted, kept.id + other.id])}>${t("twice.part")}</${Button}></div>
        </div></section>`;
}

/* ---- the three, and the best spot ---------------------------------------------------- */

function TopRow({ one, place, last, onMove }) {
    const arrow = (step, icon, gone) => html`<button class="iconbutton framed" aria-disabled=${gone ? "true" : undefined}
        aria-label=${t(step < 0 ? "votes.up" : "votes.down", category_name(one))}
        onClick=${() => !gone && onMove(step)}><${Icon} name=${icon} /></button>`;
    return html`<li class="row fact" data-test="top"><b class="place-number">${place + 1}</b>
        <${GroupIcon} code=${one.group} size=${38} />
        <span class="in"><span class="name">${category_name(one)}</span>
            <span class="more clip">${place_of(one)}</span></span>
        ${arrow(-1, "up", place === 0)}${arrow(1, "down", last)}</li>`;
}

const EmptyRow = ({ place }) => html`<li class="row fact dashed"><b class="place-number">${place + 1}</b>
    <span class="in quiet">${t("votes.choose_one")}</span></li>`;

function Three({ walk, points }) {
    const top_of = (votes) => votes.top.map((id) => points.find((one) => one.id === id)).filter(Boolean);
    const top = top_of(votes_of(walk));
    const move = (one, step) => {
        const votes = votes_of(walk_now(walk));
        const order = top_of(votes).map(({ id }) => id);
        const at = order.indexOf(one.id);
        if (at < 0 || !order[at + step]) return;
        [order[at], order[at + step]] = [order[at + step], order[at]];
        vote(walk.id, { ...votes, top: order });
    };
    return html`<section class="group" aria-labelledby="three-label">
        <h2 id="three-label">${t("votes.three")}</h2>
        <ol class="stack">${[0, 1, 2].map((at) => (top[at]
        ? html`<${TopRow} key=${top[at].id} one=${top[at]} place=${at} last=${at === top.length - 1}
            onMove=${(step) => move(top[at], step)} />`
        : html`<${EmptyRow} key=${at} place=${at} />`))}</ol>
        ${points.length > 0 && html`<${Button} data-test="choose-three"
            onTap=${() => open_overlay("votes", { walk: walk.id })}>${tn("votes.choose", points.length)}</${Button}>`}
    </section>`;
}

function Best({ walk, points }) {
    const votes = votes_of(walk);
    const best = points.find((one) => one.id === votes.best);
    return html`<section class="group" aria-labelledby="best-label"><h2 id="best-label">${t("votes.best")}</h2>
        <button class=${`row ${best ? "chosen-edge" : ""}`} data-test="choose-best"
            onClick=${() => open_overlay("votes", { walk: walk.id, best: true })}>
            <${GroupIcon} code="POS" size=${38} />
            <span class="in"><span class="name">${best ? category_name(best) : t("votes.choose_one")}</span>
                ${best && html`<span class="more clip">${place_of(best)}</span>`}</span>
            <${Icon} name="pencil" /></button></section>`;
}

/* ---- the screen -------------------------------------------------------------------- */

function End({ walk }) {
    const closed = walk.state === "closed" || walk.state === "ended";
    const again = async () => {
        if (await change_walk(walk.id, "reopen")) go(walk_at(walk.id));
    };
    return closed
        ? html`<${Button} icon="undo" kind="more" data-test="reopen" onTap=${again}>${t("end.reopen")}</${Button}>`
        : html`<${Button} kind="primary more" icon="check" data-test="end"
            onTap=${() => open_overlay("end", { walk: walk.id })}>${t("menu.end")}</${Button}>`;
}

export function SummingScreen({ walk: id }) {
    const walk = use_store((s) => walk_view(id, s));
    const ready = use_store((s) => s.catalogue);
    use_store((s) => s.observations[id]);
    use_store((s) => s.pending);
    useEffect(() => {
        load_observations(id);
    }, [id]);
    const points = points_of(id).filter((one) => !one.withdrawn);
    return html`<div class="screen docked">
        <${TopBar} back=${walk_at(id)} title=${t("summing.title")} pills=${html`<${SentPill} />`}
            facts=${walk ? `${walk.title} · ${tn("walks.points", points.length)}` : ""} />
        <main id="main" class="two stack">
            <div class="stack"><${Notices} />${walk && html`<${Place} name="walk.conflicts" walk=${walk} /><${Answers} walk=${walk} />`}</div>
            ${walk && ready && html`<div class="stack wide">
                <${Twice} walk=${walk} points=${points} />
                <${Three} walk=${walk} points=${points} />
                <${Best} walk=${walk} points=${points} /></div>`}
        </main>
        ${walk && html`<${Dock} right><${End} walk=${walk} /></${Dock}>`}</div>`;
}
