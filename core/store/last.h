/* last: what was seen near a planned walk before: the points of the last walk along its
 * route, and any older ones whose issue is still open. It is what the group looks at
 * again, spot by spot. Reads the folded tables; owns none. */
#ifndef LYGTE_STORE_LAST_H
#define LYGTE_STORE_LAST_H

#include "core/store/issue.h"
#include "core/store/observation.h"

enum { LAST_REACH_M = 60 }; /* metres beside the route that count as near */

struct last_point {
    struct observation o;
    const struct photo *photos;
    size_t photo_count;
    struct issue
        issue; /* .id NULL: no case was opened; .state of what it was joined into */
    double metres;      /* from the route; 0 when the walk has none                */
    double along;       /* metres from the route's start to the spot nearest to it */
};

typedef bool (*last_visit)(const struct last_point *p, void *data, struct err *err);

/* In order along the walk's route; a walk without a route takes the points of its area,
 * in order of walk and number. Withdrawn points, the walk's own, those of other groups
 * the same evening and those the police keep are left out. What visit is handed lives
 * only during last_near. ERR_NOT_FOUND "walk.unknown". */
bool last_near(struct store *s, const char *walk, last_visit visit, void *data,
               struct err *err);

#endif
