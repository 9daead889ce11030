/* api_hub: what a hub answers of its own: who it is, and tablets that pair with it. The
 * rest of what tablets ask stands in sync/server. */
#include "walker/api.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/store/blob.h"
#include "core/store/local/device.h"
#include "core/store/local/peer.h"
#include "core/store/observation.h"
#include "sync/wire.h"
#include "walker/invite.h"

#include <string.h>

/* The page's own about, and what sync/PROTOCOL.md 2 has beside it. */
int api_hub_about(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    const struct walker_app *app = q->app;
    const struct store *s = q->worker;
    json_open(&o, NULL, '{');
    if (!api_about_members(q, &o, err))
        return 0;
    sync_who(&o, &app->host);
    json_str(&o, "carries_to", s->registry);
    json_open(&o, "limits", '{');
    json_num(&o, "batch_bytes", WIRE_BATCH_MOST);
    json_num(&o, "photo_bytes", BLOB_MOST);
    json_close(&o, '}');
    json_close(&o, '}');
    return 200;
}

/* A tablet brings its key; the page brings an address, and the cookie that may. */
int api_hub_pair(struct http_request *q, struct http_reply *r, struct err *err)
{
    if (json_text(q->json, "key"))
        return sync_pair(q, r, err);
    return walker_admit(q, ACCESS_KEY, err) ? api_pair(q, r, err) : 0;
}

/* A photo is withheld when each of the points that name it is. */
static bool is_withheld(struct http_request *q, const uint8_t *origin, bool *ret,
                        struct err *err)
{
    struct photo *shown;
    size_t n;
    if (!photo_shown(q->worker, q->arena, q->part[0], &shown, &n, err))
        return false;
    *ret = n > 0;
    for (size_t i = 0; i < n && *ret; i++)
        if (!sync_withheld(q->worker, origin, shown[i].observation, ret, err))
            return false;
    return true;
}

/* Tablets see what their group has photographed, but what is withheld from them. */
int api_hub_photo(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct walker_actor *who = q->actor;
    struct blob b;
    bool withheld = false;
    q->part[1] = "320";
    if (who->device.device && (!blob_find(q->worker, q->part[0], &b, err) ||
                               !is_withheld(q, who->device.origin, &withheld, err)))
        return 0;
    if (!withheld && (!who->device.device || b.cleared))
        return api_photo(q, r, err);
    err_set(err, ERR_NOT_FOUND, "photo.unknown", q->part[0], NULL);
    return 0;
}

int api_hub_code(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct invite in;
    struct json_out o = JSON_OUT(&r->body);
    char expires[32];
    if (!invite_tablet(q->worker, q->arena, &in, err))
        return 0;
    const char *svg;
    if (!child_qr(q->arena, in.text, "svg", &svg, err))
        return 0;
    clock_format(in.expires_ms, expires);
    json_open(&o, NULL, '{');
    json_str(&o, "code", in.code);
    json_str(&o, "url", in.url);
    json_str(&o, "pin", in.pin);
    json_str(&o, "text", in.text);
    json_str(&o, "expires", expires);
    json_str(&o, "svg", svg);
    json_close(&o, '}');
    return 201;
}
