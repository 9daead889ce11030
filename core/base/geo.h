/* geo: places as integers, 1e-7 degrees WGS84 (about 1.1 cm of latitude). */
#ifndef LYGTE_BASE_GEO_H
#define LYGTE_BASE_GEO_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

#define GEO_NONE INT64_MIN /* "no position" in a lat or lon */

struct geo_point {
    int64_t lat_e7, lon_e7; /* both GEO_NONE, or both a place                      */
    int64_t accuracy_mm;    /* one standard radius in millimetres; -1 not known    */
};

#define GEO_NOWHERE {GEO_NONE, GEO_NONE, -1}

bool geo_known(struct geo_point p);
/* Inside +-90 and +-180, and not 0,0, which is how devices write "no fix". */
bool geo_is_place(int64_t lat_e7, int64_t lon_e7);
/* "LAT,LON" or "LAT,LON,ACC" (metres, up to 3 places). ERR_INPUT "geo.*". */
bool geo_parse(const char *text, struct geo_point *ret, struct err *err);
/* Great-circle metres (haversine, mean radius 6371008.8 m). */
double geo_metres(int64_t lat1_e7, int64_t lon1_e7, int64_t lat2_e7, int64_t lon2_e7);
/* Even-odd rule over closed rings; points of all rings in one row of lat, lon pairs,
 * ring_end[i] is the index after the last point of ring i. */
bool geo_inside(const int64_t *lat_lon_e7, const size_t *ring_end, size_t rings,
                int64_t lat_e7, int64_t lon_e7);

#endif
