/* convert: HEIC, WebP, AVIF and whatever else this browser can show, made a JPEG by it,
 * because the program reads JPEG and PNG only. An iPhone hands over JPEG when the file
 * input accepts image/jpeg; this is for all other ways a photo gets here.
 *
 * The browser keeps pixels and nothing else: EXIF is gone, so place and time are those of
 * the point the photo belongs to. It is turned upright, and laid over white where it is
 * transparent. Films and raw photos no browser draws: null, and the program says why.
 */
const QUALITY = 0.92;
const PIXELS_MOST = 100e6; /* as the program's own limit */

const canvas_of = (width, height) => {
    if (typeof OffscreenCanvas === "function") return new OffscreenCanvas(width, height);
    return Object.assign(document.createElement("canvas"), { width, height });
};

const jpeg_of = (canvas) => (canvas.convertToBlob
    ? canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY })
    : new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); }));

/* A File of type image/jpeg, named as the one before but for its ending; null when this
 * browser cannot. Never throws. */
export async function convert(file) {
    if (file.type.startsWith("video/")) return null;
    let bitmap = null;
    try {
        bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
        const { width, height } = bitmap;
        if (!width || !height || width * height > PIXELS_MOST) return null;
        const canvas = canvas_of(width, height);
        const context = canvas.getContext("2d", { alpha: false });
        context.fillStyle = "#fff";
        context.fillRect(0, 0, width, height);
        context.drawImage(bitmap, 0, 0);
        const blob = await jpeg_of(canvas);
        if (!blob || blob.type !== "image/jpeg" || !blob.size) return null;
        const name = `${(file.name || "photo").replace(/\.[^.]*$/, "")}.jpg`;
        return new File([blob], name, { type: "image/jpeg", lastModified: file.lastModified });
    } catch {
        return null; /* not a kind this browser draws, or too large for it */
    } finally {
        bitmap?.close();
    }
}
