/* i18n: the words of a page, Danish first, English by choice.
 *
 * Texts stand in i18n/LANG/page-NAME.json, flat, with {1}..{4} for arguments. The choice
 * is kept in localStorage. A key without a text gives "" and a line in the console: a
 * raw key is never shown. Dates and numbers are written here too, in Danish time.
 */
const folder = new URL("../i18n/", import.meta.url);
const KEPT_AS = "lygte.language";
const SPOKEN = { da: "da-DK", en: "en-GB" };

let current = "da";
let texts = {};
let pages = [];

export const language = () => current;

async function read(lang, page) {
    const answer = await fetch(new URL(`${lang}/page-${page}.json`, folder));
    if (!answer.ok) throw new Error(`page-${page}.json: ${answer.status}`);
    return answer.json();
}

async function use(lang) {
    const parts = await Promise.all(pages.map((page) => read(lang, page)));
    texts = Object.assign({}, ...parts);
    current = lang;
    document.documentElement.lang = lang;
}

/* Loads the texts of "shared" and of the named pages in the kept language. */
export async function load_texts(...names) {
    pages = ["shared", ...names];
    let kept = null;
    try {
        kept = localStorage.getItem(KEPT_AS);
    } catch {
        kept = null; /* a browser that keeps nothing: Danish */
    }
    await use(kept === "en" ? "en" : "da");
}

/* Texts that a part of the page brings with it. Rejects when they do not come. */
export async function add_texts(name) {
    if (pages.includes(name)) return;
    const more = await read(current, name);
    if (pages.includes(name)) return;
    pages = [...pages, name];
    texts = { ...texts, ...more };
}

export async function choose_language(lang) {
    await use(lang === "en" ? "en" : "da");
    try {
        localStorage.setItem(KEPT_AS, current);
    } catch {
        return; /* chosen for this visit only */
    }
}

export const has_text = (key) => key in texts;

/* t(key, a, b) and t(key, [a, b]) are the same. */
export function t(key, ...args) {
    const text = texts[key];
    if (text === undefined) {
        console.warn(`no text for ${key}`);
        return "";
    }
    const flat = args.flat();
    return text.replace(/\{([1-4])\}/g, (_, n) => flat[n - 1] ?? "");
}

/* key.one or key.many; the number is {1}, args follow. */
export const tn = (key, count, ...args) =>
    t(`${key}.${count === 1 ? "one" : "many"}`, number(count), ...args);

/* 1.234,5 and 1,234.5; three decimals at most. Written here and not by Intl, like the time
 * of day below: its first word costs 50 ms, and the first screen needs no more than these. */
export function number(value) {
    const [thousand, comma] = current === "da" ? [".", ","] : [",", "."];
    const [whole, part] = String(Math.round(Math.abs(value) * 1000) / 1000).split(".");
    return (value < 0 ? "-" : "") + whole.replace(/\B(?=(\d{3})+$)/g, thousand) + (part ? comma + part : "");
}

/* The name of something that carries its own Danish and English. */
export const named = (thing, field = "") =>
    (thing && thing[field + current]) || (thing && thing[`${field}da`]) || "";

/* What a clock in Denmark shows then, read by getUTC...; EU's rule of summer time, as in
 * core/base/clock: from one o'clock UTC on the last Sunday of March to that of October. */
function in_denmark(value) {
    const at = new Date(value);
    const turn = (month) => {
        const last = new Date(Date.UTC(at.getUTCFullYear(), month + 1, 0, 1));
        return last - 864e5 * last.getUTCDay();
    };
    const summer = at >= turn(2) && at < turn(9);
    return new Date(at.getTime() + (summer ? 72e5 : 36e5));
}
const written = (value, options) => new Intl.DateTimeFormat(SPOKEN[current], { timeZone: "UTC", ...options })
    .format(in_denmark(value));

/* 22. november 2025, 22 November 2025 */
export const date_text = (value) =>
    written(value, { day: "numeric", month: "long", year: "numeric" });
/* 19.42 in both languages */
export const time_text = (value) => in_denmark(value).toISOString().slice(11, 16).replace(":", ".");
/* 2025-11-22, the day as it is in Denmark, for comparing. */
export const day_of = (value) => in_denmark(value).toISOString().slice(0, 10);
/* a, b and c */
export const list_text = (words) =>
    new Intl.ListFormat(SPOKEN[current], { type: "conjunction" }).format(words);
