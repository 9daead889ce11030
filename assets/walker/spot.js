/* spot: how safe it feels at one point, answered by those who stand there. Only how many
 * have answered is shown until the group's device closes the round; then the spread, by the
 * rule of small numbers (core/store/tally).
 */
import { Icon } from "../shared/icons.js";
import { t, tn } from "../shared/i18n.js";
import { html, Button } from "./components.js";
import { close_round, hear_round, use_round } from "./evening.js";
import { is_phone_of_a_pass } from "./me.js";
import { Plot } from "./plot.js";
import { open_overlay } from "./route.js";
import { use_store } from "./store.js";

export function Spot({ one, walk }) {
    const at = [walk, "spot", one.id];
    const heard = use_round(one.unkept ? null : walk, "spot", one.id);
    const phone = use_store(is_phone_of_a_pass);
    const waiting = heard?.waiting || 0;
    const close = async () => hear_round(await close_round(...at), ...at);
    return html`<section class="group" aria-label=${t("spot.question")}>
        <button type="button" class="row" data-test="spot" onClick=${() => open_overlay("rate",
        { walk, round: "spot", observation: one.id })}><${Icon} name="people" />
            <span class="in"><span class="name">${t("spot.question")}</span>
                <span class="more">${waiting ? tn("rating.answered", waiting) : t("spot.help")}</span></span>
            <${Icon} name="chevron" /></button>
        ${waiting > 0 && !phone && html`<${Button} icon="eye" data-test="spot-show" onTap=${close}>${t("rating.show")}</${Button}>`}
        ${heard?.answers > 0 && html`<${Plot} title=${t("spot.question")} round=${heard} />`}</section>`;
}
