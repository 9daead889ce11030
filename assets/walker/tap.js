/* tap: one tap, and what comes after it. */
import { choose_photo } from "./photo.js";
import { load_row, part_of } from "./loader.js";
import { opened_not, opens_with } from "./open_point.js";
import { go, point_at } from "./route.js";
import { after_tap } from "./screens.js";
import { get_state, say, set_state } from "./store.js";
import { t } from "../shared/i18n.js";
import { keep, new_id } from "./walks.js";
import { used } from "./order.js";

let newest = null; /* id of the last tap: its screen is the one that opens */

/* Others look at the new point: is something alike near? */
async function tell(walk, id) {
    for (const row of after_tap) {
        await load_row(row);
        part_of(row)(walk, id);
    }
}

/* A bounce of the finger is one tap; while the disk is slow the next one counts. */
function bounces() {
    const { keeping } = get_state();
    return keeping && !keeping.slow;
}

/* `over`: from an overlay, which goes. */
export async function tap(walk, code, id = new_id(), { over = false } = {}) {
    if (bounces()) return false;
    newest = id;
    used(code.replace(/\d+$/, ""));
    const kept = await keep(walk, code, id, opens_with(id));
    const { route, overlay } = get_state();
    if (kept && newest === id && route.screen === "walk" && (over || !overlay)) {
        go(point_at(walk, id));
        tell(walk, id);
    } else if (kept) {
        opened_not(id);
    }
    return kept;
}

/* The point first, then the camera; both begin at the same tap. */
export function photo_first(walk) {
    if (bounces() || get_state().overlay) return;
    const id = new_id();
    tap(walk, "ANDET", id);
    choose_photo(id, { after: () => go(point_at(walk, id)) });
}

/* "Mark here now": kept, and nothing opens; who walks goes on walking. */
export async function mark_here(walk) {
    const id = new_id();
    newest = id;
    if (!await keep(walk, "ANDET", id)) return;
    set_state({ marked: { id, walk, at: Date.now() } });
    say(t("walk.marked"));
}
