/* components: the parts every screen is made of. They draw and report taps; they know
 * neither the program nor the store, but for the pills, which show what stands there.
 */
import { h } from "preact";
import { useEffect, useReducer, useRef } from "preact/hooks";
import htm from "htm";
import { Icon } from "../shared/icons.js";
import { number, t } from "../shared/i18n.js";
import { send_again } from "./photo.js";
import { fix_is_good, fresh_fix } from "./position.js";
import { close_overlay, go, open_overlay } from "./route.js";
import { pill_of } from "./status.js";
import { soft } from "./soft.js";
import { use_store } from "./store.js";

export const html = htm.bind(h);

/* Two columns? Follows the window. */
export function use_wide() {
    const [, draw] = useReducer((n) => n + 1, 0);
    const query = useRef(window.matchMedia("(min-width: 700px)"));
    useEffect(() => {
        query.current.addEventListener("change", draw);
        return () => query.current.removeEventListener("change", draw);
    }, []);
    return query.current.matches;
}

/* ---- frame ----------------------------------------------------------------------- */

/* title is the h1 unless `quiet`: then the screen has its own. */
export function TopBar({ back, title, facts, quiet, pills, menu, kind = "", children }) {
    return html`<header class=${`topbar ${kind}`}>
        ${back && html`<button class="iconbutton" data-test="back" aria-label=${t("bar.back")}
            onClick=${() => go(back)}><${Icon} name="back" /></button>`}
        ${children}
        <div class="titles">
            ${quiet ? html`<p class="title">${soft(title)}</p>`
                : html`<h1 class="title" tabindex="-1">${soft(title)}</h1>`}
            ${facts && html`<p class="facts">${soft(facts)}</p>`}
        </div>
        ${pills && html`<div class="pills">${pills}</div>`}
        ${menu && html`<button class="iconbutton last" data-test="menu" aria-haspopup="dialog"
            aria-label=${t("bar.menu")} onClick=${() => open_overlay("menu")}>
            <${Icon} name="menu" /></button>`}
    </header>`;
}

export const Dock = ({ right, children }) => html`<nav class=${`dock ${right ? "right" : ""}`}
    aria-label=${t("bar.dock")}><div class="in">${children}</div></nav>`;

export const AcuteButton = () => html`<button class="button acute" data-test="acute"
    aria-haspopup="dialog" onClick=${() => open_overlay("acute")}>
    <${Icon} name="phone" />${t("dock.acute")}</button>`;

/* ---- pills ----------------------------------------------------------------------- */

export function SentPill() {
    const status = use_store((s) => s.status);
    const pending = use_store((s) => s.pending);
    const photos = use_store((s) => s.photos);
    const fetching = use_store((s) => s.fetching);
    const phone = use_store((s) => s.me?.as === "pass");
    const { icon, words, count, done } = pill_of(fetching ? null : status, pending, photos);
    return html`<button class=${`pill ${done ? "done" : ""}`} data-test="pill-unsent"
        aria-label=${words} onClick=${() => (phone ? send_again() : go("#/arrived"))}>
        <${Icon} name=${icon} /><span class="words long">${words}</span>
        ${count && html`<span class="brief">${count}</span>`}</button>`;
}

export const accuracy_words = ({ accuracy_m }) => (accuracy_m === null ? t("position.unmeasured")
    : t("position.metres", number(Math.round(accuracy_m))));

export function PositionPill() {
    use_store((s) => s.fix);
    use_store((s) => s.fix_trouble);
    const fix = fresh_fix();
    const metres = fix && accuracy_words(fix);
    let kind = "missing", icon = "close", words = t("position.none");
    if (fix && fix_is_good(fix)) [kind, icon, words] = ["good", "position", metres];
    else if (fix) [kind, icon, words] = ["unsure", "warning", t("position.wait", metres)];
    return html`<button class=${`pill ${kind}`} data-test="pill-position" aria-haspopup="dialog"
        aria-label=${t("position.label", words)} onClick=${() => open_overlay("position")}>
        <${Icon} name=${icon} />
        <span class=${`words ${kind === "good" ? "" : "long"}`}>${words}</span>
        ${kind === "unsure" && html`<span class="brief">${metres}</span>`}</button>`;
}

/* What is read aloud has the very letters of what is seen, or voice control misses it. */
const named = (rest) => (rest["aria-label"] ? { ...rest, "aria-label": soft(rest["aria-label"]) } : rest);
const softened = (children) => (Array.isArray(children) ? children.map(soft) : soft(children));

/* ---- choices --------------------------------------------------------------------- */

export const Chip = ({ on, onTap, children, icon, ...rest }) => html`<button class="chip"
    type="button" aria-pressed=${on ? "true" : "false"} onClick=${onTap} ...${named(rest)}>
    ${on ? html`<${Icon} name="check" />` : icon}<span>${softened(children)}</span></button>`;

/* One of several. choices: [{ value, words, head }]; arrow keys move and choose. */
export function Segment({ label, value, choices, onChoose, kind = "", test }) {
    const box = useRef();
    const at = choices.findIndex((choice) => choice.value === value);
    const step = (event, from) => {
        const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!move) return;
        event.preventDefault();
        const next = (from + move + choices.length) % choices.length;
        onChoose(choices[next].value);
        box.current.children[next].focus();
    };
    return html`<div class=${`segment ${kind}`} role="radiogroup"
        aria-labelledby=${label} ref=${box}>
        ${choices.map((choice, i) => html`<button type="button" role="radio" key=${choice.value}
            aria-checked=${i === at ? "true" : "false"}
            tabindex=${i === at || (at < 0 && i === 0) ? 0 : -1}
            data-test=${test && `${test}-${choice.value}`}
            onKeyDown=${(event) => step(event, i)} onClick=${() => onChoose(choice.value)}>
            ${choice.head && html`<b>${i === at && html`<span class="tick">
                <${Icon} name="check" /></span>`}${choice.head}</b>`}
            <span>${!choice.head && i === at && html`<span class="tick">
                <${Icon} name="check" /></span>`}${soft(choice.words)}</span></button>`)}
    </div>`;
}

export const Stepper = ({ words, label, down, up, onStep, minor, test, children }) => html`
    <div class=${`stepper ${minor ? "minor" : ""}`} role="group" aria-labelledby=${label}>
        <button class="button" type="button" aria-label=${down} data-test=${`${test}-less`}
            onClick=${() => onStep(-1)}><${Icon} name="minus" /></button>
        <div class="said"><b>${words}</b>${children}</div>
        <button class="button" type="button" aria-label=${up} data-test=${`${test}-more`}
            onClick=${() => onStep(1)}><${Icon} name="plus" /></button>
    </div>`;

export const Glasses = ({ lit, of }) => html`<span class="glasses" aria-hidden="true">
    ${Array.from({ length: of }, (_, i) => html`<i class=${i < lit ? "lit" : ""}></i>`)}</span>`;

export const Bar = ({ name, done, all }) => html`<span class="bar" role="progressbar" aria-label=${name}
    aria-valuemin="0" aria-valuemax=${all} aria-valuenow=${done}>
    <i style=${{ width: `${all ? Math.round((done / all) * 100) : 0}%` }}></i></span>`;

/* ---- saying things --------------------------------------------------------------- */

/* What / what is safe / one button. */
export const Notice = ({ title, detail, icon = "warning", calm, children }) => html`
    <div class=${`notice ${calm ? "toast" : ""}`} role="status">
        <${Icon} name=${icon} />
        <div class="in"><b>${soft(title)}</b>${detail && html`<span class="small">${detail}</span>`}</div>
        ${children}</div>`;

export const Button = ({ icon, after, children, onTap, kind = "", ...rest }) => html`<button
    class=${`button ${kind}`} type="button" onClick=${onTap} ...${named(rest)}>
    ${icon && html`<${Icon} name=${icon} />`}<span>${softened(children)}</span>
    ${after && html`<${Icon} name=${after} />`}</button>`;

/* ---- over a screen --------------------------------------------------------------- */

const REACHABLE = "button, a[href], input, textarea, [tabindex='0']";

/* Keeps the focus inside; Escape closes. */
export function use_trap(first) {
    const box = useRef();
    useEffect(() => {
        const start = box.current.querySelector(first || "[data-first]");
        if (start) start.focus();
    }, []);
    const key = (event) => {
        if (event.key === "Escape") {
            event.preventDefault();
            close_overlay();
        }
        if (event.key !== "Tab") return;
        const all = [...box.current.querySelectorAll(REACHABLE)]
            .filter((one) => one.tabIndex >= 0 && one.offsetParent !== null);
        const edge = event.shiftKey ? all[0] : all[all.length - 1];
        if (document.activeElement === edge || !box.current.contains(document.activeElement)) {
            event.preventDefault();
            (event.shiftKey ? all[all.length - 1] : all[0]).focus();
        }
    };
    return { box, key };
}

export function Sheet({ title, children }) {
    const { box, key } = use_trap();
    return html`<div class="veil" onClick=${(e) => e.target === e.currentTarget && close_overlay()}>
        <div class="sheet stack" role="dialog" aria-modal="true" aria-labelledby="sheet-title"
            ref=${box} onKeyDown=${key}>
            <div class="head"><h2 class="title" id="sheet-title" tabindex="-1" data-first>${soft(title)}</h2>
                <${Button} icon="close" onTap=${close_overlay} data-test="close">${t("bar.close")}</${Button}>
            </div>
            ${children}
        </div></div>`;
}
