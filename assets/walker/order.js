/* order: where the tiles stand. Most used on earlier walks first, fixed when a walk is
 * first opened on this device and never changed while it lasts; a strength is always
 * among the first four, and "other" is last.
 */
const USUAL = ["BEL", "BEP", "STI", "POS", "REN", "TRA", "TUN", "HAR", "KOL", "INV", "BYG",
    "OPH", "VAN", "TIL", "ANDET"];
const USED_AS = "lygte.used";
const ORDER_AS = "lygte.orders";
const WALKS_KEPT = 12;
const STRENGTH_MOST = 3; /* place of POS, counted from 0 */

function read(name, otherwise) {
    try {
        return JSON.parse(localStorage.getItem(name)) || otherwise;
    } catch {
        return otherwise;
    }
}

function write(name, value) {
    try {
        localStorage.setItem(name, JSON.stringify(value));
    } catch {
        return; /* the usual order then */
    }
}

/* One more tap on that group. */
export function used(code) {
    const uses = read(USED_AS, {});
    write(USED_AS, { ...uses, [code]: (uses[code] || 0) + 1 });
}

function by_use() {
    const uses = read(USED_AS, {});
    const order = USUAL.filter((code) => code !== "ANDET")
        .sort((a, b) => (uses[b] || 0) - (uses[a] || 0));
    const at = order.indexOf("POS");
    if (at > STRENGTH_MOST) order.splice(STRENGTH_MOST, 0, ...order.splice(at, 1));
    return [...order, "ANDET"];
}

const orders = new Map(); /* also where localStorage does not keep: this visit's */

export function order_of(walk) {
    if (orders.has(walk)) return orders.get(walk);
    const rows = read(ORDER_AS, []);
    const known = rows.find((row) => row.walk === walk);
    const order = known ? known.order : by_use();
    if (!known) write(ORDER_AS, [{ walk, order }, ...rows].slice(0, WALKS_KEPT));
    orders.set(walk, order);
    return order;
}
