/* screen_acute: gets people to ring, and to say where. It rings nobody itself, says so,
 * and has no countdown; the close button is never hidden.
 */
import { useEffect, useReducer } from "preact/hooks";
import { Icon } from "../shared/icons.js";
import { t } from "../shared/i18n.js";
import { html, Button, use_trap } from "./components.js";
import { fresh_fix } from "./position.js";
import { close_overlay } from "./route.js";
import { Coordinates } from "./screen_menu.js";
import { find_walk, get_state, use_store } from "./store.js";

/* A device that has only a coarse pointer and a narrow window is a phone. */
const is_phone = () => window.matchMedia("(pointer: coarse) and (max-width: 699px)").matches;

function Call({ tel, kind, phone }) {
    const inside = html`<b class="numeral">${tel}</b><span class="in">
            <b>${t(`acute.${tel}`)}</b><span class="small">${t(`acute.${tel}_when`)}</span></span>
        ${phone && html`<${Icon} name="phone" />`}`;
    return phone
        ? html`<a class=${`call ${kind}`} href=${`tel:${tel}`} data-test=${`call-${tel}`}>${inside}</a>`
        : html`<div class=${`call ${kind}`} data-test=${`call-${tel}`}>${inside}</div>`;
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
    useEffect(() => {
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
                        <${Call} tel="114" kind="police" phone=${phone} /></div>
                    <${Where} /></div>
            </div></div></div>`;
}
