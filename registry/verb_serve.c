/* registry serve: the register on the net. Off loopback never without TLS. */
#include "registry/app.h"
#include "registry/follow.h"
#include "registry/retain.h"
#include "registry/tell.h"
#include "registry/verbs.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/store/published.h"
#include "core/web/cert.h"
#include "sync/server/jail.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct verb_option options[] = {
    {"listen", true, "127.0.0.1:8470"}, {"name", true, "NAME"}, {"host", true, "NAME"},
    {"tls-cert", true, "FILE"},         {"tls-key", true, "FILE"},
    {"behind-proxy", false, NULL},
};

static void *take_worker(void *app, struct err *err)
{
    return pool_take(((struct registry_app *)app)->host.pool, err);
}

static void give_worker(void *app, void *worker)
{
    pool_give(((struct registry_app *)app)->host.pool, worker);
}

static void block_ends(sigset_t *ends)
{
    sigset_t blocked;
    sigemptyset(ends);
    sigaddset(ends, SIGINT);
    sigaddset(ends, SIGTERM);
    blocked = *ends;
    sigaddset(&blocked, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &blocked, NULL);
}

/* Both TLS files, or neither; off loopback one of TLS and a proxy that has it. */
static bool read_tls(struct verb_call *call, const char *listen, struct http_app *http,
                     struct err *err)
{
    const char *cert = verb_value(call, "tls-cert"), *key = verb_value(call, "tls-key");
    char *cert_text, *key_text;
    if (!cert != !key)
        return err_set(err, ERR_USAGE, "serve.tls_both", NULL);
    if (!cert)
        return http_listen_is_loopback(listen) || verb_flag(call, "behind-proxy") ||
               err_set(err, ERR_USAGE, "serve.needs_tls", listen, NULL);
    if (!file_read(call->arena, cert, 65536, &cert_text, NULL, err) ||
        !file_read(call->arena, key, 65536, &key_text, NULL, err) ||
        !cert_fits(cert_text, key_text, cert, key, err))
        return false;
    http->tls_cert = cert_text;
    http->tls_key = key_text;
    return true;
}

/* By which key the certificate is known; one that cannot be read was refused before. */
static void say_pin(struct verb_call *call, const struct http_app *http)
{
    char pin[CERT_PIN];
    struct err ignored = ERR_INIT;
    if (http->tls_cert && cert_pin_of(http->tls_cert, "--tls-cert", pin, &ignored))
        verb_say(call, "cert.pin", pin, NULL);
}

static bool run_server(struct verb_call *call, struct http_app *http, const char *listen,
                       const sigset_t *ends, struct err *err)
{
    struct http_server *server = NULL;
    struct tell *tell = NULL;
    struct retain *retain = NULL;
    int which;
    tell_start(&tell, http->data);
    if (!http_start(&server, http, listen, err)) {
        tell_end(tell);
        tell_free(tell);
        return false;
    }
    const char *colon = strrchr(listen, ':');
    verb_say(call, "serve.registry",
             arena_printf(call->arena, "%s://%.*s:%u/", http->tls_key ? "https" : "http",
                          (int)(colon - listen), listen, http_port(server)),
             NULL);
    say_pin(call, http);
    fflush(stdout);
    jail_warn(call);
    bool ok = retain_start(&retain, ((struct registry_app *)http->data)->host.pool, err);
    if (ok)
        sigwait(ends, &which);
    retain_end(retain);
    tell_end(tell);
    http_stop(server);
    tell_free(tell);
    return ok;
}

/* Where doctor finds the certificate. */
static bool remember_tls(struct store *s, const struct verb_call *call, struct err *err)
{
    const char *cert = verb_value(call, "tls-cert");
    char path[4096] = "";
    if (cert && !realpath(cert, path))
        return err_errno(err, "file.unreadable", cert);
    return store_set(s, "tls.cert", path, err);
}

static bool prepare(struct registry_app *app, struct verb_call *call, struct err *err)
{
    struct store *s;
    pthread_mutex_init(&app->lock, NULL);
    const char *name = verb_value(call, "name");
    snprintf(app->host.name, sizeof app->host.name, "%.60s", name ? name : "Lygte");
    if (!pool_open(&app->host.pool, call->data, STORE_REGISTRY, follow, &app->catalogue, err))
        return false;
    s = pool_take(app->host.pool, err);
    bool ok = s && published_start(s, err) && remember_tls(s, call, err) &&
              published_catalogue(s, &app->arena, &app->catalogue, err) &&
              follow_missed(s, &app->catalogue, err);
    if (s)
        pool_give(app->host.pool, s);
    return ok && sync_host_start(&app->host, err);
}

static bool run_serve(struct verb_call *call, struct err *err)
{
    struct registry_app app = {.arena = ARENA_INIT};
    sigset_t ends;
    const char *listen = verb_value(call, "listen");
    struct http_app http = {.routes = registry_routes,
                            .route_count = registry_route_count,
                            .data = &app,
                            .admit = registry_admit,
                            .take_worker = take_worker,
                            .give_worker = give_worker,
                            .host = verb_value(call, "host"),
                            .threads = 4,
                            .connections = 512,
                            .rates = registry_rates,
                            .rate_count = registry_rate_count,
                            .behind_proxy = verb_flag(call, "behind-proxy")};
    /* Behind a proxy all come from its one address; it has limits of its own. */
    http.per_address = http.behind_proxy ? 0 : http.connections / 4;
    if (!listen)
        listen = "127.0.0.1:8470";
    if (!http_listen_fits(listen, err) || !read_tls(call, listen, &http, err))
        return false;
    app.secure = http.tls_cert || http.behind_proxy;
    block_ends(&ends);
    bool ok = prepare(&app, call, err) && run_server(call, &http, listen, &ends, err);
    sync_host_stop(&app.host);
    pool_close(app.host.pool);
    arena_release(&app.arena);
    return ok;
}

const struct verb serve_verb = {
    "serve", "registry.help_serve", NULL, VERB_OPTIONS(options), 0, 0, run_serve};
