/* screen_cover: faces and number plates are gone before a photo is sent.
 *
 * The photo is shown whole, never cropped. It is painted over with a brush as wide as a
 * thumb, or square by square with taps or keys and no drawing at all; what is covered is
 * solid black with a dotted edge. Nothing happens to the photo before it is saved: then
 * the program burns those pixels into a new photo and destroys the old one.
 */
import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/icons.js";
import { number, t, tn } from "../shared/i18n.js";
import { use_once } from "../shared/once.js";
import { html, Button, Notice, Segment, use_trap, use_wide } from "./components.js";
import { photo_words, Unshown } from "./photos.js";
import { close_overlay } from "./route.js";
import { soft } from "./soft.js";
import { get_state, say, use_store } from "./store.js";
import { ask_why, category_name, clear_photo, cover_photo, view_of } from "./walks.js";

const BRUSHES = { small: 28, middle: 48, large: 72 }; /* pixels on the screen, across */
const COLUMNS = 12;
const ROWS = 9;
const SHOWN = 1600; /* longest side of the picture under the brush */
const STEP = 0.35; /* of the brush: so far apart lie the points of a stroke */

const clamp = (value, most) => Math.min(Math.max(value, 0), most);

/* Strokes and squares as the program takes them, in pixels of the upright photo. */
function burns_of(deeds, width, height) {
    const burns = [];
    for (const { squares, points, radius } of deeds) {
        for (const at of squares || []) {
            const column = at % COLUMNS, row = Math.floor(at / COLUMNS);
            burns.push({ x1: Math.floor((column * width) / COLUMNS), y1: Math.floor((row * height) / ROWS),
                x2: Math.ceil(((column + 1) * width) / COLUMNS), y2: Math.ceil(((row + 1) * height) / ROWS),
                radius: -1 });
        }
        for (let i = 0; points && i < points.length; i++) {
            const [x1, y1] = points[Math.max(0, i - 1)], [x2, y2] = points[i];
            burns.push({ x1, y1, x2, y2, radius });
        }
    }
    return burns;
}

/* Burns in pixels of the photo, on a canvas that may be smaller. */
function paint(context, burns, width) {
    const line = Math.max(3, width / 280), scale = context.canvas.width / width;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const shape = (grow) => {
        for (const { x1, y1, x2, y2, radius } of burns) {
            context.beginPath();
            if (radius < 0) context.rect(x1 - grow, y1 - grow, x2 - x1 + 2 * grow, y2 - y1 + 2 * grow);
            else {
                context.moveTo(x1, y1);
                context.lineTo(x2, y2 + 0.01);
                context.lineWidth = 2 * (radius + grow);
                context.stroke();
                continue;
            }
            context.fill();
        }
    };
    context.lineCap = context.lineJoin = "round";
    context.fillStyle = context.strokeStyle = "#FFB43F";
    shape(line);
    context.fillStyle = context.strokeStyle = "#000000";
    shape(0);
}

/* Where on the photo the finger is, and how wide the brush is there. */
function place_of(event, canvas, { width, height }) {
    const box = canvas.getBoundingClientRect();
    const scale = width / box.width;
    return { scale, at: [Math.round(clamp((event.clientX - box.left) * scale, width)),
        Math.round(clamp((event.clientY - box.top) * scale, height))] };
}

/* The canvas is as large as the picture under it: one of 48 megapixels would take 195 MB, and
 * be drawn anew at each movement of the finger. Each finger, and a palm beside it, draws a
 * stroke of its own; they are done when the last of them is lifted. */
function Brush({ photo, deeds, brush, change }) {
    const canvas = useRef();
    const going = useRef(new Map()); /* pointer -> its stroke */
    const drawn = useRef([]);
    const shrink = Math.min(1, SHOWN / Math.max(photo.width, photo.height));
    const draw = () => paint(canvas.current.getContext("2d"),
        burns_of([...deeds, ...drawn.current, ...going.current.values()], photo.width, photo.height), photo.width);
    useEffect(draw, [deeds]);
    const begin = (event) => {
        event.preventDefault();
        canvas.current.setPointerCapture(event.pointerId);
        const { at, scale } = place_of(event, canvas.current, photo);
        going.current.set(event.pointerId, { points: [at], radius: Math.round((BRUSHES[brush] / 2) * scale) });
        draw();
    };
    const move = (event) => {
        const stroke = going.current.get(event.pointerId);
        if (!stroke) return;
        const { at } = place_of(event, canvas.current, photo);
        const [x, y] = stroke.points[stroke.points.length - 1];
        if (Math.hypot(at[0] - x, at[1] - y) < stroke.radius * STEP) return;
        stroke.points.push(at);
        draw();
    };
    const end = (event) => {
        const stroke = going.current.get(event.pointerId);
        if (!stroke) return;
        going.current.delete(event.pointerId);
        drawn.current.push(stroke);
        if (going.current.size) return;
        for (const one of drawn.current.splice(0)) change(one);
    };
    return html`<canvas ref=${canvas} width=${Math.max(1, Math.round(photo.width * shrink))} height=${Math.max(1, Math.round(photo.height * shrink))} aria-hidden="true"
        data-test="cover-canvas" onPointerDown=${begin} onPointerMove=${move} onPointerUp=${end}
        onPointerCancel=${end}></canvas>`;
}

const ARROWS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };

/* One stop for the Tab key; arrows walk, space and Enter cover and uncover. */
function Squares({ on, flip }) {
    const box = useRef();
    const [here, set_here] = useState(0);
    const key = (event) => {
        const to = here + (ARROWS[event.key] || 0);
        if (!ARROWS[event.key]) return;
        event.preventDefault();
        if (to < 0 || to >= COLUMNS * ROWS) return;
        set_here(to);
        box.current.children[to].focus();
    };
    return html`<div class="squares" role="group" aria-label=${t("cover.squares_label")} ref=${box} onKeyDown=${key}>
        ${Array.from({ length: COLUMNS * ROWS }, (_, at) => html`<button type="button" key=${at}
            data-test="square" tabindex=${at === here ? 0 : -1} aria-pressed=${on.has(at) ? "true" : "false"}
            aria-label=${t("cover.square", number(Math.floor(at / COLUMNS) + 1), number((at % COLUMNS) + 1))}
            onClick=${() => { set_here(at); flip(at); }}></button>`)}</div>`;
}

/* What was done, in order: strokes, and squares turned on or off. */
function use_deeds() {
    const [deeds, set_deeds] = useState([]);
    const squares = new Set();
    for (const { flip } of deeds) {
        if (flip === undefined) continue;
        if (squares.has(flip)) squares.delete(flip);
        else squares.add(flip);
    }
    const strokes = deeds.filter((deed) => deed.points);
    return { deeds, set_deeds, add: (deed) => set_deeds((done) => [...done, deed]), squares, strokes,
        shapes: [...strokes, { squares: [...squares] }], count: strokes.length + squares.size };
}

export function CoverScreen({ point, sha256 }) {
    use_store((s) => s.observations);
    const wide = use_wide();
    const { box, key } = use_trap("h1");
    const [, draw] = useReducer((n) => n + 1, 0);
    const [brush, set_brush] = useState("middle");
    const [by_square, set_by_square] = useState(false);
    const [state, set_state] = useState({ busy: false, problem: null });
    const { deeds, set_deeds, add, squares, strokes, shapes, count } = use_deeds();
    const finish = use_once(async (work, words) => {
        set_state({ busy: true, problem: null });
        try {
            await work();
            say(words);
            close_overlay();
        } catch (problem) {
            set_state({ busy: false, problem });
        }
    });
    const one = view_of(point, get_state());
    const at = one ? one.photos.findIndex((photo) => photo.sha256 === sha256) : -1;
    useEffect(() => {
        if (at < 0) close_overlay();
    }, [at]);
    if (at < 0) return null;
    const photo = one.photos[at];
    const held = photo.state === "held";
    const save = () => {
        if (!count) set_state({ busy: false, problem: { title: t("cover.nothing"), detail: t("cover.nothing_do") } });
        else finish(() => cover_photo(sha256, burns_of(shapes, photo.width, photo.height)), t("cover.done"));
    };
    /* Who has painted has seen something: the photo under the paint is not let go by a slip. */
    const clear = () => {
        if (count) set_state({ busy: false, problem: { title: t("cover.painted"), detail: t("cover.painted_do") } });
        else finish(async () => {
            if (!await clear_photo(sha256)) throw { title: t("cover.not_cleared"), detail: "" };
        }, t("cover.cleared"));
    };
    const brushes = html`${!by_square && html`<div class="group"><h2 id="brush-label">${t("cover.brush")}</h2>
        <${Segment} label="brush-label" test="brush" kind="wide brushes" value=${brush} onChoose=${set_brush}
            choices=${Object.keys(BRUSHES).map((value) => ({ value, words: t(`cover.${value}`),
                head: html`<i class=${`brush ${value}`}></i>` }))} /></div>`}`;
    const tools = html`<div class="pair">
            <${Button} icon="undo" data-test="cover-undo" aria-disabled=${deeds.length ? undefined : "true"}
                onTap=${() => set_deeds((done) => done.slice(0, -1))}>${t("kept.undo")}</${Button}>
            <${Button} data-test="cover-squares" aria-pressed=${by_square ? "true" : "false"}
                onTap=${() => set_by_square((was) => !was)}>${t(by_square ? "cover.by_brush" : "cover.by_square")}</${Button}></div>`;
    return html`<div class="over-screen" role="dialog" aria-modal="true" aria-labelledby="cover-title"
        ref=${box} onKeyDown=${key}><div class="screen">
        <header class="topbar"><button class="iconbutton" data-test="close" aria-label=${t("bar.close")}
                onClick=${close_overlay}><${Icon} name="close" /></button>
            <div class="titles"><p class="title">${t("photo.title", at + 1)}</p>
                <p class="facts">${t("cover.point", number(one.number), category_name(one))}</p></div>
            <p class="small quiet" role="status">${count ? tn("cover.count", count) : ""}</p></header>
        <div class="two stack cover">
            <div class="stack"><div class="canvas">
                    ${photo.unshown ? html`<${Unshown} photo=${photo} />`
        : html`<img src=${`/api/v1/photos/${sha256}/1600`} alt=${photo_words(one, at)} onLoad=${draw}
                        onError=${() => ask_why(one.id)} />
                    <${Brush} photo=${photo} deeds=${shapes} brush=${brush}
                        change=${add} key=${strokes.length + squares.size} />`}
                    ${by_square && !photo.unshown && html`<${Squares} on=${squares} flip=${(flip) => add({ flip })} />`}</div>
                ${wide && !photo.unshown && brushes}</div>
            <div class="stack"><h1 id="cover-title" tabindex="-1">${soft(t("cover.title"))}</h1>
                ${!photo.unshown && html`<p>${t(by_square ? "cover.lead_squares" : "cover.lead")}</p>
                ${!wide && brushes}${tools}`}
                ${!by_square && !photo.unshown && html`<p class="small quiet">${t("cover.no_drawing")}</p>`}
                ${state.problem && html`<${Notice} title=${state.problem.title} detail=${state.problem.detail || t(held ? "cover.failed" : "cover.not_covered")} />`}
                ${!photo.unshown && html`<${Button} kind="primary" icon="lock" data-test="cover-save" onTap=${save}>${
                    t(state.busy ? "kept.keeping" : "cover.save")}</${Button}>`}
                ${held && html`<${Button} data-test="cover-clear" onTap=${clear}>${t("cover.none")}</${Button}>`}
                <p class="small quiet" data-test="cover-later">${t(held ? "cover.later" : "cover.free")}</p></div></div></div></div>`;
}
