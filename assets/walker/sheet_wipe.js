/* sheet_wipe: a walk leaves this device. What would go is shown first; while anything of
 * it is not proven to be at the registry nothing goes, and it says so. The registry is
 * asked once more; when it cannot be asked, what it proved before is enough for who says so.
 */
import { useEffect, useState } from "preact/hooks";
import * as api from "../shared/api.js";
import { t, tn } from "../shared/i18n.js";
import { use_once } from "../shared/once.js";
import { html, Button, Notice, Sheet } from "./components.js";
import { close_overlay, go } from "./route.js";
import { look_at_status } from "./status.js";
import { find_walk, say, set_state, use_store } from "./store.js";
import { load_walks } from "./walks.js";
import { megabytes } from "./ways.js";

const ASKING_MS = 90000;

function use_look(id) {
    const [look, set_look] = useState(null);
    const [problem, set_problem] = useState(null);
    useEffect(() => {
        api.get(`/api/v1/walks/${id}/wipe`).then(set_look, set_problem);
    }, [id]);
    return { look, problem, set_problem };
}

function Gone({ title }) {
    return html`<p data-test="wiped"><b>${t("wipe.gone", title)}</b></p><p>${t("wipe.gone_help")}</p>
        <${Button} kind="primary" onTap=${() => go("#/")}>${t("wipe.on")}</${Button}>`;
}

const NotYet = ({ left }) => html`<${Notice} title=${tn("wipe.left", left)} detail=${t("wipe.left_do")} />
    <${Button} icon="send" data-test="wipe-send" onTap=${() => go("#/arrived")}>${t("wipe.send")}</${Button}>`;

export function WipeSheet({ walk: id }) {
    const walk = use_store((s) => find_walk(id, s));
    const [title] = useState(walk?.title || "");
    const { look, problem, set_problem } = use_look(id);
    const [busy, set_busy] = useState(false);
    const [gone, set_gone] = useState(false);
    const wipe = use_once(async (offline) => {
        set_busy(true);
        set_problem(null);
        try {
            await api.post(`/api/v1/walks/${id}/wipe`, offline ? { offline: true } : {}, { patience: ASKING_MS });
            set_gone(true);
            set_state((s) => ({ observations: Object.fromEntries(
                Object.entries(s.observations).filter(([walk_id]) => walk_id !== id)) }));
            say(t("wipe.gone", title));
            load_walks();
            look_at_status();
        } catch (error) {
            set_problem(error);
        }
        set_busy(false);
    });
    const unasked = problem?.status === 502;
    return html`<${Sheet} title=${t("wipe.title")}>
        ${gone ? html`<${Gone} title=${title} />` : html`<p><b>${title}</b></p>
            ${problem && html`<${Notice} title=${problem.title} detail=${problem.detail} />`}
            ${!look && !problem && html`<p role="status">${t("wipe.looking")}</p>`}
            ${look && look.left > 0 && html`<${NotYet} left=${look.left} />`}
            ${look && look.left === 0 && html`
                <p data-test="wipe-what">${t("wipe.what", [tn("walks.points", look.points),
        tn("walks.photos", look.photos), look.bytes > 0 && t("wipe.megabytes", megabytes(look.bytes))]
        .filter(Boolean).join(", "))}</p>
                <p class="small quiet">${t("wipe.safe")}</p>
                ${unasked && html`<p>${t("wipe.unasked")}</p>`}
                <${Button} kind="acute" icon="bin" data-test="wipe-now" aria-disabled=${busy ? "true" : undefined}
                    onTap=${() => wipe(unasked)}>${busy ? t("wipe.asking")
        : t(unasked ? "wipe.anyway" : "wipe.now")}</${Button}>
                <${Button} onTap=${close_overlay}>${t("wipe.keep")}</${Button}>`}`}
    </${Sheet}>`;
}
