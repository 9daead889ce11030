/* What may happen to a case now, and who has it. Offers exactly what the registry allows
 * (issue.next); a step that needs a reason opens its field in place. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n.js";
import { html } from "./html.js";
import { parties_by_name, party_name } from "./words.js";

/* Steps that mean nothing to others without a reason. */
const NEEDS_WHY = ["returned", "waiting", "planned", "no_action", "referred", "duplicate",
    "cancelled", "reopened", "confirmed"];

/* What is written stays with the case's steps until it is sent or thrown away: others may
 * change the case meanwhile, and Escape is pressed by mistake. */
function Why({ state, why, set_why, busy, step, close }) {
    const [missing, set_missing] = useState(false);
    const field = useRef();
    useEffect(() => field.current.focus(), []);
    const submit = async (event) => {
        event.preventDefault();
        if (busy) return;
        if (!why.trim()) {
            set_missing(true);
            field.current.focus();
        } else if (await step(state, why.trim())) {
            set_why("");
            close(true);
        }
    };
    return html`<form class=${`why ${missing ? "wrong" : ""}`} onSubmit=${submit}
        onKeyDown=${(event) => event.key === "Escape" && close()}>
        <label for="why">${t(`why.${state}`)}</label>
        <p class="small quiet" id="why-hint">${t("why.hint")}</p>
        ${missing && html`<p class="error" id="why-error"><span class="hidden">
            ${t("error")} </span>${t("why.missing")}</p>`}
        <textarea id="why" rows="3" maxlength="1000" ref=${field} value=${why}
            data-test="why"
            aria-describedby=${missing ? "why-hint why-error" : "why-hint"}
            aria-invalid=${missing ? "true" : undefined}
            onInput=${(event) => set_why(event.target.value)}></textarea>
        <p class="buttons"><button class="main" data-test="why-submit"
            aria-disabled=${busy ? "true" : undefined}>${t(`do.${state}`)}</button>
            <button type="button" class="quiet-button" onClick=${() => close()}>
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

/* What was written for a step that is none any more, to be read and copied. */
const Unsent = ({ words, drop }) => Object.entries(words).filter(([, why]) => why.trim())
    .map(([state, why]) => html`<div class="notice" key=${state} data-test="why-unsent">
        <p><strong>${t("why.unsent", t(`do.${state}`))}</strong> ${why}</p>
        <button type="button" class="quiet-button" onClick=${() => drop(state)}>${t("why.drop")}</button></div>`);

/* The focus goes on with the eyes: to the heading when a step was taken, back to the button
 * whose form was closed. */
function use_focus(open) {
    const card = useRef(), before = useRef("");
    useEffect(() => {
        if (!open && before.current)
            card.current.querySelector(`[data-test="state-button-${before.current}"]`)?.focus();
        before.current = open;
    }, [open]);
    return { card, to_heading: () => {
        before.current = "";
        card.current?.querySelector("h2").focus();
    } };
}

export function Steps({ issue, busy, step, may }) {
    const [open, set_open] = useState("");
    const [words, set_words] = useState({}); /* state: what was written for it */
    const { card, to_heading } = use_focus(open);
    const { next } = issue;
    useEffect(() => {
        if (open && !next.includes(open)) set_open("");
    }, [issue.state]);
    const write = (state, why) => set_words((old) => ({ ...old, [state]: why }));
    const press = async (state) => {
        if (NEEDS_WHY.includes(state)) set_open(state);
        else if (!busy && await step(state)) to_heading();
    };
    const close = (stepped) => {
        set_open("");
        if (stepped) to_heading();
    };
    const lost = Object.fromEntries(Object.entries(words).filter(([state]) => !next.includes(state)));
    const why_not = not_now(issue);
    return html`<section class="card" ref=${card}>
        <h2 tabindex="-1">${t("case.steps")}</h2>
        <${Unsent} words=${lost} drop=${(state) => write(state, "")} />
        ${!next.length && html`<p>${t("case.no_steps")}</p>`}
        ${lead(issue) && html`<p class="small quiet">${lead(issue)}</p>`}
        ${may && html`<ul class="steps" role="list">
            ${next.map((state, i) => html`<li key=${state}>
            ${open === state
                ? html`<${Why} state=${state} busy=${busy} why=${words[state] ?? ""}
                    set_why=${(why) => write(state, why)} step=${step} close=${close} />`
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
    useEffect(() => set_chosen(issue.party), [issue.party]);
    const is_new = chosen && chosen !== issue.party;
    const may_give = may && issue.next.length > 0; /* a cancelled case is nobody's */
    const submit = (event) => {
        event.preventDefault();
        if (is_new && !busy) choose(chosen);
    };
    return html`<section class="card">
        <h2>${t("case.party")}</h2>
        <p>${party_name(issue.party)}${issue.state === "open" && !issue.touched ? ` – ${t("case.proposal")}` : ""}</p>
        ${may_give && html`<form onSubmit=${submit}>
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
