/* api_sealed: what only the police may read, given out as it is, shut: the boxes of the texts
 * and of the photos. They are opened in the browser of whoever has the key file; neither the
 * key nor what is inside ever comes here. Others learn how many there are (api_walks). */
#include "registry/app.h"

#include "core/base/clock.h"
#include "core/store/seal_photo.h"

static bool write_photos(struct http_request *q, struct json_out *o, const char *point,
                         struct err *err)
{
    struct sealed_photo *photos;
    size_t n = 0;
    if (!seal_photos(q->worker, q->arena, point, &photos, &n, err))
        return false;
    json_open(o, "photos", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(o, NULL, '{');
        json_str(o, "sha256", photos[i].sha256);
        json_num(o, "bytes", photos[i].bytes);
        json_bool(o, "here", photos[i].here);
        json_close(o, '}');
    }
    json_close(o, ']');
    return true;
}

struct listing {
    struct http_request *q;
    struct json_out *o;
};

static bool write_point(const struct sealed *x, void *data, struct err *err)
{
    struct listing *l = data;
    char when[32];
    clock_format(x->at_ms, when);
    json_open(l->o, NULL, '{');
    json_str(l->o, "id", x->id);
    json_str(l->o, "walk", x->walk);
    json_str(l->o, "at", when);
    json_str(l->o, "box", x->box);
    bool ok = write_photos(l->q, l->o, x->id, err);
    json_close(l->o, '}');
    return ok;
}

/* ?walk=ID: of that walk alone. */
int api_sealed(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    struct listing l = {q, &o};
    uint8_t key[BOX_PUBLIC];
    char fingerprint[BOX_FINGERPRINT];
    struct err none = ERR_INIT;
    bool has_key = seal_key(q->worker, key, &none);
    if (has_key)
        box_fingerprint(key, fingerprint);
    json_open(&o, NULL, '{');
    if (has_key)
        json_str(&o, "fingerprint", fingerprint);
    else
        json_null(&o, "fingerprint");
    json_open(&o, "points", '[');
    if (!seal_each(q->worker, http_query(q, "walk"), write_point, &l, err))
        return 0;
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}

int api_sealed_photo(struct http_request *q, struct http_reply *r, struct err *err)
{
    char path[1200];
    const char *owner = "", *sha = q->part[0];
    if (digest_is_hex(sha) && !seal_photo_owner(q->worker, q->arena, sha, &owner, err))
        return 0;
    if (!*owner) {
        err_set(err, ERR_NOT_FOUND, "photo.unknown", sha, NULL);
        return 0;
    }
    blob_path(q->worker, sha, BLOB_SEALED, path, sizeof path);
    http_reply_header(r, "Cache-Control", "no-store");
    return http_reply_file(r, path, "application/octet-stream", err) ? 200 : 0;
}
