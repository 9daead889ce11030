/* walker serve and walker url: the page on this very device, and the key that opens it.
 * With --hub the doors for tablets and phones beside it (walker/hub). */
#include "walker/app.h"
#include "walker/follow.h"
#include "walker/hub.h"
#include "walker/maker.h"

#include "core/base/clock.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/store/local/draft.h"
#include "sync/server/jail.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct verb_option options[] = {
    {"listen", true, "ADDR:PORT"}, {"open", false, NULL},
    {"hub", false, NULL},          {"hub-http", true, "ADDR:PORT"},
    {"page", true, "ADDR:PORT"},   {"host", true, "NAME"},
};

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
        verb_made(call, "url", url);
    return ok;
}

const struct verb url_verb = {"url", "walker.help.url", NULL, NULL, 0, 0, 0, run_url};

/* ---- serving --------------------------------------------------------------------- */

static void *take_worker(void *app, struct err *err)
{
    return pool_take(((struct walker_app *)app)->host.pool, err);
}

static void give_worker(void *app, void *worker)
{
    pool_give(((struct walker_app *)app)->host.pool, worker);
}

enum { ANSWER_MS = 100, FIRST_MS = 2000, LOOK_MS = 5000, TYPED_MS = 20000 };

/* Has a signal said so within that time? */
static bool is_ended(int ms)
{
    sigset_t ends;
    const struct timespec step = {ms / 1000, ms % 1000 * 1000000L};
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    int which = sigtimedwait(&ends, NULL, &step);
    return which == SIGINT || which == SIGTERM;
}

/* Words whose page went with the power and was back within a minute, or whose page was shut
 * without a word, are seen to while the program runs. */
static void look_at_typed(struct pool *pool)
{
    struct err err = ERR_INIT;
    struct store *s = pool_take(pool, &err);
    if (!s)
        return;
    walker_settle_drafts(s, DRAFT_OLD_MS);
    pool_give(pool, s);
}

/* Whoever has just started the program gets the first answer before memory is given back
 * and the jail is looked at, unless that is off on purpose. A hub's doors follow the names
 * this machine has; that it could not just now is told, and tried again. */
static void wait_for_end(struct verb_call *call, struct pool *pool, struct hub *hub)
{
    bool looked = getenv("LYGTE_JAIL") != NULL;
    int64_t settled_ms = clock_mono_ms();
    if (looked)
        jail_warn(call);
    for (int wait = FIRST_MS; !is_ended(wait); wait = hub ? LOOK_MS : TYPED_MS) {
        struct err err = ERR_INIT;
        if (!looked)
            jail_warn(call);
        looked = true;
        if (wait == FIRST_MS)
            heap_rest();
        if (hub && !hub_look(hub, &err))
            log_line(LOG_WARN, "hub: not every door is open: %s %s", err.key,
                     err.arg[0]);
        if (clock_mono_ms() - settled_ms >= TYPED_MS) {
            look_at_typed(pool);
            settled_ms = clock_mono_ms();
        }
    }
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

/* Keeps where we listen for walker url, and makes the key. */
static bool keep_address(struct verb_call *call, struct walker_app *app, char **ret,
                         struct err *err)
{
    struct store *s = pool_take(app->host.pool, err);
    if (!s)
        return false;
    bool ok = store_set(s, "listen", app->listen, err) &&
              address(s, call->arena, app->listen, app->open, ret, err);
    pool_give(app->host.pool, s);
    return ok;
}

/* listened: where the last start did. The same door without a key is nothing new to the
 * store, which is then left to the first question. */
static bool announce(struct verb_call *call, struct walker_app *app, uint16_t port,
                     const char *listened, struct err *err)
{
    char *url = NULL;
    const char *colon = strrchr(app->listen, ':');
    snprintf(app->listen, sizeof app->listen, "%.*s:%u", (int)(colon - app->listen),
             arena_strdup(call->arena, app->listen), port);
    bool ok = app->open && strcmp(app->listen, listened) == 0
                  ? address(NULL, call->arena, app->listen, true, &url, err)
                  : keep_address(call, app, &url, err);
    if (ok) {
        verb_say(call, "serve.walker", url, NULL);
        fflush(stdout);
    }
    return ok;
}

static void announce_hub(struct verb_call *call, const struct hub *hub)
{
    verb_say(call, "hub.open", hub_url(hub), hub_pin(hub), NULL);
    verb_say(call, "hub.authority", hub_url(hub), NULL);
    if (*hub_plain(hub))
        verb_say(call, "hub.plain", hub_plain(hub), NULL);
    fflush(stdout);
}

/* Takes the server over. */
static bool serve(struct verb_call *call, struct walker_app *app,
                  struct http_server *server, const char *listened,
                  const struct hub_wish *wish, struct err *err)
{
    struct hub *hub = NULL;
    struct http_app http = {.routes = walker_routes,
                            .route_count = walker_route_count,
                            .data = app,
                            .admit = walker_admit,
                            .take_worker = take_worker,
                            .give_worker = give_worker,
                            .threads = 2,
                            .memory = 32768,
                            .connections = 128};
    struct follow *follow = NULL;
    follow_start(&follow, app);
    app->gps = gps_make(app->host.pool);
    app->maker = maker_make(app->host.pool, &app->host);
    bool ok = http_run(server, &http, err) &&
              announce(call, app, http_port(server), listened, err) &&
              (!wish || hub_open(&hub, app, &http, wish, err));
    if (ok && hub)
        announce_hub(call, hub);
    if (ok && !is_ended(ANSWER_MS)) {
        ok = gps_run(app->gps, err) && maker_run(app->maker, err);
        if (ok)
            wait_for_end(call, app->host.pool, hub);
    }
    follow_end(follow);
    hub_close(hub);
    http_stop(server);
    gps_stop(app->gps);
    maker_end(app->maker);
    follow_free(follow);
    return ok;
}

static bool check_listen(const char *listen, struct err *err)
{
    if (listen && strlen(listen) >= 80)
        return err_set(err, ERR_USAGE, "http.bad_listen", listen, NULL);
    return !listen || http_listen_fits(listen, err);
}

/* What only a hub has needs --hub, and a hub lets nobody in without a key. */
static bool check_hub(struct verb_call *call, const struct hub_wish *wish,
                      struct err *err)
{
    static const char *const others[] = {"hub-http", "page", "host"};
    bool is_hub = verb_flag(call, "hub");
    for (size_t i = 0; !is_hub && i < sizeof others / sizeof others[0]; i++)
        if (verb_flag(call, others[i]))
            return err_set(err, ERR_USAGE, "hub.only_with_hub", others[i], NULL);
    if (is_hub && verb_flag(call, "open"))
        return err_set(err, ERR_USAGE, "hub.not_open", NULL);
    return check_listen(wish->listen, err) && check_listen(wish->plain, err);
}

/* On a hub --listen is the door for others; its own screen has an address beside it. */
static const char *page_of(struct verb_call *call, const struct hub_wish *wish)
{
    const char *listen = verb_value(call, "listen"), *page = verb_value(call, "page");
    if (!verb_flag(call, "hub"))
        return listen ? listen : "127.0.0.1:8480";
    const char *colon = strrchr(wish->listen, ':');
    return page ? page : strcmp(colon, ":8480") == 0 ? "127.0.0.1:8481" : "127.0.0.1:8480";
}

/* Settles what was being typed when the power went, but not what a page that is still open
 * may be typing, and what is left of a track, which its walk's end may have passed by. What
 * is too young for that is looked at again (wait_for_end).
 * *listened, in a, is where the last start listened. */
static bool look_back(const struct walker_app *app, struct arena *a,
                      const char **listened, struct err *err)
{
    struct err stays = ERR_INIT;
    struct store *s = pool_take(app->host.pool, err);
    if (!s)
        return false;
    walker_settle_drafts(s, DRAFT_OLD_MS);
    if (!walker_flush_track(s, NULL, &stays))
        log_line(LOG_WARN, "fixes of a track stay: %s", stays.key);
    bool ok = store_setting(s, a, "listen", "", listened, err);
    pool_give(app->host.pool, s);
    return ok;
}

/* The page that has waited for the program is connected before the store is open. */
static bool open_and_serve(struct verb_call *call, struct walker_app *app,
                           const struct hub_wish *wish, struct err *err)
{
    struct http_server *server;
    const char *listened;
    if (!http_listen(&server, app->listen, err))
        return false;
    if (!pool_open(&app->host.pool, call->data, STORE_WALKER, NULL, NULL, err)) {
        http_stop(server);
        return false;
    }
    bool ok = look_back(app, call->arena, &listened, err);
    if (ok)
        ok = serve(call, app, server, listened, wish, err);
    else
        http_stop(server);
    pool_close(app->host.pool);
    return ok;
}

static bool run_serve(struct verb_call *call, struct err *err)
{
    struct walker_app app = {.open = verb_flag(call, "open")};
    struct hub_wish wish = {.listen = verb_value(call, "listen"),
                            .plain = verb_value(call, "hub-http"),
                            .name = verb_value(call, "host")};
    if (!wish.listen)
        wish.listen = "0.0.0.0:8443";
    if (!check_hub(call, &wish, err))
        return false;
    const char *listen = page_of(call, &wish);
    if (!check_listen(listen, err))
        return false;
    if (!http_listen_is_loopback(listen))
        return err_set(err, ERR_USAGE, "serve.not_loopback", listen, NULL);
    snprintf(app.listen, sizeof app.listen, "%s", listen);
    snprintf(app.data, sizeof app.data, "%s", call->data);
    heap_serve();
    block_ends();
    return open_and_serve(call, &app, verb_flag(call, "hub") ? &wish : NULL, err);
}

const struct verb serve_verb = {"serve", "walker.help.serve", NULL, options,
                                6,       0,                   0,    run_serve};
