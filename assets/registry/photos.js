/* The photos of a point: one large, the rest to choose from, and each one's receipt. */
import { useState } from "preact/hooks";
import { t, time_text } from "../shared/i18n.js";
import { html } from "./html.js";

const path = (photo, size) => `/api/v1/photos/${photo.sha256}/${size}`;
const is_here = (photo) => photo.state === "stored" || photo.state === "verified";

/* Large if it is here, the small one else, and words when neither can be shown. */
function Large({ photo, n, of, name }) {
    const [size, set_size] = useState("1600");
    if (photo.state === "erased") return html`<p class="stage frame">${t("photo.state.erased")}</p>`;
    if (photo.state === "named")
        return html`<p class="stage frame">${t("photo.named_long", n)}</p>`;
    if (photo.unshown) return html`<p class="stage frame" data-test="unshown">${t(`photo.unshown.${photo.unshown}`)}</p>`;
    if (!size) return html`<p class="stage frame">${t("photo.broken", n)}</p>`;
    return html`<img class="stage" data-test="case-photo" src=${path(photo, size)}
        alt=${t("photo.alt", n, of, name)}
            onError=${() => set_size(size === "1600" ? "320" : "")} />`;
}

const Thumb = ({ photo, n, of, is_chosen, choose }) => html`<li>
    <button type="button" class=${`thumb ${is_chosen ? "chosen" : ""}`} onClick=${choose}
        aria-pressed=${is_chosen ? "true" : "false"}>
        ${photo.unshown ? html`<span class="frame">${t("photo.broken_short")}</span>`
        : ["named", "erased"].includes(photo.state) ? html`<span class="frame">${
            t(photo.state === "named" ? "photo.coming" : "photo.gone")}</span>`
            : html`<img src=${path(photo, "320")} alt="" loading="lazy" />`}
        <span class="small"><span class="squares" aria-hidden="true">
            <i class=${`square ${photo.state}`}></i></span>
            ${t("photo.n", n, of)}</span>
    </button></li>`;

/* Originals are for those whom the registry gives them. */
export function Photos({ photos, name, originals = false }) {
    const [chosen, choose] = useState(0);
    const of = photos.length, photo = photos[chosen] ?? photos[0];
    if (!of) return html`<p class="stage frame">${t("photos.none")}</p>`;
    const taken = photo.taken ? t("photo.taken", time_text(photo.taken)) : "";
    const facts = [t("photo.n", chosen + 1, of), taken, t(`photo.state.${photo.state}`)].filter(Boolean).join(" · ");
    return html`<div class="photos">
        <${Large} key=${`${photo.sha256} ${photo.state}`} photo=${photo} n=${chosen + 1}
            of=${of} name=${name} />
        ${of > 1 && html`<ul class="thumbs" role="list">${photos.map((one, i) => html`
            <${Thumb} key=${one.sha256} photo=${one} n=${i + 1} of=${of}
                is_chosen=${i === chosen} choose=${() => choose(i)} />`)}</ul>`}
        <p class="small" role="status">${facts}
            ${is_here(photo) && html` · <a href=${path(photo, "shared")}>${t("photo.shared")}</a>`}
            ${is_here(photo) && originals && html` · <a href=${path(photo, "original")}>
                ${t("photo.original")}</a>`}</p>
    </div>`;
}
