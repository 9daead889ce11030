/* area: a samraad's polygon, with validity dates. Kind area.set, subject a derived id
 * of the name, so importing a file twice makes each area once. Owns the folded table
 * area. */
#ifndef LYGTE_STORE_AREA_H
#define LYGTE_STORE_AREA_H

#include "core/base/geo.h"
#include "core/base/json.h"
#include "core/store/store.h"

enum { AREA_POINTS_MOST = 3000 }; /* of one area; more does not fit a record */

struct area {
    const char *id, *name, *valid_from, *valid_to;
    const char *shape; /* JSON: polygons of rings of [lat_e7, lon_e7] */
};

/* Imports every Polygon and MultiPolygon feature of a GeoJSON text (RFC 7946; an old crs
 * member, a third coordinate and a byte order mark are tolerated, an open ring is closed).
 * One transaction a file. Counts areas new or changed and those that stood already.
 * ERR_INPUT "area.*", part = the feature. */
bool area_import(struct store *s, struct arena *a, const char *geojson, size_t len,
                 size_t *ret_new, size_t *ret_same, struct err *err);
/* Danish alphabetical order. */
bool area_list(struct store *s, struct arena *a, struct area **ret, size_t *ret_n,
               struct err *err);
/* An area as people write it: without the spaces around it, and by its exact name when one
 * here is called that but for capitals. Last time's points are those of the same name. NULL
 * and "" stay. */
bool area_called(struct store *s, struct arena *a, const char *name, const char **ret,
                 struct err *err);
struct area_shape;
/* The shape of the area with this name, id or unique tail of an id, for area_holds.
 * ERR_NOT_FOUND "area.unknown", ERR_INPUT "area.ambiguous". */
bool area_shape_of(struct store *s, struct arena *a, const char *name_or_id,
                   struct area_shape **ret, struct err *err);
/* Even-odd over all rings; nowhere is in no area. */
bool area_holds(const struct area_shape *shape, struct geo_point p);

/* As a GeoJSON FeatureCollection. */
void area_geojson(struct buf *out, const struct area *areas, size_t n);

#endif
