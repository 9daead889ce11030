/* words: the codes of the records as people read them, alike on both pages. The texts are
 * KIND.CODE in i18n/LANG/page-words.json; what has no text stays as it was written. */
import { has_text, list_text, t } from "./i18n.js";

export const word_of = (kind, code) => (has_text(`${kind}.${code}`) ? t(`${kind}.${code}`) : code);

/* Whom a point touches: what can be chosen, in this order. */
export const AFFECTED = ["children", "older", "disabled", "cyclists", "night"];
/* A record is for ever: what the walker's page once wrote, as it is called now. */
const NOW = { evening: "night" };

export const affected_codes = (text) =>
    [...new Set((text || "").split(" ").filter(Boolean).map((code) => NOW[code] || code))];

/* As it stands inside a sentence. */
export const inside = (word) => word.slice(0, 1).toLocaleLowerCase() + word.slice(1);

/* "Børn, ældre og cyklister" */
export const affected_words = (text) => list_text(affected_codes(text)
    .map((code) => word_of("affected", code)).map((word, at) => (at ? inside(word) : word)));
