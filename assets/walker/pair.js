/* pair: tells the device which register it belongs to, by an address and a code. */
import { useState } from "preact/hooks";
import * as api from "../shared/api.js";
import { t } from "../shared/i18n.js";
import { use_once } from "../shared/once.js";
import { html, Button } from "./components.js";
import { Field } from "./screen_new.js";
import { look_at_status } from "./status.js";
import { say, set_state } from "./store.js";

const field_of = (problem) => (/code/.test(`${problem.part} ${problem.key}`) ? "code" : "url");

export function PairForm() {
    const [url, set_url] = useState("");
    const [code, set_code] = useState("");
    const [problem, set_problem] = useState(null);
    const [busy, set_busy] = useState(false);
    const wrong = (part) => problem && (problem.part || field_of(problem)) === part
        && [problem.title, problem.detail].filter(Boolean).join(". ");
    const refuse = (part, key) => {
        set_problem({ part, title: t(key), detail: "" });
        document.getElementById(`pair-${part}`).focus();
    };
    const pair = use_once(async () => {
        if (!url.trim()) return refuse("url", "pair.url_missing");
        if (!code.trim()) return refuse("code", "pair.code_missing");
        set_busy(true);
        set_problem(null);
        try {
            const about = await api.post("/api/v1/pair", { url: url.trim(), code: code.trim() },
                { patience: 60000 });
            say(t("pair.done"));
            set_state({ about });
            look_at_status();
        } catch (error) {
            set_problem(error);
            set_busy(false);
        }
        return undefined;
    });
    const submit = (event) => {
        event.preventDefault();
        pair();
    };
    return html`<form class="panel" onSubmit=${submit} novalidate data-test="pair-form">
        <h2>${t("pair.title")}</h2><p>${t("pair.lead")}</p>
        <${Field} id="pair-url" label=${t("pair.url")} value=${url} onInput=${set_url}
            error=${wrong("url")} help=${t("pair.url_help")} inputmode="url" spellcheck="false"
            data-test="pair-url" />
        <${Field} id="pair-code" label=${t("pair.code")} value=${code} onInput=${set_code}
            error=${wrong("code")} help=${t("pair.code_help")} autocapitalize="characters"
            spellcheck="false" data-test="pair-code" />
        <button class="button primary" data-test="pair">${busy ? t("pair.busy") : t("pair.pair")}</button>
    </form>`;
}
