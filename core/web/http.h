/* http: a program's routes as a table, served by libmicrohttpd's epoll thread pool.
 *
 * The order of defence, the same for every route:
 *   1 Host must be ours (403)            5 declared size within the route's limit (413)
 *   2 path and method in the table       6 not too often (429 with Retry-After)
 *     (404, 405 with Allow)              7 the program admits the caller (401, 403)
 *   3 Origin and Sec-Fetch-Site ours     8 body read, JSON strictly parsed (400)
 *     (403; "null" is refused)           9 the handler: reject, reject, do, return
 *   4 Content-Type as the row says (415)
 * A head that does not come, a body that dribbles and one that never ends cost their own
 * connection and no more (core/web/slow).
 * A handler returns the HTTP status, or 0 with err filled: the answer is then an
 * RFC 9457 problem+json in the caller's language. HTTP_LATER: nothing to tell yet (what
 * the reply holds is thrown away), ask me again in a moment (core/web/later); q->later is
 * the handler's own meanwhile. No CORS headers, ever.
 */
#ifndef LYGTE_WEB_HTTP_H
#define LYGTE_WEB_HTTP_H

#include "core/base/arena.h"
#include "core/base/asset.h"
#include "core/base/i18n.h"
#include "core/base/json.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { HTTP_PARTS = 4, HTTP_LATER = -1 };

struct MHD_Connection;

struct http_request {
    struct arena *arena; /* lives as long as the request */
    const char *method, *path;
    const char *part[HTTP_PARTS]; /* what stood for * in the pattern, in order */
    enum i18n_lang lang;
    struct buf body;  /* of routes without a sink                         */
    cJSON *json;      /* the body, when it was sent as application/json   */
    int64_t declared; /* Content-Length, -1 when not said                 */
    void *app;        /* the program's own, from struct http_app          */
    void *worker;     /* from take_worker, only in admit, sink and handle */
    void *sink;       /* the route's sink keeps its state here            */
    const void *actor; /* who is asking, set by admit                     */
    unsigned door;     /* by which of the program's servers it came        */
    struct MHD_Connection *connection;
    struct {
        int64_t until_ms; /* the handler's: when it will answer whatever is, 0 not set */
        int64_t mark;     /* the handler's: what it saw first                          */
        bool now;         /* the server ends: answer                                   */
    } later;
};

/* An answer without end (core/web/events): libmicrohttpd's reader and its end. */
struct http_stream {
    ssize_t (*next)(void *data, uint64_t position, char *out, size_t most);
    void (*end)(void *data);
    void *data;
};

struct http_reply {
    const char *type;  /* of body; application/json when NULL              */
    struct buf body;
    int fd;            /* a file to send instead, -1 for none; closed here */
    int64_t fd_size;
    const struct asset *asset; /* a packed file to send instead            */
    struct http_stream stream; /* bytes as they come instead, .next NULL: none */
    const char *header[12][2]; /* values live in the request's arena       */
    size_t header_count;
};

/* Bodies that must not wait in memory: each piece is handed on as it comes. When the
 * connection breaks before the end, cut is called instead of the handler. */
struct http_sink {
    bool (*begin)(struct http_request *q, struct err *err);
    bool (*add)(struct http_request *q, const void *bytes, size_t n, struct err *err);
    void (*cut)(struct http_request *q);
};

/* As a route's access. OPEN: for anybody; no program's own bits. FREE: the same, and the
 * handler needs no worker. Nothing is asked. */
enum { HTTP_OPEN = 0, HTTP_FREE = 1 << 30 };

struct http_route {
    const char *method;  /* "GET" also serves HEAD                                 */
    const char *pattern; /* "/api/v1/walks/" "*" "/begin"; * is one path part      */
    int (*handle)(struct http_request *q, struct http_reply *r, struct err *err);
    unsigned access;     /* the program's own bits, judged by admit                */
    size_t most;         /* largest body in bytes, 0: none                         */
    const char *types;   /* content types taken, space-separated; NULL: any or none */
    const struct http_sink *sink;
};

/* How often: requests a minute for each token, or for each address without one. Where nobody
 * is asked for a token it is the address: anybody could make up a new one each time. Routes
 * without a row are not counted by themselves; a row with method NULL counts all that comes
 * from one address. */
struct http_rate {
    const char *method, *pattern; /* as in the route's row */
    unsigned per_minute;
};

struct http_app {
    const struct http_route *routes;
    size_t route_count;
    const struct http_route *more; /* a second table, looked into first; NULL: none */
    size_t more_count;
    void *data;
    /* Is the caller allowed? Sets q->actor. */
    bool (*admit)(struct http_request *q, unsigned access, struct err *err);
    /* A worker (an open store) for one request; NULL when none can be had. */
    void *(*take_worker)(void *data, struct err *err);
    void (*give_worker)(void *data, void *worker);
    const char *host; /* a further Host that is ours, beside loopback; NULL         */
    /* More of them, without port or brackets; NULL: none. Asked by many threads. */
    bool (*is_ours)(const void *data, const char *host);
    unsigned door;    /* told to each request; for programs with several servers    */
    unsigned threads, connections; /* threads: 1 to 8 */
    size_t memory; /* bytes a connection, 0: 128 KiB, for large bodies; cleared after
                      each answer, so that a page that asks often is better off with less */
    const char *tls_key, *tls_cert; /* PEM text, NULL: plain HTTP                   */
    const struct http_rate *rates;  /* NULL: none                                   */
    size_t rate_count;
    unsigned per_address;           /* connections from one address, 0: any number  */
    bool behind_proxy;              /* who asks is what X-Forwarded-For says last   */
    unsigned head_ms, body_grace_ms; /* 0: 40 s for a head, 30 s before a body's rate
                                        counts; at least 64 bytes a second then      */
};

struct http_server;

/* listen is "ADDRESS:PORT", ADDRESS an IPv4 or [IPv6] number or localhost; port 0
 * takes a free one. Who connects now waits until http_run. ERR_INPUT "http.bad_listen",
 * ERR_CONFLICT "http.port_taken". */
bool http_listen(struct http_server **ret, const char *listen, struct err *err);
/* Answers, beginning with those that wait. Where it cannot, http_stop is still to come. */
bool http_run(struct http_server *server, const struct http_app *app, struct err *err);
/* Both; where either cannot, nothing is left. */
bool http_start(struct http_server **ret, const struct http_app *app, const char *listen,
                struct err *err);
uint16_t http_port(const struct http_server *server);
void http_stop(struct http_server *server); /* NULL is fine */
/* Is it such an address? ERR_INPUT "http.bad_listen". */
bool http_listen_fits(const char *listen, struct err *err);
bool http_listen_is_loopback(const char *listen);

/* NULL when not sent. Values live as long as the request. */
const char *http_header(const struct http_request *q, const char *name);
const char *http_query(const struct http_request *q, const char *name);
const char *http_cookie(const struct http_request *q, const char *name);
/* What follows "Bearer " in Authorization, NULL when not sent. */
const char *http_bearer(const struct http_request *q);

void http_reply_header(struct http_reply *r, const char *name, const char *value);
/* Sends a file. ERR_NOT_FOUND when it is not there. type lives in the request's arena,
 * as header values do. */
bool http_reply_file(struct http_reply *r, const char *path, const char *type,
                     struct err *err);

#endif
