/* api_cover: covering and clearing from the page. */
#include "walker/api.h"
#include "walker/cover.h"
#include "walker/maker.h"

#include "core/base/field.h"
#include "core/store/blob.h"
#include "core/store/observation.h"

#include <stdio.h>
#include <string.h>

/* The new photo, and the first point that shows it. */
static bool answer(struct http_request *q, struct json_out *o, const char *sha256,
                   struct err *err)
{
    struct photo *shown;
    size_t n;
    if (!photo_shown(q->worker, q->arena, sha256, &shown, &n, err))
        return false;
    json_open(o, NULL, '{');
    json_open(o, "photo", '{');
    json_str(o, "sha256", sha256);
    json_num(o, "bytes", n ? shown->bytes : 0);
    json_num(o, "width", n ? shown->width : 0);
    json_num(o, "height", n ? shown->height : 0);
    json_close(o, '}');
    if (n && !api_point_json(q, o, "observation", shown->observation, err))
        return false;
    json_close(o, '}');
    return true;
}

int api_photo_cover(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    const struct walker_app *app = q->app;
    struct cover *c = arena_alloc(q->arena, sizeof *c);
    char new[DIGEST_HEX];
    if (!digest_is_hex(q->part[0])) {
        err_set(err, ERR_NOT_FOUND, "photo.unknown", q->part[0], NULL);
        return 0;
    }
    if (!cover_read(q->json, c, err) ||
        !cover_photo(q->worker, q->part[0], c, new, err) || !answer(q, &o, new, err))
        return 0;
    maker_kept(app->maker, new);
    return 201;
}

/* ---- a whole grid at once --------------------------------------------------------- */

struct clearing {
    const cJSON *photos;
    int64_t cleared;
};

/* One that is gone by now (covered, erased, wiped) costs the others nothing; when all are,
 * that is what is told. */
static bool clear_all(struct store *s, void *data, struct err *err)
{
    struct clearing *c = data;
    struct err gone = ERR_INIT;
    for (const cJSON *p = c->photos->child; p; p = p->next) {
        struct err why = ERR_INIT;
        if (!cJSON_IsString(p) || !digest_is_hex(p->valuestring))
            return err_set(err, ERR_INPUT, "field.not_sha256", "photos", NULL);
        if (blob_clear(s, p->valuestring, &why)) {
            c->cleared++;
        } else if (why.code == ERR_NOT_FOUND) {
            gone = why;
        } else {
            *err = why;
            return false;
        }
    }
    if (c->cleared == 0)
        *err = gone;
    return c->cleared > 0;
}

int api_photos_clear(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"photos", FIELD_ARRAY, 1, 500, FIELD_REQUIRED, NULL}};
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    struct clearing c = {.photos = json_array(q->json, "photos")};
    if (!walker_transact(q->worker, clear_all, &c, err))
        return 0;
    buf_printf(&r->body, "{\"cleared\":%lld}", (long long)c.cleared);
    return 200;
}
