/* route: the way a walk is to go, as a line of places; read from what people have: GPX
 * (a route, else a track, else waypoints) and GeoJSON (RFC 7946: LineString,
 * MultiLineString, alone or in features). Pure.
 */
#ifndef LYGTE_STORE_ROUTE_H
#define LYGTE_STORE_ROUTE_H

#include "core/base/arena.h"
#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

struct route {
    int64_t *lat_lon_e7; /* pairs */
    size_t count;        /* places */
};

/* A file of either kind; thinned to WALK_ROUTE_MOST places by leaving out those nearest
 * to the one before. ERR_INPUT "route.not_read", "route.no_line" (fewer than 2 places). */
bool route_of_file(struct arena *a, const char *bytes, size_t n, struct route *ret,
                   struct err *err);
/* As it stands in a walk. */
const char *route_json(struct arena *a, const struct route *r);

#endif
