/* receipt: what a registry, or a hub, has told us it holds: runs of records, and photos. Each
 * receipt is of one epoch of one registry; in another epoch it says nothing.
 * Owns the walker's local tables receipt_run and receipt_photo. */
#ifndef LYGTE_STORE_LOCAL_RECEIPT_H
#define LYGTE_STORE_LOCAL_RECEIPT_H

#include "core/store/local/peer.h"

/* The registry holds this run of our records now (a receipt for each of them). */
bool receipt_run(struct store *s, const struct peer *p,
                 const uint8_t origin[RECORD_ORIGIN], int64_t first, int64_t last,
                 struct err *err);
/* Was that epoch ever the one known here, or was anything confirmed in it? */
bool receipt_epoch_known(struct store *s, const struct peer *p, const char *epoch,
                         bool *ret, struct err *err);
/* seq is confirmed no more: its disk has spoilt it there. */
bool receipt_take_back(struct store *s, const struct peer *p,
                       const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                       struct err *err);
/* Is that record among what it has confirmed? */
bool receipt_has(struct store *s, const struct peer *p,
                 const uint8_t origin[RECORD_ORIGIN], int64_t seq, bool *ret,
                 struct err *err);
/* The first record of this origin that it has not confirmed. Of a retired or carried one
 * holes are passed over, and there may be none left. */
#define RECEIPT_NONE_LEFT (INT64_C(1) << 52)
bool receipt_next(struct store *s, const struct peer *p,
                  const uint8_t origin[RECORD_ORIGIN], int64_t *ret_seq,
                  struct err *err);
/* The same, of those from seq `from` on. */
bool receipt_next_from(struct store *s, const struct peer *p,
                       const uint8_t origin[RECORD_ORIGIN], int64_t from,
                       int64_t *ret_seq, struct err *err);
/* How that photo stands there now: state is stored, verified or erased; bytes, of the whole. */
bool receipt_photo(struct store *s, const struct peer *p, const char *sha256,
                   int64_t bytes, const char *state, struct err *err);
/* Has the registry said that this photo is to be nowhere? Its record of that may be of a
 * point that is not for this device, or still to come. */
bool receipt_is_erased(struct store *s, const char *sha256, bool *ret, struct err *err);
/* Has it read this photo back? That stays known when the photo is wiped here. */
bool receipt_is_verified(struct store *s, const char *sha256, bool *ret,
                         struct err *err);

#endif
