/* screen_rewalk: what happened since last time. One point after the other along the route:
 * the old photo over what the camera sees now, the party's answer, last time's note, and
 * three tiles. A verdict is kept at the tap; it moves no case by itself.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/icons.js";
import { date_text, number, t, tn } from "../shared/i18n.js";
import { metres_between, place_of } from "../shared/metres.js";
import { inside, word_of } from "../shared/words.js";
import { html, Button, Segment, SentPill, TopBar } from "./components.js";
import { give_photo_now, give_verdict, load_last } from "./evening.js";
import { is_phone_of_a_pass } from "./me.js";
import { Notices } from "./notices.js";
import { fresh_fix } from "./position.js";
import { go, open_overlay, point_at, walk_at } from "./route.js";
import { use_camera } from "./screen_camera.js";
import { find_walk, use_store } from "./store.js";
import { soft } from "./soft.js";
import { Ground } from "./strip.js";
import { category_name, keep, new_id, view_of } from "./walks.js";

const VIEWS = ["then", "both", "now"];
const FAR_M = 60;
const VERDICTS = [["same", "equal"], ["fixed", "check"], ["worse", "warning"]];

const picture_of = (one) => one.photos.length && `/api/v1/photos/${one.photos[0].sha256}/1600`;

/* ---- then and now ------------------------------------------------------------------- */

function Now({ faint }) {
    const video = useRef();
    const { state } = use_camera(video, "environment");
    return html`<video ref=${video} class=${`now ${faint ? "faint" : ""}`} muted playsinline
        aria-label=${t("again.camera")}></video>
        ${state === "none" && html`<p class="none small">${t("again.no_camera")}</p>`}`;
}

/* Without a photo: where it was. */
function MapCut({ one, walk: id }) {
    const walk = use_store((s) => find_walk(id, s));
    const last = use_store((s) => s.last?.[id]);
    return html`<div class="stack"><div class="strip tall">
            <${Ground} walk=${walk} id=${id} height=${200} about=${place_of(one)} fix=${fresh_fix()} last=${last} /></div>
        <p class="small quiet">${t("again.no_photo")}</p></div>`;
}

/* Buttons instead of a slider: then, both, now. */
function Photos({ one, walk }) {
    const [view, choose] = useState("both");
    const [gone, lose] = useState(false);
    const picture = !gone && picture_of(one);
    const when = one.walk_at || one.at;
    if (!picture) return html`<${MapCut} one=${one} walk=${walk} />`;
    return html`<figure class="again-photo">
        ${view !== "then" && html`<${Now} />`}
        ${view !== "now" && html`<img src=${picture} class=${view === "both" ? "ghost" : ""}
            onError=${() => lose(true)} alt=${t("again.photo_alt", category_name(one), date_text(when))} />`}
        <figcaption class="pill"><${Icon} name="history" />${date_text(when)}</figcaption>
        <span class="sr" id="view-label">${t("again.view")}</span>
        <${Segment} label="view-label" test="view" value=${view} onChoose=${choose}
            choices=${VIEWS.map((value) => ({ value, words: t(`again.${value}`) }))} /></figure>`;
}

/* ---- what is known -------------------------------------------------------------------- */

function Answer({ issue }) {
    if (!issue) return null;
    const done = ["done", "confirmed"].includes(issue.state);
    return html`<div class="row fact" data-test="answer">
        <${Icon} name=${done ? "check" : "clock"} />
        <span class="in"><span class="name">${t("again.answer", inside(word_of("state", issue.state)), date_text(issue.changed))}</span>
            ${issue.answer && html`<span class="more">${issue.answer}</span>`}
            <span class="more">${issue.number}</span></span></div>`;
}

const Noted = ({ one }) => (one.note ? html`<div class="row fact"><${Icon} name="pencil" />
    <span class="in"><span class="name">${t("again.noted")}</span>
        <span class="more">${one.note}${one.agree ? ` ${t("again.agreed", number(one.agree), number(one.agree_of || one.agree))}` : ""}</span></span></div>` : null);

function place_line(one) {
    const fix = fresh_fix();
    const at = place_of(one);
    const metres = fix && at ? Math.round(metres_between(fix, at)) : null;
    const near = [one.walk_title, metres !== null && t("again.from_here", number(metres))]
        .filter(Boolean).join(" · ");
    return { near, far: metres > FAR_M ? metres : 0 };
}

/* ---- one point -------------------------------------------------------------------------- */

const worse = new Map(); /* walk and last time's point: the new one, { id, kept } */

/* "Worse" is a new point with new facts; the two are told apart by the verdict. Said again
 * it is the same new point, while that stands. */
async function say_worse(walk, one) {
    const key = `${walk} ${one.id}`;
    const made = view_of(worse.get(key)?.id);
    if (!made || made.withdrawn) {
        const fresh = new_id();
        worse.set(key, { id: fresh, kept: keep(walk, one.category, fresh) });
    }
    const { id, kept } = worse.get(key);
    await kept;
    go(point_at(walk, id));
}

function Verdicts({ walk, one, onNext }) {
    const said = one.verdict?.verdict;
    const tap = (verdict) => {
        give_verdict(walk, one, verdict);
        navigator.vibrate?.(20);
        if (verdict === "worse") say_worse(walk, one);
        else onNext();
    };
    return html`<section class="group" aria-labelledby="now-label"><h2 class="label" id="now-label">${t("again.how_now")}</h2>
        <div class="verdicts">${VERDICTS.map(([verdict, icon]) => html`<button key=${verdict}
            class=${`tile ${said === verdict ? "strength" : ""}`} data-test=${`verdict-${verdict}`}
            aria-pressed=${said === verdict ? "true" : "false"} onClick=${() => tap(verdict)}>
            <${Icon} name=${icon} size=${34} /><span class="word">${soft(t(`again.${verdict}`))}</span></button>`)}</div></section>`;
}

function Point({ walk, one, onNext }) {
    use_store((s) => s.fix);
    const phone = use_store(is_phone_of_a_pass); /* may add photos to its own walk alone */
    const { near, far } = place_line(one);
    const photo = () => open_overlay("camera", { point: one.id, ghost: picture_of(one) || undefined,
        after: async (kept) => {
            history.back();
            const sha256 = (await Promise.all(kept)).findLast(Boolean);
            if (sha256) give_photo_now(walk, one, sha256);
        } });
    return html`<div class="stack"><${Notices} /><${Photos} one=${one} walk=${walk} /></div>
        <div class="stack wide"><div><h2 class="h1">${soft(category_name(one))}</h2><p>${near}</p>
                ${far > 0 && html`<p class="quiet">${t("again.go_on", number(far))}</p>`}</div>
            <${Answer} issue=${one.issue} /><${Noted} one=${one} />
            <${Verdicts} walk=${walk} one=${one} onNext=${onNext} />
            <div class="pair">${!phone && html`<${Button} icon="camera" onTap=${photo} data-test="photo-now">${t("again.photo_now")}</${Button}>`}
                <${Button} onTap=${onNext} data-test="not-passed">${t("again.not_passed")}</${Button}></div></div>`;
}

function Done({ walk, points }) {
    const count = (verdict) => points.filter((one) => one.verdict?.verdict === verdict).length;
    const left = points.filter((one) => !one.verdict).length;
    return html`<div class="panel empty" data-test="again-done"><p class="great">${
            t("again.all", tn("walks.points", points.length - left), tn("walks.points", points.length))}</p>
        <p>${t("again.sum", number(count("fixed")), number(count("same")), number(count("worse")))}</p>
        <${Button} kind="primary" onTap=${() => go(walk_at(walk))}>${t("again.back")}</${Button}></div>`;
}

/* seen: the point to begin with. */
export function RewalkScreen({ walk: id, seen }) {
    const points = use_store((s) => s.last?.[id]);
    const ready = use_store((s) => s.catalogue);
    const [at, move] = useState(null);
    useEffect(() => {
        load_last(id);
    }, [id]);
    const asked = (points || []).findIndex((one) => one.id === seen);
    const first = asked >= 0 ? asked : Math.max(0, (points || []).findIndex((one) => !one.verdict));
    const here = at ?? first;
    const one = points?.[here];
    const next = () => {
        move(here + 1);
        window.scrollTo(0, 0);
    };
    return html`<div class="screen">
        <${TopBar} back=${walk_at(id)} pills=${html`<${SentPill} />`} facts=${t("again.from_last")}
            title=${one ? t("again.point", number(here + 1), number(points.length)) : t("again.title")} />
        <main id="main" class="two stack" key=${one?.id}>
            ${points && !points.length && html`<div class="panel empty" data-test="again-none"><p>${t("again.none")}</p></div>`}
            ${points?.length > 0 && !one && html`<${Done} walk=${id} points=${points} />`}
            ${one && ready && html`<${Point} walk=${id} one=${one} onNext=${next} />`}
        </main>
        ${here > 0 && points?.length > 0 && html`<${Button} icon="back" onTap=${() => move(here - 1)}>
            ${t("again.before")}</${Button}>`}</div>`;
}
