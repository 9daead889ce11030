/* answers: how serious, how many agree, who is affected. Each is stored as touched. */
import { t, number } from "../shared/i18n.js";
import { AFFECTED, affected_codes, word_of } from "../shared/words.js";
import { html, Chip, Glasses, Segment, Stepper } from "./components.js";
import { edit, point_now } from "./walks.js";

const GATHER_MS = 700; /* taps on a stepper become one change */
const GROUP_MOST = 25;
const GROUP_USUAL = 6;
const KEPT_AS = "lygte.group_size";

export function Severity({ one }) {
    const choices = [1, 2, 3, 4].map((value) => ({ value, head: number(value),
        words: t(`severity.${value}`) }));
    const choose = (value) => edit(one, { severity: value === point_now(one).severity ? null : value });
    return html`<section class="group"><h2 id="severity-label">${t("kept.severity")}</h2>
        <${Segment} label="severity-label" test="severity" value=${one.severity}
            choices=${choices} onChoose=${choose} /></section>`;
}

function group_size() {
    try {
        const kept = Number(localStorage.getItem(KEPT_AS));
        return kept >= 1 && kept <= GROUP_MOST ? kept : GROUP_USUAL;
    } catch {
        return GROUP_USUAL;
    }
}

function remember_size(size) {
    try {
        localStorage.setItem(KEPT_AS, String(size));
    } catch {
        return; /* asked for again on the next point */
    }
}

const counts_of = (one) => ({ of: one.agree_of || group_size(), agree: one.agree ?? 0 });

export function Agree({ one }) {
    const { of, agree } = counts_of(one);
    const store = (fields) => edit(one, fields, { gather: GATHER_MS });
    const step = (by) => {
        const now = counts_of(point_now(one));
        const next = Math.min(now.of, Math.max(0, now.agree + by));
        if (next !== now.agree) store({ agree: next, agree_of: now.of });
    };
    const step_size = (by) => {
        const now = counts_of(point_now(one));
        const next = Math.min(GROUP_MOST, Math.max(1, now.of + by));
        remember_size(next);
        if (next !== now.of) store({ agree: Math.min(now.agree, next), agree_of: next });
    };
    let end = "";
    if (agree === of) end = t("kept.all_agree");
    else if (agree === 0) end = t("kept.none_agree");
    return html`<section class="group"><h2 id="agree-label">${t("kept.agree")}</h2>
        <${Stepper} label="agree-label" test="agree" onStep=${step} down=${t("kept.fewer")}
            up=${t("kept.more")} words=${t("kept.agree_count", number(agree), number(of))}>
            <${Glasses} lit=${agree} of=${of} />
            <span class="small quiet">${end}</span></${Stepper}>
        <${Stepper} minor label="agree-label" test="group" onStep=${step_size}
            down=${t("kept.group_less")} up=${t("kept.group_more")}
            words=${html`<span class="small">${t("kept.group", number(of))}</span>`} /></section>`;
}

export function Affected({ one }) {
    const on = affected_codes(one.affected);
    const flip = (word) => {
        const now = affected_codes(point_now(one).affected);
        const next = now.includes(word) ? now.filter((w) => w !== word) : [...now, word];
        edit(one, { affected: next.join(" ") || null });
    };
    return html`<section class="group"><h2 id="affected-label">${t("kept.affected")}</h2>
        <div class="chips" role="group" aria-labelledby="affected-label">
            ${AFFECTED.map((word) => html`<${Chip} key=${word} on=${on.includes(word)}
                data-test=${`affected-${word}`} onTap=${() => flip(word)}>
                ${word_of("affected", word)}</${Chip}>`)}</div></section>`;
}
