/* api: one way to ask the program behind the page.
 *
 * Every answer is parsed JSON (null for 204). Whatever goes wrong is thrown as a Problem
 * with a title (what) and a detail (why: what to do) that can be shown as they are.
 * A question that did not get through is asked again only where the caller says `tries`,
 * and only for methods that may be repeated; nothing here keeps what was not sent.
 */
import { language, t } from "./i18n.js";

const PATIENCE_MS = 15000;
const PAUSE_MS = 300;

export class Problem extends Error {
    /* unreachable: nobody answered, so nothing is known about what was asked. */
    constructor({ title, detail, status, key, part, unreachable }) {
        super(title);
        this.title = title;
        this.detail = detail || "";
        this.status = status || 0;
        this.key = key || "";
        this.part = part || "";
        this.unreachable = Boolean(unreachable);
    }
}

let listener = () => {};
/* Calls heard(kept) at every answer: kept is true when nobody answered and the service
 * worker gave what it had of before. */
export const on_answer = (heard) => {
    listener = heard;
};

let more_headers = () => ({});
/* headers(): what every request says beside the usual. */
export const add_headers = (headers) => {
    more_headers = headers;
};

const rest = (ms) => new Promise((done) => setTimeout(done, ms));

export function nobody_answered() {
    return new Problem({
        title: t("shared.unreachable.title"),
        detail: t("shared.unreachable.detail"),
        unreachable: true,
    });
}

export async function problem_of(response) {
    const said = await response.json().catch(() => ({}));
    return new Problem({
        title: said.title || t("shared.unclear.title"),
        detail: said.title ? said.detail : t("shared.unclear.detail", response.status),
        status: response.status,
        key: said.key,
        part: said.part,
    });
}

async function ask_once(method, path, { body, headers, keepalive, patience }) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), patience || PATIENCE_MS);
    let response;
    try {
        response = await fetch(path, {
            method, body, keepalive, signal: stop.signal, cache: "no-store",
            credentials: "same-origin",
            headers: { Accept: "application/json", "Accept-Language": language(), ...more_headers(), ...headers },
        });
        listener(response.headers.has("Lygte-Kept"));
        if (!response.ok) throw await problem_of(response);
        if (response.status === 204) return null;
        const text = await response.text();
        return text ? JSON.parse(text) : null;
    } catch (error) {
        throw error instanceof Problem ? error : nobody_answered();
    } finally {
        clearTimeout(timer);
    }
}

/* json is sent as application/json; or body with its type. headers are added. */
export async function ask(method, path, options = {}) {
    const headers = { ...options.headers };
    let body = options.body;
    if (options.json !== undefined) body = JSON.stringify(options.json);
    if (method !== "GET") headers["Content-Type"] = options.type || "application/json";
    const repeatable = method === "GET" || method === "PUT";
    for (let left = repeatable ? options.tries || 1 : 1; ; left--) {
        try {
            return await ask_once(method, path, { ...options, body, headers });
        } catch (problem) {
            if (!problem.unreachable || left <= 1) throw problem;
            await rest(PAUSE_MS);
        }
    }
}

export const get = (path, options) => ask("GET", path, { tries: 2, ...options });
export const put = (path, json, options) => ask("PUT", path, { json, ...options });
export const patch = (path, json, options) => ask("PATCH", path, { json, ...options });
export const post = (path, json = {}, options) => ask("POST", path, { json, ...options });
export const remove = (path, options) => ask("DELETE", path, options);
