/* api_map: the maps of this device and their tiles. */
#include "walker/api.h"

#include "core/base/text.h"
#include "core/store/tiles.h"

int api_maps(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct tiles_map *maps;
    size_t n;
    struct json_out o = JSON_OUT(&r->body);
    if (!tiles_list(q->worker, q->arena, &maps, &n, err))
        return 0;
    json_open(&o, NULL, '{');
    json_open(&o, "maps", '[');
    for (size_t i = 0; i < n; i++)
        tiles_json(&o, NULL, &maps[i]);
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}

/* The address names the bytes of the map, so a browser may keep a tile for ever. A tile
 * that is not there may not be asked for again today. */
int api_tile(struct http_request *q, struct http_reply *r, struct err *err)
{
    int64_t zoom, x, y;
    const void *tile;
    const char *type;
    size_t n;
    if (!text_int(q->part[1], &zoom) || !text_int(q->part[2], &x) ||
        !text_int(q->part[3], &y)) {
        err_set(err, ERR_NOT_FOUND, "map.unknown", q->path, NULL);
        return 0;
    }
    if (!tiles_read(q->worker, q->arena, q->part[0], zoom, x, y, &tile, &n, &type, err))
        return 0;
    http_reply_header(r, "Cache-Control",
                      n ? "private, max-age=31536000, immutable"
                        : "private, max-age=86400");
    if (n == 0)
        return 204;
    r->type = type;
    buf_add(&r->body, tile, n);
    return 200;
}
