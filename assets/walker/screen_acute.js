/* screen_acute: gets people to ring, and to say where. It rings nobody itself, says so,
 * and has no countdown; the close button is never hidden.
 */
import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/icons.js";
import { t } from "../shared/i18n.js";
import { html, Button, Segment, use_trap } from "./components.js";
import { note_acute } from "./evening.js";
import { new_id } from "./ids.js";
import { fresh_fix } from "./position.js";
import { close_overlay } from "./route.js";
import { Coordinates } from "./screen_menu.js";
import { find_walk, get_state, use_store } from "./store.js";

/* A device that has only a coarse pointer and a narrow window is a phone. */
const is_phone = () => window.matchMedia("(pointer: coarse) and (max-width: 699px)").matches;

/* tel is what is rung; without a phone it is there to be read. */
function Call({ tel, name = tel, kind, phone }) {
    const plain = name === tel;
    const inside = html`${plain ? html`<b class="numeral">${tel}</b>` : html`<${Icon} name="warning" size=${38} />`}
        <span class="in"><b>${t(`acute.${name}`)}</b><span class="small">${t(`acute.${name}_when`)}</span></span>
        ${phone ? html`<${Icon} name="phone" />` : !plain && html`<b class="duty-number">${tel}</b>`}`;
    return phone
        ? html`<a class=${`call ${kind}`} href=${`tel:${tel.replace(/[^+\d]/g, "")}`} data-test=${`call-${name}`}>${inside}</a>`
        : html`<div class=${`call ${kind}`} data-test=${`call-${name}`}>${inside}</div>`;
}

/* Who rang, if anybody: noted with the showing, when they say so. */
function Afterwards({ duty, onSay }) {
    const [said, say] = useState(null);
    const tap = (called) => {
        say(called);
        onSay(called);
    };
    const choices = ["112", "114", ...(duty ? ["duty"] : []), "none"];
    return html`<section class="group"><h2 class="label" id="after-label">${t("acute.after")}</h2>
        <${Segment} label="after-label" kind=${duty ? "four" : "wide"} test="called" value=${said} onChoose=${tap}
            choices=${choices.map((value) => ({ value, words: t(`acute.called_${value}`) }))} />
        <p class="small quiet">${t("acute.noted")}</p></section>`;
}

function Where() {
    const { route } = get_state();
    const walk = use_store((s) => find_walk(route.walk, s));
    use_store((s) => s.fix);
    const fix = fresh_fix();
    const area = walk && (walk.area || walk.title);
    return html`<section class="panel where" aria-labelledby="where-label">
        <h2 id="where-label">${t("acute.where")}</h2>
        ${area && html`<p class="place">${area}</p>`}
        ${fix ? html`<${Coordinates} fix=${fix} />` : html`<p class="place">${t("acute.no_place")}</p>`}
    </section>`;
}

export function AcuteScreen() {
    const { box, key } = use_trap("h1");
    const [, draw] = useReducer((n) => n + 1, 0);
    const { route } = get_state();
    const duty = use_store((s) => s.status?.duty_phone ?? s.me?.duty_phone);
    const showing = useRef(new_id());
    const note = (called) => route.walk && note_acute(showing.current, route.walk, route.point, called);
    useEffect(() => {
        note();
        const timer = setInterval(draw, 1000);
        return () => clearInterval(timer);
    }, []);
    const phone = is_phone();
    return html`<div class="acute-screen" role="alertdialog" aria-modal="true" ref=${box}
        aria-labelledby="acute-title" aria-describedby="acute-lead" onKeyDown=${key}>
        <div class="screen">
            <header class="topbar"><h1 class="titles" id="acute-title" tabindex="-1">${t("acute.title")}</h1>
                <${Button} icon="close" onTap=${close_overlay} data-test="close">${t("bar.close")}</${Button}></header>
            <div class="stack">
                <p class="lead" id="acute-lead"><b>${t("acute.call_yourself")}</b> ${t("acute.no_alarm")}</p>
                ${!phone && html`<p><b>${t("acute.no_phone")}</b></p>`}
                <div class="two stack">
                    <div class="stack"><${Call} tel="112" kind="fire" phone=${phone} />
                        <${Call} tel="114" kind="police" phone=${phone} />
                        ${duty && html`<${Call} tel=${duty} name="duty" kind="duty" phone=${phone} />`}</div>
                    <div class="stack"><${Where} />
                        ${route.walk && html`<${Afterwards} duty=${duty} onSay=${note} />`}</div></div>
            </div></div></div>`;
}
