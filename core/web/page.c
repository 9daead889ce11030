/* page: see the header. */
#include "core/web/page.h"

#include "core/base/json.h"
#include "core/web/squeeze.h"

#include <string.h>

/* What a browser may ask for under /a/: all but the schema. */
static bool is_for_browsers(const char *name)
{
    return strncmp(name, "schema/", 7) != 0;
}

static void write_names(struct buf *to)
{
    struct json_out o = JSON_OUT(to);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < asset_row_count; i++)
        if (is_for_browsers(asset_rows[i].name))
            json_str(&o, NULL, asset_rows[i].name);
    json_close(&o, ']');
}

/* The file with its marks filled in. */
static bool fill(struct http_request *q, struct buf *to, const char *name,
                 struct err *err)
{
    const struct asset *asset = asset_find(name);
    char *text;
    size_t len;
    if (!asset)
        return err_set(err, ERR_NOT_FOUND, "http.no_such_place", q->path, NULL);
    if (!asset_plain(q->arena, asset, &text, &len, err))
        return false;
    for (const char *s = text, *at; *s; s = at) {
        at = strchr(s, '@');
        buf_add(to, s, at ? (size_t)(at - s) : strlen(s));
        if (!at)
            break;
        if (strncmp(at, "@A@", 3) == 0)
            buf_printf(to, "/a/%s", asset_build);
        else if (strncmp(at, "@L@", 3) == 0)
            write_names(to);
        else
            buf_add(to, at, 1);
        at += (at[1] == 'A' || at[1] == 'L') && at[2] == '@' ? 3 : 1;
    }
    return true;
}

bool page_text(struct http_request *q, struct http_reply *r, const char *name,
               struct err *err)
{
    const struct asset *asset = asset_find(name);
    if (!fill(q, &r->body, name, err))
        return false;
    http_reply_header(r, "Cache-Control", "no-cache");
    r->type = asset->type;
    return true;
}

bool page_index(struct http_request *q, struct http_reply *r, const char *name,
                struct err *err)
{
    if (!fill(q, &r->body, name, err))
        return false;
    http_reply_header(
        r, "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self';"
        " script-src 'self'; connect-src 'self'; object-src 'none';"
        " base-uri 'none'; frame-ancestors 'none'; form-action 'self'");
    squeeze(q, r);
    http_reply_header(r, "Cache-Control", "no-cache");
    r->type = "text/html; charset=utf-8";
    return true;
}

int page_asset(struct http_request *q, struct http_reply *r, struct err *err)
{
    const char *name = q->path + 3; /* after "/a/" */
    name = strchr(name, '/');
    const struct asset *asset = name ? asset_find(name + 1) : NULL;
    if (!asset || !is_for_browsers(asset->name)) {
        err_set(err, ERR_NOT_FOUND, "http.no_such_place", q->path, NULL);
        return 0;
    }
    const char *accepts = http_header(q, "Accept-Encoding");
    if (!asset->gzipped || (accepts && strstr(accepts, "gzip"))) {
        r->asset = asset;
        return 200;
    }
    char *plain;
    size_t len;
    if (!asset_plain(q->arena, asset, &plain, &len, err))
        return 0;
    buf_add(&r->body, plain, len);
    r->type = asset->type;
    http_reply_header(r, "Cache-Control", "public, max-age=31536000, immutable");
    return 200;
}
