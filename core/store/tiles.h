/* tiles: maps the user brings, as MBTiles files (mbtiles-spec 1.3) of raster tiles: PNG,
 * JPEG or WebP. Owns the walker's local table map_file; the files lie in DIR/maps/ID.mbtiles.
 *
 * A map is a database somebody else made, so it is opened as a hostile file: frozen and
 * read-only, DEFENSIVE, nothing trusted in its schema, no value over TILES_MOST, and a
 * limit on the work one answer may cost. A tile is what its first bytes say it is, never
 * what the metadata say. Vector tiles (pbf, gzip) are refused with a sentence.
 *
 * Rows are numbered from the south in the file (TMS) and from the north in addresses
 * (XYZ); tiles_read turns them. The id of a map is the start of its file's SHA-256, so a
 * tile's address never changes its meaning and may be kept by browsers for ever.
 */
#ifndef LYGTE_STORE_TILES_H
#define LYGTE_STORE_TILES_H

#include "core/base/geo.h"
#include "core/base/json.h"
#include "core/base/told.h"
#include "core/store/store.h"

enum { TILES_ID = 13, TILES_MOST = 4 << 20, TILES_ZOOM_MOST = 22 };

struct tiles_map {
    const char *id, *name, *type, *attribution;
    int64_t bytes, min_zoom, max_zoom;
    int64_t west, south, east, north; /* 1e-7 degrees */
    int64_t added_ms;
};

/* Copies the file in (told how far, NULL is fine), when it is a map we can show; the
 * same file again is the same map. *ret_bare: it has no metadata, everything was worked
 * out from its tiles. ERR_UNREADABLE or ERR_INPUT "map.*": not SQLite or damaged, no
 * tiles, only empty tiles, vector tiles, another picture format, zoom levels beyond 22;
 * ERR_FULL. */
bool tiles_add(struct store *s, struct arena *a, const char *path,
               const struct told *told, struct tiles_map *ret, bool *ret_bare,
               struct err *err);
/* By name, Danish order. */
bool tiles_list(struct store *s, struct arena *a, struct tiles_map **ret, size_t *ret_n,
                struct err *err);
/* An id, six characters or more of either end of one, or a name. ERR_NOT_FOUND "map.unknown";
 * ERR_INPUT "map.ambiguous" when several are called that. */
bool tiles_drop(struct store *s, struct arena *a, const char *id, struct err *err);

/* The tile at zoom, column, row from the north. *ret_len 0 when the map has none there
 * or an empty one. *ret_type is what its bytes are. ERR_NOT_FOUND "map.unknown". */
bool tiles_read(struct store *s, struct arena *a, const char *id, int64_t zoom, int64_t x,
                int64_t y, const void **ret, size_t *ret_len, const char **ret_type,
                struct err *err);

/* {"id","name","format","min_zoom","max_zoom","bounds":[w,s,e,n],"attribution"} */
void tiles_json(struct json_out *o, const char *name, const struct tiles_map *m);

#endif
