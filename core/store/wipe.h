/* wipe: a walk's contents leave this device, once the registry has proven that it holds
 * them. Counter and heads stay; an origin.gone record names the bodies let go. */
#ifndef LYGTE_STORE_WIPE_H
#define LYGTE_STORE_WIPE_H

#include "core/store/store.h"

struct wipe_counts {
    int64_t records, photos; /* let go, or to be let go                    */
    int64_t bytes;           /* of those photos' originals                 */
    int64_t left;            /* not confirmed or held back; nothing is done */
};

/* What wipe_walk would let go, and what keeps it from doing so; changes nothing. */
bool wipe_look(struct store *s, const char *walk, struct wipe_counts *ret, struct err *err);

/* All or nothing, in one transaction, then the files and the write-ahead log. ERR_CONFLICT
 * "wipe.not_confirmed" with the number of points and photos that are not verified by the
 * registry's present epoch or are held back, and of answers in rounds that are open, one
 * more when the last of its track is no record yet; nothing was touched then. Of a device
 * that was shut out that last can be none any more: it goes, too. */
bool wipe_walk(struct store *s, const char *walk, struct wipe_counts *ret,
               struct err *err);

/* Of a device that was shut out: every point whose records and photos are all verified
 * goes, one by one; c.left counts the points that stay. Harmless when done again. */
bool wipe_verified(struct store *s, struct wipe_counts *ret, struct err *err);

/* Says of our own records whose bodies an erasure took that they are gone: another registry
 * has not heard of that erasure, and takes none without its body on a courier's word. In the
 * caller's transaction. */
bool wipe_say_erased(struct store *s, struct err *err);

#endif
