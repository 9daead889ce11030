/* large: what is too large to wait for without being told how far it is: a file that is
 * taken out piece by piece, and one that is handed in. Both tell heard(done, of) as they
 * go (of is 0 when nobody knows), have no patience that runs out, and throw a Problem.
 */
import { language } from "./i18n.js";
import { nobody_answered, problem_of } from "./api.js";

/* Counts what flows through. */
function counting(heard, of) {
    let done = 0;
    return new TransformStream({
        transform(piece, out) {
            done += piece.byteLength;
            heard(done, of);
            out.enqueue(piece);
        },
    });
}

/* The bytes of an address as a stream, and its headers. */
export async function take(path, heard) {
    const response = await fetch(path, { cache: "no-store", credentials: "same-origin",
        headers: { Accept: "application/octet-stream", "Accept-Language": language() } })
        .catch(() => null);
    if (!response) throw nobody_answered();
    if (!response.ok) throw await problem_of(response);
    const of = Number(response.headers.get("Content-Length")) || 0;
    heard(0, of);
    return { stream: response.body.pipeThrough(counting(heard, of)), headers: response.headers };
}

/* Hands a file in; resolves to the answer. Only this old way tells how far it has come. */
export function hand_in(path, file, heard) {
    return new Promise((done, fail) => {
        const ask = new XMLHttpRequest();
        ask.open("POST", path);
        ask.setRequestHeader("Accept", "application/json");
        ask.setRequestHeader("Accept-Language", language());
        ask.setRequestHeader("Content-Type", "application/octet-stream");
        ask.upload.onprogress = (event) => heard(event.loaded, event.total);
        ask.onerror = () => fail(nobody_answered());
        ask.onload = async () => {
            if (ask.status < 300) done(JSON.parse(ask.responseText || "null"));
            else fail(await problem_of(new Response(ask.responseText, { status: ask.status })));
        };
        ask.send(file);
    });
}
