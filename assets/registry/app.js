/* The registry's page: the band, who is signed in, and which screen an address shows.
 *
 * All data comes from the JSON API; nothing is kept in the browser but the language.
 * When a session ends the screen stays as it was, hidden, and one signs in on top of it; to
 * somebody else it shows nothing of what stood there. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Mark } from "../shared/icons.js";
import { choose_language, language, load_texts, t, time_text } from "../shared/i18n.js";
import { word_of } from "../shared/words.js";
import { Guarded, Loading, Title } from "./components.js";
import { html } from "./html.js";
import { Link, use_place } from "./router.js";
import { load_book, session, use_shared } from "./state.js";
import { Devices } from "./screen_devices.js";
import { Inbox } from "./screen_inbox.js";
import { Issue } from "./screen_issue.js";
import { Issues } from "./screen_issues.js";
import { Login } from "./screen_login.js";
import { may_decide } from "./words.js";
import { SealedScreen } from "./screen_sealed.js";
import { Walks } from "./screen_walks.js";

const SCREENS = [
    [/^\/$/, Walks, "walks"],
    [/^\/walks\/([^/]+)$/, Inbox, "walks"],
    [/^\/issues$/, Issues, "issues"],
    [/^\/issues\/([^/]+)$/, Issue, "issues"],
    [/^\/devices$/, Devices, "devices"],
    [/^\/sealed$/, SealedScreen, "sealed"],
];
const BAND = [["/", "walks"], ["/issues", "issues"]];
const band_of = (who) => [...BAND, ...(may_decide(who) ? [["/devices", "devices"]] : []),
    ...(who.role === "police" ? [["/sealed", "sealed"]] : [])];

/* An address somebody cut short in the middle of a letter names nothing that there is. */
function decoded(part) {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}

function screen_of(path) {
    for (const [shape, screen, room] of SCREENS) {
        const found = path.match(shape);
        if (found) return { screen, room, id: found[1] && decoded(found[1]) };
    }
    return { screen: Missing, room: "" };
}

const Missing = () => html`<main id="main" class="page" tabindex="-1">
    <${Title} text=${t("missing.title")} />
    <p>${t("missing.text")} <${Link} to="/">${t("band.walks")}<//></p></main>`;

const Language = ({ changed }) => {
    const other = language() === "da" ? "en" : "da";
    const change = async () => {
        await choose_language(other);
        changed();
    };
    return html`<button type="button" class="quiet-button" lang=${other} onClick=${change}>
        ${t("band.other_language")}</button>`;
};

function Band({ who, room, leave, changed }) {
    return html`<header class="band">
        <${Link} to="/" class="brand"><${Mark} size=${30} /><span>Lygte</span><//>
        ${who && html`<nav aria-label=${t("band.name")}>
            ${band_of(who).map(([to, name]) => html`
                <${Link} key=${name} to=${to}
                    aria-current=${name === room ? "page" : undefined}>
                    ${t(`band.${name}`)}<//>`)}
        </nav>`}
        <div class="band-end">
            ${who && html`<span class="who"><span>${who.name}</span> <span>
                ${word_of("role", who.role)}</span></span>`}
            <${Language} changed=${changed} />
            ${who && html`<button type="button" class="quiet-button" onClick=${leave}>
                ${t("band.leave")}</button>`}
        </div>
    </header>`;
}

/* Texts, catalogue and session first; a page of half words helps nobody. */
function use_session() {
    const [who, set_who] = useState(undefined);
    const [fault, set_fault] = useState(null);
    const enter = async (found) => {
        try {
            await load_book();
            set_fault(null);
            set_who(found);
        } catch (error) {
            set_fault(error);
        }
    };
    const begin = () =>
        session.ask().then(enter, (error) =>
            error.status === 401 ? set_who(null) : set_fault(error));
    useEffect(() => {
        begin();
    }, []);
    return { who, fault, enter, set_who, begin };
}

function App() {
    const [, again] = useState(0);
    const { path, query } = use_place();
    const shared = use_shared();
    const { who, fault, enter, set_who, begin } = use_session();
    const { screen: Screen, room, id } = screen_of(path);
    const changed = () => again((n) => n + 1);
    const [stuck, set_stuck] = useState(null);
    const leave = async () => {
        try {
            await session.close();
        } catch (error) {
            if (error.status !== 401) {
                set_stuck(error);
                return;
            }
        }
        set_stuck(null);
        set_who(null);
    };
    const is_over = Boolean(who) && shared.over;
    const asks_name = who === null || is_over;
    return html`
        <a class="skip" href="#main">${t("skip")}</a>
        <${Band} who=${who} room=${room} leave=${leave} changed=${changed} />
        <div role="status">${shared.lost_at && html`
            <p class="lost">${t("lost", time_text(shared.lost_at))}</p>`}</div>
        <div role="alert">${stuck && who && html`<p class="lost" data-test="still-in">
            <strong>${t("band.still_in")}</strong> ${stuck.title} ${stuck.detail}</p>`}</div>
        ${fault && !who && html`<main id="main" class="page" tabindex="-1"><${Title}
            text=${fault.title} />
            <p>${fault.detail}</p>
            <button type="button" onClick=${begin}>${t("fault.again")}</button></main>`}
        ${who === undefined && !fault && html`<main id="main" class="page" tabindex="-1">
            <${Loading} /></main>`}
        ${asks_name && !fault && html`<${Login} over=${is_over} enter=${enter} />`}
        ${who && html`<div hidden=${is_over} class="screen">
            <${Guarded} at=${path}>
                <${Screen} key=${`${path} ${who.name} ${who.role}`}
                    id=${id} query=${query} who=${who} words=${language()} />
            <//></div>`}`;
}

await load_texts("registry", "words");
render(html`<${App} />`, document.getElementById("app"));
