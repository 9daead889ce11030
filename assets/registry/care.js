/* What of the devices somebody must look after: who waits to be admitted, databases that
 * were salvaged, and records that never came, have no effect, or are lost. */
import { useRef, useState } from "preact/hooks";
import { number, t, tn } from "../shared/i18n.js";
import { use_once } from "../shared/once.js";
import { Fault } from "./components.js";
import { html } from "./html.js";
import { Link } from "./router.js";
import { get, send, use_asked } from "./state.js";
import { moment } from "./words.js";

const short = (origin) => origin.slice(0, 8);

/* A name is there already, so one tap will do; whoever knows the device writes its own. */
function Stranger({ one, again, tell }) {
    const [name, set_name] = useState(t("care.stranger", short(one.origin)));
    const [error, set_error] = useState(null);
    const field = `name-${one.origin}`;
    const admit = use_once(async () => {
        try {
            const { records } = await send("POST",
                `/api/v1/strangers/${encodeURIComponent(one.origin)}/admit`, { name });
            tell(t("care.admitted", name, number(records)));
            again();
        } catch (problem) {
            set_error(problem);
        }
    });
    const submit = (event) => {
        event.preventDefault();
        admit();
    };
    return html`<li class="card device" data-test="stranger">
        <h4>${t("care.stranger", short(one.origin))}</h4>
        <p>${tn("care.waits", one.records, number(one.photos),
            moment(one.since))}${" "}
            ${one.brought_by ? t("care.by_device", one.brought_by) : t("care.by_stick")}</p>
        <p class="quiet code">${one.origin}</p>
        ${error && html`<${Fault} error=${error} />`}
        <form class="buttons" onSubmit=${submit}>
            <label for=${field}>${t("care.name")}</label>
            <input id=${field} type="text" maxlength="80" required value=${name}
                onInput=${(event) => set_name(event.target.value)} />
            <button type="submit" class="main" data-test="admit">
                ${t("care.admit")}<span class="hidden"> ${short(one.origin)}</span></button>
        </form>
    </li>`;
}

const range = ([first, last]) => (first === last ? `${first}` : `${first}\u2013${last}`);

function Care({ one }) {
    const who = one.name || t("care.stranger", short(one.origin));
    const line = (what) => one[what] > 0 && html`<p>
        ${tn(`care.${what}`, one[what], who)}</p>`;
    return html`<li class="card device" data-test="care">
        ${one.missing > 0 && html`<p>${tn("care.missing", one.missing, who,
            one.holes.map(range).join(", "))}${" "}${t("care.missing_do")}</p>`}
        ${line("newer")}${line("refused")}${line("aside_large")}${line("aside_form")}${line("lost")}
    </li>`;
}

const Salvaged = ({ device }) => html`<li class="card device" data-test="salvaged">
    <p><strong>${t("care.salvaged", device.name, moment(device.salvaged.at))}</strong>${" "}
        ${t("care.salvaged_counts", number(device.salvaged.kept), number(device.salvaged.lost))}
    </p></li>`;

export function Needs({ data, again }) {
    const [told, set_told] = useState("");
    const word = useRef();
    const tell = (text) => {
        set_told(text);
        word.current.focus(); /* the row that had it is going */
    };
    const salvaged = data.devices.filter((device) => device.salvaged && !device.revoked);
    return html`
        <div role="status" data-test="admitted" tabindex="-1" ref=${word}>${told &&
            html`<p class="notice good">${told}</p>`}</div>
        ${(data.strangers.length > 0 || data.care.length > 0 || salvaged.length > 0) && html`
        <section><h2>${t("care.title")}</h2>
            ${data.strangers.length > 0 && html`<h3>${t("care.strangers")}</h3>
                <p>${t("care.strangers_lead")}</p>`}
            <ul class="devices" role="list">
                ${data.strangers.map((one) => html`<${Stranger} key=${one.origin} one=${one}
                    again=${again} tell=${tell} />`)}
                ${salvaged.map((device) => html`<${Salvaged} key=${device.id}
                    device=${device} />`)}
                ${data.care.map((one) => html`<${Care} key=${one.origin} one=${one} />`)}
            </ul></section>`}`;
}

/* On the first screen: nobody looks at the devices unasked. */
export function Outside() {
    const asked = use_asked(() => get("/api/v1/devices"), [], () => true);
    const strangers = asked.data?.strangers ?? [];
    return strangers.length > 0 && html`
    <p class="notice" data-test="strangers-wait">${tn("care.notice", strangers.length,
        number(strangers.reduce((sum, one) => sum + one.records, 0)))}${" "}
        <${Link} to="/devices">${t("care.see")}<//></p>`;
}
