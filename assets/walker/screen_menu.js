/* screen_menu: the sheets behind the menu and the position pill. */
import { useEffect, useReducer } from "preact/hooks";
import { Icon } from "../shared/icons.js";
import { choose_language, language, t, tn } from "../shared/i18n.js";
import { accuracy_words, html, Button, Segment, Sheet } from "./components.js";
import { fix_is_good, fresh_fix } from "./position.js";
import { is_phone_of_a_pass } from "./me.js";
import { choose_mark_key, mark_key } from "./mark_key.js";
import { close_overlay, go, open_overlay } from "./route.js";
import { menu } from "./screens.js";
import { soft } from "./soft.js";
import { find_walk, get_state, set_state, use_store } from "./store.js";
import { theme_choice, theme_choices, theme_choose } from "./theme.js";
import { change_walk, points_of } from "./walks.js";

const languages = ["da", "en"];

const MenuRow = ({ icon, name, more, onTap, test }) => html`<button class="row" data-test=${test}
    onClick=${onTap}><${Icon} name=${icon} /><span class="in"><span class="name">${soft(name)}</span>
    ${more && html`<span class="more">${more}</span>`}</span><${Icon} name="chevron" /></button>`;

async function end_walk(id) {
    if (await change_walk(id, "end")) go("#/arrived");
    else close_overlay();
}

function EndWalk({ id }) {
    const walk = use_store((s) => find_walk(id, s));
    if (!walk || walk.state !== "begun") return null;
    const points = points_of(id).filter((one) => !one.withdrawn);
    const photos = points.reduce((sum, one) => sum + one.photos.length, 0);
    return html`<${MenuRow} icon="flag" name=${t("menu.end")} test="end-walk"
        more=${t("menu.end_facts", tn("walks.points", points.length), tn("walks.photos", photos))}
        onTap=${() => end_walk(id)} />`;
}

export function MenuSheet() {
    const { route } = get_state();
    const [, draw] = useReducer((n) => n + 1, 0);
    const phone = is_phone_of_a_pass();
    const speak = async (lang) => {
        await choose_language(lang);
        set_state({ language: language() });
    };
    return html`<${Sheet} title=${t("menu.title")}>
        ${menu.filter((row) => !(phone ? row.owner : row.phone)).filter((row) => !row.when || row.when(route, find_walk(route.walk)))
            .map((row) => html`<${MenuRow} key=${row.text} icon=${row.icon} name=${t(row.text)}
                onTap=${() => (row.open ? open_overlay(row.open) : go(row.to(route)))} />`)}
        ${route.walk && !phone && html`<${EndWalk} id=${route.walk} />`}
        ${route.walk && html`<${MenuRow} icon="key" name=${t("menu.mark_key")} more=${key_word()} test="mark-key"
            onTap=${() => open_overlay("markkey")} />`}
        <div class="group"><h3 class="label" id="theme-label">${t("menu.theme")}</h3>
            <${Segment} label="theme-label" test="theme" kind="four" value=${theme_choice()}
                choices=${theme_choices.map((value) => ({ value, words: t(`theme.${value}`) }))}
                onChoose=${(value) => { theme_choose(value); draw(); }} /></div>
        <div class="group"><h3 class="label" id="language-label">${t("menu.language")}</h3>
            <${Segment} label="language-label" test="language" kind="wide" value=${language()}
                choices=${languages.map((value) => ({ value, words: t(`language.${value}`) }))}
                onChoose=${speak} /></div>
    </${Sheet}>`;
}

/* ---- the key that marks ---------------------------------------------------------- */

const key_word = () => ({ "": t("markkey.usual"), off: t("markkey.off"), " ": t("markkey.space") })[mark_key()]
    ?? t("markkey.one", mark_key());

/* The next key that is pressed is the one. */
export function MarkKeySheet() {
    const [, draw] = useReducer((n) => n + 1, 0);
    const choose = (key) => {
        choose_mark_key(key);
        draw();
    };
    useEffect(() => {
        const listen = (event) => {
            if (["Tab", "Escape", "Shift"].includes(event.key) || event.target.closest("button")) return;
            event.preventDefault();
            choose(event.key);
        };
        document.addEventListener("keydown", listen);
        return () => document.removeEventListener("keydown", listen);
    }, []);
    return html`<${Sheet} title=${t("menu.mark_key")}><p>${t("markkey.help")}</p>
        <p role="status"><b data-test="mark-key-now">${key_word()}</b></p>
        <div class="pair"><${Button} onTap=${() => choose("")}>${t("markkey.usual_choose")}</${Button}>
            <${Button} onTap=${() => choose("off")}>${t("markkey.off_choose")}</${Button}></div></${Sheet}>`;
}

export const degrees = (value) =>
    value.toLocaleString(language() === "da" ? "da-DK" : "en-GB",
        { minimumFractionDigits: 5, maximumFractionDigits: 5 });

/* "57,02136 nord" and "9,94871 øst", in groups that can be read aloud. */
export function Coordinates({ fix }) {
    const north = t(fix.lat < 0 ? "position.south" : "position.north", degrees(Math.abs(fix.lat)));
    const east = t(fix.lon < 0 ? "position.west" : "position.east", degrees(Math.abs(fix.lon)));
    const age = Math.max(0, Math.round((performance.now() - fix.heard) / 1000));
    return html`<p class="coordinates">${north}<br />${east}</p>
        <p class="small quiet">${t("position.measured",
        accuracy_words(fix), tn("position.seconds", age))}</p>`;
}

export function PositionSheet() {
    const [, draw] = useReducer((n) => n + 1, 0);
    use_store((s) => s.fix);
    const trouble = use_store((s) => s.fix_trouble);
    useEffect(() => {
        const timer = setInterval(draw, 1000);
        return () => clearInterval(timer);
    }, []);
    const override = use_store((s) => s.override);
    const decide = (value) => () => {
        set_state({ override: value });
        close_overlay();
    };
    const [wait, anyway] = [decide(false), decide(true)];
    const fix = fresh_fix();
    let help = "position.help_none";
    if (fix) help = fix_is_good(fix) ? "position.help_good" : "position.help_poor";
    else if (trouble === "denied") help = "position.help_denied";
    return html`<${Sheet} title=${t("position.title")}>
        ${fix ? html`<${Coordinates} fix=${fix} />` : html`<p>${t("position.none")}</p>`}
        <p>${t(help)}</p>
        ${fix && !fix_is_good(fix) && html`<div class="pair">
            <${Button} icon="wait" onTap=${wait} data-test="wait-better" aria-pressed=${override ? "false" : "true"}>${t("position.wait_better")}</${Button}>
            <${Button} onTap=${anyway} data-test="use-anyway" aria-pressed=${override ? "true" : "false"}>${t("position.use_anyway")}</${Button}></div>`}</${Sheet}>`;
}
