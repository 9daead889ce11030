/* host: starting and stopping, about, and the worker that proves photos. */
#include "sync/server/host.h"

#include "core/base/await.h"
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/picture/picture.h"
#include "core/store/blob.h"
#include "core/store/local/stranger.h"
#include "sync/server/mend.h"
#include "sync/small.h"
#include "sync/wire.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef LYGTE_VERSION
#error "LYGTE_VERSION comes from the Makefile"
#endif

/* ---- the worker ------------------------------------------------------------------ */

/* ---- proving --------------------------------------------------------------------- */

/* Photos in their order; lives in its arena. */
struct line_up {
    struct arena arena;
    struct waiting {
        struct blob blob;
        bool proven, damaged; /* neither: it could not be read just now */
        struct waiting *next;
    } *first, **end;
    size_t n, most;
};

static void line_up_clear(struct line_up *l, size_t most)
{
    arena_release(&l->arena);
    *l = (struct line_up){.arena = ARENA_INIT, .most = most};
    l->end = &l->first;
}

static bool gather(const struct blob *b, void *data, struct err *err)
{
    struct line_up *l = data;
    (void)err;
    if (l->n == l->most)
        return true;
    struct waiting *w = arena_alloc(&l->arena, sizeof *w);
    *w = (struct waiting){.blob = *b};
    *l->end = w;
    l->end = &w->next;
    l->n++;
    return true;
}

struct lacking {
    struct store *s;
    struct line_up *small;
};

static bool gather_lacking(const struct blob *b, void *data, struct err *err)
{
    struct lacking *x = data;
    return !small_lacks(x->s, b) || gather(b, x->small, err);
}

/* A photo that does not read back as it was written is forgotten, so that its device
 * sends it again; the bad bytes stay beside for whoever looks into the disk. */
static bool settle(struct store *s, const struct waiting *w, struct err *err)
{
    if (w->proven)
        return blob_set_state(s, w->blob.sha256, "verified", err);
    return !w->damaged || blob_forget(s, &w->blob, err);
}

static void read_again(struct store *s, struct waiting *w)
{
    struct err found = ERR_INIT;
    w->proven = blob_verify(s, &w->blob, &found);
    w->damaged = found.code == ERR_DAMAGED;
    if (!w->proven)
        log_line(LOG_WARN, "photo %.12s does not read back: %s", w->blob.sha256,
                 found.key);
}

/* What was found of all of them, in one transaction. */
static bool settle_all(struct store *s, const struct line_up *l, struct err *err)
{
    if (!db_begin(&s->db, err))
        return false;
    bool ok = true;
    for (const struct waiting *w = l->first; ok && w; w = w->next)
        ok = settle(s, w, err);
    return db_end(&s->db, ok, err);
}

enum { PROVE_MOST = 32 };

/* *ret_n photos were settled one way or the other. Those that were proven join the line
 * for small ones. */
static bool prove_some(struct store *s, struct line_up *small, size_t *ret_n,
                       struct err *err)
{
    struct line_up l = {.arena = ARENA_INIT};
    line_up_clear(&l, PROVE_MOST);
    bool ok = blob_each(s, "stored", gather, &l, err);
    for (struct waiting *w = l.first; ok && w; w = w->next)
        read_again(s, w);
    ok = ok && (l.n == 0 || settle_all(s, &l, err));
    *ret_n = 0;
    for (const struct waiting *w = l.first; ok && w; w = w->next) {
        *ret_n += w->proven || w->damaged;
        ok = !w->proven || !small_lacks(s, &w->blob) || gather(&w->blob, small, err);
    }
    line_up_clear(&l, 0);
    return ok;
}

enum { QUIET_MS = 250 };

bool sync_host_quiet(const struct sync_host *h)
{
    return clock_mono_ms() - h->busy_ms >= QUIET_MS;
}

/* Photos are proven when no more of them are coming: reading and shrinking would take
 * the disk and the cores from those that arrive. */
static void wait_for_quiet(struct sync_host *h)
{
    pthread_mutex_lock(&h->lock);
    while (!h->stop && !sync_host_quiet(h)) {
        await_ms(&h->wake, &h->lock, QUIET_MS / 2);
    }
    pthread_mutex_unlock(&h->lock);
}

void sync_host_busy(struct sync_host *h)
{
    h->busy_ms = clock_mono_ms();
}

void sync_host_changed(struct sync_host *h)
{
    pthread_mutex_lock(&h->lock);
    h->changes++;
    pthread_mutex_unlock(&h->lock);
}

int64_t sync_host_changes(struct sync_host *h)
{
    pthread_mutex_lock(&h->lock);
    int64_t n = h->changes;
    pthread_mutex_unlock(&h->lock);
    return n;
}

static bool prove_all(struct sync_host *h, struct store *s, struct line_up *small,
                      struct err *err)
{
    for (size_t n = 1; n > 0 && !h->stop;) {
        wait_for_quiet(h);
        if (!prove_some(s, small, &n, err))
            return false;
        if (n > 0)
            sync_host_changed(h);
    }
    return true;
}

static bool woken(struct sync_host *h)
{
    pthread_mutex_lock(&h->lock);
    bool work = h->work || h->stop;
    h->work = false;
    pthread_mutex_unlock(&h->lock);
    return work;
}

/* Photos are proven first, because a device waits for that; new ones go before small
 * pictures of older ones. At the start small ones are made that an earlier run owes. */
static bool work(struct sync_host *h, struct store *s, bool at_start, struct err *err)
{
    struct line_up small = {.arena = ARENA_INIT};
    struct lacking owed = {s, &small};
    line_up_clear(&small, SIZE_MAX);
    bool ok = mend_expire(s, clock_utc_ms(), err) &&
              (!at_start || h->courier || small_sweep(s, err)) &&
              (!at_start || blob_each(s, "verified", gather_lacking, &owed, err)) &&
              prove_all(h, s, &small, err);
    for (const struct waiting *w = h->courier ? NULL : small.first; ok && w && !h->stop;) {
        const struct blob *some[SMALL_AT_ONCE];
        size_t n = 0, most = small_at_once();
        for (; w && n < most; w = w->next)
            some[n++] = &w->blob;
        small_make(s, some, n);
        sync_host_changed(h);
        ok = !woken(h) || prove_all(h, s, &small, err);
    }
    line_up_clear(&small, 0);
    return ok;
}

static void work_once(struct sync_host *h, bool at_start)
{
    struct err err = ERR_INIT;
    struct store *s = pool_take(h->pool, &err);
    if (!s || !work(h, s, at_start, &err))
        log_line(LOG_WARN, "worker: %s", err.key ? err.key : "?");
    if (s)
        pool_give(h->pool, s);
}

/* How often uploads are looked through that grow no more. */
enum { EXPIRE_STEP_MS = 3600000 };

static void *worker_main(void *data)
{
    struct sync_host *h = data;
    bool at_start = true;
    pthread_mutex_lock(&h->lock);
    while (!h->stop) {
        if (!h->work) {
            h->work = await_ms(&h->wake, &h->lock, EXPIRE_STEP_MS) || h->work;
            continue;
        }
        h->work = false;
        pthread_mutex_unlock(&h->lock);
        work_once(h, at_start);
        at_start = false;
        pthread_mutex_lock(&h->lock);
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

/* What cannot be swept now is swept at another start: no reason not to serve. Nor is it
 * one that somebody admitted while we were down has to wait a little longer. */
static void sweep(struct sync_host *h)
{
    struct err err = ERR_INIT;
    struct store *s = pool_take(h->pool, &err);
    if (!s || !blob_make_folders(s, &err) || !mend_sweep(s, &err) ||
        !stranger_let_in(s, NULL, &err))
        log_line(LOG_WARN, "not swept at the start: %s", err.key ? err.key : "?");
    if (s)
        pool_give(h->pool, s);
}

static bool learn_who(struct sync_host *h, struct err *err)
{
    struct store *s = pool_take(h->pool, err);
    if (!s)
        return false;
    h->courier = s->role == STORE_WALKER;
    if (h->courier) {
        digest_hex_of(s->key, sizeof s->key, h->id);
        text_hex(s->origin, RECORD_ORIGIN, h->epoch);
    } else {
        snprintf(h->id, sizeof h->id, "%s", s->registry);
        snprintf(h->epoch, sizeof h->epoch, "%s", s->epoch);
    }
    pool_give(h->pool, s);
    return true;
}

void sync_who(struct json_out *o, const struct sync_host *h)
{
    json_str(o, h->courier ? "hub" : "registry", h->id);
    json_str(o, "epoch", h->epoch);
    if (h->courier)
        json_bool(o, "carried", true);
    json_open(o, "protocol", '{');
    json_num(o, "min", WIRE_PROTOCOL);
    json_num(o, "max", WIRE_PROTOCOL);
    json_close(o, '}');
}

bool sync_host_start(struct sync_host *h, struct err *err)
{
    if (!learn_who(h, err))
        return false;
    sweep(h);
    straight_rooms_start(&h->rooms);
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->wake, NULL);
    h->work = true; /* what an earlier run left unproven */
    if (pthread_create(&h->worker, NULL, worker_main, h) != 0)
        return err_set(err, ERR_INTERNAL, "internal", NULL);
    h->started = true;
    return true;
}

void sync_host_wake(struct sync_host *h)
{
    pthread_mutex_lock(&h->lock);
    h->work = true;
    pthread_cond_signal(&h->wake);
    pthread_mutex_unlock(&h->lock);
}

void sync_host_stop(struct sync_host *h)
{
    if (!h->started)
        return;
    pthread_mutex_lock(&h->lock);
    h->stop = true;
    pthread_cond_signal(&h->wake);
    pthread_mutex_unlock(&h->lock);
    pthread_join(h->worker, NULL);
    pthread_cond_destroy(&h->wake);
    pthread_mutex_destroy(&h->lock);
    straight_rooms_stop(&h->rooms);
    h->started = false;
}

/* ---- about ----------------------------------------------------------------------- */

int sync_about(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct sync_host *h = q->app;
    struct json_out o = JSON_OUT(&r->body);
    char now[32];
    (void)err;
    clock_format(clock_utc_ms(), now);
    json_open(&o, NULL, '{');
    json_str(&o, "program", h->courier ? "walker" : "registry");
    json_str(&o, "version", LYGTE_VERSION);
    json_str(&o, "name", h->name);
    sync_who(&o, h);
    json_open(&o, "limits", '{');
    json_num(&o, "batch_bytes", WIRE_BATCH_MOST);
    json_num(&o, "photo_bytes", BLOB_MOST);
    json_close(&o, '}');
    json_str(&o, "time", now);
    json_close(&o, '}');
    return 200;
}
