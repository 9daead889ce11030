/* page: see the header. */
#include "core/web/page.h"

#include "core/base/base64.h"
#include "core/base/digest.h"

#include <string.h>

enum { INDEX_MOST = 65536 };

/* 'sha256-...' of what stands between <script type="importmap"> and </script>. */
static const char *importmap_hash(struct arena *a, const char *html)
{
    static const char open[] = "<script type=\"importmap\">";
    const char *from = strstr(html, open);
    const char *to = from ? strstr(from, "</script>") : NULL;
    uint8_t hash[DIGEST_SIZE];
    if (!to)
        return "";
    from += sizeof open - 1;
    digest_of(from, (size_t)(to - from), hash);
    return arena_printf(a, " 'sha256-%s'", base64_of(a, hash, sizeof hash));
}

bool page_index(struct http_request *q, struct http_reply *r, const char *name,
                struct err *err)
{
    const struct asset *asset = asset_find(name);
    char *html;
    size_t len;
    if (!asset)
        return err_set(err, ERR_NOT_FOUND, "http.no_such_place", q->path, NULL);
    if (!asset_plain(q->arena, asset, &html, &len, err))
        return false;
    for (const char *s = html, *at; *s; s = at + 3) {
        at = strstr(s, "@A@");
        buf_add(&r->body, s, at ? (size_t)(at - s) : strlen(s));
        if (!at)
            break;
        buf_printf(&r->body, "/a/%s", asset_build);
    }
    const char *policy = arena_printf(
        q->arena,
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self';"
        " script-src 'self'%s; connect-src 'self'; object-src 'none';"
        " base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        importmap_hash(q->arena, r->body.data));
    http_reply_header(r, "Content-Security-Policy", policy);
    http_reply_header(r, "Cache-Control", "no-cache");
    r->type = "text/html; charset=utf-8";
    return true;
}

int page_asset(struct http_request *q, struct http_reply *r, struct err *err)
{
    const char *name = q->path + 3; /* after "/a/" */
    name = strchr(name, '/');
    const struct asset *asset = name ? asset_find(name + 1) : NULL;
    bool schema = name && strncmp(name, "/schema/", 8) == 0;
    if (!asset || schema) {
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
