/* From codes and times to words, in the language of the page. Texts come from
 * i18n/da and en/page-registry.json and page-words.json; names of categories and parties
 * from the catalogue. */
import { date_text, language, named, number, t, time_text } from "../shared/i18n.js";
import { book_of } from "./state.js";

/* "21. november 2026 kl. 19.42" */
export const moment = (value) =>
    value ? t("time.moment", date_text(value), time_text(value)) : "";

export function category_name(code) {
    const book = book_of();
    return named(book.items.get(code)) || named(book.groups.get(code)) || code;
}

export const party_name = (code) =>
    code ? named(book_of().parties.get(code)) || code : t("party.none");

/* Danish letters last: æ ø å. */
const compare = (a, b) => a.localeCompare(b, language());

export const parties_by_name = () =>
    [...book_of().parties.values()]
        .map((party) => ({ code: party.code, name: named(party) }))
        .sort((a, b) => compare(a.name, b.name));

export const state_word = (state) => t(`state.${state}`);
export const urgency_word = (urgency) => t(urgency ? `urgency.${urgency}` : "urgency.none");
export const severity_word = (severity) => t(`severity.${severity ?? "none"}`);

export const agree_word = (o) =>
    (o.agree_of ? t("agree", number(o.agree ?? 0), number(o.agree_of)) : "");

/* WGS84 in degrees with five decimals: about a metre. */
export function position(place) {
    const degrees = (value) => Math.abs(value).toLocaleString(language(), {
        minimumFractionDigits: 5, maximumFractionDigits: 5,
    });
    return t("position", degrees(place.lat), t(place.lat < 0 ? "position.s" : "position.n"),
        [degrees(place.lon), t(place.lon < 0 ? "position.w" : "position.e")]);
}

/* The evening of a walk in words. */
export function walk_time(walk) {
    const from = walk.begun ?? walk.starts;
    if (!from) return t("walk.no_time");
    if (!walk.ended) return moment(from);
    return t("time.span", date_text(from), time_text(from), time_text(walk.ended));
}

/* May change cases, points and devices; the registry asks the same of each request. */
export const may_decide = (who) => who.role === "coordinator" || who.role === "admin";

export const is_safe_place = (o) => o.strength || o.severity === 0 || o.group === "POS";

const share = (o) => (o.agree_of ? o.agree / o.agree_of : 0);

/* A case holds its own words: how bad and how urgent stands there, once there is one. */
const case_or_point = (o) => o.issue ?? o;
export const severity_of = (o) => case_or_point(o).severity;
export const urgency_of = (o) => case_or_point(o).urgency;
/* How far a case is: one that was joined into another is as far as that one. */
export const state_of = (issue) => issue.merged?.state ?? issue.state;

/* Order of every list, said in words on the page: urgency, severity, agreement, number. */
export function by_urgency(a, b) {
    const letter = (o) => urgency_of(o) || "E";
    return letter(a).localeCompare(letter(b))
        || (severity_of(b) ?? -1) - (severity_of(a) ?? -1)
        || share(b) - share(a)
        || a.number - b.number;
}
