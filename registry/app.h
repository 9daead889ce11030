/* app: what the registry's server shares. */
#ifndef LYGTE_REGISTRY_APP_H
#define LYGTE_REGISTRY_APP_H

#include "core/store/catalogue.h"
#include "core/store/local/account.h"
#include "core/store/local/device.h"
#include "core/web/events.h"
#include "core/web/http.h"
#include "sync/server/host.h"

struct registry_app {
    struct sync_host host; /* first: sync/server finds its own here */
    struct arena arena;
    struct catalogue catalogue;
    struct events *events; /* NULL when nobody can follow */
    bool secure;           /* people come over HTTPS: here, or at the proxy before it */

    /* logins that failed lately, for the throttle */
    pthread_mutex_t lock;
    int64_t failed_ms[20];
    size_t failed_at;
};

/* Who asks: a device, or a person. What admit sets as q->actor. */
struct actor {
    struct sync_actor device; /* first; .device NULL for a person */
    struct device row;
    struct account account;   /* .name NULL for a device          */
};

/* Columns of the route table: who may come in. */
enum {
    ACCESS_OPEN = HTTP_OPEN,
    ACCESS_DEVICE = 1,      /* a bearer token                      */
    ACCESS_PERSON = 2,      /* any session                         */
    ACCESS_COORDINATOR = 4, /* coordinator or admin                */
    ACCESS_EITHER = 3,
    ACCESS_POLICE = 16, /* the role police and nobody else     */
    ACCESS_SHUT_OUT = 9 /* a bearer token, even a revoked one  */
};

extern const struct http_route registry_routes[];
extern const size_t registry_route_count;
extern const struct http_rate registry_rates[]; /* limits.c */
extern const size_t registry_rate_count;
bool registry_admit(struct http_request *q, unsigned access, struct err *err);

#define HANDLER(name) int name(struct http_request *q, struct http_reply *r, struct err *err)

HANDLER(api_index);        /* 200 the page, for each of its addresses           */
HANDLER(api_healthz);      /* 200 */
HANDLER(api_events);       /* 200 a stream; 429 too many                    */
HANDLER(api_login);        /* 200 with a cookie; 401 wrong; 429 too many        */
HANDLER(api_session);      /* 200; 401 */
HANDLER(api_logout);       /* 204 */
HANDLER(api_walks);        /* 200 */
HANDLER(api_walk_new);     /* 201 */
HANDLER(api_walk);         /* 200; 404 */
HANDLER(api_walk_patch);   /* 200; 404 */
HANDLER(api_points);       /* 200; 404 */
HANDLER(api_point_settle); /* 200; 404; 409 settled meanwhile */
HANDLER(api_issues);       /* 200 */
HANDLER(api_issue);        /* 200; 404 also when the caller may not see it      */
HANDLER(api_issue_patch);  /* 200; 404; 409 not allowed from here; 412 changed  */
HANDLER(api_issue_merge);  /* 201; 404; 409 one already                         */
HANDLER(api_issue_part);   /* 204; 404 no such join                             */
HANDLER(api_parties);      /* 200 */
HANDLER(api_catalogue);    /* 200 */
HANDLER(api_areas);        /* 200 GeoJSON */
HANDLER(api_devices);      /* 200 */
HANDLER(api_device_code);  /* 201 */
HANDLER(api_stranger_admit); /* {"admitted","records"}; 404 when nothing waits */
HANDLER(api_device_drop);  /* 204; 404 */
HANDLER(api_photo);        /* 200; 404 also when the caller may not see it      */
HANDLER(api_sealed);       /* 200 */
HANDLER(api_sealed_photo); /* 200 a box; 404 */
HANDLER(api_list);         /* 200 a download; 404 */

#endif
