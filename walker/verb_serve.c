/* walker serve and walker url: the page on this very device, and the key that opens it. */
#include "walker/app.h"
#include "walker/follow.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/picture/picture.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct verb_option options[] = {{"listen", true, "127.0.0.1:8480"},
                                             {"open", false, NULL}};

/* ---- the address ----------------------------------------------------------------- */

/* "http://127.0.0.1:8480/?key=..." or, open, without the key. */
static bool address(struct store *s, struct arena *a, const char *listen, bool open,
                    char **ret, struct err *err)
{
    char key[65] = "";
    if (!open && !keys_make(s, "once", key, err))
        return false;
    *ret = arena_printf(a, "http://%s/%s%s", listen, open ? "" : "?key=", key);
    return true;
}

static bool run_url(struct verb_call *call, struct err *err)
{
    struct store s;
    const char *listen;
    char *url;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = store_setting(&s, call->arena, "listen", "127.0.0.1:8480", &listen, err) &&
              address(&s, call->arena, listen, false, &url, err);
    store_close(&s);
    if (ok)
        printf(call->json ? "{\"url\":\"%s\"}\n" : "%s\n", url);
    return ok;
}

const struct verb url_verb = {"url", "walker.help.url", NULL, NULL, 0, 0, 0, run_url};

/* ---- serving --------------------------------------------------------------------- */

static void *take_worker(void *app, struct err *err)
{
    return pool_take(((struct walker_app *)app)->pool, err);
}

static void give_worker(void *app, void *worker)
{
    pool_give(((struct walker_app *)app)->pool, worker);
}

static void wait_for_end(void)
{
    sigset_t ends;
    int which;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigwait(&ends, &which);
}

static void block_ends(void)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
}

static bool announce(struct verb_call *call, struct walker_app *app, uint16_t port,
                     struct err *err)
{
    char *url = NULL;
    struct store *s = pool_take(app->pool, err);
    if (!s)
        return false;
    const char *colon = strrchr(app->listen, ':');
    snprintf(app->listen, sizeof app->listen, "%.*s:%u", (int)(colon - app->listen),
             arena_strdup(call->arena, app->listen), port);
    bool ok = store_set(s, "listen", app->listen, err) &&
              address(s, call->arena, app->listen, app->open, &url, err);
    pool_give(app->pool, s);
    if (ok) {
        verb_say(call, "serve.walker", url, NULL);
        fflush(stdout);
    }
    return ok;
}

/* Photos read without their jail are said aloud, once at the start. */
static void warn_unjailed(struct verb_call *call)
{
    struct err err = ERR_INIT;
    bool jailed;
    if (!picture_check(&jailed, &err))
        log_line(LOG_WARN, "%s", i18n_error(call->arena, call->lang, &err));
}

static bool serve(struct verb_call *call, struct walker_app *app, struct err *err)
{
    struct http_server *server = NULL;
    struct http_app http = {.routes = walker_routes,
                            .route_count = walker_route_count,
                            .data = app,
                            .admit = walker_admit,
                            .take_worker = take_worker,
                            .give_worker = give_worker,
                            .threads = 2,
                            .connections = 128};
    struct follow *follow = NULL;
    bool ok = follow_start(&follow, app, err) &&
              http_start(&server, &http, app->listen, err) &&
              announce(call, app, http_port(server), err);
    if (ok) {
        warn_unjailed(call);
        wait_for_end();
    }
    follow_end(follow);
    http_stop(server);
    follow_free(follow);
    return ok;
}

static bool run_serve(struct verb_call *call, struct err *err)
{
    struct walker_app app = {.open = verb_flag(call, "open")};
    const char *listen = verb_value(call, "listen");
    if (!listen)
        listen = "127.0.0.1:8480";
    if (strlen(listen) >= sizeof app.listen || !strchr(listen, ':'))
        return err_set(err, ERR_USAGE, "http.bad_listen", listen, NULL);
    if (!http_listen_is_loopback(listen))
        return err_set(err, ERR_USAGE, "serve.not_loopback", listen, NULL);
    snprintf(app.listen, sizeof app.listen, "%s", listen);
    snprintf(app.data, sizeof app.data, "%s", call->data);
    /* One heap for all threads: theirs would each grow, and keep, their own. */
    mallopt(M_ARENA_MAX, 1);
    block_ends();
    if (!pool_open(&app.pool, call->data, STORE_WALKER, NULL, NULL, err))
        return false;
    bool ok = serve(call, &app, err);
    pool_close(app.pool);
    return ok;
}

const struct verb serve_verb = {"serve", "walker.help.serve", NULL, options,
                                2,       0,                   0,    run_serve};
