/* pulled: what came to this device by the part of the pull that hangs on its walks
 * (PROTOCOL 8): other people's points near the planned routes, with their issues. Read
 * only here: in no outbox, no stick, no count of `made`. Owns the local table pulled;
 * takes rows out of record and held_run, which are hold's, when a subject must go, and
 * fills bodies of record, which then arrives anew by the counter of self. */
#ifndef LYGTE_STORE_LOCAL_PULLED_H
#define LYGTE_STORE_LOCAL_PULLED_H

#include "core/store/record.h"
#include "core/store/store.h"

/* A record of the subject was new here. In the caller's transaction, as all of these. */
bool pulled_mark(struct store *s, const char *subject, struct err *err);
bool pulled_is(struct store *s, const char *subject, bool *ret, struct err *err);

/* A body that this device had wiped comes back because its point is near a planned route,
 * or because its walk was asked for again; then the walk's own records do too. Anything
 * but these, points, their photos and issues stays as it is. */
bool pulled_refill(struct store *s, struct arena *a, const struct record *r,
                   struct err *err);

/* The subject must not be here any more: the records of others about it go, and the
 * small pictures that only it names. What was being typed about it here becomes this
 * device's own edit first. Nothing happens to a subject that was not pulled.
 * What a hub carries of it, and the registry has not confirmed, stays: nobody else may have
 * it. *ret_gone is false then, and it is to be dropped again when that is home. */
bool pulled_drop(struct store *s, struct arena *a, const char *subject, bool *ret_gone,
                 struct err *err);
/* Was a pulled point dropped, all but what waits to be brought home and what this device has
 * said of it itself? */
bool pulled_is_going(struct store *s, const char *subject, bool *ret, struct err *err);

/* Photos of pulled points, not withdrawn, whose small picture is not here: SHA-256s,
 * newest points first, at most `most`. */
bool pulled_photos(struct store *s, struct arena *a, size_t most, const char ***ret,
                   size_t *ret_n, struct err *err);

#endif
