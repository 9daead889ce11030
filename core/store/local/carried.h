/* carried: what a hub holds for tablets on its way to the registry, and the registry's
 * signed receipts for it, to hand on. Owns the walker's local tables carried_origin,
 * carried_photo and carried_receipt. A hub is only a courier (records.md 3): what it
 * holds counts as the tablet's, in no count of what the hub itself has made.
 */
#ifndef LYGTE_STORE_LOCAL_CARRIED_H
#define LYGTE_STORE_LOCAL_CARRIED_H

#include "core/store/local/peer.h"
#include "core/store/own.h"

/* Records of this origin are carried from now on: a tablet has brought some, or some that
 * waited here (local/stranger) were let in. Harmless when done again. */
bool carried_add(struct store *s, const uint8_t origin[RECORD_ORIGIN], struct err *err);
bool carried_is(struct store *s, const uint8_t origin[RECORD_ORIGIN], bool *ret,
                struct err *err);
/* Each origin with its key and the newest seq held; those of which nothing is held are
 * left out. */
bool carried_list(struct store *s, struct arena *a, struct own **ret, size_t *ret_n,
                  struct err *err);

/* How many carried records of a subject the registry has not confirmed. */
bool carried_open(struct store *s, const char *subject, int64_t *ret, struct err *err);

/* A tablet has brought this photo, or asked for it; own: it was here as ours before. */
bool carried_photo(struct store *s, const char *sha256, bool own, struct err *err);
bool carried_has_photo(struct store *s, const char *sha256, bool *ret, struct err *err);
/* Carried photos without a signed receipt "verified" of the registry's present epoch, in
 * order after this one, at most `most`. */
bool carried_photos_open(struct store *s, struct arena *a, const char *after, size_t most,
                         const char ***ret, size_t *ret_n, struct err *err);

struct carried_receipt {
    const char *text;
    uint8_t origin[RECORD_ORIGIN], sig[SIGN_SIZE];
};
/* about: an origin or a SHA-256 in hex; a newer receipt takes the place of an older. */
bool carried_receipt_set(struct store *s, const char *about,
                         const struct carried_receipt *r, struct err *err);
/* *ret_there is false when there is none. */
bool carried_receipt_of(struct store *s, struct arena *a, const char *about,
                        struct carried_receipt *ret, bool *ret_there, struct err *err);

struct carried_counts {
    int64_t tablets;                    /* origins whose records are carried          */
    int64_t records, records_confirmed; /* held of them; confirmed by our registry    */
    int64_t photos, photos_confirmed;
    int64_t unadmitted;                 /* tablets the registry does not know yet     */
};
bool carried_count(struct store *s, struct carried_counts *ret, struct err *err);

#endif
