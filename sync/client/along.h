/* along: two kinds of work in one go over the same connections: whatever the first has is
 * begun before anything of the second, and what is left of it runs beside that. */
#ifndef LYGTE_SYNC_CLIENT_ALONG_H
#define LYGTE_SYNC_CLIENT_ALONG_H

#include "core/base/arena.h"
#include "sync/client/remote.h"

struct along {
    const struct remote_many *first,
        *second;        /* only the second may have moved and tick */
    struct arena arena; /* of the tasks; release it afterwards     */
};

/* For remote_ask_many; along must outlive it. */
struct remote_many along_many(struct along *along);

#endif
