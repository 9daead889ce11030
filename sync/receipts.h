/* receipts: the registry's signed word on what it holds, in a form that any courier can
 * bring: a stick, or a hub (PROTOCOL 10).
 *
 * A receipt is a JSON text {"registry","epoch"} with either {"origin","runs","aside"},
 * as in the answer to records, or {"photos":[{"sha256","bytes","state"}]}, or both, and
 * an Ed25519 signature over its SHA-256 by an origin of the registry. It counts when
 * that origin is the word of the registry trusted here, and the epoch the one known
 * here.
 */
#ifndef LYGTE_SYNC_RECEIPTS_H
#define LYGTE_SYNC_RECEIPTS_H

#include "core/store/local/carried.h"
#include "core/store/local/peer.h"

/* Signs as the origin of this store. */
void receipts_sign(const struct store *s, const char *text, size_t n,
                   uint8_t sig[SIGN_SIZE]);
/* What this registry holds of an origin, or of a photo, into a text and signature in the
 * arena. *ret_there is false when it holds nothing of it. */
bool receipts_of_origin(struct store *s, struct arena *a,
                        const uint8_t origin[RECORD_ORIGIN], struct carried_receipt *ret,
                        bool *ret_there, struct err *err);
bool receipts_of_photo(struct store *s, struct arena *a, const char *sha256,
                       struct carried_receipt *ret, bool *ret_there, struct err *err);

/* Who meets the registry by sticks or a hub alone hears from a receipt that it lives in another
 * epoch (it was restored): then p, and the peer in the store, are in that epoch, and what an
 * older one confirmed counts no more. An epoch that was ever known here is no news, so that an
 * old stick, or a hub that has not heard, takes nobody back. In the caller's transaction. */
bool receipts_epoch(struct store *s, struct arena *a, struct peer *p,
                    const struct carried_receipt *r, struct err *err);

/* Takes one in, in the caller's transaction: receipts of our own records and photos, and
 * of those carried for others, which are kept to be handed on. One that is not believed,
 * of another epoch, or about what is not here, changes nothing. *confirmed counts up by
 * what is told; *ret_believed: the signature was the registry's (may be NULL). */
bool receipts_take(struct store *s, const struct peer *p, const struct carried_receipt *r,
                   int64_t *confirmed, bool *ret_believed, struct err *err);

#endif
