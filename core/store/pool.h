/* pool: open stores for the threads of a server. A thread takes one for the time of a
 * request and gives it back; they are opened as they are needed and kept. */
#ifndef LYGTE_STORE_POOL_H
#define LYGTE_STORE_POOL_H

#include "core/store/store.h"

struct pool;

/* Opens the first store, so that a folder that cannot be opened is told at once.
 * applied and hook_data are given to every store. */
bool pool_open(struct pool **ret, const char *dir, enum store_role role,
               store_hook applied, void *hook_data, struct err *err);
void pool_close(struct pool *p); /* all must have been given back; NULL is fine */
struct store *pool_take(struct pool *p, struct err *err);
/* A transaction left open is rolled back. */
void pool_give(struct pool *p, struct store *s);

#endif
