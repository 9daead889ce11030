/* draft: what is being typed. No record; durable at every pause. Owns the walker's local
 * table draft. */
#ifndef LYGTE_STORE_LOCAL_DRAFT_H
#define LYGTE_STORE_LOCAL_DRAFT_H

#include "core/store/store.h"

/* fields is a JSON object as text. */
bool draft_set(struct store *s, const char *observation, const char *fields,
               struct err *err);
bool draft_end(struct store *s, const char *observation, struct err *err);
/* NULL when there is none. */
bool draft_get(struct store *s, struct arena *a, const char *observation,
               const char **ret, struct err *err);

#endif
