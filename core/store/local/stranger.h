/* stranger: the waiting room for records and photos whose origin nobody has admitted
 * (records.md 3). They are safe here, but in no receipt and no fold; admission takes
 * them in. Bounded for each courier (a device's token, or "stick") and in all, so that
 * nobody fills the disk with somebody else's signature.
 *
 * Photos of strangers lie with the others; what makes them wait is that only waiting
 * records name them. Owns the local tables stranger, stranger_photo, stranger_room and
 * stranger_key.
 */
#ifndef LYGTE_STORE_LOCAL_STRANGER_H
#define LYGTE_STORE_LOCAL_STRANGER_H

#include "core/store/store.h"

#define STRANGER_COURIER_MOST (INT64_C(64) << 20) /* bytes one courier may bring */
#define STRANGER_ALL_MOST (INT64_C(1) << 30)      /* bytes of all                */

enum {
    STRANGER_KEYS_COURIER_MOST = 1024, /* origins one courier may bring the keys of */
    STRANGER_KEYS_MOST = 8192          /* and all                                   */
};

/* hold_key for what a courier brings: the key of an origin that nobody has admitted is
 * counted. In the caller's transaction. ERR_FULL "stranger.full". */
bool stranger_key(struct store *s, const char *courier,
                  const uint8_t origin[RECORD_ORIGIN], const uint8_t key[SIGN_PUBLIC],
                  struct err *err);

/* Puts a record whose signature was checked into the room, in the caller's transaction.
 * *ret_new is false when it waits already; one without its body gets it then. ERR_FULL
 * "stranger.full". */
bool stranger_put(struct store *s, const char *courier, const struct record *r,
                  bool *ret_new, struct err *err);

/* What erases a record empties it here too. In the caller's transaction; one that does
 * not wait is fine. */
bool stranger_empty(struct store *s, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                    struct err *err);

/* Is the photo named by a waiting record, and by no point that we hold? */
bool stranger_has_photo(struct store *s, const char *sha256, bool *ret, struct err *err);
/* Does a waiting record name this SHA-256, whatever else names it? */
bool stranger_names(struct store *s, const char *sha256, bool *ret, struct err *err);
/* Room for the bytes of a photo that waits, or for what it turns out to be larger; a photo
 * that does not wait, or is counted already, is fine. In a transaction or alone.
 * ERR_FULL "stranger.full". */
bool stranger_photo_room(struct store *s, const char *courier, const char *sha256,
                         int64_t bytes, struct err *err);

struct stranger_run {
    int64_t first, last;
};
/* What waits of an origin, as runs without holes, at most `most`. */
bool stranger_runs(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                   struct stranger_run *runs, size_t most, size_t *ret_n,
                   struct err *err);

/* The first that waits of an origin at seq or behind it, as on the wire; *ret_line is NULL
 * when there is none. For a hub and a stick, which carry it on (PROTOCOL 10). */
bool stranger_next(struct store *s, struct arena *a,
                   const uint8_t origin[RECORD_ORIGIN], int64_t seq, int64_t *ret_seq,
                   const char **ret_line, struct err *err);

/* Takes in what waits of origins that are admitted now, in transactions of a few hundred
 * records, until nothing is left; a hub carries it from then on. *ret_n (may be NULL) counts
 * them. Begins and commits by itself; cheap when nobody waits. */
bool stranger_let_in(struct store *s, int64_t *ret_n, struct err *err);

/* A person admits an origin that waits here: device_admit, then stranger_let_in. Begins and
 * commits by itself. */
bool stranger_admit(struct store *s, const char *origin, const char *name, int64_t *ret_n,
                    struct err *err);

struct stranger {
    uint8_t origin[RECORD_ORIGIN];
    int64_t records, photos, bytes, came_ms; /* came_ms: the oldest */
    const char *courier;                     /* that brought the first by name */
};
/* Who waits, oldest first. */
bool stranger_list(struct store *s, struct arena *a, struct stranger **ret, size_t *ret_n,
                   struct err *err);

#endif
