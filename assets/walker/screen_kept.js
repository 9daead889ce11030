/* screen_kept: what is safe, and what could be added. The same screen edits a point.
 *
 * "Gemt" stands there only when the program has answered for the point. Each answer is
 * stored as it is touched; there is nothing to save and nothing that must be filled in.
 */
import { useEffect } from "preact/hooks";
import { GroupIcon, Icon } from "../shared/icons.js";
import { list_text, named, number, t, time_text, tn } from "../shared/i18n.js";
import {
    html, AcuteButton, Button, Chip, Dock, Notice, SentPill, TopBar, use_wide,
} from "./components.js";
import { Affected, Agree, Severity } from "./answers.js";
import { Conflicts } from "./conflicts.js";
import { MoreAnswers } from "./more_answers.js";
import { Words } from "./note.js";
import { Place } from "./loader.js";
import { Notices } from "./notices.js";
import { hold_back } from "./open_point.js";
import { outbox_forget, outbox_send_one } from "./outbox.js";
import { choose_photo, photo_target } from "./photo.js";
import { Photos } from "./photos.js";
import { go, open_overlay, points_at, walk_at } from "./route.js";
import { is_poor, stand_still, use_anyway } from "./still.js";
import { find_observation, find_walk, get_state, use_store } from "./store.js";
import {
    category_name, edit, group_of, is_strength, item_of, items_of, load_observations, point_now,
    points_of, view_of, withdraw,
} from "./walks.js";

/* Only what is in is said to be in. */
function lead(one) {
    const parts = [];
    const accuracy = one.stood && one.stood.accuracy_m;
    if (accuracy) parts.push(t("kept.place", number(Math.round(accuracy))));
    else if (one.stood) parts.push(t("kept.place_plain"));
    parts.push(t("kept.time"));
    if (one.light) parts.push(t("kept.light"));
    if (one.role) parts.push(t("kept.role"));
    const words = list_text(parts);
    const said = t(parts.length > 1 ? "kept.are_in" : "kept.is_in", words[0].toLocaleUpperCase() + words.slice(1));
    return one.stood || one.thing ? said : `${t("kept.no_place")} ${said}`;
}

function Head({ one, walk }) {
    const pending = use_store((s) => s.pending[one.id]);
    const keeping = one.unkept || pending?.edits.some((e) => !e.refused);
    const words = t(one.unkept ? (pending?.here ? "kept.here" : "kept.not_yet") : "kept.kept");
    const undo = async () => {
        go(walk.state === "begun" ? walk_at(one.walk) : points_at(one.walk));
        await withdraw(one, !one.withdrawn);
    };
    return html`<section class=${`panel lit head ${one.unkept ? "unkept" : ""}`}>
        <${GroupIcon} code=${one.group} size=${54} />
        <div class="in"><h1 tabindex="-1"><span data-test="status-text">${
            one.withdrawn ? t("kept.undone") : words}</span>
            ${!keeping && !one.withdrawn && html`<${Icon} name="check" size=${30} />`}</h1>
            <p>${t("kept.what", category_name(one), time_text(one.at))}</p>
            <p class="small quiet" data-test="keeping">${
                one.unkept && pending?.here ? t("kept.here_help")
                    : keeping ? t("kept.edit_waits") : ""}</p></div>
        <${Button} kind="upright" icon="undo" data-test="undo" onTap=${undo}>
            ${one.withdrawn ? t("walk.bring_back") : t("kept.undo")}</${Button}></section>`;
}

function Refused({ one }) {
    if (!one.refused) return null;
    return html`<${Notice} title=${one.refused.title} detail=${one.refused.detail}>
        <${Button} onTap=${() => outbox_forget(one.id)}>${t("say.read")}</${Button}></${Notice}>`;
}

/* ANDET asks which group it is; every other group asks what is wrong. */
function What({ one }) {
    const general = one.group === "ANDET";
    const choices = general
        ? get_state().catalogue.groups.filter((group) => group.code !== "ANDET")
        : items_of(one.group);
    const label = general ? "kept.which" : one.group === "POS" ? "kept.what_works" : "kept.what_wrong";
    const choose = (code) => {
        const now = point_now(one);
        const fields = { category: code === now.category ? now.group : code };
        if (is_strength(fields.category)) fields.severity = 0;
        else if (is_strength(now.category) && now.severity === 0) fields.severity = null;
        edit(one, fields);
    };
    return html`<section class="group" aria-labelledby="what-label">
        <h2 id="what-label">${t(label)}</h2>
        <div class="chips columns" role="group" aria-labelledby="what-label">
            ${choices.map((choice) => html`<${Chip} key=${choice.code} data-test=${`item-${choice.code}`}
                on=${one.category === choice.code} onTap=${() => choose(choice.code)}
                icon=${general && html`<${GroupIcon} code=${choice.code} size=${30} />`}>
                ${general ? named(choice, "tile_") : named(choice)}</${Chip}>`)}</div></section>`;
}

function Danger({ one }) {
    const item = item_of(one.category);
    if (!(one.severity === 4 || (item && item.acute))) return null;
    return html`<${Notice} title=${t("kept.danger")} detail=${t("kept.danger_call")}>
        <${Button} kind="acute" icon="phone" onTap=${() => open_overlay("acute")}>
            ${t("dock.acute")}</${Button}></${Notice}>`;
}

/* The place is rough: it gets better by itself while one stands here, or will do. */
const Poor = ({ one }) => is_poor(one) && one.own && html`<div class="row fact poor" data-test="poor">
    <${Icon} name="warning" /><span class="in"><span class="name">${
        t("position.wait", t("position.metres", number(Math.round(one.stood.accuracy_m))))}</span>
        <span class="more">${t("kept.poor_help")}</span></span>
    <${Button} data-test="use-anyway" onTap=${() => use_anyway(one)}>${t("position.use_anyway")}</${Button}></div>`;

const Points = ({ count }) => (count ? tn("walks.points", count) : "");

export function KeptScreen({ walk: walk_id, point }) {
    const wide = use_wide();
    const walk = use_store((s) => find_walk(walk_id, s));
    const catalogue = use_store((s) => s.catalogue);
    use_store((s) => s.pending[point]);
    use_store((s) => find_observation(point, s));
    useEffect(() => {
        photo_target(point);
        if (!get_state().observations[walk_id]) load_observations(walk_id);
        const stop = stand_still(point);
        const close = hold_back(point);
        return () => {
            stop();
            close(outbox_send_one(point));
        };
    }, [point]);
    const one = catalogue && view_of(point);
    const begun = walk && walk.state === "begun";
    const onward = begun ? walk_at(walk_id) : points_at(walk_id);
    const loaded = use_store((s) => s.observations[walk_id]);
    const bar = html`<${TopBar} back=${onward} quiet=${Boolean(one)}
        title=${one ? walk?.title || "" : t(loaded ? "kept.unknown" : "walks.fetching")}
        facts=${Points({ count: points_of(walk_id).filter((p) => !p.withdrawn).length })}
        pills=${html`<${SentPill} />`} />`;
    if (!one) return html`<div class="screen">${bar}<main id="main"><${Notices} /></main></div>`;
    const first = one.photos.length ? "kept.photo_more" : "kept.photo";
    const strong = one.group === "POS";
    return html`<div class="screen docked">${bar}
        <main id="main" class="two stack">
            <div class="stack"><${Notices} /><${Refused} one=${one} />
                <${Conflicts} one=${one} parties=${catalogue.parties} />
                <${Head} one=${one} walk=${walk || {}} />
                <p class="small" data-test="lead">${lead(one)}</p>
                <${Poor} one=${one} />
                <div class="pair led"><${Button} kind="primary" icon="camera" data-test="take-photo"
                        onTap=${() => choose_photo(point)}>${t(first)}</${Button}>
                    <${Place} name="kept.beside" one=${one} walk=${walk_id} /></div>
                <${Photos} one=${one} />
                <${Place} name="kept.place" one=${one} walk=${walk_id} />
                ${wide && html`<${Words} one=${one} name="note" />`}</div>
            <div class="stack wide"><${What} one=${one} />
                ${group_of(one.group)?.code === "OPH" && html`<p class="small quiet">${t("kept.place_not_person")}</p>`}
                <${Danger} one=${one} />
                ${!strong && html`<${Severity} one=${one} />`}
                <${Agree} one=${one} /><${Affected} one=${one} />
                <${Place} name="kept.answers" one=${one} walk=${walk_id} />
                ${!wide && html`<${Words} one=${one} name="note" />`}
                <${MoreAnswers} one=${one} /></div>
        </main>
        <${Dock} right><${AcuteButton} />
            <${Button} kind="more chosen-edge" after="chevron" data-test="done"
                onTap=${() => go(onward)}>${t("kept.on")}</${Button}></${Dock}></div>`;
}
