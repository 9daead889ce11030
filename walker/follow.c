/* follow: see the header. What changed is read from the database, where walker-sync and
 * the other verbs write as well: records that arrived, items of the sync, receipts of
 * our own records. Names and shapes of the events:
 *
 *   walks   {"walks":[id]|null}
 *   points  {"walk":id,"observations":[id]|null}
 *   sent    {"observations":[{"id","sent"}],"photos":[{"sha256","observation","state",
 *           "sent","bytes"}]}, either null for "many: ask again"
 *   answers {}: more or fewer wait than before, or a round was closed: ask for those you show
 *   sync    as GET /api/v1/status, words in both languages
 */
#include "walker/follow.h"

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/store/changes.h"
#include "core/store/local/answer.h"
#include "core/store/local/peer.h"
#include "core/store/local/progress.h"
#include "core/store/local/receipt.h"
#include "walker/api.h"

#include <stdlib.h>
#include <string.h>

enum { STREAMS = 32, TOLD_MOST = 200, WALKS_MOST = 8 };

struct follow {
    struct walker_app *app;
    struct store *store; /* taken while somebody listens, else NULL */
    struct changes changes;
    int64_t item;        /* newest item told                        */
    int64_t confirmed;   /* own records confirmed up to here        */
    int64_t answers;     /* how many wait in open rounds            */
    struct buf status;   /* the newest one told                     */
    bool running;
};

/* ---- records ----------------------------------------------------------------------- */

/* What one look has found. Ids of one walk's points together; past what is bearable the
 * whole walk, or all walks. */
struct found {
    struct arena arena;
    struct found_walk {
        const char *id;
        bool itself;              /* walk.* came                    */
        const char *point[TOLD_MOST];
        size_t points;
        bool many;
    } walk[WALKS_MOST];
    size_t walks;
    bool all;   /* more walks than that   */
    bool rated; /* a round was closed     */
};

static struct found_walk *walk_of(struct found *f, const char *id)
{
    for (size_t i = 0; i < f->walks; i++)
        if (strcmp(f->walk[i].id, id) == 0)
            return &f->walk[i];
    if (f->walks == WALKS_MOST) {
        f->all = true;
        return NULL;
    }
    f->walk[f->walks] = (struct found_walk){.id = arena_strdup(&f->arena, id)};
    return &f->walk[f->walks++];
}

static void see_record(const char *kind, const char *subject, const char *walk,
                       void *data)
{
    struct found *f = data;
    f->rated = f->rated || strcmp(kind, "rating.tally") == 0;
    struct found_walk *w = *walk ? walk_of(f, walk) : NULL;
    if (!w)
        return;
    if (text_starts(kind, "walk.") || text_ends(kind, ".seal")) { /* of a box: how many */
        w->itself = true;
        return;
    }
    for (size_t i = 0; i < w->points; i++)
        if (strcmp(w->point[i], subject) == 0)
            return;
    if (w->points < TOLD_MOST)
        w->point[w->points++] = arena_strdup(&f->arena, subject);
    else
        w->many = true;
}

static void tell_points(struct events *e, const struct found_walk *w)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    json_open(&o, NULL, '{');
    json_str(&o, "walk", w->id);
    if (w->many) {
        json_null(&o, "observations");
    } else {
        json_open(&o, "observations", '[');
        for (size_t i = 0; i < w->points; i++)
            json_str(&o, NULL, w->point[i]);
        json_close(&o, ']');
    }
    json_close(&o, '}');
    events_tell(e, "points", text.data);
    buf_release(&text);
}

static void tell_walks(struct events *e, const struct found *f)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    json_open(&o, NULL, '{');
    json_open(&o, "walks", '[');
    for (size_t i = 0; i < f->walks; i++)
        if (f->walk[i].itself)
            json_str(&o, NULL, f->walk[i].id);
    json_close(&o, ']');
    json_close(&o, '}');
    events_tell(e, "walks", text.data);
    buf_release(&text);
}

static bool look_at_records(struct follow *f, struct events *e, struct err *err)
{
    struct found *found = calloc(1, sizeof *found);
    bool all = true, itself = false;
    if (!found)
        err_die("follow", "out of memory");
    bool ok = changes_each(&f->changes, f->store, see_record, found, &all, err);
    if (ok && (!all || found->all)) {
        events_tell(e, "all", "{}");
    } else if (ok) {
        for (size_t i = 0; i < found->walks; i++) {
            itself = itself || found->walk[i].itself;
            if (found->walk[i].points > 0)
                tell_points(e, &found->walk[i]);
        }
        if (itself)
            tell_walks(e, found);
        if (found->rated)
            events_tell(e, "answers", "{}");
    }
    arena_release(&found->arena);
    free(found);
    return ok;
}

/* ---- what has left ------------------------------------------------------------------ */

static const char sql_confirmed[] =
    "SELECT DISTINCT r.subject FROM record r JOIN observation o ON o.id = r.subject"
    " WHERE r.origin = ?1 AND r.seq > ?2 AND r.seq <= ?3 LIMIT ?4";

/* Points whose records the registry has confirmed since. */
static bool write_confirmed(struct follow *f, struct json_out *o, int64_t upto,
                            size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    struct buf ids = BUF_INIT;
    size_t n = 0;
    if (!db_query(&f->store->db, &rows, err, sql_confirmed, "biii", f->store->origin,
                  (size_t)RECORD_ORIGIN, f->confirmed, upto, (int64_t)TOLD_MOST + 1))
        return false;
    struct json_out list = JSON_OUT(&ids);
    json_open(&list, NULL, '[');
    for (; db_next(&rows, err); n++) {
        const char *state = "waiting";
        json_open(&list, NULL, '{');
        json_str(&list, "id", db_peek(&rows, 0));
        if (!peer_record_state(f->store, db_peek(&rows, 0), &state, err))
            break;
        json_str(&list, "sent", state);
        json_close(&list, '}');
    }
    json_close(&list, ']');
    bool ok = db_done(&rows);
    json_raw_unchecked(o, "observations", n > TOLD_MOST ? "null" : ids.data);
    buf_release(&ids);
    *ret_n = n;
    return ok;
}

struct told_items {
    struct store *s;
    struct json_out *o;
    size_t n;
};

static const char sql_point_of[] =
    "SELECT observation FROM photo WHERE sha256 = ?1 LIMIT 1";

static void see_item(const struct progress_item *item, void *data)
{
    struct told_items *t = data;
    struct db_rows rows;
    struct err err = ERR_INIT;
    if (++t->n > TOLD_MOST)
        return;
    json_open(t->o, NULL, '{');
    json_str(t->o, "sha256", item->sha256);
    if (db_query(&t->s->db, &rows, &err, sql_point_of, "s", item->sha256)) {
        json_str(t->o, "observation", db_next(&rows, &err) ? db_peek(&rows, 0) : NULL);
        db_done(&rows);
    }
    json_str(t->o, "state", item->state);
    json_num(t->o, "sent", item->sent);
    json_num(t->o, "bytes", item->bytes);
    json_close(t->o, '}');
}

static bool write_items(struct follow *f, struct json_out *o, size_t *ret_n,
                        struct err *err)
{
    struct buf items = BUF_INIT;
    struct json_out list = JSON_OUT(&items);
    struct told_items t = {f->store, &list, 0};
    json_open(&list, NULL, '[');
    bool ok = progress_items(f->store, &f->item, TOLD_MOST + 1, see_item, &t, err);
    json_close(&list, ']');
    if (ok && t.n > TOLD_MOST)
        ok = progress_items_now(f->store, &f->item, err);
    json_raw_unchecked(o, "photos", t.n > TOLD_MOST ? "null" : items.data);
    buf_release(&items);
    *ret_n = t.n;
    return ok;
}

/* Up to which own record the registry has confirmed; 0 when there is none. */
static bool confirmed_upto(struct follow *f, struct arena *a, int64_t *ret,
                           struct err *err)
{
    struct peer p;
    bool paired = false;
    *ret = 0;
    struct err unreadable = ERR_INIT; /* the token: nothing can be sent then either */
    if (!peer_read(f->store, a, &p, &paired, &unreadable) || !paired)
        return true;
    bool ok = receipt_next(f->store, &p, f->store->origin, ret, err);
    *ret -= ok;
    return ok;
}

static bool look_at_sent(struct follow *f, struct events *e, struct arena *a,
                         struct err *err)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    size_t points = 0, photos = 0;
    int64_t upto;
    if (!confirmed_upto(f, a, &upto, err))
        return false;
    json_open(&o, NULL, '{');
    bool ok = write_confirmed(f, &o, upto, &points, err) && write_items(f, &o, &photos, err);
    json_close(&o, '}');
    if (ok && points + photos > 0)
        events_tell(e, "sent", text.data);
    f->confirmed = upto;
    buf_release(&text);
    return ok;
}

static bool look_at_status(struct follow *f, struct events *e, struct arena *a,
                           struct err *err)
{
    struct buf now = BUF_INIT;
    struct json_out o = JSON_OUT(&now);
    bool ok = api_status_json(f->store, a, &o, NULL, err);
    if (ok && !text_equal(now.data, f->status.data)) {
        events_tell(e, "sync", now.data);
        f->running = strstr(now.data, "\"running\":true") != NULL;
        buf_clear(&f->status);
        buf_str(&f->status, now.data);
    }
    buf_release(&now);
    return ok;
}

/* ---- answers ------------------------------------------------------------------------ */

/* Loose answers are no records: whoever shows how many there are hears of them here. */
static bool look_at_answers(struct follow *f, struct events *e, struct err *err)
{
    int64_t now = 0;
    if (!answer_waiting_all(f->store, &now, err))
        return false;
    if (now != f->answers)
        events_tell(e, "answers", "{}");
    f->answers = now;
    return true;
}

/* ---- looking ------------------------------------------------------------------------ */

static bool begin(struct follow *f, struct arena *a, struct err *err)
{
    f->store = pool_take(f->app->host.pool, err);
    buf_clear(&f->status);
    return f->store && changes_begin(&f->changes, f->store, err) &&
           progress_items_now(f->store, &f->item, err) &&
           answer_waiting_all(f->store, &f->answers, err) &&
           confirmed_upto(f, a, &f->confirmed, err);
}

/* A sync that was killed commits nothing: while one runs the status is looked at. */
static bool look(struct follow *f, struct events *e, struct arena *a, struct err *err)
{
    bool any = false;
    if (!f->store)
        return begin(f, a, err) && look_at_status(f, e, a, err);
    if (!changes_any(&f->changes, f->store, &any, err))
        return false;
    if (!any)
        return !f->running || look_at_status(f, e, a, err);
    return look_at_records(f, e, err) && look_at_answers(f, e, err) &&
           look_at_sent(f, e, a, err) && look_at_status(f, e, a, err);
}

static void on_rest(void *follow)
{
    struct follow *f = follow;
    if (f->store)
        pool_give(f->app->host.pool, f->store);
    f->store = NULL;
}

static void on_look(struct events *e, void *follow)
{
    struct follow *f = follow;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    bool held = f->store != NULL;
    if (!look(f, e, &a, &err)) {
        log_line(LOG_WARN, "events: %s", err.key ? err.key : "?");
        on_rest(f); /* looked at anew the next time */
        if (held)
            events_tell(e, "all", "{}");
    }
    arena_release(&a);
}

void follow_start(struct follow **ret, struct walker_app *app)
{
    struct follow *f = calloc(1, sizeof *f);
    if (!f)
        err_die("follow", "out of memory");
    f->app = app;
    struct events_plan plan = {STREAMS, on_look, on_rest, f};
    events_start(&app->events, &plan);
    *ret = f;
}

void follow_end(struct follow *f)
{
    if (f)
        events_end(f->app->events);
}

void follow_free(struct follow *f)
{
    if (!f)
        return;
    events_free(f->app->events);
    f->app->events = NULL;
    buf_release(&f->status);
    free(f);
}

int api_events(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct walker_app *app = q->app;
    return events_answer(app->events, q, r, err);
}
