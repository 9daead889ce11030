/* operation: what a page that may have been out of reach hands over (records.md 5.10).
 *
 * The page gives every deed an id of its own (a UUID) and says it again until it is
 * answered; the same id twice is done once. It also says what it had seen, so that an
 * edit is over that and nothing newer. Owns the walker's local table operation.
 */
#ifndef LYGTE_STORE_LOCAL_OPERATION_H
#define LYGTE_STORE_LOCAL_OPERATION_H

#include "core/base/json.h"
#include "core/store/store.h"

/* *ret: it was done before. id may be NULL: then it was not. */
bool operation_done(struct store *s, const char *id, bool *ret, struct err *err);
/* In the transaction of the deed, after its record was made. id may be NULL. */
bool operation_keep(struct store *s, const char *id, struct err *err);

/* What an edit of `fields` is over: {field: [hash]} of what stood there when the page
 * had seen every record up to `seen` (an arrival number), and of what its own earlier
 * deeds `after` (ids, or NULL) became. The caller frees *ret. */
bool operation_over(struct store *s, struct arena *a, const char *observation,
                    const cJSON *fields, int64_t seen, const cJSON *after, cJSON **ret,
                    struct err *err);

#endif
