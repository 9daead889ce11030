/* screen_evening: who is here, how it is out here, and what was read aloud. Everything is
 * taps; there are no names anywhere. Also the route from a file, and a pause.
 */
import { useState } from "preact/hooks";
import { Icon } from "../shared/icons.js";
import { number, t, tn } from "../shared/i18n.js";
import { html, Button, Chip, Segment, SentPill, Stepper, TopBar } from "./components.js";
import { attend, edit_walk, of_group, ROLES, walk_now, walk_view, WEATHER } from "./evening.js";
import { Place } from "./loader.js";
import { Notices } from "./notices.js";
import { go, walk_at } from "./route.js";
import { use_store } from "./store.js";
import { change_walk } from "./walks.js";

const MODES = ["foot", "bicycle", "car"];
const LIGHTS = ["daylight", "dusk", "dark"];
const LETTERS = "ABCDEFGH";
const PEOPLE_MOST = 500;

const group_letters = (walk) => (walk.groups || []).map((one) => one.letter);

/* ---- attendance -------------------------------------------------------------------- */

/* One group's counts after a tap. An organisation's own number, told by the command line, is not
 * touched by it. */
function counted(rows, role, step) {
    const is_it = (row) => row.role === role && !row.organisation;
    const n = Math.max(0, Math.min(PEOPLE_MOST, (rows.find(is_it)?.n || 0) + step));
    const others = rows.filter((row) => !is_it(row));
    return n ? [...others, { role, n }] : others;
}

function Attendance({ walk }) {
    const rows = walk.attendance || [];
    /* Also who was counted before there were groups, or in one that is no more. */
    const letters = [...new Set([...group_letters(walk), ...rows.map((row) => row.group || "")])];
    const [chosen, choose] = useState(null);
    const group = letters.includes(chosen) ? chosen : letters[0] || "";
    const sum_of = (some) => some.reduce((sum, row) => sum + row.n, 0);
    const all = sum_of(rows);
    const n_of = (role) => sum_of(of_group(rows, group).filter((row) => row.role === role));
    const count = (role, step) =>
        attend(walk.id, group, counted(of_group(walk_now(walk).attendance, group), role, step));
    return html`<section class="group" aria-labelledby="who-label"><h2 id="who-label">${t("evening.who")}</h2>
        <p class="small quiet">${t("evening.who_help")} ${tn("evening.people", all)}</p>
        ${letters.length > 1 && html`<span class="sr" id="group-label">${t("evening.group")}</span>
            <${Segment} label="group-label" test="group" value=${group} onChoose=${choose}
                choices=${letters.map((value) => ({ value, words: value ? t("evening.group_letter", value) : t("evening.no_group") }))} />`}
        <div class="people">${ROLES.map((role) => html`<div key=${role} class="person">
            <span id=${`who-${role}`}>${t(`role_of.${role}`)}</span>
            <${Stepper} minor label=${`who-${role}`} test=${`who-${role}`} words=${number(n_of(role))}
                down=${t("evening.fewer", t(`role_of.${role}`))} up=${t("evening.more", t(`role_of.${role}`))}
                onStep=${(step) => count(role, step)} /></div>`)}</div></section>`;
}

/* ---- groups ------------------------------------------------------------------------ */

function RoleChoice({ id, label, value, onChoose }) {
    return html`<div class="field"><label class="label" for=${id}>${label}</label>
        <select id=${id} value=${value || ""} onChange=${(e) => onChoose(e.target.value || undefined)}>
            <option value="">${t("evening.nobody")}</option>
            ${ROLES.map((role) => html`<option key=${role} value=${role}>${t(`role_of.${role}`)}</option>`)}
        </select></div>`;
}

function Groups({ walk }) {
    const groups = walk.groups || [];
    const put = (list) => edit_walk(walk.id, { groups: list });
    const change = (at, fields) => put((walk_now(walk).groups || []).map((one, i) => (i === at ? { ...one, ...fields } : one)));
    const resize = (step) => {
        const list = walk_now(walk).groups || [];
        if (step < 0) put(list.slice(0, -1));
        else if (list.length < LETTERS.length) put([...list, { letter: LETTERS[list.length] }]);
    };
    return html`<section class="group" aria-labelledby="groups-label"><h2 id="groups-label">${t("evening.groups")}</h2>
        <${Stepper} minor label="groups-label" test="groups" words=${tn("evening.group_count", groups.length)}
            down=${t("evening.group_less")} up=${t("evening.group_more")} onStep=${resize} />
        ${groups.map((one, at) => html`<div class="pair" key=${one.letter}>
            <${RoleChoice} id=${`leader-${at}`} label=${t("evening.leader", one.letter)} value=${one.leader_role}
                onChoose=${(role) => change(at, { leader_role: role })} />
            <${RoleChoice} id=${`notes-${at}`} label=${t("evening.notes", one.letter)} value=${one.note_role}
                onChoose=${(role) => change(at, { note_role: role })} /></div>`)}</section>`;
}

/* ---- how it is ---------------------------------------------------------------------- */

function Outside({ walk }) {
    const words_of = (one) => (one.weather || "").split(" ").filter(Boolean);
    const words = words_of(walk);
    const toggle = (word) => {
        const on = words_of(walk_now(walk));
        edit_walk(walk.id, { weather: (on.includes(word)
            ? on.filter((one) => one !== word) : [...on, word]).join(" ") || null });
    };
    return html`<section class="group" aria-labelledby="weather-label"><h2 id="weather-label">${t("evening.weather")}</h2>
        <div class="chips columns" role="group" aria-labelledby="weather-label">${WEATHER.map((word) =>
        html`<${Chip} key=${word} on=${words.includes(word)} onTap=${() => toggle(word)}
            data-test=${`weather-${word}`}>${t(`weather.${word}`)}</${Chip}>`)}</div></section>
    <section class="group"><h2 id="light-label">${t("evening.light")}</h2>
        <${Segment} label="light-label" kind="wide" test="light" value=${walk.light}
            onChoose=${(light) => edit_walk(walk.id, { light })}
            choices=${LIGHTS.map((value) => ({ value, words: t(`light.${value}`) }))} /></section>
    <section class="group"><h2 id="mode-label">${t("new.mode")}</h2>
        <${Segment} label="mode-label" kind="wide" test="mode" value=${walk.mode}
            onChoose=${(mode) => edit_walk(walk.id, { mode })}
            choices=${MODES.map((value) => ({ value, words: t(`mode.${value}.name`) }))} /></section>`;
}

/* ---- read aloud, and the way --------------------------------------------------------- */

function ReadAloud({ walk, field, title, children }) {
    return html`<section class="panel"><h2>${title}</h2>${children}
        <${Chip} on=${Boolean(walk[field])} data-test=${field}
            onTap=${() => edit_walk(walk.id, { [field]: !walk_now(walk)[field] })}>${t("evening.read_out")}</${Chip}></section>`;
}

const Route = ({ walk }) => html`<section class="group"><h2>${t("route.title")}</h2>
    <p class="small quiet">${walk.route ? tn("route.places", walk.route.length) : t("route.none")}</p>
    <${Button} icon="pencil" data-test="draw-route" onTap=${() => go(`#/walk/${walk.id}/route`)}>
        ${t(walk.route ? "route.change" : "route.draw")}</${Button}></section>`;

function Pause({ walk }) {
    if (walk.state !== "begun") return null;
    return html`<${Button} icon="clock" data-test="pause"
        onTap=${() => change_walk(walk.id, walk.paused ? "resume" : "pause")}>
        ${t(walk.paused ? "evening.resume" : "evening.pause")}</${Button}>`;
}

export function EveningScreen({ walk: id }) {
    const walk = use_store((s) => walk_view(id, s));
    const back = walk && walk.state === "planned" ? "#/" : walk_at(id);
    if (!walk) return html`<div class="screen"><${TopBar} back="#/" title=${t("evening.title")} /></div>`;
    return html`<div class="screen">
        <${TopBar} back=${back} title=${t("evening.title")} facts=${walk.title} pills=${html`<${SentPill} />`} />
        <main id="main" class="two stack">
            <div class="stack wide"><${Notices} /><${Place} name="walk.conflicts" walk=${walk} />
                <${ReadAloud} walk=${walk} field="briefed" title=${t("evening.safety")}><p>${t("walks.safety")}</p></${ReadAloud}>
                <${ReadAloud} walk=${walk} field="data_text" title=${t("evening.data")}><p>${t("evening.data_text")}</p></${ReadAloud}>
                <${Attendance} walk=${walk} /></div>
            <div class="stack wide"><${Groups} walk=${walk} /><${Outside} walk=${walk} />
                <${Route} walk=${walk} /><${Pause} walk=${walk} />
                <${Button} kind="chosen-edge" after="chevron" onTap=${() => go(back)} data-test="done">${t("kept.on")}</${Button}></div>
        </main></div>`;
}

/* The way there from tonight's panel. */
export function EveningRow({ walk }) {
    const people = (walk.attendance || []).reduce((sum, row) => sum + row.n, 0);
    return html`<button class="row" data-test="evening" onClick=${() => go(`#/walk/${walk.id}/evening`)}>
        <${Icon} name="people" /><span class="in"><span class="name">${t("evening.title")}</span>
            <span class="more">${people ? tn("evening.people", people) : t("evening.row_help")}</span></span>
        <${Icon} name="chevron" /></button>`;
}
