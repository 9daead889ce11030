/* box: opening what is sealed to the police, in this browser and nowhere else. Speaks no HTTP
 * and stores nothing.
 *
 * The key file is the registry's (core/base/box): Argon2id by libsodium's MODERATE limits
 * (256 MB, three passes) makes of the passphrase what unlocks the secret half, by secretbox.
 * A box is libsodium's sealed box: 32 bytes of a key used once, then crypto_box, with the
 * BLAKE2b of both keys as its nonce. The arithmetic is @noble's, bundled into this file;
 * slower than WebAssembly, which the page's policy does not let in. */
import { x25519 } from "@noble/curves/ed25519.js";
import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { argon2id } from "@noble/hashes/argon2.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { sha256 } from "@noble/hashes/sha2.js";

const KIND = "police key 1";
const SIZES = { public: 32, salt: 16, nonce: 24, locked: 48 };
const MODERATE = { t: 3, m: 262144, p: 1, dkLen: 32, maxmem: 2 ** 29 };
const SIGMA = new Uint32Array(new TextEncoder().encode("expand 32-byte k").buffer);

/* why: not_key_file | wrong_passphrase | other_key | no_memory */
export class Shut extends Error {
    constructor(why) {
        super(why);
        this.why = why;
    }
}

const is_hex = (text) => typeof text === "string" && text.length % 2 === 0 && /^[0-9a-f]*$/.test(text);
export const of_hex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const to_hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/* For people to compare: "1a2b 3c4d 5e6f 7a8b". */
export const fingerprint = (key) => to_hex(sha256(key).subarray(0, 8)).match(/..../g).join(" ");

/* The file's four parts; Shut "not_key_file". */
export function read_key_file(text) {
    let file = null;
    try {
        file = JSON.parse(text);
    } catch {
        throw new Shut("not_key_file");
    }
    const fits = file?.lygte === KIND && Object.entries(SIZES).every(([name, size]) =>
        is_hex(file[name]) && file[name].length === 2 * size);
    if (!fits) throw new Shut("not_key_file");
    return Object.fromEntries(Object.keys(SIZES).map((name) => [name, of_hex(file[name])]));
}

/* { public, secret }; takes some seconds and 256 MB, and nothing else runs meanwhile: for
 * box_worker.js. heard(share) is told how far it is. Shut "wrong_passphrase". */
export function unlock(file, passphrase, heard) {
    const lock = argon2id(new TextEncoder().encode(passphrase), file.salt,
        { ...MODERATE, onProgress: heard });
    try {
        const secret = xsalsa20poly1305(lock, file.nonce).decrypt(file.locked);
        return { public: file.public, secret };
    } catch {
        throw new Shut("wrong_passphrase");
    } finally {
        lock.fill(0);
    }
}

/* The same in a worker: { key, end }, a promise of the key and a function that gives it up. */
export function unlock_beside(file, passphrase, heard) {
    const worker = new Worker(new URL("./box_worker.js", import.meta.url), { type: "module" });
    const key = new Promise((done, fail) => {
        worker.onmessage = ({ data }) => {
            if (data.share !== undefined) heard(data.share);
            else if (data.key) done(data.key);
            else fail(new Shut(data.why));
        };
        worker.onerror = () => fail(new Shut("no_memory"));
        worker.postMessage({ file, passphrase });
    }).finally(() => worker.terminate());
    return { key, end: () => worker.terminate() };
}

export const forget = (key) => key?.secret.fill(0);

/* The bytes inside; Shut "other_key" when the box is to another key, or no box. */
export function open_box(box, key) {
    const once = box.slice(0, 32);
    try {
        const nonce = blake2b.create({ dkLen: 24 }).update(once).update(key.public).digest();
        const shared = x25519.getSharedSecret(key.secret, once);
        const lock = new Uint32Array(8);
        hsalsa(SIGMA, new Uint32Array(shared.buffer, shared.byteOffset, 8), new Uint32Array(4), lock);
        return xsalsa20poly1305(new Uint8Array(lock.buffer), nonce).decrypt(box.subarray(32));
    } catch {
        throw new Shut("other_key");
    }
}
