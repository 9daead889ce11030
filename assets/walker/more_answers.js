/* more_answers: what a group may say when it has time: how soon, what would help, who
 * should do it. Folded away until somebody asks for it, and never asked for by itself.
 */
import { useState } from "preact/hooks";
import { Icon } from "../shared/icons.js";
import { named, t } from "../shared/i18n.js";
import { html, Segment } from "./components.js";
import { Words } from "./note.js";
import { use_store } from "./store.js";
import { edit, group_of, item_of, point_now } from "./walks.js";

const urgencies = ["A", "B", "C", "D"];

function Urgency({ one }) {
    const choose = (value) => edit(one, { urgency: value === point_now(one).urgency ? null : value });
    return html`<section class="group"><h2 id="urgency-label">${t("kept.urgency")}</h2>
        <${Segment} label="urgency-label" test="urgency" kind="four" value=${one.urgency} onChoose=${choose}
            choices=${urgencies.map((value) => ({ value, head: value, words: t(`urgency.${value}`) }))} />
    </section>`;
}

/* Whom the catalogue would give it to, until the group says another. */
function Party({ one }) {
    const parties = use_store((s) => s.catalogue?.parties) || [];
    const usual = (item_of(one.category) || group_of(one.group))?.party;
    const name = (code) => named(parties.find((party) => party.code === code));
    const choose = (event) => edit(one, { party: event.target.value || null });
    return html`<div class="field"><label class="label" for="party">${t("kept.party")}</label>
        <select id="party" data-test="party" aria-describedby="party-help" value=${one.party || ""} onChange=${choose}>
            <option value="">${usual ? t("kept.party_usual", name(usual)) : t("kept.party_none")}</option>
            ${parties.map((party) => html`<option key=${party.code} value=${party.code}>${named(party)}</option>`)}
        </select><p class="help" id="party-help">${t("kept.party_help")}</p></div>`;
}

export function MoreAnswers({ one }) {
    const said = Boolean(one.urgency || one.measure || one.party);
    const [open, set_open] = useState(said);
    return html`<section class="group">
        <button type="button" class="row" aria-expanded=${open ? "true" : "false"} data-test="more"
            onClick=${() => set_open((was) => !was)}><span class="in"><span class="name">${t("kept.more_answers")}</span>
                <span class="more">${t("kept.more_answers_what")}</span></span>
            <${Icon} name=${open ? "minus" : "plus"} /></button>
        ${open && html`<div class="stack wide"><${Urgency} one=${one} />
            <${Words} one=${one} name="measure" rows="2" /><${Party} one=${one} /></div>`}
    </section>`;
}
