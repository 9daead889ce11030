/* conflicts: two have said different things of the same field of a point, each without
 * having seen the other's. Both stand here with who and when; one tap settles it.
 */
import { Icon } from "../shared/icons.js";
import { named, number, t, time_text, date_text } from "../shared/i18n.js";
import { affected_words, word_of } from "../shared/words.js";
import { html, Button } from "./components.js";
import { group_of, item_of, settle } from "./walks.js";

const place = (value) => `${number(value.lat / 1e7)}, ${number(value.lon / 1e7)}`;
const category = (code) => named(item_of(code) || group_of(code)) || code;
const party = (code, parties) => named(parties.find((one) => one.code === code)) || code;

/* A value in words, as the page says it elsewhere. */
function said(field, value, parties) {
    if (field === "withdrawn") return t(value.on ? "conflict.undone" : "conflict.stands");
    if (value === null || value === "") return t("conflict.nothing");
    if (field === "category") return category(value);
    if (field === "severity" || field === "urgency") return word_of(field, value);
    if (field === "affected") return affected_words(value);
    if (field === "party") return party(value, parties);
    if (field === "thing" || field === "stood") return place(value);
    return String(value);
}

const known = ["note", "category", "severity", "urgency", "agree", "agree_of", "affected",
    "measure", "party", "thing", "stood", "withdrawn"];
const field_word = (field) => t(`conflict.field.${known.includes(field) ? field : "other"}`);

function by(claim) {
    return [claim.by && word_of("role", claim.by), claim.organisation,
        `${date_text(claim.at)} ${t("list.time", time_text(claim.at))}`]
        .filter(Boolean).join(", ");
}

function Claim({ claim, words, onChoose }) {
    return html`<li class="claim"><p><b>${words}</b></p>
        <p class="small quiet">${by(claim)}${claim.shown ? ` · ${t("conflict.shown")}` : ""}</p>
        <${Button} icon="check" data-test="settle" onTap=${onChoose}>${t("conflict.choose")}</${Button}></li>`;
}

/* One field: its sides, in the words that said(value) gives, and what choose(claim) settles. */
export const Sides = ({ about, claims, said, choose }) => html`
    <section class="notice conflict" role="group" data-test="conflict" aria-label=${t("conflict.title", about)}>
        <${Icon} name="warning" /><div class="in"><b>${t("conflict.title", about)}</b>
            <span class="small">${t("conflict.help")}</span></div>
        <ul class="claims">${claims.map((claim) => html`<${Claim} key=${claim.hash} claim=${claim}
            words=${said(claim.value)} onChoose=${() => choose(claim)} />`)}</ul></section>`;

export function Conflicts({ one, parties = [] }) {
    return Object.entries(one.conflicts || {}).map(([field, claims]) => html`<${Sides} key=${field}
        about=${field_word(field)} claims=${claims} said=${(value) => said(field, value, parties)}
        choose=${(claim) => settle(one, field, claim)} />`);
}
