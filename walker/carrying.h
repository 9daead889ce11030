/* carrying: what a hub has of ours, and what is carried here for others: a part of what
 * status says, by the verb and by the page. */
#ifndef LYGTE_WALKER_CARRYING_H
#define LYGTE_WALKER_CARRYING_H

#include "core/base/json.h"
#include "core/store/local/carried.h"
#include "core/store/local/hub.h"

struct carrying {
    bool has_hub; /* this tablet knows one */
    struct peer hub;
    struct hub_counts at_hub;
    struct carried_counts carries; /* tablets 0: this is no hub */
};

bool carrying_read(struct store *s, struct arena *a, struct carrying *ret,
                   struct err *err);
/* The members "carried" and "carries", each only when there is something to say. */
void carrying_json(struct json_out *o, const struct carrying *c);

#endif
