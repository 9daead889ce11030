/* tell: see the header. Names and shapes of the events:
 *
 *   walks   {"walks":[id]|null}                 null: any of them
 *   points  {"walk":id,"observations":null}     something of this walk's points changed
 *   photos  {}                                  photos came or were proven, once a second
 *   issues  {}                                  cases changed
 *   devices {}                                  one was paired
 */
#include "registry/tell.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/store/changes.h"

#include <stdlib.h>
#include <string.h>

enum { STREAMS = 64, WALKS_MOST = 32, PHOTOS_MS = 1000 };

struct tell {
    struct registry_app *app;
    struct store *store; /* taken while somebody listens, else NULL */
    struct changes changes;
    int64_t host_changes, blobs; /* when photos were last looked at */
    int64_t photos_ms;           /* when photos were last told      */
    bool photos;                 /* to be told when it is time      */
};

struct found {
    struct arena arena;
    const char *walk[WALKS_MOST], *itself[WALKS_MOST];
    size_t walks, selves;
    bool all, issues, devices; /* all: more walks than that */
};

static void put_in(struct found *f, const char **list, size_t *n, const char *id)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(list[i], id) == 0)
            return;
    if (*n < WALKS_MOST)
        list[(*n)++] = arena_strdup(&f->arena, id);
    else
        f->all = true;
}

static void see_record(const char *kind, const char *subject, const char *walk,
                       void *data)
{
    struct found *f = data;
    (void)subject;
    f->issues = f->issues || text_starts(kind, "issue.");
    f->devices = f->devices || text_starts(kind, "origin.");
    if (*walk && text_starts(kind, "walk."))
        put_in(f, f->itself, &f->selves, walk);
    else if (*walk)
        put_in(f, f->walk, &f->walks, walk);
}

static void tell_walks(struct events *e, const struct found *f)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    json_open(&o, NULL, '{');
    json_open(&o, "walks", '[');
    for (size_t i = 0; i < f->selves; i++)
        json_str(&o, NULL, f->itself[i]);
    json_close(&o, ']');
    json_close(&o, '}');
    events_tell(e, "walks", text.data);
    buf_release(&text);
}

static void tell_points(struct events *e, const char *walk)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    json_open(&o, NULL, '{');
    json_str(&o, "walk", walk);
    json_null(&o, "observations");
    json_close(&o, '}');
    events_tell(e, "points", text.data);
    buf_release(&text);
}

static bool look_at_records(struct tell *t, struct events *e, struct err *err)
{
    struct found f = {.arena = ARENA_INIT};
    bool all = true;
    bool ok = changes_each(&t->changes, t->store, see_record, &f, &all, err);
    if (ok && (!all || f.all)) {
        events_tell(e, "all", "{}");
    } else if (ok) {
        for (size_t i = 0; i < f.walks; i++)
            tell_points(e, f.walk[i]);
        if (f.selves > 0)
            tell_walks(e, &f);
        if (f.issues)
            events_tell(e, "issues", "{}");
        if (f.devices)
            events_tell(e, "devices", "{}");
    }
    arena_release(&f.arena);
    return ok;
}

static const char sql_blobs[] = "SELECT count(*) FROM blob";

/* Our own host tells of every photo and small picture; what another program brought (a
 * stick) is seen by the number of photos. */
static bool look_at_photos(struct tell *t, bool any, struct err *err)
{
    int64_t blobs = t->blobs, changes = sync_host_changes(&t->app->host);
    if (any && !db_number(&t->store->db, &blobs, 0, err, sql_blobs, ""))
        return false;
    t->photos = t->photos || changes != t->host_changes || blobs != t->blobs;
    t->host_changes = changes;
    t->blobs = blobs;
    return true;
}

static void tell_photos(struct tell *t, struct events *e)
{
    int64_t now = clock_mono_ms();
    if (!t->photos || now - t->photos_ms < PHOTOS_MS)
        return;
    events_tell(e, "photos", "{}");
    t->photos = false;
    t->photos_ms = now;
}

static bool begin(struct tell *t, struct err *err)
{
    t->store = pool_take(t->app->host.pool, err);
    if (!t->store || !changes_begin(&t->changes, t->store, err) ||
        !look_at_photos(t, true, err))
        return false;
    t->photos = false;
    return true;
}

static bool look(struct tell *t, struct events *e, struct err *err)
{
    bool any = false;
    if (!t->store)
        return begin(t, err);
    if (!changes_any(&t->changes, t->store, &any, err) ||
        (any && !look_at_records(t, e, err)) || !look_at_photos(t, any, err))
        return false;
    tell_photos(t, e);
    return true;
}

static void on_rest(void *tell)
{
    struct tell *t = tell;
    if (t->store)
        pool_give(t->app->host.pool, t->store);
    t->store = NULL;
}

static void on_look(struct events *e, void *tell)
{
    struct tell *t = tell;
    struct err err = ERR_INIT;
    bool held = t->store != NULL;
    if (look(t, e, &err))
        return;
    log_line(LOG_WARN, "events: %s", err.key ? err.key : "?");
    on_rest(t); /* looked at anew the next time */
    if (held)
        events_tell(e, "all", "{}");
}

void tell_start(struct tell **ret, struct registry_app *app)
{
    struct tell *t = calloc(1, sizeof *t);
    if (!t)
        err_die("tell", "out of memory");
    t->app = app;
    struct events_plan plan = {STREAMS, on_look, on_rest, t};
    events_start(&app->events, &plan);
    *ret = t;
}

void tell_end(struct tell *t)
{
    if (t)
        events_end(t->app->events);
}

void tell_free(struct tell *t)
{
    if (!t)
        return;
    events_free(t->app->events);
    t->app->events = NULL;
    free(t);
}

int api_events(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct registry_app *app = q->app;
    return events_answer(app->events, q, r, err);
}
