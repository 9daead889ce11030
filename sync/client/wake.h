/* wake: waiting for something to do: time, the network, new points, or the end. */
#ifndef LYGTE_SYNC_CLIENT_WAKE_H
#define LYGTE_SYNC_CLIENT_WAKE_H

#include "core/store/store.h"

enum wake_why { WAKE_TIME, WAKE_NETWORK, WAKE_WORK, WAKE_END };

struct wake {
    int network; /* netlink socket, -1 where there is none      */
    int end;     /* signalfd of SIGINT and SIGTERM              */
    int64_t seq; /* own records and photos when last looked at  */
    int64_t photos;
    int64_t open; /* points whose screen was open then */
};

void wake_open(struct wake *w);
void wake_close(struct wake *w);
/* Remembers how much there is, so that only what comes later counts as work. */
bool wake_look(struct wake *w, struct store *s, struct err *err);
/* Waits at most ms. An address that comes to an interface is WAKE_NETWORK; new records
 * or photos, and a point's screen that was closed, are WAKE_WORK within two seconds. */
bool wake_wait(struct wake *w, struct store *s, int64_t ms, enum wake_why *ret,
               struct err *err);

#endif
