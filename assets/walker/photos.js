/* photos: the small pictures of one point. A tap shows one large, where it can be covered.
 *
 * A photo is held back until somebody says that no face and no plate is on it, or covers
 * them; that is asked here, beside the photo, large enough to see.
 */
import { Icon } from "../shared/icons.js";
import { date_text, t, time_text } from "../shared/i18n.js";
import { html, Button } from "./components.js";
import { is_phone_of_a_pass } from "./me.js";
import { drop_photo, own_photo, save_photo } from "./photo.js";
import { open_overlay } from "./route.js";
import { use_store } from "./store.js";
import { ask_why, category_name, clear_photo } from "./walks.js";

const STATE_ICON = { held: "eye", waiting: "clock", stored: "send", verified: "check", carried: "send" };
const path_of = (sha256, size) => `/api/v1/photos/${sha256}/${size}`;

/* "Foto 2, Lampe slukket, 21. november 2026 kl. 19.42" */
export const photo_words = (one, at) => t("photo.alt", at + 1, category_name(one),
    date_text(one.at), time_text(one.at));

/* A phone of a pass gets no photo before it is cleared: its own bytes then. */
const src_of = (photo, size) => own_photo(photo.sha256) || path_of(photo.sha256, size);

/* Kept, but nobody can see it. */
export const Unshown = ({ photo }) =>
    html`<span class="unshown" data-test="unshown">${t(`photo.unshown.${photo.unshown}`)}</span>`;

export const Thumb = ({ one, code }) => (one.photos.length && !one.photos[0].unshown
    ? html`<img class="thumb" loading="lazy" decoding="async" width="56" height="56"
        src=${src_of(one.photos[0], 320)} alt=${photo_words(one, 0)} />`
    : html`<span class="thumb none">${code}</span>`);

const PhotoState = ({ state }) => html`<p class=${`photostate ${state === "verified" ? "moss" : ""}`}>
    <${Icon} name=${STATE_ICON[state] || "clock"} />${t(`photo.state.${state}`)}</p>`;

export function PhotoCard({ one, at, test = true }) {
    const photo = one.photos[at];
    const phone = use_store(is_phone_of_a_pass);
    const see = () => !phone && open_overlay("photo", { point: one.id, sha256: photo.sha256 });
    return html`<li class="photo"><button class="see" onClick=${see} data-test="photo">
            ${photo.unshown ? html`<${Unshown} photo=${photo} />`
        : html`<img src=${src_of(photo, 320)} loading="lazy" decoding="async"
                onError=${() => ask_why(one.id)} alt=${photo_words(one, at)} />`}</button>
        <${PhotoState} state=${photo.state} />
        ${photo.state === "held" && !phone && html`<${Button} data-test=${test && "photo-clear"}
            aria-label=${t("photo.clear_this", at + 1)}
            onTap=${() => clear_photo(photo.sha256)}>${t("photo.clear")}</${Button}>`}</li>`;
}

/* Not on the disk yet, or refused. */
const NewPhoto = ({ id, row }) => html`<li class="photo keeping"><span class="see">
        ${row.url && html`<img src=${row.url} alt=${t("photo.new")} />`}</span>
    <p class="photostate" data-test="photo-keeping">${row.problem || t("kept.keeping")}</p>
    ${row.problem && (row.final
        ? html`<${Button} onTap=${() => drop_photo(id, row.key)}>${t("photo.drop")}</${Button}>`
        : html`<${Button} onTap=${() => save_photo(id, row.key)}>${t("say.again")}</${Button}>`)}</li>`;

export function Photos({ one }) {
    const coming = use_store((s) => s.photos[one.id]) || [];
    if (!one.photos.length && !coming.length) return null;
    const phone = use_store(is_phone_of_a_pass);
    const held = one.photos.some((photo) => photo.state === "held");
    return html`<section class="group" aria-labelledby="photos-label">
        <h2 id="photos-label">${t("photo.label")}</h2>
        <ul class="photos">
            ${one.photos.map((p, at) => html`<${PhotoCard} key=${p.sha256} one=${one} at=${at} />`)}
            ${coming.map((row) => html`<${NewPhoto} key=${row.key} id=${one.id} row=${row} />`)}
        </ul>
        ${held && html`<p class="small quiet">${t(phone ? "photo.leader_looks" : "photo.held_help")}</p>`}
    </section>`;
}
