/* hub: the hub this tablet knows beside its registry: a courier on the walk's own network
 * (sync/PROTOCOL.md 10). It is a struct peer like the registry, with the hub's id and
 * epoch in the places of the registry's, so receipts that a hub gives ("carried") and
 * those of the registry can never be taken for each other. Owns the walker's local table
 * hub, and DIR/hub.token.
 */
#ifndef LYGTE_STORE_LOCAL_HUB_H
#define LYGTE_STORE_LOCAL_HUB_H

#include "core/store/local/peer.h"

/* *ret_there is false, and ret untouched, when the tablet knows none. */
bool hub_read(struct store *s, struct arena *a, struct peer *ret, bool *ret_there,
              struct err *err);
/* registry is the one the hub carries to: trusted now by a device that trusts none, and
 * ERR_CONFLICT "hub.other_registry" when it trusts another. */
bool hub_write(struct store *s, const struct peer *hub, const char *registry,
               struct err *err);
/* Its receipts stay, and mean nothing to another hub. In the caller's transaction. */
bool hub_forget(struct store *s, struct err *err);
bool hub_set_cursor(struct store *s, const char *cursor, struct err *err);

/* The first record of this origin of ours that the hub is to be told: one it does not hold,
 * and that is either not confirmed by the registry, or younger than a day, so that the
 * group has tonight's points whole. Wiped bodies are left out. */
bool hub_next_from(struct store *s, const struct peer *hub,
                   const uint8_t origin[RECORD_ORIGIN], int64_t from, int64_t *ret_seq,
                   struct err *err);

struct hub_counts {
    int64_t records, photos; /* of ours, that this hub or the registry holds */
};
bool hub_count(struct store *s, const struct peer *hub, struct hub_counts *ret,
               struct err *err);

#endif
