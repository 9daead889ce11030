/* notices: what is wrong just now, calmly: what happened, what is safe, what to do. */
import { t } from "../shared/i18n.js";
import { html, Button, Notice } from "./components.js";
import { edited, outbox_forget, refusal_of, waits } from "./outbox.js";
import { send_again } from "./photo.js";
import { look_at_status } from "./status.js";
import { find_walk, get_state, set_state, use_store } from "./store.js";
import { load_observations, load_walks, view_of } from "./walks.js";

function again() {
    const { route, walks } = get_state();
    send_again();
    look_at_status();
    if (!walks) load_walks();
    if (route.walk) load_observations(route.walk);
}

/* Refused, of a point that no screen shows any more. */
const is_homeless = (entry) => refusal_of(entry) && !view_of(entry.id)
    && (get_state().observations[entry.walk] || (get_state().walks && !find_walk(entry.walk)));

function Homeless({ entry }) {
    const { title, detail } = refusal_of(entry);
    const { note, measure } = edited(entry);
    const words = [note, measure].filter(Boolean).join(" ");
    return html`<${Notice} title=${title} detail=${[detail, words && t("say.words_were", words)].filter(Boolean).join(" ")}>
        <${Button} onTap=${() => outbox_forget(entry.id)}>${t("say.read")}</${Button}></${Notice}>`;
}

/* brief: for the small place over the grid. */
export function Notices({ brief }) {
    const reachable = use_store((s) => s.reachable);
    const pending = use_store((s) => s.pending);
    const notice = use_store((s) => s.notice);
    const waiting = Object.values(pending).some(waits);
    const homeless = Object.values(pending).find(is_homeless);
    return html`
        ${!reachable && html`<${Notice} title=${t("say.unreachable")}
            detail=${t(`say.${brief ? "brief" : "unreachable"}_${waiting ? "kept" : "safe"}`)}>
            <${Button} onTap=${again} data-test="again">${t("say.again")}</${Button}></${Notice}>`}
        ${notice && html`<${Notice} title=${notice.title} detail=${notice.detail}>
            <${Button} onTap=${() => set_state({ notice: null })}>${t("say.read")}</${Button}>
        </${Notice}>`}
        ${homeless && html`<${Homeless} entry=${homeless} />`}`;
}
