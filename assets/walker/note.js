/* note: words about a point, safe from the first pause in the typing.
 *
 * Every letter goes to localStorage at once, every pause of 300 ms to the program as a
 * draft (durable, no record). One edit is written when the field is left, the screen
 * changes, the page is hidden, or 20 s have passed; and what an earlier visit typed and
 * did not finish becomes one at the next start.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n.js";
import { html } from "./components.js";
import { new_id } from "./ids.js";
import { is_phone_of_a_pass } from "./me.js";
import { deed_upon, outbox_edit, outbox_here } from "./outbox.js";
import { my_tab } from "./tabs.js";
import { keep_draft, view_of } from "./walks.js";

const PAUSE_MS = 300;
const LONGEST_MS = 20000;
const KEPT_AS = "lygte.words.";
const fields = { note: 4000, measure: 500 };
const drafting = new Map(); /* observation id: the draft on its way, so they keep order */

const key_of = (id, field) => `${KEPT_AS}${field}.${id}`;

/* { text, walk, tab, op, seen, after, handed } of what was typed and not finished, or null:
 * the words, the deed they will be (outbox.js), and whether a tab has begun to hand it over. */
function typed(key) {
    try {
        return JSON.parse(localStorage.getItem(key));
    } catch {
        return null;
    }
}

/* False when this browser does not keep it: the draft at the program still holds it. */
function remember(key, row) {
    try {
        if (row) localStorage.setItem(key, JSON.stringify({ ...row, tab: my_tab }));
        else localStorage.removeItem(key);
        return true;
    } catch {
        return false;
    }
}

/* What comes behind words that may have been handed over: the program takes a deed once, and
 * would not read what else is said under its name. */
const behind = (row) => ({ ...row, op: new_id(), after: [...row.after, row.op], handed: false });

/* By another tab: it marks the row before, and drops it after. */
function handed_over(key, op) {
    const row = typed(key);
    return row?.op !== op || row.handed;
}

function draft(id, field, text) {
    if (is_phone_of_a_pass()) return Promise.resolve(); /* localStorage has it */
    const before = drafting.get(id) || Promise.resolve();
    const now = before.then(() => keep_draft(id, field, text)).catch(() => null);
    drafting.set(id, now);
    return now;
}

/* Into the outbox as one edit, and out of localStorage when the outbox is on the disk. The
 * row is marked first: this tab may end before it can drop it, and another may type on. */
async function put(id, walk, field, row, keepalive) {
    const key = key_of(id, field);
    const kept = typed(key);
    if (kept?.op === row.op) remember(key, { ...kept, handed: true });
    const sent = outbox_edit(id, walk, { [field]: row.text }, { keepalive, deed: row });
    if ((await outbox_here(id) || await sent) && typed(key)?.op === row.op) remember(key, null);
}

/* After the last draft, so that none of them comes to life again: also when what is there now
 * was there before, since the program may hold a draft of what was typed in between. */
async function finish({ id, walk }, field, row, keepalive) {
    const one = view_of(id); /* null when its list has it no more: the words go all the same */
    if (one && row.text === (one[field] || "") && !one.draft?.[field] && !drafting.has(id)) {
        remember(key_of(id, field), null);
        return;
    }
    if (!keepalive) {
        const last = drafting.get(id);
        await last;
        if (drafting.get(id) === last) drafting.delete(id);
    }
    await put(id, walk, field, row, keepalive);
}

/* What tabs that are gone have left half written, but for the point on the screen, whose
 * field takes it up itself. */
export function words_open(alive, shown) {
    let names = [];
    try {
        names = Object.keys(localStorage).filter((name) => name.startsWith(KEPT_AS));
    } catch {
        return;
    }
    for (const name of names) {
        const [field, id] = name.slice(KEPT_AS.length).split(/\.(.*)/);
        const row = typed(name);
        if (!row || !fields[field] || id === shown || alive.has(row.tab)) continue;
        put(id, row.walk, field, row, false);
    }
}

/* name: a field of the point with words in it; its label and help are kept.NAME. */
export function Words({ one, name, rows = 3 }) {
    const key = key_of(one.id, name);
    const [text, set_text] = useState(() => typed(key)?.text ?? one.draft?.[name] ?? one[name] ?? "");
    const now = useRef(text);
    const deed = useRef(null); /* of what is being typed */
    const closed = useRef(() => false); /* may that deed have been handed over? */
    const pause = useRef();
    const longest = useRef();
    const touched = useRef(false);
    const send_draft = () => draft(one.id, name, now.current);
    const leave = (keepalive) => {
        if (!touched.current) return;
        clearTimeout(pause.current);
        clearTimeout(longest.current);
        longest.current = null;
        touched.current = false;
        finish(one, name, { ...(deed.current || deed_upon(one.id)), text: now.current }, keepalive);
        deed.current = null;
    };
    const type = (event) => {
        now.current = event.target.value;
        touched.current = true;
        set_text(now.current);
        if (deed.current && closed.current()) deed.current = behind(deed.current);
        const { op } = deed.current ??= deed_upon(one.id);
        const kept = remember(key, { ...deed.current, text: now.current, walk: one.walk });
        closed.current = () => kept && handed_over(key, op);
        clearTimeout(pause.current);
        if (!one.unkept) pause.current = setTimeout(send_draft, PAUSE_MS);
        longest.current ??= setTimeout(() => leave(false), LONGEST_MS);
    };
    /* Typed before the point itself was on the disk: a draft now. */
    useEffect(() => {
        if (!one.unkept && touched.current) send_draft();
    }, [one.unkept]);
    /* Settled, or changed elsewhere, while nobody types here. */
    useEffect(() => {
        if (touched.current || document.activeElement?.id === name || typed(key)) return;
        now.current = one[name] || "";
        set_text(now.current);
    }, [one[name]]);
    useEffect(() => {
        const row = typed(key);
        const there = now.current === (one[name] || "");
        if (!there || (row && one.draft?.[name])) {
            touched.current = true;
            deed.current = row && there ? behind(row) : row; /* only the draft is left to end */
            closed.current = () => row.text !== now.current; /* by the page that left it */
        } else if (row) {
            remember(key, null);
        }
        const hide = () => document.hidden && leave(true);
        const go_away = () => leave(true);
        document.addEventListener("visibilitychange", hide);
        window.addEventListener("pagehide", go_away);
        return () => {
            document.removeEventListener("visibilitychange", hide);
            window.removeEventListener("pagehide", go_away);
            leave(false);
        };
    }, [one.id]);
    const wrong = one.refused && one.refused.part === name
        ? [one.refused.title, one.refused.detail].filter(Boolean).join(". ") : "";
    return html`<div class=${`field ${wrong ? "wrong" : ""}`}>
        <label class="label" for=${name}>${t(`kept.${name}`)}</label>
        ${wrong && html`<p class="error" id=${`${name}-error`}>${t("say.error", wrong)}</p>`}
        <textarea id=${name} rows=${rows} maxlength=${fields[name]} value=${text} data-test=${name}
            aria-invalid=${wrong ? "true" : undefined}
            aria-describedby=${`${wrong ? `${name}-error ` : ""}${name}-help`}
            onInput=${type} onBlur=${() => leave(false)}></textarea>
        <p class="help" id=${`${name}-help`}>${t(`kept.${name}_help`)}</p></div>`;
}
