/* progress: how the running sync stands, for the page and for a second sync that must
 * not start. Owns the walker's local table sync_state. Walker and walker-sync meet only
 * here, in the database. */
#ifndef LYGTE_STORE_LOCAL_PROGRESS_H
#define LYGTE_STORE_LOCAL_PROGRESS_H

#include "core/store/store.h"

struct progress {
    int64_t pid; /* 0 when none runs; a dead one counts as none */
    const char *step; /* text key */
    int64_t done, of;
    const char *error, *argument[ERR_ARGS]; /* key NULL when fine; NULL arguments none */
};

bool progress_read(struct store *s, struct arena *a, struct progress *ret,
                   struct err *err);
/* *ret_mine is false when another sync is running. */
bool progress_start(struct store *s, bool *ret_mine, struct err *err);
bool progress_step(struct store *s, const char *step, int64_t done, int64_t of,
                   struct err *err);
/* failure may have code ERR_NONE. */
bool progress_end(struct store *s, const struct err *failure, struct err *err);

#endif
