/* interest: which walks, areas and stretches of road a device wants to hear of (PROTOCOL
 * 8). The device says it in the question of its pull, the registry decides by it; both
 * ends read and write it here. */
#ifndef LYGTE_SYNC_INTEREST_H
#define LYGTE_SYNC_INTEREST_H

#include "core/base/geo.h"
#include "core/store/store.h"

enum {
    INTEREST_WALKS = 64,    /* walks by id                                      */
    INTEREST_AREAS = 16,    /* areas as walks name them                         */
    INTEREST_BOXES = 64,    /* stretches of a corridor                          */
    INTEREST_REACH_M = 60   /* metres beside a planned route that count as near */
};

struct interest_box { /* 1e-7 degrees, both ends inside */
    int64_t south, west, north, east;
};

struct interest {
    const char *walk[INTEREST_WALKS], *area[INTEREST_AREAS];
    struct interest_box box[INTEREST_BOXES];
    size_t walks, areas, boxes;
    bool own; /* also what the asking device wrote itself: it has wiped some of it */
};

/* What this device wants: walks it has wiped and somebody asked for again, its walks that
 * are not closed (those nearest to now, when there are too many), their areas, and boxes
 * along their routes. The same walks and areas make the same question at any time. */
bool interest_of(struct store *s, struct arena *a, struct interest *ret, struct err *err);
bool interest_is_empty(const struct interest *i);
/* "walks=ID,ID&areas=NAME,NAME&boxes=S,W,N,E;...&own=1", percent-encoded. */
char *interest_query(struct arena *a, const struct interest *i);
/* The values of those parameters, already decoded; NULL for one not sent. ERR_INPUT
 * "feed.bad_set", part = the parameter. */
bool interest_read(struct arena *a, const char *walks, const char *areas,
                   const char *boxes, const char *own, struct interest *ret,
                   struct err *err);
bool interest_in_boxes(const struct interest *i, struct geo_point p);

#endif
