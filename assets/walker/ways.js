/* ways: the other ways home than wi-fi: over mobile data though it costs, by a stick and
 * back again; and the walk that leaves this device when all of it is proven to be home.
 */
import { useRef, useState } from "preact/hooks";
import { hand_in, take } from "../shared/large.js";
import { Icon } from "../shared/icons.js";
import { day_of, number, t, tn } from "../shared/i18n.js";
import { use_once } from "../shared/once.js";
import { html, Bar, Button, Notice } from "./components.js";
import { open_overlay } from "./route.js";
import { look_at_status, start_sending } from "./status.js";
import { say, use_store } from "./store.js";
import { attempt } from "./walks.js";

export const megabytes = (bytes) => number(Math.max(0.1, Math.round(bytes / 1e5) / 10));

export function SendAnyway({ status }) {
    if (!(status.wifi_waiting > 0) || status.sync.running) return null;
    return html`<${Button} icon="send" data-test="send-anyway"
        onTap=${() => attempt(() => start_sending({ anyway: true }))}>
        ${t("ways.anyway", megabytes(status.wifi_bytes))}</${Button}>`;
}

/* ---- one thing at a time that takes a while --------------------------------------- */

const Running = ({ name, done, of }) => html`<div class="row fact" role="status" data-test="ways-running">
    <${Icon} name="clock" /><span class="in"><span class="name">${name}</span>
        <span class="more">${of > 0 ? t("arrived.bytes", megabytes(done), megabytes(of)) : t("ways.wait")}</span>
        ${of > 0 && html`<${Bar} name=${name} done=${done} all=${of} />`}</span></div>`;

/* { running, problem, said, run(name, work) }: work gets heard(done, of), says what came
 * of it, and may give up quietly (null). */
function use_task() {
    const [state, set_state] = useState({});
    const run = use_once(async (name, work) => {
        set_state({ running: { name, done: 0, of: 0 } });
        try {
            const said = await work((done, of) => set_state({ running: { name, done, of } }));
            set_state({ said });
            if (said) say(said);
        } catch (problem) {
            set_state({ problem });
        }
        look_at_status();
    });
    return { ...state, run };
}

/* ---- there --------------------------------------------------------------------------- */

/* Where the file shall lie, asked first, where the browser can write there itself;
 * undefined where it cannot, null when nobody chose. */
async function place_for(name) {
    if (!window.showSaveFilePicker) return undefined;
    try {
        return await window.showSaveFilePicker({ suggestedName: name });
    } catch (refused) {
        return refused.name === "AbortError" ? null : undefined;
    }
}

async function download(stream, name) {
    const link = Object.assign(document.createElement("a"), {
        href: URL.createObjectURL(await new Response(stream).blob()), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

export async function save_to_stick(heard) {
    const name = `lygte-${day_of(Date.now())}.lygte`;
    const place = await place_for(name);
    if (place === null) return null;
    const { stream, headers } = await take("/api/v1/stick", heard);
    if (place) await stream.pipeTo(await place.createWritable());
    else await download(stream, name);
    const left = Number(headers.get("Lygte-Left-Out"));
    if (left)
        throw { title: t("ways.stick_short"), detail: tn("ways.stick_left", left) };
    return t(place ? "ways.stick_written" : "ways.stick_saved", name);
}

/* ---- and back ------------------------------------------------------------------------ */

async function take_home(file, heard) {
    const { confirmed, refused, all_confirmed: all } = await hand_in("/api/v1/stick", file, heard);
    if (refused) throw { title: t("ways.home_short"), detail: tn("ways.home_left", refused) };
    return all ? t("ways.home_all") : tn("ways.home", confirmed);
}

/* out: the way there alone. */
export function Stick({ out }) {
    const input = useRef();
    const { running, problem, said, run } = use_task();
    const chosen = (event) => {
        const [file] = event.target.files;
        if (file) run(t("ways.reading"), (heard) => take_home(file, heard));
        event.target.value = "";
    };
    return html`<div class="group" data-test="stick-ways">
        ${running && html`<${Running} ...${running} />`}
        ${problem && html`<${Notice} title=${problem.title} detail=${problem.detail} />`}
        ${said && html`<p class="proof small" data-test="ways-said"><${Icon} name="check" /><span>${said}</span></p>`}
        <div class=${out ? "group" : "pair"}><${Button} icon="stick" data-test="stick" aria-disabled=${running ? "true" : undefined}
                onTap=${() => run(t("ways.writing"), save_to_stick)}>${t("ways.stick")}</${Button}>
            ${!out && html`<${Button} icon="check" data-test="unstick" aria-disabled=${running ? "true" : undefined}
                onTap=${() => !running && input.current.click()}>${t("ways.unstick")}</${Button}>`}</div>
        <input type="file" hidden accept=".lygte" ref=${input} data-test="unstick-file" onChange=${chosen} />
        <p class="small quiet">${t(out ? "ways.stick_out_help" : "ways.stick_help")}</p></div>`;
}

/* ---- making room ---------------------------------------------------------------------- */

const is_over = (walk) => (walk.state === "ended" || walk.state === "closed") && walk.points > 0;

export function WipeRows() {
    const walks = use_store((s) => s.walks) || [];
    const over = walks.filter(is_over);
    if (!over.length) return null;
    return html`<section class="group" aria-labelledby="room-label"><h2 id="room-label">${t("ways.room")}</h2>
        <ul class="stack">${over.map((walk) => html`<li key=${walk.id}><button class="row" data-test="wipe"
            onClick=${() => open_overlay("wipe", { walk: walk.id })}><${Icon} name="bin" />
            <span class="in"><span class="name">${t("ways.wipe", walk.title)}</span>
                <span class="more">${tn("walks.points", walk.points)} · ${tn("walks.photos", walk.photos)}</span></span>
            <${Icon} name="chevron" /></button></li>`)}</ul>
        <p class="small quiet">${t("ways.wipe_help")}</p></section>`;
}
