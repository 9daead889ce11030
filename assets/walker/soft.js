/* soft: where a long word may be parted when the screen is narrow or the words are large.
 *
 * Browsers part Danish words only where they have a dictionary; many have none, and then a
 * word on a button is cut anywhere. A syllable begins with the last consonant before its
 * vowel, or with two or three that may begin a word. Soft hyphens show only where a line
 * ends; on wider screens nothing is put in.
 */
const LONG = 7;
const NARROW_EM = 18.5; /* of the window, in the page's own letters */
const EDGE = 3; /* letters that stay together at either end */
const VOWELS = "aeiouyæøå";
const BEGINNINGS = ["bl", "br", "dr", "fl", "fr", "gl", "gr", "kl", "kn", "kr", "kv", "pl", "pr", "sk", "skr", "sl", "sp", "spr", "st", "str", "sv", "tr"];
const HYPHEN = "\u00AD";

const LOOK_MS = 400;
let [narrow, looked] = [false, -LOOK_MS];

/* Window and letters may change while the page is open; nobody tells of the letters. */
function is_narrow() {
    const now = performance.now();
    if (now - looked >= LOOK_MS) {
        const letter = parseFloat(getComputedStyle(document.documentElement).fontSize) || 18;
        [narrow, looked] = [window.innerWidth / letter < NARROW_EM, now];
    }
    return narrow;
}

const is_vowel = (letter) => VOWELS.includes(letter);

/* Where the syllable begins whose vowel stands at `vowel`. */
function beginning(word, vowel) {
    for (const length of [3, 2]) {
        const start = vowel - length;
        const begins = start > 0 && BEGINNINGS.includes(word.slice(start, vowel));
        if (begins && (is_vowel(word[start - 1]) || word[vowel - 1] === "l")) return start;
    }
    return vowel - 1;
}

export function parted(word) {
    const low = word.toLowerCase();
    let made = "";
    for (let at = 0, from = 0; at <= word.length; at++) {
        const starts = at > 1 && is_vowel(low[at] || "") && !is_vowel(low[at - 1]);
        const cut = starts ? beginning(low, at) : 0;
        if (at === word.length) made += word.slice(from);
        else if (cut >= EDGE && word.length - cut >= EDGE && cut > from) {
            made += word.slice(from, cut) + HYPHEN;
            from = cut;
        }
    }
    return made;
}

/* Words of a text; anything else is given back as it is. */
export const soft = (text) => (typeof text === "string" && is_narrow()
    ? text.replace(/\p{L}+/gu, (word) => (word.length >= LONG ? parted(word) : word)) : text);
