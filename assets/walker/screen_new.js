/* screen_new: a walk made here. Only the title is needed, and it stands there already. */
import { useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n.js";
import { html, Button, Segment, TopBar } from "./components.js";
import { Notices } from "./notices.js";
import { go } from "./route.js";
import { set_state } from "./store.js";
import { create_walk, default_title, new_id } from "./walks.js";

const TITLE_MOST = 120;
const modes = ["foot", "bicycle", "car"];

function Field({ id, label, value, onInput, error, help, ...rest }) {
    const told = [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(" ");
    return html`<div class=${`field ${error ? "wrong" : ""}`}>
        <label class="label" for=${id}>${label}</label>
        ${error && html`<p class="error" id=${`${id}-error`}>${t("say.error", error)}</p>`}
        <input id=${id} value=${value} aria-describedby=${told || undefined} autocomplete="off"
            aria-invalid=${error ? "true" : undefined}
            onInput=${(event) => onInput(event.target.value)} ...${rest} />
        ${help && html`<p class="help" id=${`${id}-help`}>${help}</p>`}</div>`;
}

export { Field };

export function NewWalkScreen() {
    const [title, set_title] = useState(default_title());
    const [area, set_area] = useState("");
    const [purpose, set_purpose] = useState("");
    const [mode, set_mode] = useState("foot");
    const [problem, set_problem] = useState(null);
    const [busy, set_busy] = useState(false);
    const [id] = useState(new_id);
    const sent = useRef(false); /* and may have arrived, whatever was answered */
    const making = useRef(false); /* to the end: the screen goes when it is made */
    const wrong = (part) => problem && (problem.part || "title") === part
        && [problem.title, problem.detail].filter(Boolean).join(". ");
    const make = async (event) => {
        event.preventDefault();
        if (making.current) return;
        if (!title.trim()) {
            set_problem({ title: t("new.title_missing"), detail: t("new.title_missing_do") });
            document.getElementById("walk-title").focus();
            return;
        }
        const form = { title: title.trim(), mode, area: area.trim() || null, purpose: purpose.trim() || null };
        making.current = true;
        set_busy(true);
        const again = sent.current;
        sent.current = true;
        try {
            set_state({ chosen: (await create_walk(id, form, again)).id });
            go("#/");
        } catch (error) {
            set_problem(error);
            making.current = false;
            set_busy(false);
        }
    };
    return html`<div class="screen narrow"><${TopBar} back="#/" title=${t("new.title")} />
        <main id="main"><form class="stack wide" onSubmit=${make} novalidate>
            <${Notices} />
            <${Field} id="walk-title" label=${t("new.name")} value=${title} onInput=${set_title}
                error=${wrong("title")} maxlength=${TITLE_MOST} data-test="walk-title-input" required />
            <${Field} id="walk-area" label=${t("new.area")} value=${area} onInput=${set_area}
                error=${wrong("area")} help=${t("new.area_help")} maxlength="120" />
            <${Field} id="walk-purpose" label=${t("new.purpose")} value=${purpose}
                onInput=${set_purpose} error=${wrong("purpose")} help=${t("new.purpose_help")} maxlength="400" />
            <div class="group"><h2 id="mode-label">${t("new.mode")}</h2>
                <${Segment} label="mode-label" value=${mode} onChoose=${set_mode}
                    kind="wide"                    choices=${modes.map((one) => ({ value: one, words: t(`mode.${one}.name`) }))} /></div>
            <button class="button primary" data-test="walk-create">
                ${busy ? t("kept.keeping") : t("new.create")}</button>
        </form></main></div>`;
}
