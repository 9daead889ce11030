/* Where a case is: the thing and the spot one stood on, on one map, and both in words. */
import { number, t } from "../shared/i18n.js";
import { metres_between, place_of } from "../shared/metres.js";
import { html } from "./html.js";
import { FieldMap } from "./map.js";
import { load_areas, use_asked } from "./state.js";
import { category_name, is_safe_place } from "./words.js";

function stood_words({ stood, thing }) {
    const parts = [stood.accuracy_m
        ? t("place.stood_accuracy", number(Math.round(stood.accuracy_m))) : t("place.stood")];
    if (thing) parts.push(t("place.away", number(Math.round(metres_between(stood, thing)))));
    return parts.join("; ");
}

export function Place({ o, walk }) {
    const areas = use_asked(load_areas, []).data;
    const place = place_of(o);
    if (!place) return html`<p class="card">${t("place.none")}</p>`;
    const points = [{
        id: o.id, label: "", place, safe: is_safe_place(o), name: category_name(o.category),
    }];
    return html`<div class="card map-card">
        <${FieldMap} name=${t("place.map")} points=${points}
            selected=${o.id} stood=${o.stood}
            thing=${o.thing} route=${walk?.route} planned=${walk?.state === "planned"}
            areas=${areas} fit="point" legend=${false} />
        <ul class="place-key" role="list">
            <li><span class="pin key current" aria-hidden="true"></span>
                ${t(o.thing ? "place.moved" : "place.unmoved")}</li>
            ${o.stood && html`<li><span class="stood-pin key" aria-hidden="true"></span>
                ${stood_words(o)}</li>`}
        </ul></div>`;
}
