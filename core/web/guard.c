/* guard: see the header. */
#include "core/web/guard.h"

#include "core/base/field.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* "name:port" or "[v6]:port" without its port, as sent. */
static void without_port(const char *host, char *out, size_t size)
{
    const char *end = host + strlen(host);
    const char *colon = strrchr(host, ':');
    if (colon && colon[1] && strspn(colon + 1, "0123456789") == strlen(colon + 1) &&
        (host[0] != '[' || (colon > host && colon[-1] == ']')))
        end = colon;
    snprintf(out, size, "%.*s", (int)(end - host), host);
}

/* Names of hosts are the same in small and capital letters (RFC 9110, 4.2.3). */
static bool is_ours(const char *host, const struct http_app *app)
{
    char name[128];
    if (!host || strlen(host) >= sizeof name)
        return false;
    without_port(host, name, sizeof name);
    if (strcasecmp(name, "localhost") == 0 || strcmp(name, "127.0.0.1") == 0 ||
        strcmp(name, "[::1]") == 0 || (app->host && strcasecmp(name, app->host) == 0))
        return true;
    size_t n = strlen(name);
    if (name[0] == '[' && name[n - 1] == ']') {
        memmove(name, name + 1, n - 2);
        name[n - 2] = '\0';
    }
    return app->is_ours && app->is_ours(app->data, name);
}

bool guard_host(const struct http_request *q, const struct http_app *app, struct err *err)
{
    const char *host = http_header(q, "Host");
    if (is_ours(host, app))
        return true;
    return err_set(err, ERR_DENIED, "http.foreign_host", host ? host : "-", NULL);
}

static bool changes(const struct http_request *q)
{
    return strcmp(q->method, "GET") != 0 && strcmp(q->method, "HEAD") != 0;
}

/* The Origin must name the very Host the request came to. */
static bool same_origin(const struct http_request *q, const char *origin)
{
    const char *host = http_header(q, "Host");
    const char *name = text_starts(origin, "http://")    ? origin + 7
                       : text_starts(origin, "https://") ? origin + 8
                                                         : NULL;
    return name && host && strcasecmp(name, host) == 0;
}

bool guard_origin(const struct http_request *q, const struct http_app *app,
                  struct err *err)
{
    const char *origin = http_header(q, "Origin");
    const char *site = http_header(q, "Sec-Fetch-Site");
    (void)app;
    if (!changes(q))
        return true;
    if (origin && !same_origin(q, origin))
        return err_set(err, ERR_DENIED, "http.foreign_origin", origin, NULL);
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return err_set(err, ERR_DENIED, "http.foreign_origin", site, NULL);
    return true;
}

bool guard_type(const struct http_request *q, const struct http_route *route,
                struct err *err)
{
    char name[80];
    const char *type = http_header(q, "Content-Type");
    if (!changes(q) || !route->types)
        return true;
    snprintf(name, sizeof name, "%.*s", type ? (int)strcspn(type, "; ") : 0,
             type ? type : "");
    if (*name && field_word_in(name, route->types))
        return true;
    return err_set(err, ERR_TYPE, "http.type", *name ? name : "-", route->types, NULL);
}
