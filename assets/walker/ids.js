/* ids: names made here. Without crypto.subtle or randomUUID: a page from the hub over
 * plain HTTP has neither. */

const hex_of = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

/* RFC 9562 version 7: begins with the time, so that ids sort as they were made. */
export function new_id() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    let ms = Date.now();
    for (let i = 5; i >= 0; i--, ms = Math.floor(ms / 256)) bytes[i] = ms % 256;
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    return hex_of(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/* The SHA-256 of the bytes as 64 hex digits. */
export async function sha256_of(bytes) {
    if (crypto.subtle) return hex_of(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
    const { sha256 } = await import("sha2");
    return hex_of(sha256(bytes));
}
