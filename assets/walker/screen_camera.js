/* screen_camera: the camera straight from the page, one photo after the other.
 *
 * A press of the shutter hands the photo on before the next thing happens; how it is
 * kept is photo.js's. Without a camera that a page may use (plain HTTP, refused, none)
 * the device's own camera or a file serves, and nothing is lost by that.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/icons.js";
import { number, t, tn } from "../shared/i18n.js";
import { use_once } from "../shared/once.js";
import { html, Button, use_trap } from "./components.js";
import { add_photo, choose_photo } from "./photo.js";
import { fresh_fix } from "./position.js";
import { close_overlay } from "./route.js";
import { say } from "./store.js";

const QUALITY = 0.92;
const WANTED = { width: { ideal: 4096 }, height: { ideal: 3072 } };

/* The whole frame as a JPEG; by the camera's own still photo where the browser has it. */
export async function shoot(video, track) {
    if (typeof ImageCapture === "function") {
        const photo = await new ImageCapture(track).takePhoto().catch(() => null);
        if (photo?.type === "image/jpeg") return photo;
    }
    const canvas = Object.assign(document.createElement("canvas"),
        { width: video.videoWidth, height: video.videoHeight });
    canvas.getContext("2d").drawImage(video, 0, 0);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

/* The camera on the video element; gives { state, track } and lets go when it ends. */
export function use_camera(video, facing) {
    const [camera, set_camera] = useState({ state: "waiting", track: null });
    useEffect(() => {
        let stream = null, over = false;
        const stop = () => stream?.getTracks().forEach((track) => track.stop());
        const start = async () => {
            try {
                stream = await navigator.mediaDevices.getUserMedia(
                    { video: { ...WANTED, facingMode: { ideal: facing } }, audio: false });
                if (over) return stop();
                video.current.srcObject = stream;
                await video.current.play();
                const [track] = stream.getVideoTracks();
                /* Another app has taken it, or it is unplugged. */
                track.addEventListener("ended", () => over || set_camera({ state: "none", track: null }));
                set_camera({ state: "open", track });
            } catch {
                if (!over) set_camera({ state: "none", track: null });
            }
            return undefined;
        };
        start();
        return () => {
            over = true;
            stop();
        };
    }, [facing]);
    return camera;
}

/* point: the observation; ghost: the address of an old photo to lay over it, or none;
 * after(photos): where "done" goes, else back to what lies under it; each the promise of its
 * SHA-256 (add_photo). */
export function CameraScreen({ point, ghost, after }) {
    const { box, key } = use_trap("[data-test=shutter]");
    const video = useRef();
    const [facing, set_facing] = useState("environment");
    const [count, set_count] = useState(0);
    const kept = useRef([]);
    const [busy, set_busy] = useState(false);
    const { state, track } = use_camera(video, facing);
    const press = use_once(async () => {
        if (state !== "open") return;
        set_busy(true);
        const { lat, lon, accuracy_m } = fresh_fix() || {};
        const where = { lat, lon, accuracy_m };
        const photo = await shoot(video.current, track);
        set_busy(false);
        if (!photo) return;
        navigator.vibrate?.(20);
        kept.current.push(add_photo(point, photo, where));
        say(t("camera.kept", number(count + 1)));
        set_count((n) => n + 1);
    });
    const done = () => (after ? after(kept.current) : close_overlay());
    const file = () => {
        close_overlay();
        choose_photo(point, { file: true });
    };
    return html`<div class="over-screen camera-screen" role="dialog" aria-modal="true"
        aria-label=${t("camera.title")} ref=${box} onKeyDown=${key}>
        <div class="seen">
            <video ref=${video} playsinline muted aria-label=${t("camera.seen")} hidden=${state !== "open"}></video>
            ${ghost && state === "open" && html`<img class="ghost" src=${ghost} alt="" />`}
            ${state !== "open" && html`<div class="stack panel"><p role="status"><b>${
                t(state === "waiting" ? "camera.waiting" : "camera.none")}</b></p>
                ${state === "none" && html`<p>${t("camera.none_do")}</p>`}</div>`}</div>
        <div class="shutters">
            <${Button} data-test="camera-file" onTap=${file}>${t("camera.file")}</${Button}>
            <button type="button" class="shutter" data-test="shutter" aria-label=${t("camera.shoot")}
                aria-disabled=${state === "open" && !busy ? undefined : "true"} onClick=${press}></button>
            <${Button} kind="chosen-edge" data-test="camera-done" onTap=${done}>${t("camera.done")}</${Button}>
            <p class="small" role="status">${count ? tn("camera.count", count) : ""}</p>
            <button type="button" class="iconbutton turn" aria-label=${t("camera.turn")} data-test="camera-turn"
                onClick=${() => set_facing((was) => (was === "user" ? "environment" : "user"))}>
                <${Icon} name="undo" /></button></div></div>`;
}
