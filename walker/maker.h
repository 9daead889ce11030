/* maker: the small pictures, made behind the page's back on the cores there are: what
 * somebody looks at first, then what was just kept, then what is owed, newest first. The
 * queue itself is the table blob (sync/small), so a kill costs nothing: the next start
 * goes on with it. */
#ifndef LYGTE_WALKER_MAKER_H
#define LYGTE_WALKER_MAKER_H

#include "core/store/pool.h"
#include "sync/server/host.h"

struct maker;

/* host: while photos come to a hub only what is asked for is made. The pool must be open
 * and stay so. */
struct maker *maker_make(struct pool *pool, struct sync_host *host);
/* Starts the first thread; what is asked for before waits for it. */
bool maker_run(struct maker *m, struct err *err);
/* Ends when what is being made just now is done; before pool_close. NULL is fine. */
void maker_end(struct maker *m);

/* This photo was just kept; its row is committed. */
void maker_kept(struct maker *m, const char *sha256);
/* Somebody waits for one: it goes first. True: on its way, ask again in a moment. False,
 * once each time: it could not be made just now, err says why. */
bool maker_ask(struct maker *m, const char *sha256, struct err *err);

#endif
