/* sheet_metoo: "is it the same?" over the walk, after the tap is kept. Yes adds a witness to
 * the point that was there and withdraws the new one into it; no opens the new one. The
 * tap is kept whatever is answered; no answer changes nothing.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../shared/api.js";
import { number, t, time_text, date_text, day_of, tn } from "../shared/i18n.js";
import { html, Button, Sheet } from "./components.js";
import { new_id } from "./ids.js";
import { outbox_put } from "./outbox.js";
import { close_overlay, go, open_overlay, point_at } from "./route.js";
import { fresh_fix } from "./position.js";
import { get_state, say } from "./store.js";
import { attempt, category_name, edit, view_of } from "./walks.js";

const PATIENCE_MS = 2500; /* later than that they have gone on */
const SHOWN = 3;
const WAIT_MS = 30000;

/* What is near that point and alike; [] when nothing is, or nobody answers in time. */
export async function alike_near(walk, one) {
    const fix = one?.stood || fresh_fix();
    if (!fix) return [];
    const ask = new URLSearchParams({ walk, lat: fix.lat, lon: fix.lon, category: one?.category || "" });
    if (fix.accuracy_m) ask.set("accuracy_m", fix.accuracy_m); /* unsaid it is not known, and looked for wider */
    try {
        const { near } = await api.get(`/api/v1/near?${ask}`, { patience: PATIENCE_MS });
        return near.filter((row) => row.observation.id !== one.id).slice(0, SHOWN);
    } catch {
        return [];
    }
}

/* The point's own screen may still be on its way; an overlay would go when it comes. */
async function arrived(point) {
    for (let left = 60; left > 0 && location.hash.endsWith(point)
        && get_state().route.point !== point; left--) await new Promise((done) => setTimeout(done, 50));
}

/* After a tap was kept: asks when something alike is near. */
export async function ask_me_too(walk, point) {
    const one = view_of(point);
    const near = one && await alike_near(walk, one);
    if (!near?.length) return;
    await arrived(point);
    const { route, overlay } = get_state();
    if (!overlay && route.point === point) open_overlay("metoo", { point, near });
}

function facts_of({ observation, distance_m }) {
    const when = day_of(observation.at) === day_of(Date.now())
        ? t("metoo.noted_at", time_text(observation.at)) : t("metoo.noted_on", date_text(observation.at));
    return [t("again.from_here", number(Math.round(distance_m))), when,
        tn("metoo.witnesses", (observation.witnesses || 0) + 1),
        observation.photos.length && tn("walks.photos", observation.photos.length)].filter(Boolean).join(". ");
}

async function same(one, { observation }) {
    const here = observation.walk === one.walk;
    await edit(one, { withdrawn: true, into: observation.id });
    /* It went meanwhile; the point stays, and the sentence stands on its screen. */
    if (get_state().pending[one.id]?.edits.some((e) => e.refused)) return close_overlay();
    const answer = await outbox_put(`/api/v1/observations/${observation.id}/witness`,
        { op: new_id() }, { method: "POST" });
    const seen = (answer?.witnesses ?? (observation.witnesses || 0) + 1) + 1;
    const said = t("metoo.now", number(seen));
    if (get_state().overlay?.point !== one.id) return; /* they have gone on */
    if (here) go(point_at(one.walk, observation.id)); /* a photo is offered there */
    else close_overlay();
    say(said);
}

function One({ row, onYes }) {
    const { observation } = row;
    const [gone, lose] = useState(false);
    const photo = !gone && observation.photos[0];
    return html`<div class="metoo">
        ${photo && html`<img src=${`/api/v1/photos/${photo.sha256}/320`} onError=${() => lose(true)}
            alt=${t("again.photo_alt", category_name(observation), date_text(observation.at))} />`}
        <div class="stack"><div><h3>${category_name(observation)}${observation.note && `, ${observation.note}`}</h3>
            <p class="small quiet">${facts_of(row)}</p></div>
        <${Button} kind="primary" icon="eye" data-test="metoo-yes" onTap=${() => onYes(row)}>
            ${t("metoo.yes")}</${Button}></div></div>`;
}

export function MeTooSheet({ point, near }) {
    const one = view_of(point);
    const answered = useRef(false); /* it goes when it is; one more has seen it, once */
    const yes = (row) => {
        if (!answered.current) attempt(() => same(one, row));
        answered.current = true;
    };
    useEffect(() => {
        const timer = setTimeout(close_overlay, WAIT_MS);
        return () => clearTimeout(timer);
    }, []);
    if (!one) return null;
    return html`<${Sheet} title=${t("metoo.title")}>
        <div class="stack wide">${near.map((row) => html`<${One} key=${row.observation.id} row=${row} onYes=${yes} />`)}
            <${Button} data-test="metoo-no" onTap=${close_overlay}>${t("metoo.no")}</${Button}>
            <p class="small quiet">${t("metoo.kept")}</p></div></${Sheet}>`;
}
