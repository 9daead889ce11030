/* peer: the registry this device is paired with, and how much of ours it has confirmed
 * (receipt.h). Owns the walker's local tables peer and epoch_lived, and DIR/token. */
#ifndef LYGTE_STORE_LOCAL_PEER_H
#define LYGTE_STORE_LOCAL_PEER_H

#include "core/store/store.h"

struct peer {
    const char *url, *registry, *epoch, *name, *device;
    const char *pulled, *pulled_set; /* cursors of the two parts of the pull */
    const char *token; /* from DIR/token, mode 0600 */
    const char *pin;   /* "sha256//BASE64" of its TLS key, "" when the chain is trusted */
    int64_t paired_ms, synced_ms;
    /* Of a hub (core/store/local/hub): the registry it carries to, when we are paired
     * with that ourselves. */
    const struct peer *behind;
};

/* Its name, or where it is when nobody gave it one. */
const char *peer_called(const struct peer *p);

/* *ret_paired is false, and ret untouched, when there is no peer. */
bool peer_read(struct store *s, struct arena *a, struct peer *ret, bool *ret_paired,
               struct err *err);
/* Writes the token file first, then the row and the trust, in one transaction. */
bool peer_write(struct store *s, const struct peer *p, struct err *err);
/* The device is paired with nobody now; receipts stay. In the caller's transaction. */
bool peer_forget(struct store *s, struct err *err);
bool peer_set_cursor(struct store *s, const char *cursor, struct err *err);
bool peer_set_cursor_of_set(struct store *s, const char *cursor, struct err *err);
/* Another life of the registry: what it told before is asked for again. */
bool peer_set_epoch(struct store *s, const char *epoch, struct err *err);
bool peer_set_synced(struct store *s, int64_t ms, struct err *err);

struct peer_counts {
    int64_t records_made, records_verified; /* for records, stored is verified */
    int64_t photos_made, photos_stored, photos_verified;
    int64_t held_back;
    int64_t aside; /* confirmed, but the registry cannot read them (local/told_aside) */
    int64_t originals_waiting,
        originals_bytes; /* may go, and the registry has not stored them */
    int64_t points_made,
        points_unconfirmed; /* with records of ours; some not confirmed */
    int64_t unshown; /* kept, but their pictures cannot be shown; holds nothing up */
    int64_t points_waiting; /* points with something of ours not confirmed yet */
    int64_t typed;          /* points with words that are no record yet (draft.h) */
    bool all_confirmed;     /* of what is typed as well */
};
/* Against the epoch of the peer; unpaired: nothing is confirmed. */
bool peer_count(struct store *s, struct peer_counts *ret, struct err *err);

/* "waiting", "carried" (a hub has them) or "verified" for our records about an
 * observation; for a photo "held", "waiting", "stored", "verified", "refused" or "erased".
 * Static strings. */
bool peer_record_state(struct store *s, const char *subject, const char **ret,
                       struct err *err);
bool peer_photo_state(struct store *s, const char *sha256, const char **ret,
                      struct err *err);

struct peer_photo {
    const char *sha256, *type;
    int64_t bytes;
    bool stored; /* it has said so, and is still to read it again */
};
/* Photos that may go and that p has not settled, oldest first, without those of points whose
 * screen is open (open_point.h). */
bool peer_photos_waiting(struct store *s, const struct peer *p, struct arena *a,
                         struct peer_photo **ret, size_t *ret_n, struct err *err);
/* The same with those of open points: who fills a stick has all of it sent. p is NULL where
 * the device was never paired. */
bool peer_photos_for_stick(struct store *s, const struct peer *p, struct arena *a,
                           struct peer_photo **ret, size_t *ret_n, struct err *err);
/* Photos still here that p has called verified; each as stored, because that is what it must
 * say again. */
bool peer_photos_verified(struct store *s, const struct peer *p, struct arena *a,
                          struct peer_photo **ret, size_t *ret_n, struct err *err);

#endif
