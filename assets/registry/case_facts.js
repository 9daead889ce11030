/* What is known about a point, in words, and what was said there. */
import { number, t, tn } from "../shared/i18n.js";
import { metres_between, place_of } from "../shared/metres.js";
import { affected_words, word_of } from "../shared/words.js";
import { html } from "./html.js";
import { Link } from "./router.js";
import { agree_word, category_name, moment, party_name, position, severity_word,
    urgency_word } from "./words.js";

const FIELDS = ["note", "category", "severity", "urgency", "agree", "agree_of", "affected",
    "measure", "party", "thing", "stood", "withdrawn"];
const field_word = (field) => t(`field.${FIELDS.includes(field) ? field : "other"}`);

/* Who wrote it down: role and organisation, never a name. */
const author = (o) => [o.role && word_of("role", o.role), o.organisation].filter(Boolean).join(", ");

function said_at(o) {
    const trust = o.clock === "ntp" ? "" : ` (${word_of("clock", o.clock)})`;
    return `${moment(o.at)}${trust}`;
}

/* What stands in one version of a field, as people say it. */
function version_word(field, value) {
    if (field === "withdrawn") return t(value.on ? "conflict.undone" : "conflict.stands");
    if (value === null || value === "") return t("conflict.nothing");
    if (field === "category") return category_name(value);
    if (field === "severity") return severity_word(value);
    if (field === "urgency") return urgency_word(value);
    if (field === "party") return party_name(value);
    if (field === "affected") return affected_words(value);
    if (field === "thing" || field === "stood")
        return position({ lat: value.lat / 1e7, lon: value.lon / 1e7 });
    return String(value);
}

/* Two have said different things of a field: both, who, and one tap that settles it. */
const Conflict = ({ field, versions, settle }) => html`
    <div class="notice"><p><strong>
        ${t("conflict.title", field_word(field))}</strong> ${t("conflict.text")}</p>
        <ul class="versions">${versions.map((one) => html`<li key=${one.hash}>
            <span>${version_word(field, one.value)}
                <span class="small quiet"> – ${[one.by && word_of("role", one.by), one.organisation, moment(one.at), one.shown ? t("conflict.shown") : ""].filter(Boolean).join(", ")}</span></span>
            ${settle && html`<button class="button" data-test="settle"
                onClick=${() => settle(field, one.hash, versions.map(({ hash }) => hash))}>${t("conflict.choose")}</button>`}</li>`)}</ul></div>`;

export const Quote = ({ o, settle }) => html`
    ${o.note && html`<figure class="quote"><blockquote>${t("quote", o.note)}</blockquote>
        <figcaption class="small quiet">
            ${[author(o), o.witnesses ? tn("witnesses", o.witnesses) : ""].filter(Boolean).join(" · ")}</figcaption></figure>`}
    ${Object.entries(o.conflicts ?? {}).map(([field, versions]) => html`
        <${Conflict} key=${field} field=${field} versions=${versions} settle=${settle} />`)}`;

const Fact = ({ name, children }) => children
    ? html`<div><dt>${t(`fact.${name}`)}</dt><dd>${children}</dd></div>` : null;

function place_words(o) {
    const place = place_of(o);
    if (!place) return t("fact.no_place");
    return html`${position(place)}<br /><span class="small quiet">
        ${word_of("source", place.source)}</span>`;
}

const away = (o) => (o.thing && o.stood
    ? t("fact.away", number(Math.round(metres_between(o.stood, o.thing)))) : "");

const joined_words = ({ others, elsewhere } = {}) =>
    (elsewhere ? t("case.joined_elsewhere") : others > 0 && tn("case.joined", others));

export function Facts({ issue, o, walk }) {
    const { severity } = issue ?? o;
    return html`<section>
    <h2>${t("case.facts")}</h2>
    <dl class="facts">
        <${Fact} name="place">${place_words(o)}<//>
        <${Fact} name="stood">${away(o)}<//>
        <${Fact} name="severity">${severity === null ? "" : severity_word(severity)}<//>
        <${Fact} name="agree">${agree_word(o)}<//>
        <${Fact} name="witnesses">${o.witnesses ? tn("witnesses", o.witnesses) : ""}<//>
        <${Fact} name="affected">${affected_words(o.affected)}<//>
        <${Fact} name="measure">${o.measure}<//>
        <${Fact} name="light">${o.light ? word_of("light", o.light) : ""}<//>
        <${Fact} name="seen">${said_at(o)}<//>
        <${Fact} name="author">${author(o)}<//>
        <${Fact} name="walk">${walk && html`<${Link} to=${`/walks/${walk.id}`}>
            ${walk.title}<//>, ${t("case.point", o.number)}`}<//>
        ${issue && html`
            <${Fact} name="opened">${moment(issue.opened)}<//>
            <${Fact} name="changed">${moment(issue.changed)}<//>
            <${Fact} name="why">${issue.why}<//>
            ${(issue.verdicts ?? []).map((one) => html`<${Fact} key=${one.id} name="again">
                ${t(`verdict.${one.verdict}`)}, ${moment(one.at)}<//>`)}
            <${Fact} name="merged">${issue.merged?.into
        ? html`<${Link} to=${`/issues/${issue.merged.into}`}>${t("case.see_kept")}<//>`
        : joined_words(issue.merged)}<//>
            <${Fact} name="catalogue">${t("fact.version", issue.catalogue)}<//>`}
    </dl></section>`;
}
