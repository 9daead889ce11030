/* db: what the page itself must not forget, in the browser's IndexedDB.
 *
 *   entries   points and edits on their way (outbox.js)
 *   sends     other deeds on their way (outbox.js)
 *   photos    photos on their way, with their bytes (photo.js)
 *
 * A row is on the disk when db_put resolves. Where the browser keeps nothing, it rejects.
 */
const NAME = "lygte";
const VERSION = 1;
const stores = ["entries", "sends", "photos"];
let opened = null;

function open() {
    return new Promise((done, fail) => {
        const ask = indexedDB.open(NAME, VERSION);
        ask.onupgradeneeded = () => stores.forEach((name) =>
            ask.result.createObjectStore(name, { keyPath: "key" }));
        ask.onsuccess = () => {
            /* A newer page wants another version: let it. */
            ask.result.onversionchange = () => ask.result.close();
            done(ask.result);
        };
        ask.onerror = () => fail(ask.error);
        ask.onblocked = () => fail(new Error("blocked"));
    });
}

async function run(store, mode, work) {
    opened ??= open();
    opened.catch(() => {
        opened = null;
    });
    const db = await opened;
    return new Promise((done, fail) => {
        const all = db.transaction(store, mode, { durability: "strict" });
        const ask = work(all.objectStore(store));
        all.oncomplete = () => done(ask.result);
        all.onabort = all.onerror = () => fail(all.error);
    });
}

export const db_put = (store, row) => run(store, "readwrite", (rows) => rows.put(row));
export const db_drop = (store, key) => run(store, "readwrite", (rows) => rows.delete(key));
export const db_all = (store) => run(store, "readonly", (rows) => rows.getAll());
