/* note: the words about a point, safe from the first pause in the typing.
 *
 * Every letter goes to localStorage at once, every pause of 300 ms to the program as a
 * draft (durable, no record), and leaving the field makes it an edit. What an earlier
 * visit typed and did not finish is there again.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n.js";
import { html } from "./components.js";
import { edit, keep_draft, view_of } from "./walks.js";

const PAUSE_MS = 300;
const NOTE_MOST = 4000;
const KEPT_AS = "lygte.note.";
const drafting = new Map(); /* observation id: the draft on its way, so they keep order */

function typed_before(id) {
    try {
        return localStorage.getItem(KEPT_AS + id);
    } catch {
        return null;
    }
}

function remember(id, text) {
    try {
        if (text === null) localStorage.removeItem(KEPT_AS + id);
        else localStorage.setItem(KEPT_AS + id, text);
    } catch {
        return; /* the draft at the program still holds it */
    }
}

function draft(id, text) {
    const before = drafting.get(id) || Promise.resolve();
    const now = before.then(() => keep_draft(id, text)).catch(() => null);
    drafting.set(id, now);
    return now;
}

/* After the last draft, so that none of them comes to life again. */
async function finish(id, text, keepalive) {
    const one = view_of(id);
    if (!one) return;
    if (text === (one.note || "") && !one.draft) {
        remember(id, null);
        return;
    }
    if (!keepalive) await drafting.get(id);
    if (await edit(one, { note: text }, { keepalive })) {
        if (typed_before(id) === text) remember(id, null);
    }
}

export function Note({ one }) {
    const [text, set_text] = useState(() =>
        typed_before(one.id) ?? one.draft?.note ?? one.note ?? "");
    const now = useRef(text);
    const timer = useRef();
    const touched = useRef(false);
    const type = (event) => {
        now.current = event.target.value;
        touched.current = true;
        set_text(now.current);
        remember(one.id, now.current);
        clearTimeout(timer.current);
        if (!one.unkept) timer.current = setTimeout(() => draft(one.id, now.current), PAUSE_MS);
    };
    const leave = (keepalive) => {
        if (!touched.current) return;
        clearTimeout(timer.current);
        touched.current = false;
        finish(one.id, now.current, keepalive);
    };
    /* Typed before the point itself was on the disk: a draft now. */
    useEffect(() => {
        if (!one.unkept && touched.current) draft(one.id, now.current);
    }, [one.unkept]);
    useEffect(() => {
        if (now.current !== (one.note || "")) touched.current = true;
        const hide = () => document.hidden && leave(true);
        const go_away = () => leave(true);
        document.addEventListener("visibilitychange", hide);
        window.addEventListener("pagehide", go_away);
        return () => {
            document.removeEventListener("visibilitychange", hide);
            window.removeEventListener("pagehide", go_away);
            leave(false);
        };
    }, [one.id]);
    const wrong = one.refused && one.refused.part === "note"
        ? [one.refused.title, one.refused.detail].filter(Boolean).join(". ") : "";
    return html`<div class=${`field ${wrong ? "wrong" : ""}`}>
        <label class="label" for="note">${t("kept.note")}</label>
        ${wrong && html`<p class="error" id="note-error">${t("say.error", wrong)}</p>`}
        <textarea aria-invalid=${wrong ? "true" : undefined} id="note" rows="3" maxlength=${NOTE_MOST} value=${text} data-test="note"
            aria-describedby=${wrong ? "note-error note-help" : "note-help"} onInput=${type} onBlur=${() => leave(false)}></textarea>
        <p class="help" id="note-help">${t("kept.note_help")}</p></div>`;
}
