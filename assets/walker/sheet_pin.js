/* sheet_pin: where the thing is, beside where one stood. By map (a fixed cross over a map
 * that moves, and four buttons of 1 m), by address or lamp number from the list on the
 * device, or by bearing and distance.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../shared/api.js";
import { t } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { place_of } from "../shared/metres.js";
import { html, Button, Sheet } from "./components.js";
import { draw_here, drop_map, make_map, moved, new_layer } from "./map_view.js";
import { fresh_fix } from "./position.js";
import { close_overlay, open_overlay } from "./route.js";
import { find_walk } from "./store.js";
import { edit } from "./walks.js";

export const PinButton = ({ one }) => html`<${Button} icon="pin" data-test="move-pin"
    onTap=${() => open_overlay("pin", { one })}>${t("pin.move")}</${Button}>`;

function PinMap({ at, onMove, stood }) {
    const box = useRef(), map = useRef(), own = useRef(false);
    useEffect(() => {
        map.current = make_map(box.current, at);
        map.current.setZoom(19, { animate: false });
        draw_here(new_layer(map.current), stood);
        map.current.on("moveend", () => {
            const middle = map.current.getCenter();
            if (!own.current) onMove({ lat: middle.lat, lon: middle.lng });
            own.current = false;
        });
        return () => drop_map(map.current);
    }, []);
    useEffect(() => {
        own.current = true;
        map.current.setView([at.lat, at.lon], map.current.getZoom(), { animate: false });
        own.current = false;
    }, [at.lat, at.lon]);
    return html`<div class="pin-map"><div class="mapbox" ref=${box} role="img"
        aria-label=${t("map.described")}></div><span class="cross"><${Icon} name="pin" size=${48} /></span></div>`;
}

function Search({ near, choose }) {
    const [words, set_words] = useState("");
    const [found, set_found] = useState(null);
    useEffect(() => {
        if (words.trim().length < 2) {
            set_found(null);
            return undefined;
        }
        const timer = setTimeout(() => api.get(`/api/v1/places?q=${encodeURIComponent(words)}${near
            ? `&lat=${near.lat}&lon=${near.lon}` : ""}`).then((a) => set_found(a.places.slice(0, 8)))
            .catch(() => set_found([])), 250);
        return () => clearTimeout(timer);
    }, [words]);
    return html`<div class="field"><label class="label" for="pin-search">${t("pin.search")}</label>
        <input id="pin-search" data-test="pin-search" autocomplete="off" value=${words}
            onInput=${(e) => set_words(e.target.value)} />
        ${found && (found.length ? html`<ul class="stack" aria-label=${t("pin.found")}>${found.map((p) =>
        html`<li><button class="row" data-test="pin-found" onClick=${() => choose(p)}>
            <${Icon} name="pin" /><span class="in"><span class="name">${p.text}</span></span></button></li>`)}</ul>`
        : html`<p class="small">${t("pin.nothing")}</p>`)}</div>`;
}

function ByBearing({ one, done }) {
    const [bearing, set_bearing] = useState(""), [metres, set_metres] = useState("");
    const value = (text) => Number(String(text).replace(",", "."));
    const fits = bearing !== "" && metres !== "" && value(bearing) >= 0 && value(bearing) <= 360
        && value(metres) >= 0 && value(metres) <= 2000;
    const field = (name, text, set) => html`<div class="field"><label class="label" for=${`pin-${name}`}>
        ${t(`pin.${name}`)}</label><input id=${`pin-${name}`} inputmode="decimal" value=${text}
        data-test=${`pin-${name}`} onInput=${(e) => set(e.target.value)} /></div>`;
    return html`<div class="group">${field("bearing", bearing, set_bearing)}
        ${field("metres", metres, set_metres)}
        <${Button} data-test="pin-by-bearing" aria-disabled=${!fits} onTap=${() => fits
        && done({ bearing: value(bearing), metres: value(metres) })}>${t("pin.by_bearing")}</${Button}></div>`;
}

export function PinSheet({ one }) {
    const [lat, lon] = find_walk(one.walk)?.route?.[0] || [570480000, 99187000];
    const start = place_of(one) || fresh_fix() || { lat: lat / 1e7, lon: lon / 1e7 };
    const [at, set_at] = useState({ lat: start.lat, lon: start.lon });
    const done = async (thing) => {
        await edit(one, { thing });
        close_overlay();
    };
    const arrow = (name, words, north, east) => html`<${Button} kind=${name} data-test=${`pin-${name}`}
        aria-label=${t(`pin.${name}`)} onTap=${() => set_at((now) => moved(now, north, east))}>${t(words)}</${Button}>`;
    return html`<${Sheet} title=${t("pin.title")}>
        <p>${t("pin.help")}</p>
        <${PinMap} at=${at} stood=${one.stood} onMove=${set_at} />
        <div class="pin-arrows">${arrow("north", "pin.up", 1, 0)}${arrow("west", "pin.toleft", 0, -1)}
            ${arrow("east", "pin.toright", 0, 1)}${arrow("south", "pin.down", -1, 0)}</div>
        <${Button} kind="primary" data-test="pin-set" onTap=${() => done({ ...at, source: "map" })}>
            ${t("pin.set")}</${Button}>
        <${Search} near=${at} choose=${(p) => done({ lat: p.lat, lon: p.lon,
        source: p.kind === "lamp" ? "lamp" : "address", ref: p.number || p.text })} />
        ${one.stood && html`<${ByBearing} one=${one} done=${done} />`}</${Sheet}>`;
}
