/* place: positions as pages give them (decimal degrees, metres), checked, and turned into
 * what records say (1e-7 degrees, millimetres). */
#ifndef LYGTE_WALKER_PLACE_H
#define LYGTE_WALKER_PLACE_H

#include "core/base/json.h"
#include "core/store/observation.h"

enum { PLACE_FIXES_MOST = 600 }; /* in one request */

struct place {
    struct geo_point at; /* GEO_NOWHERE when nothing was said                 */
    const char *source;  /* one of observation_sources, "hand" when not said  */
    const char *ref;     /* lamp number or address, NULL                      */
    bool override;       /* poorer than the gate, used all the same           */
};

/* object's member `name`: {"lat","lon","accuracy_m"?,"source"?,"ref"?,"override"?}; null
 * or absent is nowhere. What cannot be a position is refused by ERR_INPUT "geo.*" with
 * err.part = name: outside the world, 0,0, no numbers, an accuracy below 0 or beyond
 * 100 km. */
bool place_read(const cJSON *object, const char *name, struct place *ret,
                struct err *err);
/* {"lat","lon","accuracy_m"?,"at"?} of a list of fixes; at_ms DB_NULL when not said. */
bool place_read_fix(const cJSON *item, struct geo_point *ret, int64_t *ret_at_ms,
                    struct err *err);

/* In the fields of an edit of point o, as a record wants them:
 *   "thing": {"lat","lon","source","ref"?} | {"bearing": degrees, "metres": 0..2000} from
 *            where the walker stood | null
 *   "stood": {"fixes": [{"lat","lon","accuracy_m"}...]}: the spot averaged over those
 *            that belong to it (core/base/still). Taken out again when it is no better
 *            than what is known. {"override": true} keeps the place and logs that.
 * ERR_INPUT "place.no_stood" when a bearing has no place to start from. */
bool place_edit(cJSON *fields, const struct observation *o, struct err *err);

#endif
