/* api_near: is it the same one, and what stands here by the offline register. */
#include "walker/api.h"

#include "core/store/local/place.h"
#include "core/store/near.h"
#include "walker/query.h"

#include <math.h>

int api_near(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct near_point *found;
    struct walk w;
    size_t n;
    struct near_wish wish = {.category = http_query(q, "category"),
                             .without = http_query(q, "without"),
                             .pinned = http_query(q, "pinned") != NULL,
                             .for_pass = walker_pass(q) != NULL};
    const char *walk = http_query(q, "walk");
    struct json_out o = JSON_OUT(&r->body);
    if (!walk_find(q->worker, q->arena, walk ? walk : "", &w, err) ||
        !walker_pass_walk(q, w.id, err) || !query_place(q, true, &wish.at, err))
        return 0;
    wish.walk = w.id;
    if (!near_find(q->worker, q->arena, &wish, &found, &n, err))
        return 0;
    json_open(&o, NULL, '{');
    json_open(&o, "near", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&o, NULL, '{');
        if (!api_point_json(q, &o, "observation", found[i].id, err))
            return 0;
        json_e7(&o, "distance_m", llround(found[i].metres * 10) * 1000000);
        json_str(&o, "from", near_word(found[i].from));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}

int api_places(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct place_row *rows;
    struct geo_point at;
    size_t n = 0;
    const char *words = http_query(q, "q");
    struct json_out o = JSON_OUT(&r->body);
    if (!query_place(q, false, &at, err))
        return 0;
    if (words && *words &&
        !place_search(q->worker, q->arena, words, at, &rows, &n, err))
        return 0;
    json_open(&o, NULL, '{');
    json_open(&o, "places", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&o, NULL, '{');
        json_str(&o, "id", rows[i].id);
        json_str(&o, "text", rows[i].text);
        json_str(&o, "kind", rows[i].kind);
        json_str(&o, "number", rows[i].number);
        json_e7(&o, "lat", rows[i].at.lat_e7);
        json_e7(&o, "lon", rows[i].at.lon_e7);
        if (rows[i].metres >= 0)
            json_num(&o, "distance_m", llround(rows[i].metres));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}
