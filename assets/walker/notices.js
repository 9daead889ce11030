/* notices: what is wrong just now, calmly: what happened, what is safe, what to do. */
import { t } from "../shared/i18n.js";
import { html, Button, Notice } from "./components.js";
import { waits } from "./outbox.js";
import { send_again } from "./photo.js";
import { look_at_status } from "./status.js";
import { get_state, set_state, use_store } from "./store.js";
import { load_observations, load_walks } from "./walks.js";

function again() {
    const { route, walks } = get_state();
    send_again();
    look_at_status();
    if (!walks) load_walks();
    if (route.walk) load_observations(route.walk);
}

/* brief: for the small place over the grid. */
export function Notices({ brief }) {
    const reachable = use_store((s) => s.reachable);
    const pending = use_store((s) => s.pending);
    const notice = use_store((s) => s.notice);
    const waiting = Object.values(pending).some(waits);
    return html`
        ${!reachable && html`<${Notice} title=${t("say.unreachable")}
            detail=${t(`say.${brief ? "brief" : "unreachable"}_${waiting ? "kept" : "safe"}`)}>
            <${Button} onTap=${again} data-test="again">${t("say.again")}</${Button}></${Notice}>`}
        ${notice && html`<${Notice} title=${notice.title} detail=${notice.detail}>
            <${Button} onTap=${() => set_state({ notice: null })}>${t("say.read")}</${Button}>
        </${Notice}>`}`;
}
