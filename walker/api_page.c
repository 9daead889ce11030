/* api_page: the page itself, who may open it, and what this program is. */
#include "walker/api.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/store/catalogue_json.h"
#include "core/store/local/hub.h"
#include "core/store/published.h"
#include "core/web/page.h"
#include "core/web/squeeze.h"

#ifndef LYGTE_VERSION
#error "LYGTE_VERSION comes from the Makefile"
#endif

static void set_cookie(struct http_request *q, struct http_reply *r, const char *value)
{
    http_reply_header(r, "Set-Cookie",
                      arena_printf(q->arena,
                                   "%s=%s; Path=/; Max-Age=31536000; HttpOnly;"
                                   " SameSite=Strict%s",
                                   walker_key_name(q), value,
                                   q->door == DOOR_HUB ? "; Secure" : ""));
}

/* Not by the plain door: whoever listens there would have the cookie too. */
static bool trade(struct http_request *q, const char *key, char cookie[65],
                  struct err *err)
{
    if (q->door == DOOR_PLAIN)
        return err_set(err, ERR_DENIED, "key.not_here", NULL);
    return keys_trade(q->worker, key, cookie, err);
}

/* The printed address is opened once; after that the cookie speaks. */
int api_index(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct walker_app *app = q->app;
    const char *key = http_query(q, "key");
    char cookie[65];
    if (!key || app->open)
        return page_index(q, r, "walker/index.html", err) ? 200 : 0;
    if (!trade(q, key, cookie, err))
        return 0;
    set_cookie(q, r, cookie);
    http_reply_header(r, "Location", "/");
    return 303;
}

int api_service_worker(struct http_request *q, struct http_reply *r, struct err *err)
{
    return page_text(q, r, "walker/sw.js", err) ? 200 : 0;
}

int api_manifest(struct http_request *q, struct http_reply *r, struct err *err)
{
    return page_text(q, r, "walker/manifest.webmanifest", err) ? 200 : 0;
}

int api_session(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {{"key", FIELD_TEXT, 64, 64, FIELD_REQUIRED, NULL}};
    char cookie[65];
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err) ||
        !trade(q, json_text(q->json, "key"), cookie, err))
        return 0;
    set_cookie(q, r, cookie);
    return 204;
}

int api_healthz(struct http_request *q, struct http_reply *r, struct err *err)
{
    (void)q;
    (void)err;
    buf_str(&r->body, "{\"ok\":true}");
    return 200;
}

bool api_about_members(struct http_request *q, struct json_out *o, struct err *err)
{
    struct clock_reading now = clock_now();
    struct peer p = {0}, hub = {0};
    bool paired, carried;
    char time[32];
    if (!peer_read(q->worker, q->arena, &p, &paired, err) ||
        !hub_read(q->worker, q->arena, &hub, &carried, err))
        return false;
    clock_format(now.utc_ms, time);
    json_str(o, "program", "walker");
    json_str(o, "version", LYGTE_VERSION);
    json_str(o, "device", paired ? p.device : "");
    json_bool(o, "paired", paired);
    if (paired) {
        json_open(o, "registry", '{');
        json_str(o, "name", p.name);
        json_str(o, "url", p.url);
        json_close(o, '}');
    } else {
        json_null(o, "registry");
    }
    json_str(o, "carrier",
             !carried    ? NULL
             : *hub.name ? hub.name
                         : hub.url); /* the group's hub, if it knows one */
    json_str(o, "time", time);
    json_str(o, "clock", now.trust);
    return true;
}

int api_about(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    json_open(&o, NULL, '{');
    if (!api_about_members(q, &o, err))
        return 0;
    json_close(&o, '}');
    return 200;
}

int api_catalogue(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct catalogue c;
    struct json_out o = JSON_OUT(&r->body);
    if (!published_catalogue(q->worker, q->arena, &c, err))
        return 0;
    catalogue_json(&o, &c);
    squeeze(q, r);
    return 200;
}
