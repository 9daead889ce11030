/* set_aside: lines whose hash and signature are right but which this version cannot
 * read (records.md 1): longer than RECORD_MOST ("large"), or with a head that is not
 * JSON as we read it or not of the form we know ("form"). Their origin said that, so
 * they count as held: in the runs, in receipts that tell them as aside, handed on by
 * hubs, byte for byte; but in no fold and no feed. A version that can read them takes
 * them in.
 *
 * Needed are origin, seq and the body's hash: read leniently from the head, or the line
 * is refused as any other. Only of admitted origins; the waiting room holds none. Owns
 * the table aside.
 */
#ifndef LYGTE_STORE_LOCAL_SET_ASIDE_H
#define LYGTE_STORE_LOCAL_SET_ASIDE_H

#include "core/base/json.h"
#include "core/store/hold.h"
#include "core/store/store.h"

enum {
    SET_ASIDE_MOST = 1048576, /* bytes of a line: those of a whole batch */
    SET_ASIDE_TOLD = 64       /* of an origin in one answer              */
};

/* Origin, seq, prev (zeros when it has none), hash, signature and the exact texts of a
 * line that record_of_line refused; kind and subject are "". False when not even that
 * can be read, or when the body is not the one its head names. */
bool set_aside_read(struct arena *a, const char *line, size_t len, struct record *ret);

/* Puts it there, in the caller's transaction, when its signature was checked
 * (hold_check) and its body may be missing or is there; without its body when something
 * erases it. why is what record_of_line said. */
bool set_aside_put(struct store *s, const struct record *r, const char *line,
                   size_t len, const struct err *why, enum hold_verdict *ret,
                   struct err *err);

/* What erases a record empties it here too. In the caller's transaction; one that is
 * not here is fine. */
bool set_aside_empty(struct store *s, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                     struct err *err);

/* Takes in what can be read now, in the caller's transaction. */
bool set_aside_retry(struct store *s, struct err *err);

/* {"origin","seq","reason"} of each line of the origin, at most SET_ASIDE_TOLD, into
 * the array that is open. */
bool set_aside_json(struct json_out *o, struct store *s,
                    const uint8_t origin[RECORD_ORIGIN], struct err *err);

/* Does one of them name this SHA-256? */
bool set_aside_names(struct store *s, const char *sha256, bool *ret, struct err *err);
/* Is there one at this place? */
bool set_aside_at(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                  bool *ret, struct err *err);
/* The first one of the origin from seq `from` on; *ret_seq 0 and *ret_line NULL when
 * there is none. */
bool set_aside_next(struct store *s, struct arena *a,
                    const uint8_t origin[RECORD_ORIGIN], int64_t from, int64_t *ret_seq,
                    const char **ret_line, struct err *err);

struct set_aside_count {
    uint8_t origin[RECORD_ORIGIN];
    int64_t large, form;
};
/* Of whom how many, in order of origin. */
bool set_aside_list(struct store *s, struct arena *a, struct set_aside_count **ret,
                    size_t *ret_n, struct err *err);

#endif
