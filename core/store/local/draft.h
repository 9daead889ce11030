/* draft: what is being typed. No record; durable at every pause. Owns the walker's local
 * table draft. */
#ifndef LYGTE_STORE_LOCAL_DRAFT_H
#define LYGTE_STORE_LOCAL_DRAFT_H

#include "core/store/store.h"

/* One that nobody has typed at for so long is of a page that is shut. */
enum { DRAFT_OLD_MS = 60000 };

/* fields is a JSON object as text. */
bool draft_set(struct store *s, const char *observation, const char *fields,
               struct err *err);
bool draft_end(struct store *s, const char *observation, struct err *err);
/* How many there are of this point: 0 or 1. */
bool draft_count(struct store *s, const char *observation, int64_t *ret,
                 struct err *err);
/* How many points that are here have one. */
bool drafts_count(struct store *s, int64_t *ret, struct err *err);
/* The point's draft, if there is one, becomes an edit of it and is gone; one that says nothing
 * new only goes. In the caller's transaction. */
bool draft_settle(struct store *s, struct arena *a, const char *observation,
                  struct err *err);
/* Every draft older than age_ms, or from after now, becomes one edit of its point, in a
 * transaction of its own, and is gone: what was typed when the power went is a record soon
 * after the next start. A draft that says nothing new only goes. One that cannot become an
 * edit stays, and keeps none of the others: false with what was in the way of the last such.
 * *ret_n how many became edits, in either case. */
bool drafts_settle(struct store *s, int64_t age_ms, size_t *ret_n, struct err *err);

#endif
