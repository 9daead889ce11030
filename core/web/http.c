/* http: see the header. This file is the life of one request; guard.c holds the checks
 * on Host, Origin and type, reply.c the sending. */
#include "core/web/http.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/web/guard.h"
#include "core/web/later.h"
#include "core/web/listener.h"
#include "core/web/problem.h"
#include "core/web/rate.h"
#include "core/web/reply.h"
#include "core/web/slow.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct http_server {
    struct MHD_Daemon *daemon[LISTENER_DAEMONS];
    struct listener *listener;
    char listen[80]; /* what it was told, for sentences */
    struct http_app app;
    struct rate *rate; /* NULL when nothing is counted */
    struct slow *slow;
    struct later *later;
};

/* One request from its first line to its last byte. */
struct exchange {
    struct http_request q;
    struct arena arena;
    const struct http_route *route;
    struct err err;  /* code set: the answer is a problem, the body is ignored */
    const char *allow; /* for 405 */
    const char *retry_after; /* for 429 */
    size_t ignored; /* bytes of a body that was refused already */
    bool sink_open;
};

const char *http_header(const struct http_request *q, const char *name)
{
    return MHD_lookup_connection_value(q->connection, MHD_HEADER_KIND, name);
}

const char *http_query(const struct http_request *q, const char *name)
{
    const char *value =
        MHD_lookup_connection_value(q->connection, MHD_GET_ARGUMENT_KIND, name);
    return value && text_is_utf8(value, strlen(value)) ? value : NULL;
}

const char *http_cookie(const struct http_request *q, const char *name)
{
    return MHD_lookup_connection_value(q->connection, MHD_COOKIE_KIND, name);
}

const char *http_bearer(const struct http_request *q)
{
    const char *value = http_header(q, "Authorization");
    return value && strncmp(value, "Bearer ", 7) == 0 ? value + 7 : NULL;
}

/* ---- routing --------------------------------------------------------------------- */

/* Pattern parts are compared one by one; * takes one part of 1 to 200 bytes. */
static bool match(const char *pattern, const char *path, struct arena *a,
                  const char *part[HTTP_PARTS])
{
    size_t n = 0;
    while (*pattern && *path) {
        if (*pattern != '*') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        size_t len = strcspn(path, "/");
        if (len == 0 || len > 200 || n == HTTP_PARTS)
            return false;
        part[n++] = arena_strndup(a, path, len);
        path += len;
        pattern++;
    }
    return *pattern == '\0' && *path == '\0';
}

static bool same_method(const char *route, const char *method)
{
    return strcmp(route, method) == 0 ||
           (strcmp(route, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

/* The methods of rows that have the path, but not the method, are told in allow. */
static void look_into(struct exchange *x, const struct http_route *rows, size_t n,
                      struct buf *allow)
{
    for (size_t i = 0; i < n && !x->route; i++) {
        if (!match(rows[i].pattern, x->q.path, &x->arena, x->q.part))
            continue;
        if (same_method(rows[i].method, x->q.method))
            x->route = &rows[i];
        else
            buf_printf(allow, "%s%s", allow->len ? ", " : "", rows[i].method);
    }
}

static bool find_route(struct exchange *x, const struct http_app *app)
{
    struct buf allow = BUF_INIT;
    look_into(x, app->more, app->more_count, &allow);
    look_into(x, app->routes, app->route_count, &allow);
    if (!x->route && allow.len) {
        x->allow = buf_dup(&allow, &x->arena);
        err_set(&x->err, ERR_METHOD, "http.method", x->q.method, x->q.path, NULL);
    } else if (!x->route) {
        err_set(&x->err, ERR_NOT_FOUND, "http.no_such_place", x->q.path, NULL);
    }
    buf_release(&allow);
    return x->route != NULL;
}

/* ---- workers --------------------------------------------------------------------- */

static bool take_worker(struct exchange *x, const struct http_app *app)
{
    if (!app->take_worker || x->q.worker || x->route->access == HTTP_FREE)
        return true;
    x->q.worker = app->take_worker(app->data, &x->err);
    return x->q.worker != NULL;
}

static void give_worker(struct exchange *x, const struct http_app *app)
{
    if (x->q.worker && app->give_worker)
        app->give_worker(app->data, x->q.worker);
    x->q.worker = NULL;
}

/* ---- a request's life ------------------------------------------------------------ */

static int64_t declared_size(const struct http_request *q)
{
    int64_t n = -1;
    const char *value = http_header(q, "Content-Length");
    return value && text_int(value, &n) && n >= 0 ? n : -1;
}

/* On a route for anybody a token is only text. */
static const char *token_of(const struct exchange *x)
{
    unsigned access = x->route->access;
    return access == HTTP_OPEN || access == HTTP_FREE ? NULL : http_bearer(&x->q);
}

/* Each row that speaks of this request: of its route by who asks, of all by address. */
static bool not_too_often(struct exchange *x, const struct http_server *server)
{
    const struct http_app *app = &server->app;
    const struct http_request *q = &x->q;
    const char *address = app->rate_count ? rate_address(q, app->behind_proxy) : "";
    const char *token = token_of(x);
    for (size_t i = 0; i < app->rate_count; i++) {
        const struct http_rate *row = &app->rates[i];
        int64_t wait_s = 1;
        if (row->method && (strcmp(row->method, x->route->method) != 0 ||
                            strcmp(row->pattern, x->route->pattern) != 0))
            continue;
        const char *who = row->method && token ? token : address;
        if (rate_allows(server->rate, (unsigned)i, who, row->per_minute, clock_mono_ms(),
                        &wait_s))
            continue;
        x->retry_after = arena_printf(&x->arena, "%lld", (long long)wait_s);
        return err_set(&x->err, ERR_BUSY, "http.too_often", x->retry_after, NULL);
    }
    return true;
}

static bool has_body(const struct http_request *q)
{
    return q->declared > 0 || http_header(q, "Transfer-Encoding");
}

/* Steps 1 to 7 of the order of defence; x->err says what did not hold. */
static bool defend(struct exchange *x, const struct http_server *server)
{
    const struct http_app *app = &server->app;
    struct http_request *q = &x->q;
    if (!guard_host(q, app, &x->err) || !find_route(x, app) ||
        !guard_origin(q, app, &x->err) || !guard_type(q, x->route, &x->err))
        return false;
    if (q->declared > (int64_t)x->route->most)
        return err_set(&x->err, ERR_TOO_LARGE, "http.too_large", q->path, NULL);
    if (!not_too_often(x, server))
        return false;
    if (x->route->access == HTTP_FREE || (!app->admit && !x->route->sink))
        return true;
    if (!take_worker(x, app))
        return false;
    bool ok = !app->admit || app->admit(q, x->route->access, &x->err);
    if (ok && x->route->sink) {
        ok = x->route->sink->begin(q, &x->err);
        x->sink_open = ok;
    }
    if (!ok || has_body(q)) /* while it comes others may need the worker */
        give_worker(x, app);
    return ok;
}

static struct exchange *begin(struct MHD_Connection *connection, const char *url,
                              const char *method, const struct http_server *server)
{
    const struct http_app *app = &server->app;
    struct exchange *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->q.connection = connection;
    x->q.arena = &x->arena;
    x->q.app = app->data;
    x->q.door = app->door;
    x->q.method = arena_strdup(&x->arena, method);
    x->q.path = arena_strdup(&x->arena, url);
    x->q.lang = i18n_from_header(http_header(&x->q, "Accept-Language"));
    x->q.declared = declared_size(&x->q);
    defend(x, server);
    return x;
}

static void take_piece(struct exchange *x, const char *bytes, size_t n)
{
    if (x->err.code != ERR_NONE) {
        x->ignored += n;
        return;
    }
    if (x->route->sink) {
        if (!x->route->sink->add(&x->q, bytes, n, &x->err)) {
            x->route->sink->cut(&x->q);
            x->sink_open = false;
        }
    } else if (x->q.body.len + n > x->route->most) {
        err_set(&x->err, ERR_TOO_LARGE, "http.too_large", x->q.path, NULL);
    } else {
        buf_add(&x->q.body, bytes, n);
    }
}

static bool parse_json(struct exchange *x)
{
    const char *type = http_header(&x->q, "Content-Type");
    if (x->route->sink || x->q.body.len == 0 || x->q.json || !type ||
        !text_starts(type, "application/json"))
        return true;
    return json_parse(x->q.body.data, x->q.body.len, &x->q.json, &x->err);
}

static int handle(struct exchange *x, const struct http_app *app, struct http_reply *r)
{
    int status = 0;
    if (x->err.code == ERR_NONE && parse_json(x) && take_worker(x, app)) {
        x->sink_open = false; /* from here the handler owns what the sink made */
        status = x->route->handle(&x->q, r, &x->err);
    }
    give_worker(x, app);
    return status;
}

static enum MHD_Result answer(struct exchange *x, const struct http_server *server)
{
    struct http_reply r = {.fd = -1};
    int status = handle(x, &server->app, &r);
    if (status == HTTP_LATER) {
        buf_release(&r.body);
        if (later_sleep(server->later, x->q.connection))
            return MHD_YES;
        x->q.later.now = true;
        status = handle(x, &server->app, &r);
    }
    if (x->err.code != ERR_NONE) {
        status = problem_reply(&x->q, &r, &x->err);
        if (x->allow)
            http_reply_header(&r, "Allow", x->allow);
        if (x->retry_after)
            http_reply_header(&r, "Retry-After", x->retry_after);
    }
    enum MHD_Result sent = reply_send(x->q.connection, status, &r);
    buf_release(&r.body);
    return sent;
}

static struct slow_line *line_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

enum { IGNORED_MOST = 1048576 };

/* libmicrohttpd calls this once for the head, then for each piece, then at the end.
 * Answering in the first call would close the connection, so only refusals
 * of a body do. */
static enum MHD_Result on_request(void *server, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *piece, size_t *size,
                                  void **state)
{
    const struct http_server *ours = server;
    struct slow_line *line = line_of(connection);
    struct exchange *x = *state;
    (void)version;
    if (!x) {
        *state = x = begin(connection, url, method, ours);
        slow_body(ours->slow, line);
        if (!x)
            return MHD_NO;
        return x->err.code != ERR_NONE && has_body(&x->q) ? answer(x, ours) : MHD_YES;
    }
    if (*size > 0) {
        slow_bytes(ours->slow, line, *size);
        take_piece(x, piece, *size);
        *size = 0;
        /* Whoever goes on sending what was refused is cut off, not listened to. */
        return x->ignored <= IGNORED_MOST ? MHD_YES : MHD_NO;
    }
    slow_answering(ours->slow, line);
    return answer(x, ours);
}

static void on_completed(void *server, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why)
{
    struct exchange *x = *state;
    (void)why;
    slow_next(((struct http_server *)server)->slow, line_of(connection));
    if (!x)
        return;
    if (x->sink_open)
        x->route->sink->cut(&x->q);
    give_worker(x, &((const struct http_server *)server)->app);
    json_free(x->q.json);
    buf_release(&x->q.body);
    arena_release(&x->arena);
    free(x);
    *state = NULL;
}

static void on_connection(void *server, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    const struct http_server *ours = server;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = info ? slow_add(ours->slow, info->connect_fd) : NULL;
    } else {
        slow_remove(ours->slow, *context);
        if (info)
            listener_ended(ours->listener, info->connect_fd);
        *context = NULL;
    }
}

/* ---- starting -------------------------------------------------------------------- */

/* "localhost" needs no resolver: it is this machine (RFC 6761, 6.3). */
static bool parse_listen(const char *listen, struct sockaddr_storage *address,
                         struct err *err)
{
    char host[64];
    int64_t port;
    const char *colon = strrchr(listen, ':');
    struct sockaddr_in *v4 = (struct sockaddr_in *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
    *address = (struct sockaddr_storage){0};
    size_t n = colon ? (size_t)(colon - listen) : 0;
    if (!colon || n >= sizeof host || !text_int(colon + 1, &port) || port < 0 ||
        port > 65535)
        return err_set(err, ERR_INPUT, "http.bad_listen", listen, NULL);
    bool bracket = n > 2 && listen[0] == '[' && listen[n - 1] == ']';
    snprintf(host, sizeof host, "%.*s", (int)(bracket ? n - 2 : n), listen + bracket);
    if (!bracket && strcmp(host, "localhost") == 0)
        snprintf(host, sizeof host, "127.0.0.1");
    if (bracket && inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
    } else if (!bracket && inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
    } else {
        return err_set(err, ERR_INPUT, "http.bad_listen", listen, NULL);
    }
    return true;
}

bool http_listen_is_loopback(const char *listen)
{
    return text_starts(listen, "127.") || text_starts(listen, "[::1]:") ||
           text_starts(listen, "localhost:");
}

bool http_listen_fits(const char *listen, struct err *err)
{
    struct sockaddr_storage address;
    return parse_listen(listen, &address, err);
}

/* TLS 1.2 (RFC 5246) and 1.3 (RFC 8446), nothing older. */
static const char tls_priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

static struct MHD_Daemon *start_daemon(struct http_server *server)
{
    const struct http_app *app = &server->app;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_NO_LISTEN_SOCKET;
    if (app->tls_key)
        flags |= MHD_USE_TLS;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)app->tls_key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)app->tls_cert},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_priorities},
        {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_CONNECTION_LIMIT,
        app->connections, MHD_OPTION_CONNECTION_TIMEOUT, 30u,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, app->memory ? app->memory : (size_t)131072,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, server, MHD_OPTION_ARRAY, app->tls_key ? tls : none,
        MHD_OPTION_END);
}

/* One for each thread (core/web/listener); the first answers while the others start. */
static bool start_daemons(struct http_server *server, struct err *err)
{
    const struct http_app *app = &server->app;
    for (unsigned i = 0; i < app->threads; i++) {
        errno = 0;
        struct MHD_Daemon *daemon = server->daemon[i] = start_daemon(server);
        if (!daemon)
            return err_errno(err, "http.cannot_listen", server->listen);
        if (i == 0)
            listener_run(server->listener, daemon, app->connections, app->per_address);
        else
            listener_add(server->listener, daemon);
    }
    return true;
}

static void stop_daemons(struct http_server *server)
{
    listener_stop(server->listener);
    for (size_t i = 0; i < LISTENER_DAEMONS && server->daemon[i]; i++)
        MHD_stop_daemon(server->daemon[i]);
}

static void server_free(struct http_server *server)
{
    later_free(server->later);
    listener_free(server->listener);
    slow_stop(server->slow);
    rate_free(server->rate);
    free(server);
}

bool http_listen(struct http_server **ret, const char *listen, struct err *err)
{
    struct sockaddr_storage address;
    struct listener *listener;
    if (!parse_listen(listen, &address, err) ||
        !listener_open(&listener, &address, listen, err))
        return false;
    struct http_server *server = calloc(1, sizeof *server);
    if (!server)
        err_die("http", "out of memory");
    reply_use();
    server->listener = listener;
    snprintf(server->listen, sizeof server->listen, "%s", listen);
    *ret = server;
    return true;
}

bool http_run(struct http_server *server, const struct http_app *app, struct err *err)
{
    if (app->threads == 0 || app->threads > LISTENER_DAEMONS)
        err_die("http", "no thread, or too many");
    const struct slow_limits limits = {app->head_ms ? app->head_ms : 40000,
                                       app->body_grace_ms ? app->body_grace_ms : 30000,
                                       64};
    server->app = *app;
    server->slow = slow_make(&limits);
    server->later = later_start();
    server->rate = app->rate_count ? rate_make() : NULL;
    if (!start_daemons(server, err))
        return false;
    slow_run(server->slow);
    return true;
}

bool http_start(struct http_server **ret, const struct http_app *app,
                const char *listen, struct err *err)
{
    struct http_server *server;
    if (!http_listen(&server, listen, err))
        return false;
    if (!http_run(server, app, err)) {
        http_stop(server);
        return false;
    }
    *ret = server;
    return true;
}

uint16_t http_port(const struct http_server *server)
{
    return listener_port(server->listener);
}

void http_stop(struct http_server *server)
{
    if (!server)
        return;
    later_end(server->later);
    stop_daemons(server);
    reply_forget();
    server_free(server);
}
