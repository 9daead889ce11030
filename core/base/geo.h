/* geo: places as integers, 1e-7 degrees WGS84 (about 1.1 cm of latitude). */
#ifndef LYGTE_BASE_GEO_H
#define LYGTE_BASE_GEO_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

#define GEO_NONE INT64_MIN /* "no position" in a lat or lon */

struct geo_point {
    int64_t lat_e7, lon_e7; /* both GEO_NONE, or both a place                      */
    int64_t accuracy_mm;    /* radius in mm that holds it with 95 %; -1 not known */
};

#define GEO_NOWHERE {GEO_NONE, GEO_NONE, -1}

bool geo_known(struct geo_point p);
/* Inside +-90 and +-180, and not 0,0, which is how devices write "no fix". */
bool geo_is_place(int64_t lat_e7, int64_t lon_e7);
/* "LAT,LON" or "LAT,LON,ACC" (metres, up to 3 places). ERR_INPUT "geo.*". */
bool geo_parse(const char *text, struct geo_point *ret, struct err *err);
/* Great-circle metres (haversine, mean radius 6371008.8 m). */
double geo_metres(int64_t lat1_e7, int64_t lon1_e7, int64_t lat2_e7, int64_t lon2_e7);
/* The bearing from the first to the second, degrees clockwise from north, 0..360. */
double geo_bearing(int64_t lat1_e7, int64_t lon1_e7, int64_t lat2_e7, int64_t lon2_e7);
/* Where one comes to by going so many metres on that bearing; accuracy not known. */
struct geo_point geo_offset(struct geo_point from, double bearing, double metres);
/* ETRS89 / UTM zone 32 or 33 (EPSG:25832, 25833; Krueger's series to n^4, within a
 * millimetre) to degrees. False outside zone and half of the world. */
bool geo_of_utm(int zone, double east, double north, struct geo_point *ret);

/* Nearness by a plain index: the world in cells of 0.002 by 0.004 degrees (222 m by 242 m
 * in Aalborg), numbered row by row, so that the neighbours of a place are a few unbroken
 * spans of numbers. */
enum { GEO_SPANS = 24 };
struct geo_span {
    int64_t first, last;
};
int64_t geo_cell(int64_t lat_e7, int64_t lon_e7);
/* Every cell that has a place within metres (at most 2000); returns how many spans. The
 * date line is a border nobody walks across. */
size_t geo_spans(int64_t lat_e7, int64_t lon_e7, double metres,
                 struct geo_span spans[GEO_SPANS]);

/* Even-odd rule over closed rings; points of all rings in one row of lat, lon pairs,
 * ring_end[i] is the index after the last point of ring i. */
bool geo_inside(const int64_t *lat_lon_e7, const size_t *ring_end, size_t rings,
                int64_t lat_e7, int64_t lon_e7);

#endif
