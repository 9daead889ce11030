/* maker: see the header. A thread has a store only before and after the work itself. */
#include "walker/maker.h"

#include "core/base/await.h"
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/store/reserve.h"
#include "sync/small.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GRACE_MS: a photo that another process of ours has just kept is its own to finish.
 * FIRST_MS: who has just started the program gets the first answer before that. LOOK_MS: how
 * often the table is looked at when nothing is known to be wanted; REST_MS: how long it is
 * left alone when something went wrong that will go wrong again. */
enum { WISHES = 256, GRACE_MS = 10000, FIRST_MS = 1500, LOOK_MS = 15000, REST_MS = 60000 };

enum wish_state { WISH_WAITS, WISH_WORKS, WISH_FAILED };

struct wish {
    char sha256[DIGEST_HEX];
    enum wish_state state;
    bool asked; /* somebody waits */
    int64_t failed_ms;
    struct err err;
};

struct maker {
    struct pool *pool;
    struct sync_host *host;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t wake;
    struct wish *wish; /* of WISHES, first those asked for; untouched before */
    size_t n;
    int64_t look_ms; /* not before then the table is looked at */
    bool looking, swept, stop;
    pthread_t thread[SMALL_AT_ONCE];
    size_t threads;
};

/* ---- the list -------------------------------------------------------------------- */

static struct wish *find(struct maker *m, const char *sha256)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->wish[i].sha256, sha256) == 0)
            return &m->wish[i];
    return NULL;
}

static void drop(struct maker *m, struct wish *w)
{
    size_t at = (size_t)(w - m->wish);
    memmove(w, w + 1, (m->n - at - 1) * sizeof *w);
    m->n--;
}

static void put(struct maker *m, size_t at, const char *sha256, bool asked)
{
    if (m->n == WISHES)
        return;
    memmove(&m->wish[at + 1], &m->wish[at], (m->n - at) * sizeof *m->wish);
    m->wish[at] = (struct wish){.state = WISH_WAITS, .asked = asked};
    snprintf(m->wish[at].sha256, DIGEST_HEX, "%s", sha256);
    m->n++;
    pthread_cond_signal(&m->wake);
}

static size_t past_asked(const struct maker *m)
{
    size_t at = 0;
    while (at < m->n && m->wish[at].asked)
        at++;
    return at;
}

static struct wish *next(struct maker *m)
{
    bool quiet = sync_host_quiet(m->host);
    for (size_t i = 0; i < m->n; i++)
        if (m->wish[i].state == WISH_WAITS && (m->wish[i].asked || quiet))
            return &m->wish[i];
    return NULL;
}

void maker_kept(struct maker *m, const char *sha256)
{
    pthread_mutex_lock(&m->lock);
    if (!find(m, sha256))
        put(m, past_asked(m), sha256, false);
    pthread_mutex_unlock(&m->lock);
}

bool maker_ask(struct maker *m, const char *sha256, struct err *err)
{
    bool coming = true;
    pthread_mutex_lock(&m->lock);
    struct wish *w = find(m, sha256);
    if (w && w->state == WISH_FAILED) {
        *err = w->err;
        drop(m, w);
        coming = false;
    } else if (w && !w->asked && w->state == WISH_WAITS) {
        drop(m, w);
        put(m, 0, sha256, true);
    } else if (w) {
        w->asked = true;
    } else {
        put(m, 0, sha256, true);
    }
    pthread_mutex_unlock(&m->lock);
    return coming;
}

/* ---- the work -------------------------------------------------------------------- */

static bool plan(struct maker *m, const char *sha256, struct small_job *j)
{
    struct blob b;
    struct store *s = pool_take(m->pool, &j->err);
    bool ok = s && blob_find(s, sha256, &b, &j->err);
    if (ok)
        small_plan(j, s, &b);
    if (s)
        pool_give(m->pool, s);
    return ok;
}

static bool settle(struct maker *m, struct small_job *j)
{
    struct store *s = pool_take(m->pool, &j->err);
    bool ok = s && small_settle(s, j, &j->err) && !small_may_yet(j);
    if (s)
        pool_give(m->pool, s);
    return ok;
}

/* False with j->err when it was not made, this time. */
static bool make(struct maker *m, const char *sha256, struct small_job *j)
{
    *j = (struct small_job){.ok = false};
    if (!plan(m, sha256, j))
        return false;
    small_run(j);
    return settle(m, j);
}

/* Not made: whoever waits is told, and the table is left alone for a while, unless it was
 * that the photo is gone by now. */
static void after(struct maker *m, const char *sha256, bool made, const struct err *why)
{
    struct wish *w = find(m, sha256);
    if (!made && !text_equal(why->key, "photo.unknown"))
        m->look_ms = clock_mono_ms() + REST_MS;
    if (w && !made && w->asked) {
        w->state = WISH_FAILED;
        w->failed_ms = clock_mono_ms();
        w->err = *why;
    } else if (w) {
        drop(m, w);
    }
}

/* ---- what is owed ---------------------------------------------------------------- */

struct owed {
    struct maker *m;
    size_t room;
    int64_t before_ms;
};

static bool take_owed(const struct blob *b, void *data, struct err *err)
{
    struct owed *x = data;
    (void)err;
    if (x->room == 0 || b->made_ms > x->before_ms)
        return true;
    pthread_mutex_lock(&x->m->lock);
    if (!find(x->m, b->sha256) && x->m->n < WISHES / 2) {
        put(x->m, x->m->n, b->sha256, false);
        x->room--;
    }
    pthread_mutex_unlock(&x->m->lock);
    return true;
}

/* The first look is at what an earlier run left behind; folders for photos are made then too,
 * so that no photo waits for its own. */
static bool sweep(struct maker *m, struct store *s, struct err *err)
{
    bool first = !m->swept;
    m->swept = true;
    return !first || (small_sweep(s, err) && (file_space(s->dir) < reserve_least() ||
                                              blob_make_folders(s, err)));
}

static void look(struct maker *m)
{
    struct err err = ERR_INIT;
    struct owed x = {m, WISHES / 4, clock_utc_ms() - GRACE_MS};
    struct store *s = pool_take(m->pool, &err);
    if (!s || !sweep(m, s, &err) ||
        !blob_each_small(s, BLOB_SMALL_WANTED, take_owed, &x, &err))
        log_line(LOG_WARN, "small pictures: %s", err.key);
    if (s)
        pool_give(m->pool, s);
    pthread_mutex_lock(&m->lock);
    for (size_t i = m->n; i > 0; i--) /* whoever asked has gone away */
        if (m->wish[i - 1].state == WISH_FAILED &&
            m->wish[i - 1].failed_ms + REST_MS < clock_mono_ms())
            drop(m, &m->wish[i - 1]);
    if (x.room == WISHES / 4 || err.key)
        m->look_ms = clock_mono_ms() + LOOK_MS;
    m->looking = false;
    pthread_mutex_unlock(&m->lock);
}

static bool any_waits(const struct maker *m)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->wish[i].state == WISH_WAITS)
            return true;
    return false;
}

static void *work(void *data);

static bool add_thread(struct maker *m)
{
    bool ok = pthread_create(&m->thread[m->threads], NULL, work, m) == 0;
    m->threads += ok;
    return ok;
}

/* There is work: a thread for every core from now on. The lock is held. */
static void help(struct maker *m)
{
    size_t most = small_at_once();
    while (m->threads < most && add_thread(m))
        ;
}

/* One turn, the lock held before and after. */
static void turn(struct maker *m, struct small_job *j)
{
    char sha256[DIGEST_HEX];
    struct wish *w = next(m);
    int64_t now = clock_mono_ms();
    if (w) {
        memcpy(sha256, w->sha256, sizeof sha256);
        w->state = WISH_WORKS;
        help(m);
        pthread_mutex_unlock(&m->lock);
        bool made = make(m, sha256, j);
        pthread_mutex_lock(&m->lock);
        after(m, sha256, made, &j->err);
    } else if (now >= m->look_ms && !m->looking && !any_waits(m)) {
        m->looking = true;
        pthread_mutex_unlock(&m->lock);
        look(m);
        pthread_mutex_lock(&m->lock);
    } else {
        await_ms(&m->wake, &m->lock,
                 any_waits(m)       ? 500
                 : now < m->look_ms ? m->look_ms - now
                                    : LOOK_MS);
    }
}

static void *work(void *data)
{
    struct maker *m = data;
    struct small_job *j = malloc(sizeof *j);
    if (!j)
        err_die("maker", "out of memory");
    pthread_mutex_lock(&m->lock);
    while (!m->stop)
        turn(m, j);
    pthread_mutex_unlock(&m->lock);
    free(j);
    return NULL;
}

/* ---- beginning and end ----------------------------------------------------------- */

struct maker *maker_make(struct pool *pool, struct sync_host *host)
{
    struct maker *m = calloc(1, sizeof *m);
    if (!m || !(m->wish = malloc(WISHES * sizeof *m->wish)))
        err_die("maker", "out of memory");
    m->pool = pool;
    m->host = host;
    m->look_ms = clock_mono_ms() + FIRST_MS;
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->wake, NULL);
    return m;
}

bool maker_run(struct maker *m, struct err *err)
{
    pthread_mutex_lock(&m->lock);
    bool ok = add_thread(m);
    pthread_mutex_unlock(&m->lock);
    return ok || err_set(err, ERR_INTERNAL, "internal", NULL);
}

void maker_end(struct maker *m)
{
    if (!m)
        return;
    pthread_mutex_lock(&m->lock);
    m->stop = true;
    pthread_cond_broadcast(&m->wake);
    pthread_mutex_unlock(&m->lock);
    for (size_t i = 0; i < m->threads; i++)
        pthread_join(m->thread[i], NULL);
    pthread_cond_destroy(&m->wake);
    pthread_mutex_destroy(&m->lock);
    free(m->wish);
    free(m);
}
