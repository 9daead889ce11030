/* screen_route: drawing the way before the walk. A tap on the map adds a place; the cross
 * in the middle, moved by buttons or arrow keys, does the same without a tap. What the map
 * can do the list can: choose, move, take away, go on from there. Every step can be undone.
 */
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../shared/icons.js";
import { number, t, tn } from "../shared/i18n.js";
import { metres_between } from "../shared/metres.js";
import { html, Button, Dock, TopBar, use_wide } from "./components.js";
import { draw_here, draw_route, draw_spots, drop_map, make_map, moved, new_layer } from "./map_view.js";
import { MapButtons } from "./screen_map.js";
import { Notices } from "./notices.js";
import { fresh_fix } from "./position.js";
import { length_of, use_draft } from "./route_draft.js";
import { read_route } from "./route_file.js";
import { say, set_state, use_store } from "./store.js";

const STEP_M = 10;
const FAR_STEP_M = 50;
const KEYS = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

export function metres_text(metres) {
    if (metres < 1000) return t("route.metres", number(Math.round(metres)));
    return t("route.kilometres", number(Math.round(metres / 100) / 10));
}

/* ---- the map -------------------------------------------------------------------------- */

/* hands.current: { middle(), pan(north, east), show(place) } for the buttons beside it. */
function DrawMap({ draft, fix, hands }) {
    const box = useRef(), map = useRef(), layer = useRef();
    const draw = () => {
        if (!layer.current) return;
        layer.current.clearLayers();
        draw_here(layer.current, fix);
        draw_route(layer.current, draft.places.map(({ lat, lon }) => [lat * 1e7, lon * 1e7]), "drawn");
        draw_spots(layer.current, draft.places, draft.chosen, draft.choose);
    };
    useEffect(() => {
        const one = make_map(box.current, draft.places[0] || fix);
        map.current = one;
        layer.current = new_layer(one);
        if (draft.places.length > 1) {
            one.fitBounds(draft.places.map(({ lat, lon }) => [lat, lon]), { padding: [40, 40], maxZoom: 17, animate: false });
        }
        one.on("click", ({ latlng }) => draft.add({ lat: latlng.lat, lon: latlng.lng }));
        const middle = () => ({ lat: one.getCenter().lat, lon: one.getCenter().lng });
        const show = ({ lat, lon }) => one.setView([lat, lon], one.getZoom(), { animate: false });
        hands.current = { middle, show, map: one,
            pan: (north, east) => show(moved(middle(), north, east)) };
        return () => {
            layer.current = null;
            drop_map(one);
        };
    }, []);
    useEffect(draw, [draft.places, draft.chosen, fix]);
    const key = (event) => {
        const way = KEYS[event.key];
        if (way) hands.current.pan(...way.map((n) => n * (event.shiftKey ? FAR_STEP_M : STEP_M)));
        else if (event.key === "Enter" || event.key === " ") draft.add(hands.current.middle());
        else if (event.key === "Backspace" || event.key === "Delete") draft.undo();
        else return;
        event.preventDefault();
    };
    return html`<div class="mapframe draw-map"><div class="mapbox" ref=${box} role="application" tabindex="0"
            data-test="draw-map" aria-label=${t("route.map")} onKeyDown=${key}></div>
        <span class="cross" aria-hidden="true"><${Icon} name="position" size=${48} /></span>
        <${MapButtons} map=${() => map.current} fix=${fix} /></div>`;
}

const Arrows = ({ hands }) => html`<div class="cross-arrows" role="group" aria-label=${t("route.cross")}>
    ${[["north", "pin.up", 1, 0], ["south", "pin.down", -1, 0], ["west", "pin.toleft", 0, -1], ["east", "pin.toright", 0, 1]]
        .map(([name, words, north, east]) => html`<${Button} key=${name} data-test=${`cross-${name}`}
            aria-label=${t(`route.${name}`)} onTap=${() => hands.current.pan(north * STEP_M, east * STEP_M)}>
            ${t(words)}</${Button}>`)}</div>`;

/* ---- the list -------------------------------------------------------------------------- */

function PlaceRow({ draft, at, hands }) {
    const { places, chosen } = draft;
    const on = chosen === at;
    const from = at && metres_between(places[at - 1], places[at]);
    const choose = () => {
        draft.choose(at);
        if (!on) hands.current.show(places[at]);
    };
    return html`<li><button class=${`row ${on ? "chosen-edge" : ""}`} type="button" data-test="route-place"
            aria-pressed=${on ? "true" : "false"} onClick=${choose}><b class="place-number">${at + 1}</b>
            <span class="in"><span class="name">${at ? t("route.on", metres_text(from)) : t("route.start")}</span>
                ${on && html`<span class="more">${t("route.chosen")}</span>`}</span></button>
        ${on && html`<div class="pair"><${Button} icon="position" data-test="move-place"
                onTap=${() => draft.move(at, hands.current.middle())}>${t("route.move")}</${Button}>
            <${Button} icon="bin" data-test="remove-place" onTap=${() => draft.remove(at)}>${t("route.remove")}</${Button}></div>`}</li>`;
}

function FromFile({ draft }) {
    const take = async (event) => {
        const [file] = event.target.files;
        event.target.value = "";
        if (!file) return;
        const route = read_route(await file.text());
        if (route) draft.put(route.map(([lat, lon]) => ({ lat, lon })), null);
        else set_state({ notice: { title: t("route.unread"), detail: t("route.unread_do") } });
    };
    return html`<label class="button"><${Icon} name="walk" /><span>${t("route.choose")}</span>
        <input class="sr" type="file" accept=".gpx,.geojson,.json,application/gpx+xml,application/geo+json"
            data-test="route-file" onChange=${take} /></label>`;
}

function Places({ draft, hands, fix }) {
    const { places } = draft;
    return html`<div class="stack"><${Notices} brief /><h2 class="label" id="places-label">${t("route.list")}</h2>
        ${!places.length && html`<p>${t("route.empty")}</p>`}
        <ol class="stack" aria-labelledby="places-label">${places.map((_, at) =>
        html`<${PlaceRow} key=${at} draft=${draft} at=${at} hands=${hands} />`)}</ol>
        ${fix && html`<${Button} icon="position" data-test="place-me" onTap=${() => draft.add({ lat: fix.lat, lon: fix.lon })}>
            ${t("route.here")}</${Button}>`}
        <${FromFile} draft=${draft} />
        ${places.length > 0 && html`<${Button} icon="bin" data-test="route-clear" onTap=${() => draft.put([], null)}>
            ${t("route.clear")}</${Button}>`}</div>`;
}

/* ---- the screen ------------------------------------------------------------------------- */

export function RouteScreen({ walk: id }) {
    const wide = use_wide();
    const fix = use_store((s) => s.fix) && fresh_fix();
    const draft = use_draft(id);
    const hands = useRef();
    const { places, steps } = draft;
    const add = () => {
        draft.add(hands.current.middle());
        say(tn("route.said", draft.places.length));
    };
    const facts = [tn("route.places", places.length), places.length > 1 && metres_text(length_of(places)),
        t(`route.state.${places.length === 1 ? "one" : draft.state}`)].filter(Boolean).join(" · ");
    return html`<div class="screen docked map-screen">
        <${TopBar} back=${`#/walk/${id}/map`} title=${t("route.draw")} facts=${facts} />
        <main id="main" class="map-main">
            <div class="stack"><p class="small quiet">${t(wide ? "route.help_wide" : "route.help")}</p>
                <${DrawMap} draft=${draft} fix=${fix} hands=${hands} /><${Arrows} hands=${hands} /></div>
            <${Places} draft=${draft} hands=${hands} fix=${fix} /></main>
        <${Dock}><${Button} icon="undo" data-test="route-undo" aria-disabled=${steps.length ? undefined : "true"}
                onTap=${() => (draft.steps.length ? draft.undo() : say(t("route.no_undo")))}>${t("kept.undo")}</${Button}>
            <${Button} kind="primary more" icon="plus" data-test="route-add" aria-label=${t("route.add_here")} onTap=${add}>${t("route.add")}</${Button}></${Dock}></div>`;
}
