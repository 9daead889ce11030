/* feed: records in the order they arrived or were made, for those who carry them. Reads
 * the table record; owns none. Records that a disk has spoilt are passed over: one of them
 * must not keep the others here; doctor tells which. */
#ifndef LYGTE_STORE_FEED_H
#define LYGTE_STORE_FEED_H

#include "core/store/record.h"
#include "core/store/store.h"

typedef bool (*feed_visit)(const struct record *r, int64_t arrival, void *data,
                           struct err *err);

/* Records of one origin from seq on, in order of seq; stops when visit sets *done. The
 * seqs of spoilt ones are appended to broken, an int64_t each; NULL when nobody asks. */
bool feed_origin(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t from_seq,
                 feed_visit visit, void *data, bool *done, struct buf *broken,
                 struct err *err);
/* What a device tells a registry of a new epoch before anything else: which of its own
 * bodies it let go; then what it holds of others: erasures first, then what registries
 * wrote, then the rest (what it pulled). Appends hashes, DIGEST_SIZE bytes each, so that
 * no reader stays open while they are sent. */
bool feed_back(struct store *s, struct buf *ret_hashes, struct err *err);
/* What every device may see (PROTOCOL 8), after an arrival, at most `most`: who may write
 * what, erasures, clocks, catalogues, parties, areas, and the walks a registry planned. Of a
 * covering, carried or not, the caller tells only the photo that went. Stops when visit sets
 * *done, as all of these do. */
bool feed_public(struct store *s, int64_t after, int64_t most, feed_visit visit,
                 void *data, bool *done, struct err *err);
/* Only where records stand: arrival, kind (of a carrier that of the record inside) and
 * subject of those after an arrival, in order; stops when visit sets *done. Both texts live
 * during the call. */
typedef bool (*feed_place)(int64_t arrival, const char *kind, const char *subject,
                           void *data, struct err *err);
bool feed_places(struct store *s, int64_t after, int64_t most, feed_place visit,
                 void *data, bool *done, struct err *err);
/* All records of a subject that have their bodies and whose right is proven, in order
 * of arrival; also those of kinds and forms that only a newer program can apply. */
bool feed_subject(struct store *s, const char *subject, feed_visit visit, void *data,
                  struct err *err);
/* All a hub holds, with its body and its right proven, but the records of `asker`, after
 * an arrival, at most `most`; what may not go to whom is for the caller to say. */
bool feed_group(struct store *s, const uint8_t asker[RECORD_ORIGIN], int64_t after,
                int64_t most, feed_visit visit, void *data, bool *done,
                struct err *err);
/* Of that only who may write what: all that a device may read that was shut out. */
bool feed_rights(struct store *s, int64_t after, int64_t most, feed_visit visit,
                 void *data, bool *done, struct err *err);
/* The hash of a record of the origin, read or set aside; *ret_there false when there is
 * no such seq. */
bool feed_hash(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
               uint8_t out[DIGEST_SIZE], bool *ret_there, struct err *err);
/* The key remembered for an origin. */
bool feed_key(struct store *s, const uint8_t origin[RECORD_ORIGIN],
              uint8_t out[SIGN_PUBLIC], struct err *err);

#endif
