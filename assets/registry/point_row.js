/* One point in the inbox: number, photo, urgency, name, what was said, who gets it. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n.js";
import { Originals, StateBadge, Urgency } from "./components.js";
import { html } from "./html.js";
import { Link, address, go } from "./router.js";
import { agree_word, category_name, is_safe_place, party_name, severity_of, severity_word, state_of, urgency_of }
    from "./words.js";

/* A point opens as its case; one without a case has its own view in the walk. */
export const point_path = (o) =>
    o.issue ? `/issues/${o.issue.id}` : address(`/walks/${o.walk}`, { point: o.id });

/* The first photo as a small preview; a frame with words while there is none. */
function Preview({ o }) {
    const photo = o.photos[0];
    const [broken, set_broken] = useState("");
    const mark = photo && `${photo.sha256} ${photo.state}`;
    if (!photo) return html`<span class="shot frame"><span>${t("photo.none")}</span>
        </span>`;
    if (photo.unshown) return html`<span class="shot frame"><span>${t("photo.broken_short")}</span></span>`;
    if (photo.state === "named" || broken === mark)
        return html`<span class="shot frame"><span>
            ${t(broken === mark ? "photo.broken_short" : "photo.coming")}</span></span>`;
    return html`<img key=${mark} class="shot" data-test="point-photo" loading="lazy"
        width="84" height="63" src=${`/api/v1/photos/${photo.sha256}/320`}
        alt=${t("photo.alt", 1, o.photos.length, category_name(o.category))}
        onError=${() => set_broken(mark)} />`;
}

function Responsible({ o }) {
    const { issue } = o;
    if (!issue) return html`<span class="small quiet">
        ${t(is_safe_place(o) ? "inbox.no_case_safe" : "inbox.no_case")}</span>`;
    const { into, number, elsewhere } = issue.merged ?? {};
    if (into) return html`<span data-test="row-joined">${t("inbox.joined")} <${Link}
        class="code" to=${`/issues/${into}`}>${number}<//></span>`;
    if (elsewhere) return html`<span data-test="row-joined">${t("inbox.joined_elsewhere")}</span>`;
    const is_proposal = issue.state === "open" && !issue.touched;
    return html`<span>${t(is_proposal ? "inbox.proposed" : "inbox.responsible")} <strong>
        ${party_name(issue.party)}</strong></span>`;
}

const meaning = (o) => [severity_word(severity_of(o)), agree_word(o)].filter(Boolean).join(" · ");

/* A click on the row shows it on the map when there is a map beside it, else opens it. */
const has_map_beside = () => matchMedia("(min-width: 68.75em)").matches;

export function PointRow({ o, label, to, is_current, is_entry, select }) {
    const click = (event) => {
        if (event.target.closest("a, button")) return;
        if (has_map_beside()) select(o.id);
        else go(to);
    };
    const safe = is_safe_place(o);
    return html`<li class=${`row ${is_current ? "current" : ""}`} data-test="point-row"
        onClick=${click}>
        <span class=${`row-number ${is_current ? "current" : ""}`} aria-hidden="true">
            ${label}</span>
        <${Preview} o=${o} />
        <div class="row-what">
            <p class="row-name">
                <span class="hidden">${label}. </span>
                ${!safe && html`<${Urgency} urgency=${urgency_of(o)} />`}
                <${Link} class="row-link" to=${to} tabindex=${is_entry ? 0 : -1}
                    aria-current=${is_current ? "true" : undefined}
                    onFocus=${() => is_current || select(o.id)}>
                        ${category_name(o.category)}<//>
                <span class="code">${o.category}</span>
            </p>
            ${o.note && html`<p class="note-line">${o.note}</p>`}
            ${o.withdrawn && html`<p class="small" data-test="row-withdrawn"><strong>${t("case.withdrawn")}</strong></p>`}
            <p class="small quiet">${[meaning(o), o.after_closing && t("inbox.after_closing")]
                .filter(Boolean).join(" · ")}</p>
        </div>
        <div class="row-who">
            <${Responsible} o=${o} />
            ${o.issue && !o.issue.merged?.elsewhere && html`<${StateBadge} state=${state_of(o.issue)} />`}
            <${Originals} photos=${o.photos} />
        </div>
    </li>`;
}
