/* screen_arrived: what has left the device, part by part, and never more than is proven.
 *
 * "Bekræftet" is what the register has read back. Photos nobody has looked through are
 * held back; they are looked through here, one by one or all that are shown.
 */
import { useEffect, useState } from "preact/hooks";
import { Icon, Mark } from "../shared/icons.js";
import { number, t, time_text, tn } from "../shared/i18n.js";
import { html, Bar, Button, Notice, SentPill, TopBar } from "./components.js";
import { Notices } from "./notices.js";
import { PairForm } from "./pair.js";
import { PhotoCard } from "./photos.js";
import { go, points_at, walk_at } from "./route.js";
import { LatestPoints } from "./screen_list.js";
import { counts_of, look_at_status, start_sending } from "./status.js";
import { soft } from "./soft.js";
import { get_state, use_store } from "./store.js";
import { clear_photos, is_under_way, load_observations, load_walks, points_of } from "./walks.js";
import { megabytes, SendAnyway, Stick, WipeRows } from "./ways.js";

const of = (done, all) => t("arrived.of", number(done), number(all));

function PartRow({ name, part, at, held = 0, waits, running }) {
    const done = part.verified >= part.made;
    let state = t("arrived.waits");
    if (done) state = !part.made ? t("arrived.nothing") : at ? t("arrived.confirmed_at", at) : t("arrived.confirmed");
    else if (running) state = t("arrived.sending");
    else if (part.made - part.verified <= held) state = t("arrived.held_rest");
    else if (waits) state = waits;
    const more = [state, !done && part.stored > part.verified
        && t("arrived.stored", number(part.stored - part.verified))].filter(Boolean).join(" · ");
    return html`<li class=${`row ${done ? "fact" : "under-way"}`} data-test="part-row">
        <${Icon} name=${done ? "check" : "clock"} />
        <div class="in"><span class="name">${soft(name)}</span><span class="more">${more}</span>
            ${!done && html`<${Bar} name=${name} done=${part.verified} all=${part.made} />`}</div>
        <span class="figure">${of(part.verified, part.made)}</span></li>`;
}

/* Points, the photos themselves, and everything that was said beside them. */
function Parts({ status, at }) {
    const { points, records, photos, sync } = status;
    const waits = status.wifi_waiting > 0 && t("arrived.wifi_left", megabytes(status.wifi_bytes));
    return html`<ul class="stack">
        <${PartRow} name=${t("arrived.points_part")} part=${points} at=${at} running=${sync.running} />
        <${PartRow} name=${t("arrived.photos_part")} part=${photos} at=${at} held=${status.held_back}
            waits=${waits} running=${sync.running} />
        <${PartRow} name=${t("arrived.records")} part=${records} at=${at} running=${sync.running} /></ul>`;
}

function Head({ status, left, done, at }) {
    const { points, records, photos } = status;
    if (done) {
        return html`<section class="panel lit-lantern"><${Mark} size=${88} />
            <h2 class="great" data-test="status-text"><span>${t("arrived.all_points", of(points.verified, points.made))}</span>
                <span>${t("arrived.all_photos", of(photos.verified, photos.made))}</span></h2>
            <p class="moss"><b>${at ? t("arrived.confirmed_at", at) : t("arrived.confirmed")}</b></p></section>`;
    }
    const all_points = points.made > 0 && points.verified === points.made && records.verified === records.made;
    const some = all_points && photos.made > photos.verified
        ? t("arrived.photos_confirmed", of(photos.verified, photos.made))
        : points.made > points.verified ? t("arrived.points_confirmed", of(points.verified, points.made))
            : t("arrived.records_confirmed", of(records.verified, records.made));
    const safe = all_points ? t("arrived.photos_safe", number(points.made), number(photos.made - photos.verified))
        : t("arrived.safe", number(left));
    return html`<section class="panel"><h2 class="great under-way" data-test="status-text">${soft(some)}</h2>
        <p>${safe}</p></section>`;
}

/* The program's own words for the step; never the name of the step. */
const said_step = ({ step, step_text }) =>
    (step_text && step_text !== step ? step_text : t("arrived.sending"));

function time_left(seconds) {
    if (seconds === null || seconds === undefined) return "";
    if (seconds < 60) return t("arrived.soon");
    return tn("arrived.minutes", Math.round(seconds / 60));
}

/* By bytes where they are known: photos are nine tenths of the way. */
function Sending({ sync }) {
    if (!sync.running) return null;
    const bytes = sync.bytes_of > 0;
    const [done, all] = bytes ? [sync.bytes_sent, sync.bytes_of] : [sync.done, sync.of];
    const amount = bytes ? t("arrived.bytes", megabytes(done), megabytes(all)) : of(done, all);
    const words = [said_step(sync), all > 0 && amount, time_left(sync.left_s)].filter(Boolean);
    return html`<div class="group" role="group" aria-label=${t("arrived.progress")} data-test="progress">
        <p class="small">${words.join(" · ")}</p>
        ${all > 0 && html`<${Bar} name=${t("arrived.progress")} done=${done} all=${all} />`}</div>`;
}

/* What is true of this evening's net and disk, and of a hub that carries. */
function Circumstances({ status }) {
    const { aside, carried, space, typed, wifi_waiting } = status;
    return html`
        ${space?.low && html`<${Notice} title=${t("arrived.space")} detail=${t("arrived.space_do")} />`}
        ${aside > 0 && html`<${Notice} title=${tn("arrived.aside", aside)} detail=${t("arrived.aside_do")} />`}
        ${typed > 0 && html`<div class="row fact" data-test="typed"><${Icon} name="clock" />
            <span class="in"><span class="name">${tn("arrived.typed", typed)}</span>
                <span class="more">${t("arrived.typed_help")}</span></span></div>`}
        ${wifi_waiting > 0 && html`<div class="row fact" data-test="wifi-waiting"><${Icon} name="clock" />
            <span class="in"><span class="name">${tn("arrived.wifi", wifi_waiting)}</span>
                <span class="more">${t("arrived.wifi_help")}</span></span></div>`}
        ${carried && carried.records + carried.photos > 0 && html`<div class="row fact" data-test="carried">
            <${Icon} name="send" /><span class="in"><span class="name">${t("arrived.carried", carried.hub)}</span>
                <span class="more">${t("arrived.carried_help", number(carried.records), number(carried.photos))}</span>
            </span></div>`}`;
}

const LATEST = 4;

/* Point by point, newest first: how far each has come. */
function PointByPoint() {
    const walk = use_store((s) => s.route.walk || (s.walks || []).find((one) => one.points > 0)?.id);
    use_store((s) => s.observations[walk]);
    useEffect(() => {
        if (walk && !get_state().observations[walk]) load_observations(walk);
    }, [walk]);
    const points = walk ? points_of(walk).filter((one) => !one.withdrawn).reverse() : [];
    if (!points.length) return null;
    return html`<section class="group" aria-labelledby="points-label"><h2 id="points-label">${t("arrived.points")}</h2>
        <${LatestPoints} points=${points.slice(0, LATEST)} />
        ${points.length > LATEST && html`<${Button} icon="list" onTap=${() => go(points_at(walk))}>${
            t("arrived.see_all", number(points.length))}</${Button}>`}</section>`;
}

/* Every photo of this device that is held back, walk by walk until all are found; also those
 * of points that were undone or joined to another: they are counted, and asked for, too. */
function use_held(count) {
    const walks = use_store((s) => s.walks);
    const rows = use_store((s) => s.observations);
    const held = [];
    for (const one of Object.values(rows).flat()) {
        one.photos.forEach((photo, at) => photo.state === "held" && held.push({ one, at, photo }));
    }
    useEffect(() => {
        const missing = held.length < count
            && (walks || []).find((walk) => !get_state().observations[walk.id]);
        if (missing) load_observations(missing.id);
    }, [walks, rows, count]);
    return held;
}

function HeldBack({ count }) {
    const held = use_held(count);
    const [busy, set_busy] = useState(false);
    const clear_all = async () => {
        set_busy(true);
        await clear_photos(held);
        set_busy(false);
        look_at_status();
    };
    if (!held.length) return null;
    return html`<section class="group" aria-labelledby="held-label" data-test="held-back">
        <h2 id="held-label">${tn("arrived.held", held.length)}</h2>
        <p class="small quiet">${t("arrived.held_help")}</p>
        <ul class="photos">${held.map(({ one, at, photo }) =>
            html`<${PhotoCard} key=${photo.sha256} one=${one} at=${at} />`)}</ul>
        ${held.length > 1 && html`<${Button} onTap=${clear_all} data-test="photo-clear-all">
            ${busy ? t("kept.keeping") : t("arrived.clear_all", number(held.length))}</${Button}>`}
    </section>`;
}

function SendButton({ status, left, paired }) {
    const [problem, set_problem] = useState(null);
    const running = status.sync.running;
    const send = async () => {
        if (running) return;
        set_problem(null);
        try {
            await start_sending();
        } catch (error) {
            set_problem(error);
        }
    };
    if (!paired) return null;
    const error = status.sync.error;
    return html`${problem && html`<${Notice} title=${problem.title} detail=${problem.detail} />`}
        ${error && !running && html`<${Notice} title=${error} detail=${t("arrived.safe_here")} />`}
        <${Button} kind=${left > 0 ? "primary" : ""} icon="send" onTap=${send} data-test="send"
            aria-disabled=${running ? "true" : undefined}>
            ${running ? t("arrived.sending") : t(left > 0 ? "arrived.send" : "arrived.send_again")}</${Button}>`;
}

export function ArrivedScreen() {
    const status = use_store((s) => s.status);
    const about = use_store((s) => s.about);
    const pending = use_store((s) => s.pending);
    const photos = use_store((s) => s.photos);
    const begun = use_store((s) => (s.walks || []).find(is_under_way));
    useEffect(() => {
        load_walks();
        look_at_status();
    }, []);
    const { unsent } = counts_of(status, pending, photos);
    const facts = about?.registry ? t("arrived.to", about.registry.name || about.registry.url)
        : about?.carrier ? t("arrived.to", about.carrier) : t("arrived.no_registry");
    const sends = about?.paired || about?.carrier;
    const done = status && unsent === 0 && status.all_confirmed && status.records.made > 0;
    const at = done && status.confirmed_at && time_text(status.confirmed_at);
    return html`<div class="screen"><${TopBar} back=${begun ? walk_at(begun.id) : "#/"}
            title=${t("arrived.title")} facts=${facts} pills=${html`<${SentPill} />`} menu />
        <main id="main" class="stack"><${Notices} />
            ${status && html`<div class="two stack">
                <div class="stack"><${Head} status=${status} left=${unsent} done=${done} at=${at} />
                    ${about && !about.paired && html`<${PairForm} />`}
                    <${SendButton} status=${status} left=${unsent} paired=${sends} />
                    <${Sending} sync=${status.sync} />
                    ${about?.paired && html`<${SendAnyway} status=${status} /><${Stick} />`}
                    <p class="small quiet">${t("arrived.means")}</p></div>
                <div class="stack"><${Parts} status=${status} at=${at} />
                    <${Circumstances} status=${status} />
                    <${HeldBack} count=${status.held_back} />
                    <${PointByPoint} /><${WipeRows} /></div></div>`}
        </main></div>`;
}
