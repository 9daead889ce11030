/* screen_lamps: the lamp run. The next lamp along the way, one tap each; the tap is kept
 * and the next one comes. Undo names what it undoes; three dead in a row suggest one
 * fault. Without a list of lamps, and where one is missing, a lamp is kept by its place.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../shared/api.js";
import { number, t, tn } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { use_once } from "../shared/once.js";
import { html, Button, Notice, SentPill, TopBar, use_wide } from "./components.js";
import { Notices } from "./notices.js";
import { outbox_put } from "./outbox.js";
import { fix_is_good, fresh_fix } from "./position.js";
import { go, point_at, walk_at } from "./route.js";
import { soft } from "./soft.js";
import { get_state, say, use_store } from "./store.js";
import { attempt, load_observations, new_id } from "./walks.js";

const ANSWERS = ["lit", "dead", "flickering", "covered", "timetable", "absent"];
const STRING = 5; /* lamps of the past on the wire */
const SLOW_MS = 1000; /* so long the next lamp waits for the program's word */

const drawings = {
    lit: html`<path d="M17 33c0-5-6-7-6-15a13 13 0 0 1 26 0c0 8-6 10-6 15zM18 40h12" />`,
    dead: html`<path class="bad" d="M17 33c0-5-6-7-6-15a13 13 0 0 1 26 0c0 8-6 10-6 15zM18 40h12M7 7l34 34" />`,
    flickering: html`<path d="M27 4L10 27h12l-3 17 19-25H25z" />`,
    covered: html`<path d="M8 40C10 18 22 9 41 8c0 20-9 32-27 29M8 40c6-8 12-13 20-17" />`,
    timetable: html`<circle cx="24" cy="24" r="18" /><path d="M24 13v12l7 5" />`,
    absent: html`<path d="M10 10l28 28M38 10L10 38" />`,
};

const Drawing = ({ name }) => html`<svg class="answer" viewBox="0 0 48 48" width="44" height="44"
    fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round"
    stroke-linejoin="round" aria-hidden="true">${drawings[name]}</svg>`;

/* ---- the string of lamps ----------------------------------------------------------- */

function Lamp({ state }) {
    return html`<li class=${`onwire ${state}`}><svg viewBox="0 0 40 60" width="40" height="60" aria-hidden="true">
        <path class="cord" d="M20 0v16" /><path class="glass" d="M9 50V28a11 11 0 0 1 22 0v22z" />
        ${state === "fault" && html`<path class="cross" d="M15 32l10 10M25 32l-10 10" />`}
        ${state === "asked" && html`<text x="20" y="45" text-anchor="middle">?</text>`}</svg></li>`;
}

const state_of = (answer) => (answer === "lit" || answer === "timetable" ? "lit"
    : answer === "absent" ? "unseen" : "fault");

function Wire({ run }) {
    const looks = run.looks.slice(-STRING);
    const ahead = run.neighbours.length;
    const faults = run.looks.filter((l) => state_of(l.answer) === "fault").length;
    const lit = run.looks.filter((l) => l.answer === "lit").length;
    return html`<div class="wire"><p class="sr">${t("lamps.string", number(lit), number(faults))}</p>
        <ul aria-hidden="true">${looks.map((l) => html`<${Lamp} key=${l.id} state=${state_of(l.answer)} />`)}
        ${run.next && html`<${Lamp} state="asked" />`}
        ${Array.from({ length: ahead }, () => html`<${Lamp} state="unseen" />`)}</ul></div>`;
}

/* ---- where it is ------------------------------------------------------------------- */

function side_of(run) {
    if (run.turn === undefined || run.turn === null) return "";
    if (Math.abs(run.turn) > 120) return t("lamps.behind");
    if (Math.abs(run.turn) < 15) return t("lamps.ahead");
    return t(run.turn > 0 ? "lamps.right" : "lamps.left");
}

/* Two streets may each have a lamp of the number; one without a number goes by its street. */
const street_of = (lamp) => lamp.street !== lamp.number && lamp.street;
const name_among = (lamp, all) => (street_of(lamp) && all.some((other) => other.id !== lamp.id && other.number === lamp.number)
    ? `${lamp.number}, ${lamp.street}` : lamp.number);

function Next({ run, chosen, choose, sure }) {
    const lamp = chosen || run.next;
    if (chosen === "none") {
        return html`<div class="lit next-lamp"><div class="in"><p class="label">${t("lamps.here")}</p>
            <p class="numeral small-words" data-test="next-lamp">${t("lamps.no_number")}</p></div></div>`;
    }
    if (!lamp) {
        return html`<div class="lit next-lamp"><p>${t(run.lamps ? "lamps.none_near" : "lamps.no_list")}</p></div>`;
    }
    return html`<div class="lit next-lamp"><div class="in"><p class="label">${t("lamps.next")}</p>
        <p class="numeral" data-test="next-lamp">${sure ? lamp.number : t("lamps.about", lamp.number)}</p>
        <p>${[street_of(lamp), t("lamps.metres", number(lamp.distance_m)), lamp === run.next && side_of(run),
        run.off_on_purpose && t("lamps.off_on_purpose")].filter(Boolean).join(", ")}</p>
        ${!sure && html`<div class="neighbours">${run.neighbours.map((n) => html`<${Button}
            onTap=${() => choose(n)}>${name_among(n, [run.next, ...run.neighbours])}</${Button}>`)}</div>`}</div>
        ${run.turn !== undefined && !chosen && html`<svg class="arrow" viewBox="0 0 48 48" width="64" height="64"
            aria-hidden="true" style=${{ transform: `rotate(${Math.round(run.turn)}deg)` }}>
            <path d="M24 42V8M11 20L24 7l13 13" /></svg>`}</div>`;
}

/* ---- the screen -------------------------------------------------------------------- */

const query_of = (fix) => (fix ? `?lat=${fix.lat}&lon=${fix.lon}` : "");

function use_run(id) {
    const fix = use_store((s) => s.fix) && fresh_fix();
    const [run, set_run] = useState(null);
    const tap = useRef(0); /* the newest: what was asked for before it is old */
    const question = useRef(0); /* likewise: the answer from before the fix may come last */
    const hear = (asked) => (answer) => answer && asked === tap.current && set_run(answer);
    const load = async () => {
        const [nth, heard] = [question.current += 1, hear(tap.current)];
        const answer = await attempt(() => api.get(`/api/v1/walks/${id}/lamp-run${query_of(fresh_fix())}`));
        if (nth === question.current) heard(answer);
    };
    const spot = fix ? `${fix.lat.toFixed(5)},${fix.lon.toFixed(5)}` : "";
    useEffect(() => { load(); }, [id, spot]);
    return { run, set_run, load, tap, hear, fix };
}

/* The run goes on to what is not answered for, while the answer waits here for the program. */
const went_on = (look, answered) => (now) => {
    const [next = null, ...neighbours] = [now.next, ...now.neighbours]
        .filter((lamp) => lamp && !answered.has(lamp));
    return { ...now, looks: [...now.looks, look], done: now.done + 1, next, neighbours,
        three_dead: null, turn: undefined };
};

/* last: { id, number } of what undo undoes. */
function use_answers(id, { run, set_run, load, tap, hear }, choose) {
    const [last, set_last] = useState(null);
    const answered = useRef(new WeakSet()); /* lamps as they were drawn; a run, of one without number */
    const answer = async (word, lamp) => {
        const asked = lamp || run;
        if (answered.current.has(asked)) return;
        answered.current.add(asked);
        tap.current += 1;
        const look = new_id(), body = { walk: id, answer: word };
        const fix = fresh_fix();
        if (lamp) body.lamp = lamp.id;
        else if (fix) body.at = { lat: fix.lat, lon: fix.lon };
        choose(null);
        const name = lamp ? lamp.number : t("lamps.unnumbered");
        set_last({ id: look, number: name });
        if (navigator.vibrate) navigator.vibrate(20);
        say(t("lamps.said", name, t(`lamps.${word}`)));
        const told = outbox_put(`/api/v1/lamp-looks/${look}${query_of(fix)}`, body, { aged: true });
        told.then(hear(tap.current));
        const slow = new Promise((done) => setTimeout(() => done(null), SLOW_MS));
        const after = await Promise.race([told, slow]);
        if (after === null) set_run(went_on({ id: look, lamp: name, answer: word }, answered.current));
        if (after === undefined) answered.current.delete(asked); /* refused */
    };
    const undo = async () => {
        const done = await outbox_put(`/api/v1/lamp-looks/${last.id}`, {}, { method: "DELETE" });
        say(t("lamps.undone", last.number));
        set_last(null);
        if (done) await load();
        else set_run((now) => ({ ...now, looks: now.looks.filter((look) => look.id !== last.id) }));
    };
    return { last, answer, undo };
}

export function LampsScreen({ walk: id }) {
    const wide = use_wide();
    const all = use_run(id);
    const { run, fix } = all;
    const [chosen, choose] = useState(null); /* a neighbour, or "none": a lamp without number */
    const { last, answer, undo } = use_answers(id, all, choose);
    const sure = !fix || fix_is_good(fix);
    const join = use_once(() => attempt(async () => {
        const point = await api.post(`/api/v1/walks/${id}/lamp-run/join`, { looks: run.three_dead });
        await load_observations(id);
        go(point_at(id, point.id));
    }));
    /* Behind the looks that still wait here: the run is ended with all of them. */
    const end = use_once(async () => {
        const path = `/api/v1/walks/${id}/lamp-run/end`;
        if (await outbox_put(path, {}, { method: "POST" }) === undefined) return;
        await load_observations(id);
        if (get_state().route.screen === "lamps") go(walk_at(id)); /* else they have gone on */
    });
    if (!run) return html`<div class="screen"><${TopBar} back=${walk_at(id)} title=${t("lamps.title")} /><main id="main"><${Notices} brief /></main></div>`;
    const lamp = chosen === "none" ? null : chosen || run.next;
    const facts = !run.of || run.done > run.of ? tn("lamps.done", run.done)
        : tn("lamps.done_of", run.of, number(run.done));
    return html`<div class="screen lamps">
        <${TopBar} back=${walk_at(id)} title=${t("lamps.title")} facts=${facts} kind="many"
            pills=${html`${last && html`<button class="pill" data-test="undo-lamp" onClick=${undo}>
                <${Icon} name="undo" /><span>${t("lamps.undo", last.number)}</span></button>`}
                ${wide && html`<${SentPill} />`}`} />
        <main id="main" class="stack"><${Notices} brief />
            <${Wire} run=${run} />
            ${run.daylight && html`<p class="small quiet" data-test="daylight">${t("lamps.daylight")}</p>`}
            <${Next} run=${run} chosen=${chosen} choose=${choose} sure=${sure} />
            <h2 class="sr">${t("lamps.answers")}</h2>
            <ul class="answers">${ANSWERS.map((word) => html`<li><button class="tile" data-test=${`lamp-${word}`}
                aria-disabled=${!lamp && word === "absent"} onClick=${() => answer(word, lamp)}>
                <${Drawing} name=${word} /><span class="word">${soft(t(`lamps.${word}`))}</span></button></li>`)}</ul>
            ${run.three_dead && html`<${Notice} title=${t("lamps.three")} detail=${t("lamps.three_help")}>
                <${Button} data-test="join-lamps" onTap=${join}>${t("lamps.join")}</${Button}></${Notice}>`}
            <div class="pair">${run.next && html`<${Button} icon=${lamp ? "plus" : "back"} data-test="lamp-unnumbered"
                onTap=${() => choose(lamp ? "none" : null)}>${t(lamp ? "lamps.without_number" : "lamps.with_number")}</${Button}>`}
            <${Button} icon="flag" data-test="end-run" onTap=${end}>${t("lamps.end")}</${Button}></div>
        </main></div>`;
}
