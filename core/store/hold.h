/* hold: which records are kept, and which of them take effect.
 *
 * Holding and applying are two things. A well-formed, signed record is held whatever
 * its kind or body. What cannot be applied is held with a reason and tried again in the
 * transaction that brings what it lacked, and when the fold version changes:
 *   "kind" unknown kind        "body" the body is not JSON or not of the kind's form
 *   "rights" the writer was not admitted to write this kind
 *   "revoked" the writer was shut out before it; taken back out when that comes later
 *   "tick" beyond a step of 2^32 in the Lamport counter
 * All calls run inside the caller's transaction (db_begin on store->db).
 */
#ifndef LYGTE_STORE_HOLD_H
#define LYGTE_STORE_HOLD_H

#include "core/store/store.h"

enum hold_verdict {
    HOLD_NEW,     /* held now                                                      */
    HOLD_ALREADY, /* the same (origin, seq) and hash stand already                 */
    HOLD_FORKED,  /* another hash stands at (origin, seq), or it does not follow the one
                     that stands before it; nothing was overwritten                */
    HOLD_BARE /* an erasure, or a word about an origin, without its body: not held */
};

#define HOLD_TICK_STEP (INT64_C(1) << 32)

/* Makes a record of our own, holds and applies it. A body that is not of its kind's
 * form is ERR_INPUT "json.*" or "field.*" with the member named, so whoever takes a form
 * from people need not check it twice; a record we may not write at all is our bug,
 * ERR_INTERNAL "record.own_unfit". */
bool hold_make(struct store *s, struct arena *a, const struct record_wish *wish,
               struct record *ret, struct err *err);

/* The same for what a role says of a subject now, on behalf of no organisation. */
bool hold_say(struct store *s, struct arena *a, const char *kind, const char *subject,
              const char *body, const char *by_role, struct err *err);

/* Holds a record from elsewhere whose signature the caller has checked (hold_check);
 * without its body when something erases it. In the place of what a disk has spoilt, and at a
 * registry of what it holds without a body, it is HOLD_NEW again. */
bool hold_take(struct store *s, struct arena *a, const struct record *r,
               enum hold_verdict *ret, struct err *err);

/* May r come without its body? Where an erasure or its own origin (origin.gone) says that it
 * is gone, or where it is held already; a courier that leaves it out must not make us hold an
 * empty record for good. */
bool hold_may_be_bare(struct store *s, const struct record *r, bool *ret,
                      struct err *err);

/* What would come of it at its place, where records stand and lines set aside
 * (core/store/local/set_aside): HOLD_NEW when it is free and not our own. Of r only origin,
 * seq, hash and prev are read. */
bool hold_place(struct store *s, struct arena *a, const struct record *r,
                enum hold_verdict *ret, struct err *err);
/* What is held of another origin at seq no longer reads as it was signed (core/store/spoilt):
 * it is in no run any more, and hold_take takes it again. */
bool hold_spoilt(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                 struct err *err);
/* seq of another origin counts among the runs; done again it changes nothing. */
bool hold_note(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
               struct err *err);

/* Empties the body of a held record, which something erases; its subject is folded anew
 * and, because that changes what readers on from an arrival see, it arrives anew. */
bool hold_empty(struct store *s, struct arena *a, const struct record *r,
                struct err *err);

/* The key of an origin: remembered when it is new and its hash fits the origin. */
bool hold_key(struct store *s, const uint8_t origin[RECORD_ORIGIN],
              const uint8_t key[SIGN_PUBLIC], struct err *err);
/* Signature against the remembered key. ERR_INPUT "record.unknown_key",
 * ERR_CHECKSUM "record.bad_signature". */
bool hold_check(struct store *s, const struct record *r, struct err *err);

/* Tries the records again that are held for this reason, lowest tick first: of that origin,
 * written or carried, or (NULL) of all. */
bool hold_retry(struct store *s, struct arena *a, const char *reason,
                const uint8_t *origin, struct err *err);

/* Another registry is trusted, and admissions are folded anew: who was let in by the one before
 * is not any more. In the caller's transaction. */
bool hold_admissions_again(struct store *s, struct arena *a, struct err *err);

struct hold_run {
    int64_t first, last;
    uint8_t first_hash[DIGEST_SIZE], last_hash[DIGEST_SIZE];
};
/* What is held of an origin, as runs without holes, at most `most` of them. */
bool hold_runs(struct store *s, struct arena *a, const uint8_t origin[RECORD_ORIGIN],
               size_t most, struct hold_run **ret, size_t *ret_n, struct err *err);
/* Only those that reach up to seq `from` or further. */
bool hold_runs_from(struct store *s, struct arena *a, const uint8_t origin[RECORD_ORIGIN],
                    int64_t from, size_t most, struct hold_run **ret, size_t *ret_n,
                    struct err *err);

/* From where on nothing is missing up to seq: within it each record was seen to follow the one
 * before. seq itself when it is not held. */
bool hold_run_first(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                    int64_t *ret, struct err *err);

/* Reads one record back by hash; ERR_NOT_FOUND "record.unknown". */
bool hold_read(struct store *s, struct arena *a, const uint8_t hash[DIGEST_SIZE],
               struct record *ret, struct err *err);

/* The same for whoever goes through many: *ret_whole false, and no failure, when a disk has
 * spoilt this one. ret has then what the row says (its hash, origin, seq, tick, subject and
 * kind, of a carrier the kind of what it carries), an empty head and no body. */
bool hold_read_whole(struct store *s, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                     struct record *ret, bool *ret_whole, struct err *err);

/* Does a record that is held without effect name this SHA-256 (a photo of a device that was
 * shut out, or of a kind of tomorrow)? */
bool hold_names(struct store *s, const char *sha256, bool *ret, struct err *err);

#endif
