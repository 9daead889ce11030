/* Signing in. Over a hidden screen when the session ended: what was typed there stays. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n.js";
import { use_once } from "../shared/once.js";
import { Title } from "./components.js";
import { html } from "./html.js";
import { session } from "./state.js";

const Summary = ({ error, place }) => html`
    <div class="summary" tabindex="-1" ref=${place} role="alert">
        <h2>${t("login.failed")}</h2>
        <p><a href="#login-name">${error.title}</a> ${error.detail}</p>
    </div>`;

const Field = ({ name, type, complete, hook, value, change, wrong }) => html`
    <p class="field">
        <label for=${`login-${name}`}>${t(`login.${name}`)}</label>
        <input id=${`login-${name}`} name=${name} type=${type} autocomplete=${complete}
            data-test=${hook} value=${value} onInput=${(event) => change(event.target.value)}
            required aria-invalid=${wrong ? "true" : undefined} autocapitalize="none" />
    </p>`;

export function Login({ over, enter }) {
    const [name, set_name] = useState("");
    const [password, set_password] = useState("");
    const [error, set_error] = useState(null);
    const [busy, set_busy] = useState(false);
    const summary = useRef();
    useEffect(() => {
        if (error) summary.current?.focus();
    }, [error]);
    const open = use_once(async () => {
        set_busy(true);
        try {
            await enter(await session.open(name.trim(), password));
        } catch (problem) {
            set_error(problem);
            set_password("");
        } finally {
            set_busy(false);
        }
    });
    const submit = (event) => {
        event.preventDefault();
        open();
    };
    return html`<main id="main" class="page login" tabindex="-1">
        <${Title} text=${t("login.title")} />
        <p class="quiet">${t(over ? "login.over" : "login.lead")}</p>
        ${error && html`<${Summary} error=${error} place=${summary} />`}
        <form onSubmit=${submit} class=${error ? "wrong" : ""}>
            <${Field} name="name" type="text" complete="username" hook="login-name"
                value=${name} change=${set_name} wrong=${error} />
            <${Field} name="password" type="password" complete="current-password"
                hook="login-password" value=${password}
                    change=${set_password} wrong=${error} />
            <button class="main" data-test="login-submit"
                aria-disabled=${busy ? "true" : undefined}>
                ${t(busy ? "login.busy" : "login.submit")}</button>
        </form>
    </main>`;
}
