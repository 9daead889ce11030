/* hub: see the header. */
#include "walker/hub.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "walker/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hub {
    struct walker_app *app;
    struct http_app base;
    struct arena arena; /* of the certificate */
    char listen[80], plain[80], name[CERT_NAME];
    char url[160], plain_url[160];
    struct cert_names names;
    struct cert cert;
    struct http_server *tls_door, *plain_door;
    bool told; /* the store has our addresses */
};

const char *hub_url(const struct hub *h)
{
    return h->url;
}

const char *hub_plain(const struct hub *h)
{
    return h->plain_url;
}

const char *hub_pin(const struct hub *h)
{
    return h->cert.pin;
}

/* The doors are closed while names change, so nobody asks just then. */
static bool is_ours(const void *app, const char *host)
{
    return cert_names_has(&((const struct walker_app *)app)->hub->names, host);
}

/* ---- addresses ------------------------------------------------------------------- */

static bool is_wild(const char *listen)
{
    return text_starts(listen, "0.0.0.0:") || text_starts(listen, "[::]:");
}

/* What people and tablets write: the number that is listened on, or our first name. */
static void address_of(const struct hub *h, const char *scheme, const char *listen,
                       uint16_t port, char out[160])
{
    const char *colon = strrchr(listen, ':');
    if (is_wild(listen))
        snprintf(out, 160, "%s://%s:%u", scheme, cert_names_first(&h->names), port);
    else
        snprintf(out, 160, "%s://%.*s:%u", scheme, (int)(colon - listen), listen, port);
}

/* A free port that was found stays ours when the door is opened again. */
static void keep_port(char listen[80], uint16_t port)
{
    char before[80];
    snprintf(before, sizeof before, "%s", listen);
    snprintf(listen, 80, "%.*s:%u", (int)(strrchr(before, ':') - before), before, port);
}

static bool tell(struct hub *h, struct err *err)
{
    if (h->told)
        return true;
    struct store *s = pool_take(h->app->host.pool, err);
    if (!s)
        return false;
    h->told = store_set(s, "hub.url", h->url, err) &&
              store_set(s, "hub.plain", h->plain_url, err) &&
              store_set(s, "hub.pin", h->cert.pin, err);
    pool_give(h->app->host.pool, s);
    return h->told;
}

/* ---- doors ----------------------------------------------------------------------- */

static void close_doors(struct hub *h)
{
    events_hold(h->app->events, true);
    http_stop(h->tls_door);
    http_stop(h->plain_door);
    events_hold(h->app->events, false);
    h->tls_door = h->plain_door = NULL;
    h->told = false;
}

static bool open_tls(struct hub *h, struct err *err)
{
    struct http_app http = h->base;
    http.door = DOOR_HUB;
    http.more = hub_routes;
    http.more_count = hub_route_count;
    http.is_ours = is_ours;
    http.tls_key = h->cert.key;
    http.tls_cert = h->cert.pem;
    if (!http_start(&h->tls_door, &http, h->listen, err))
        return false;
    keep_port(h->listen, http_port(h->tls_door));
    address_of(h, "https", h->listen, http_port(h->tls_door), h->url);
    return true;
}

static bool open_plain(struct hub *h, struct err *err)
{
    struct http_app http = h->base;
    if (!*h->plain || h->plain_door)
        return true;
    http.door = DOOR_PLAIN;
    http.more = plain_routes;
    http.more_count = plain_route_count;
    http.is_ours = is_ours;
    if (!http_start(&h->plain_door, &http, h->plain, err))
        return false;
    keep_port(h->plain, http_port(h->plain_door));
    address_of(h, "http", h->plain, http_port(h->plain_door), h->plain_url);
    h->told = false;
    return true;
}

/* A new certificate, and the door that has it. */
static bool open_first(struct hub *h, struct err *err)
{
    char folder[1100];
    bool made = false;
    snprintf(folder, sizeof folder, "%s/tls", h->app->data);
    arena_reset(&h->arena);
    cert_names_now(&h->names, *h->name ? h->name : NULL);
    *h->plain_url = '\0';
    return cert_open(&h->arena, folder, &h->names, &h->cert, &made, err) &&
           open_tls(h, err);
}

bool hub_open(struct hub **ret, struct walker_app *app, const struct http_app *page,
              const struct hub_wish *wish, struct err *err)
{
    struct hub *h = calloc(1, sizeof *h);
    if (!h)
        err_die("hub", "out of memory");
    h->app = app;
    h->base = *page;
    h->base.connections = 256;
    h->base.memory = 0;
    snprintf(h->listen, sizeof h->listen, "%s", wish->listen);
    snprintf(h->plain, sizeof h->plain, "%s", wish->plain ? wish->plain : "");
    snprintf(h->name, sizeof h->name, "%s", wish->name ? wish->name : "");
    app->hub = h;
    if (sync_host_start(&app->host, err) && open_first(h, err) && open_plain(h, err) &&
        tell(h, err)) {
        *ret = h;
        return true;
    }
    hub_close(h);
    return false;
}

bool hub_look(struct hub *h, struct err *err)
{
    struct cert_names now;
    struct err plain = ERR_INIT;
    cert_names_now(&now, *h->name ? h->name : NULL);
    bool same = cert_names_same(&now, &h->names);
    if (!same)
        log_line(LOG_NOTE, "hub: the names of this machine have changed");
    if (!same || !h->tls_door) {
        close_doors(h);
        if (!open_first(h, err))
            return false;
    }
    /* The good door stays open while the other one, or the store, is tried again. */
    bool both = open_plain(h, &plain);
    bool ok = tell(h, err);
    if (ok && !both)
        *err = plain;
    return ok && both;
}

void hub_close(struct hub *h)
{
    if (!h)
        return;
    close_doors(h);
    sync_host_stop(&h->app->host);
    h->app->hub = NULL;
    arena_release(&h->arena);
    free(h);
}

/* ---- the authority, for phones ---------------------------------------------------- */

/* Installing it is what the phone's own settings ask about; both iOS and Android know it
 * by this type, in DER. */
int api_hub_ca(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct walker_app *app = q->app;
    (void)err;
    buf_add(&r->body, app->hub->cert.ca, app->hub->cert.ca_len);
    r->type = "application/x-x509-ca-cert";
    return 200;
}
