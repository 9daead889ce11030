/* Devices: a code to pair a new one, who waits, who is paired, and taking one's leave of a
 * device. */
import { useEffect, useRef, useState } from "preact/hooks";
import { date_text, t, time_text, tn } from "../shared/i18n.js";
import { use_once } from "../shared/once.js";
import { Needs } from "./care.js";
import { Asked, Fault, Title } from "./components.js";
import { html } from "./html.js";
import { get, send, use_asked } from "./state.js";
import { may_decide, moment } from "./words.js";

function use_now(every) {
    const [now, set_now] = useState(Date.now());
    useEffect(() => {
        const timer = setInterval(() => set_now(Date.now()), every);
        return () => clearInterval(timer);
    }, [every]);
    return now;
}

/* Read aloud letter by letter: "K 7 M 2 Q - 4 8 1 5 3". */
const spelled = (code) => [...code].join(" ");

function Code({ code, expires, paired }) {
    const now = use_now(1000);
    if (paired) return html`<p class="notice good">
        ${t("code.used", paired.name, time_text(paired.paired))}</p>`;
    if (Date.parse(expires) <= now) return html`<p class="notice">
        ${t("code.expired", time_text(expires))}</p>`;
    return html`<div class="code-box">
        <p class="pair-code"><span aria-hidden="true" data-test="pair-code">${code}</span>
            <span class="hidden">${spelled(code)}</span></p>
        <p><strong>${t("code.expires", time_text(expires))}</strong></p>
        <p>${t("code.how")} <span class="code">${location.origin}</span></p></div>`;
}

function Pair({ devices }) {
    const [made, set_made] = useState(null);
    const [error, set_error] = useState(null);
    const make = use_once(async () => {
        try {
            const before = new Set((await get("/api/v1/devices")).devices.map((one) => one.id));
            set_made({ ...(await send("POST", "/api/v1/devices/code", {})), before });
            set_error(null);
        } catch (problem) {
            set_error(problem);
        }
    });
    const paired = made && devices.find((device) => !made.before.has(device.id));
    return html`<section class="card">
        <h2>${t("code.title")}</h2>
        <p>${t("code.lead")}</p>
        ${error && html`<${Fault} error=${error} />`}
        <div role="status">${made && html`<${Code} ...${made} paired=${paired} />`}</div>
        <button type="button" class="main" data-test="new-code" onClick=${make}>
            ${t(made ? "code.another" : "code.make")}</button>
    </section>`;
}

/* It cannot be undone, only paired anew: so it says what it means before it happens. */
function Revoke({ device, again }) {
    const [asks, set_asks] = useState(false);
    const [error, set_error] = useState(null);
    const yes = useRef(), ask = useRef(), asked = useRef(false);
    useEffect(() => {
        if (asks) yes.current?.focus();
        else if (asked.current) ask.current?.focus();
        asked.current = asks;
    }, [asks]);
    const revoke = use_once(async () => {
        try {
            await send("DELETE", `/api/v1/devices/${encodeURIComponent(device.id)}`);
            again();
        } catch (problem) {
            set_error(problem);
        }
    });
    if (!asks)
        return html`<button type="button" data-test="revoke" ref=${ask}
            onClick=${() => set_asks(true)}>
            ${t("devices.revoke")} …<span class="hidden"> ${device.name}</span></button>`;
    return html`<div class="asks">
        <p>${t("devices.revoke_means", device.name)}</p>
        ${error && html`<${Fault} error=${error} />`}
        <p class="buttons">
            <button type="button" data-test="revoke-yes" ref=${yes} onClick=${revoke}>
                ${t("devices.revoke_yes", device.name)}</button>
            <button type="button" class="quiet-button" onClick=${() => set_asks(false)}>
                ${t("devices.keep")}</button></p></div>`;
}

const Device = ({ device, again }) => html`<li class="card device"
    data-test="device-row">
    <h3>${device.name}</h3>
    <p class="quiet">${t("devices.paired", date_text(device.paired), time_text(device.paired))} ·
        ${" "}${device.seen ? t("devices.seen", moment(device.seen)) : t("devices.unseen")}</p>
    ${device.revoked ? html`<p><strong>${t("devices.revoked")}</strong></p>`
        : html`<${Revoke} device=${device} again=${again} />`}
</li>`;

export const Devices = ({ who }) => (may_decide(who) ? html`<${Managed} />`
    : html`<main id="main" class="page" tabindex="-1"><${Title} text=${t("devices.title")} />
        <p>${t("devices.read_only")}</p></main>`);

function Managed() {
    const asked = use_asked(() => get("/api/v1/devices"), [], () => true);
    const devices = asked.data?.devices ?? [];
    const live = devices.filter((device) => !device.revoked).length;
    return html`<main id="main" class="page" tabindex="-1">
        <${Title} text=${t("devices.title")} />
        <${Asked} asked=${asked}>
            <${Pair} devices=${devices} />
            ${asked.data && html`<${Needs} data=${asked.data} again=${asked.again} />`}
            <h2>${t("devices.list")}</h2>
            <p class="quiet">${tn("devices.count", live, devices.length)}</p>
            ${!devices.length && html`<p>${t("empty")} ${t("devices.empty")}</p>`}
            <ul class="devices" role="list">${devices.map((device) => html`
                <${Device} key=${device.id} device=${device} again=${asked.again} />`)}</ul>
        <//>
    </main>`;
}
