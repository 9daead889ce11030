/* sheet_seal: a point that only the police may read. It is sealed by the program before it is
 * kept, so nothing of it is written down here: no draft, no outbox. What cannot be handed
 * over now stays on the screen, and the sheet says so.
 */
import { useEffect, useState } from "preact/hooks";
import * as api from "../shared/api.js";
import { Icon } from "../shared/icons.js";
import { t } from "../shared/i18n.js";
import { html, Button, Sheet } from "./components.js";
import { new_id } from "./ids.js";
import { fresh_fix } from "./position.js";
import { close_overlay } from "./route.js";
import { get_state, say } from "./store.js";
import { load_walks } from "./walks.js";

const NOTE_MOST = 4000;

export function SealSheet() {
    const { route } = get_state();
    const [note, write] = useState("");
    const [id] = useState(new_id());
    const [key, set_key] = useState(null);
    const [problem, set_problem] = useState(null);
    const [busy, set_busy] = useState(false);
    useEffect(() => {
        api.get("/api/v1/sealed/key").then(set_key, set_problem);
    }, []);
    const keep = async () => {
        if (busy || !note.trim()) return;
        set_busy(true);
        const fix = fresh_fix();
        const body = { walk: route.walk, note: note.trim() };
        if (fix) body.stood = { lat: fix.lat, lon: fix.lon, accuracy_m: fix.accuracy_m, source: "browser" };
        try {
            await api.put(`/api/v1/sealed/${id}`, body);
            write("");
            close_overlay();
            say(t("seal.kept"));
            load_walks();
        } catch (error) {
            set_problem(error);
            set_busy(false);
        }
    };
    const told = problem && [problem.title, problem.detail].filter(Boolean).join(". ");
    return html`<${Sheet} title=${t("seal.title")}>
        <p><${Icon} name="lock" size=${22} /> ${t("seal.lead")}</p>
        <div class=${`field ${told ? "wrong" : ""}`}><label class="label" for="seal-note">${t("seal.note")}</label>
            ${told && html`<p class="error" role="alert">${t("say.error", told)}</p>`}
            <textarea id="seal-note" value=${note} maxlength=${NOTE_MOST} autocomplete="off" data-test="seal-note"
                onInput=${(event) => write(event.target.value)}></textarea></div>
        ${key && html`<p class="small quiet">${t("seal.key", key.fingerprint)}</p>`}
        <${Button} kind="primary" icon="lock" onTap=${keep} data-test="seal-keep"
            aria-disabled=${key && note.trim() ? undefined : "true"}>${busy ? t("kept.keeping") : t("seal.keep")}</${Button}>
        <p class="small quiet">${t("seal.no_draft")}</p></${Sheet}>`;
}
