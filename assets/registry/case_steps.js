/* What may happen to a case now, and who has it. Offers exactly what the registry allows
 * (issue.next); a step that needs a reason opens its field in place. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n.js";
import { html } from "./html.js";
import { parties_by_name, party_name } from "./words.js";

/* Steps that mean nothing to others without a reason. */
const NEEDS_WHY = ["returned", "waiting", "planned", "no_action", "referred", "duplicate",
    "cancelled", "reopened", "confirmed"];

function Why({ state, busy, step, close }) {
    const [why, set_why] = useState("");
    const [missing, set_missing] = useState(false);
    const field = useRef();
    useEffect(() => field.current.focus(), []);
    const submit = async (event) => {
        event.preventDefault();
        if (!why.trim()) {
            set_missing(true);
            field.current.focus();
        } else if (await step(state, why.trim())) close();
    };
    return html`<form class=${`why ${missing ? "wrong" : ""}`} onSubmit=${submit}
        onKeyDown=${(event) => event.key === "Escape" && close()}>
        <label for="why">${t(`why.${state}`)}</label>
        <p class="small quiet" id="why-hint">${t("why.hint")}</p>
        ${missing && html`<p class="error" id="why-error"><span class="hidden">
            ${t("error")} </span>${t("why.missing")}</p>`}
        <textarea id="why" rows="3" maxlength="2000" ref=${field} value=${why}
            data-test="why"
            aria-describedby=${missing ? "why-hint why-error" : "why-hint"}
            aria-invalid=${missing ? "true" : undefined}
            onInput=${(event) => set_why(event.target.value)}></textarea>
        <p class="buttons"><button class="main" data-test="why-submit"
            aria-disabled=${busy ? "true" : undefined}>${t(`do.${state}`)}</button>
            <button type="button" class="quiet-button" onClick=${close}>
                ${t("why.close")}</button></p>
    </form>`;
}

/* Why the wanted steps are not among the buttons, in one sentence each. */
function not_now({ state, next }) {
    const all = [];
    if (!next.includes("sent") && ["open", "returned"].includes(state)) all.push(t("not_now.sent"));
    if (!next.includes("confirmed") && !["done", "confirmed", "open", "acknowledged", "duplicate",
        "cancelled", "no_action"].includes(state)) all.push(t("not_now.confirmed"));
    return all.join(" ");
}

const lead = (issue) =>
    issue.next.includes("sent") && issue.party ? t("case.sent_means", party_name(issue.party)) : "";

export function Steps({ issue, busy, step, may }) {
    const [open, set_open] = useState("");
    useEffect(() => set_open(""), [issue.state]);
    const { next } = issue;
    const press = (state) => (NEEDS_WHY.includes(state) ? set_open(state) : busy || step(state));
    const why_not = not_now(issue);
    return html`<section class="card">
        <h2>${t("case.steps")}</h2>
        ${!next.length && html`<p>${t("case.no_steps")}</p>`}
        ${lead(issue) && html`<p class="small quiet">${lead(issue)}</p>`}
        ${may && html`<ul class="steps" role="list">
            ${next.map((state, i) => html`<li key=${state}>
            ${open === state
                ? html`<${Why} state=${state} busy=${busy}
                    step=${step} close=${() => set_open("")} />`
                : html`<button type="button" data-test=${`state-button-${state}`}
                    class=${i === 0 && !open ? "main" : ""} onClick=${() => press(state)}>
                    ${t(`do.${state}`)}${NEEDS_WHY.includes(state) ? " …" : ""}</button>`}
        </li>`)}</ul>`}
        ${why_not && html`<p class="small not-now"><strong>
            ${t("case.not_now")}</strong> ${why_not}</p>`}
    </section>`;
}

export function Party({ issue, busy, choose, may }) {
    const [chosen, set_chosen] = useState(issue.party);
    useEffect(() => set_chosen(issue.party), [issue.party, issue.head]);
    const is_new = chosen && chosen !== issue.party;
    const submit = (event) => {
        event.preventDefault();
        if (is_new && !busy) choose(chosen);
    };
    return html`<section class="card">
        <h2>${t("case.party")}</h2>
        <p>${party_name(issue.party)}${issue.state === "open" && !issue.touched ? ` – ${t("case.proposal")}` : ""}</p>
        ${may && html`<form onSubmit=${submit}>
            <label for="party">${t("case.party_other")}</label>
            <select id="party" data-test="party-select" value=${chosen}
                onChange=${(event) => set_chosen(event.target.value)}>
                ${!issue.party && html`<option value="" selected=${!chosen}>
                    ${t("party.none")}</option>`}
                ${parties_by_name().map(({ code, name }) => html`
                    <option key=${code} value=${code} selected=${code === chosen}>
                        ${name}</option>`)}
            </select>
            ${is_new && html`<button data-test="party-save">
                ${t("case.party_save")}</button>`}
            <p class="small quiet">
                ${is_new ? t("case.party_unsaved") : t("case.party_hint")}</p>
        </form>`}
    </section>`;
}
