/* sheet_votes: what is chosen at the summing-up: the three most important with how many
 * hands each got, the best spot, one person's answer, and the end of the walk. */
import { useRef, useState } from "preact/hooks";
import { GroupIcon } from "../shared/icons.js";
import { number, t, time_text, tn } from "../shared/i18n.js";
import { html, Button, Chip, Segment, Sheet, Stepper, use_trap } from "./components.js";
import { answer_rating, hear_round, load_round, ROLES, vote, walk_now, walk_view } from "./evening.js";
import { is_phone_of_a_pass } from "./me.js";
import { close_overlay, go } from "./route.js";
import { votes_of } from "./screen_summing.js";
import { find_walk, get_state, say, use_store } from "./store.js";
import { category_name, change_walk, points_of } from "./walks.js";
import { Stick } from "./ways.js";

const THREE = 3;
const SCALE = [1, 2, 3, 4, 5, 6, 7];
const HANDS_MOST = 500;
const ROUNDS = ["before", "after"];

/* Of the points that stand: one that was joined or withdrawn takes nobody's place. */
function votes_now(walk) {
    const votes = votes_of(walk);
    const there = new Set(points_of(walk.id).filter((one) => !one.withdrawn).map((one) => one.id));
    return { ...votes, top: votes.top.filter((id) => there.has(id)),
        stars: Object.fromEntries(Object.entries(votes.stars).filter(([id]) => there.has(id))) };
}

/* Most hands first; the three with most are the three, until somebody chooses otherwise; who
 * was chosen without hands stays where there is room. */
function with_hands(votes, id, step) {
    const hands = (votes.stars[id] || 0) + step;
    const stars = { ...votes.stars, [id]: Math.max(0, Math.min(HANDS_MOST, hands)) };
    if (!stars[id]) delete stars[id];
    const by_hands = Object.keys(stars).sort((a, b) => stars[b] - stars[a]);
    const chosen = votes.top.filter((one) => one !== id || stars[id]);
    const top = [...new Set([...by_hands, ...chosen])].slice(0, THREE);
    return { ...votes, stars, top };
}

const is_full = ({ top }, id) => !top.includes(id) && top.length >= THREE;
const toggled = (top, id) => (top.includes(id) ? top.filter((one) => one !== id) : [...top, id]);

function VoteRow({ walk, one }) {
    const votes = votes_now(walk);
    const hands = votes.stars[one.id] || 0;
    const chosen = votes.top.includes(one.id);
    const choose = () => {
        const now = votes_now(walk_now(walk));
        if (is_full(now, one.id)) say(t("votes.full"));
        else vote(walk.id, { ...now, top: toggled(now.top, one.id) });
    };
    return html`<li class="vote" data-test="vote-row">
        <${Chip} on=${chosen} onTap=${choose} aria-disabled=${is_full(votes, one.id) ? "true" : undefined}
            icon=${html`<${GroupIcon} code=${one.group} size=${30} />`}>
            <b>${category_name(one)}</b><br /><span class="small">${one.note || t("list.time", time_text(one.at))}</span></${Chip}>
        <span class="sr" id=${`hands-${one.id}`}>${t("votes.hands_of", category_name(one))}</span>
        <${Stepper} minor label=${`hands-${one.id}`} test="hands" words=${tn("votes.hands", hands)}
            down=${t("votes.fewer")} up=${t("votes.more")}
            onStep=${(step) => vote(walk.id, with_hands(votes_now(walk_now(walk)), one.id, step))} /></li>`;
}

function BestRow({ walk, one }) {
    const votes = votes_of(walk);
    const choose = () => {
        vote(walk.id, { ...votes_of(walk_now(walk)), best: votes.best === one.id ? null : one.id });
        close_overlay();
    };
    return html`<li><${Chip} on=${votes.best === one.id} onTap=${choose} data-test="best-row"
        icon=${html`<${GroupIcon} code=${one.group} size=${30} />`}>
        <b>${category_name(one)}</b><br /><span class="small">${one.note || t("list.time", time_text(one.at))}</span></${Chip}></li>`;
}

/* best: choose the best spot, among the strengths; else the three. */
export function VotesSheet({ walk: id, best }) {
    const walk = use_store((s) => walk_view(id, s));
    use_store((s) => s.observations[id]);
    const points = points_of(id).filter((one) => !one.withdrawn);
    const shown = points.filter((one) => (one.group === "POS") === Boolean(best));
    const Row = best ? BestRow : VoteRow;
    return html`<${Sheet} title=${t(best ? "votes.best" : "votes.three")}>
        <p class="small quiet">${t(best ? "votes.best_help" : "votes.three_help")}</p>
        ${!shown.length && html`<p>${t(best ? "votes.no_strength" : "list.none")}</p>`}
        <ul class="stack">${shown.map((one) => html`<${Row} key=${one.id} walk=${walk} one=${one} />`)}</ul>
        <${Button} kind="chosen-edge" onTap=${close_overlay}>${t("votes.done")}</${Button}></${Sheet}>`;
}

/* ---- one person's answer --------------------------------------------------------------- */

function Scale({ onAnswer }) {
    return html`<div class="scale" role="group" aria-labelledby="scale-label">
        ${SCALE.map((value) => html`<button class="tile" key=${value} data-test=${`answer-${value}`}
            aria-label=${[value, t("rating.one"), t("rating.seven")][value === 1 ? 1 : value === 7 ? 2 : 0]}
            onClick=${() => onAnswer(value)}><b class="numeral">${value}</b></button>`)}</div>`;
}

/* Without a round it is asked for: a phone that joined has no summing-up to come from. */
export function RateScreen({ walk = get_state().route.walk, round: given, observation }) {
    const { box, key } = use_trap("h1");
    const phone = is_phone_of_a_pass();
    const [round, set_round] = useState(given || "after");
    const [role, choose] = useState(null);
    const [slip, set_slip] = useState("");
    const [thanks, thank] = useState(false);
    const answered = useRef(false); /* before "thanks" is drawn: one person, one answer */
    const answer = async (unsafe) => {
        if (answered.current) return;
        answered.current = true;
        thank(true);
        await answer_rating(walk, { round, observation, role, unsafe, slip: slip.trim() });
        hear_round(await load_round(walk, round, observation), walk, round, observation);
    };
    const next = () => {
        answered.current = false;
        choose(null);
        set_slip("");
        thank(false);
    };
    return html`<div class="over-screen" role="dialog" aria-modal="true" aria-labelledby="rate-title"
        ref=${box} onKeyDown=${key}><div class="screen">
        <header class="topbar"><h1 class="titles" id="rate-title" tabindex="-1">${t(observation ? "spot.question" : "rating.question")}</h1>
            <${Button} icon="close" onTap=${close_overlay} data-test="close">${t("bar.close")}</${Button}></header>
        ${thanks ? html`<div class="panel empty" data-test="thanks"><p class="great">${t("rating.thanks")}</p>
                ${phone ? html`<${Button} kind="primary" onTap=${close_overlay} data-test="answered">${t("bar.close")}</${Button}>`
            : html`<p>${t("rating.pass_on")}</p>
                <${Button} kind="primary" onTap=${next} data-test="next-answer">${t("rating.next")}</${Button}>`}</div>`
        : html`<div class="stack wide">
            ${!given && html`<div class="group"><h2 id="rate-when">${t("rating.when")}</h2>
                <${Segment} label="rate-when" kind="wide" test="round" value=${round} onChoose=${set_round}
                    choices=${ROUNDS.map((value) => ({ value, words: t(`rating.round.${value}`) }))} /></div>`}
            <div class="group"><h2 id="rate-role">${t("rating.role")}</h2>
                <div class="chips columns" role="group" aria-labelledby="rate-role">${ROLES.map((one) =>
            html`<${Chip} key=${one} on=${role === one} onTap=${() => choose(one)} data-test=${`role-${one}`}>
                ${t(`role_of.${one}`)}</${Chip}>`)}</div></div>
            ${role && html`<div class="group"><h2 id="scale-label">${t("rating.how")}</h2>
                <p>${t("rating.one")}</p><${Scale} onAnswer=${answer} /><p class="to-end">${t("rating.seven")}</p></div>
            ${!observation && html`<div class="field"><label class="label" for="slip">${t("rating.slip")}</label>
                <input id="slip" value=${slip} inputmode="numeric" autocomplete="off" maxlength="20"
                    aria-describedby="slip-help" onInput=${(e) => set_slip(e.target.value)} />
                <p class="help" id="slip-help">${t("rating.slip_help")}</p></div>`}`}
            <p class="small quiet">${t("rating.no_names")}</p></div>`}
    </div></div>`;
}

/* ---- the end --------------------------------------------------------------------------- */

export function EndSheet({ walk: id }) {
    const [busy, set_busy] = useState(false);
    const walk = use_store((s) => find_walk(id, s));
    const about = use_store((s) => s.about);
    const points = points_of(id).filter((one) => !one.withdrawn);
    const photos = points.reduce((sum, one) => sum + one.photos.length, 0);
    const end = async () => {
        if (busy) return;
        set_busy(true);
        const done = (walk.state === "ended" || await change_walk(id, "end")) && await change_walk(id, "close");
        if (done) go("#/arrived");
        else set_busy(false);
    };
    return html`<${Sheet} title=${t("menu.end")}>
        <p>${t("end.ask", tn("walks.points", points.length), tn("walks.photos", photos))}</p>
        <p class="small quiet">${t("end.again")}</p>
        <${Button} kind="primary" icon="check" onTap=${end} data-test="end-now">${
            busy ? t("kept.keeping") : t("end.now")}</${Button}>
        ${about?.paired && html`<${Stick} out />`}</${Sheet}>`;
}
