/* retain: see the header. Reads photo, blob and issue; owns none. */
#include "registry/retain.h"

#include "core/base/await.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/hold.h"
#include "core/store/issue.h"
#include "core/store/issue_merge.h"
#include "core/store/local/set_aside.h"
#include "core/store/local/stranger.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ENDED, UNNAMED, SEALED, AT_ONCE = 400 };

static const int64_t day_ms = 86400000;

const struct retain_class retain_classes[RETAIN_CLASSES] = {
    [ENDED] = {"ended", "retention_days_ended"},
    [UNNAMED] = {"unnamed", "retention_days_unnamed"},
    [SEALED] = {"sealed", "retention_days_sealed"},
};

/* A photo and a point that shows it ("" for none). */
struct row {
    char sha256[DIGEST_HEX], point[UID_SIZE];
    bool over; /* its case was closed long enough ago */
};

struct retaining {
    struct store *s;
    struct arena arena;
    struct retain_counts counts;
};

/* What is looked at: photos of a class between two SHA-256, both included. */
struct looking {
    int which;
    int64_t before_ms;
    const char *first, *last;
};

/* The moment a class's photos must be older than; INT64_MIN when it has no setting. */
static bool limit_of(struct retaining *x, int which, int64_t now_ms, int64_t *ret,
                     struct err *err)
{
    const char *text;
    int64_t days;
    if (!store_setting(x->s, &x->arena, retain_classes[which].setting, "", &text, err))
        return false;
    *ret = text_int(text, &days) && days >= 1 ? now_ms - days * day_ms : INT64_MIN;
    return true;
}

/* A photo that two points show waits for both; so all rows of one photo come together. A
 * point that was withdrawn before it came home has no case: its photo's time began when it
 * came, or, where it was joined to another point, is that one's. */
static const char sql_retain_shown[] =
    "SELECT p.sha256, p.observation, COALESCE(i.id, j.id), COALESCE(i.changed_ms,"
    " j.changed_ms), CASE WHEN o.withdrawn = 1 AND o.into_id IS NULL THEN b.made_ms END"
    " FROM photo p JOIN blob b ON b.sha256 = p.sha256"
    " LEFT JOIN observation o ON o.id = p.observation"
    " LEFT JOIN issue i ON i.observation = p.observation AND i.founded = 1"
    " LEFT JOIN issue j ON j.observation = o.into_id AND j.founded = 1"
    " AND o.withdrawn = 1"
    " WHERE p.sha256 BETWEEN ?1 AND ?2 ORDER BY p.sha256, p.observation";
static const char sql_retain_unnamed[] =
    "SELECT b.sha256 FROM blob b WHERE b.sha256 BETWEEN ?1 AND ?2 AND b.made_ms < ?3"
    " AND NOT EXISTS"
    " (SELECT 1 FROM photo p WHERE p.sha256 = b.sha256) AND NOT EXISTS"
    " (SELECT 1 FROM sealed_photo z WHERE z.sha256 = b.sha256) ORDER BY b.sha256";
static const char sql_retain_sealed[] =
    "SELECT p.sha256, p.id, CASE WHEN z.at_ms > b.made_ms THEN z.at_ms ELSE b.made_ms "
    "END"
    " FROM sealed_photo p"
    " JOIN blob b ON b.sha256 = p.sha256 JOIN sealed z ON z.id = p.id WHERE p.sha256 "
    "BETWEEN ?1 AND ?2"
    " ORDER BY p.sha256, p.id";

static const char sql_retain_case[] =
    "SELECT state, changed_ms FROM issue WHERE id = ?1 AND founded = 1";

/* Of cases that were joined the one that is shown for them says whether it is over. */
static bool is_over(struct store *s, const struct issue_groups *g, const char *issue,
                    int64_t changed_ms, int64_t before_ms, bool *ret, struct err *err)
{
    struct db_rows rows;
    *ret = false;
    if (!*issue || changed_ms >= before_ms)
        return true;
    if (!db_query(&s->db, &rows, err, sql_retain_case, "s", issue_shown(g, issue)))
        return false;
    if (db_next(&rows, err))
        *ret = issue_state_is_closed(db_peek(&rows, 0)) &&
               db_int_or(&rows, 1, INT64_MAX) < before_ms;
    return db_done(&rows);
}

static bool read_shown(struct store *s, const struct looking *l, struct buf *out,
                       struct err *err)
{
    struct arena a = ARENA_INIT;
    struct issue_groups groups;
    struct db_rows rows;
    bool ok = issue_groups_read(s, &a, &groups, err) &&
              db_query(&s->db, &rows, err, sql_retain_shown, "ss", l->first, l->last);
    if (ok) {
        while (ok && db_next(&rows, err)) {
            struct row r = {.over = false};
            if (db_is_null(&rows, 2))
                r.over = db_int_or(&rows, 4, INT64_MAX) < l->before_ms;
            else
                ok =
                    is_over(s, &groups, db_peek(&rows, 2),
                            db_int_or(&rows, 3, INT64_MAX), l->before_ms, &r.over, err);
            snprintf(r.sha256, sizeof r.sha256, "%s", db_peek(&rows, 0));
            snprintf(r.point, sizeof r.point, "%s", db_peek(&rows, 1));
            buf_add(out, &r, sizeof r);
        }
        ok = db_done(&rows) && ok;
    }
    arena_release(&a);
    return ok;
}

/* A photo whose record has no effect yet will be needed when it has. */
static bool is_waited_for(struct store *s, const char *sha256, bool *ret,
                          struct err *err)
{
    return hold_names(s, sha256, ret, err) &&
           (*ret || stranger_names(s, sha256, ret, err)) &&
           (*ret || set_aside_names(s, sha256, ret, err));
}

static bool read_unnamed(struct store *s, const struct looking *l, struct buf *out,
                         struct err *err)
{
    struct db_rows rows;
    bool ok = true;
    if (!db_query(&s->db, &rows, err, sql_retain_unnamed, "ssi", l->first, l->last,
                  l->before_ms))
        return false;
    while (ok && db_next(&rows, err)) {
        struct row r = {.over = true};
        bool waited_for = false;
        snprintf(r.sha256, sizeof r.sha256, "%s", db_peek(&rows, 0));
        ok = is_waited_for(s, r.sha256, &waited_for, err);
        if (ok && !waited_for)
            buf_add(out, &r, sizeof r);
    }
    return db_done(&rows) && ok;
}

/* By when it came home where that is later: a device without a clock says 1970. */
static bool read_sealed(struct store *s, const struct looking *l, struct buf *out,
                        struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_retain_sealed, "ss", l->first, l->last))
        return false;
    while (db_next(&rows, err)) {
        struct row r = {.over = db_int(&rows, 2) < l->before_ms};
        snprintf(r.sha256, sizeof r.sha256, "%s", db_peek(&rows, 0));
        snprintf(r.point, sizeof r.point, "%s", db_peek(&rows, 1));
        buf_add(out, &r, sizeof r);
    }
    return db_done(&rows);
}

/* Keeps the first row of each photo whose rows are all over; by point then. */
static size_t keep_over(struct row *row, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0, end; i < n; i = end) {
        bool over = true;
        for (end = i; end < n && strcmp(row[end].sha256, row[i].sha256) == 0; end++)
            over = over && row[end].over;
        if (over)
            row[kept++] = row[i];
    }
    return kept;
}

static int by_point(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->point, ((const struct row *)b)->point);
}

static bool read_class(struct store *s, const struct looking *l, struct buf *out,
                       struct err *err)
{
    static bool (*const readers[])(struct store *, const struct looking *, struct buf *,
                                   struct err *) = {
        [ENDED] = read_shown, [UNNAMED] = read_unnamed, [SEALED] = read_sealed};
    buf_clear(out);
    if (!readers[l->which](s, l, out, err))
        return false;
    out->len =
        keep_over((struct row *)(void *)out->data, out->len / sizeof(struct row)) *
        sizeof(struct row);
    return true;
}

/* In the transaction that says it is gone: a case may have been opened again, a point may
 * have come that shows it. Keeps those whose time is still over. */
static bool look_again(struct store *s, int which, int64_t before, struct row *row,
                       size_t *n, struct err *err)
{
    struct buf now = BUF_INIT;
    size_t kept = 0;
    bool ok = true;
    for (size_t i = 0; ok && i < *n; i++) {
        struct looking l = {which, before, row[i].sha256, row[i].sha256};
        ok = read_class(s, &l, &now, err);
        if (ok && now.len > 0)
            row[kept++] = row[i];
    }
    buf_release(&now);
    *n = kept;
    return ok;
}

/* The proof: one record for the photos of a point, at most AT_ONCE of them. */
static bool write_gone(struct retaining *x, const struct row *row, size_t n,
                       struct err *err)
{
    char id[UID_SIZE];
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    json_open(&o, NULL, '{');
    json_str(&o, "reason", "retention");
    json_str(&o, "role", "registry");
    if (*row->point)
        json_str(&o, "about", row->point);
    json_open(&o, "photos", '[');
    for (size_t i = 0; i < n; i++)
        json_str(&o, NULL, row[i].sha256);
    json_close(&o, ']');
    json_close(&o, '}');
    uid_new(id);
    struct record_wish wish = {"erase", id, body.data, "registry", "", INT64_MIN};
    bool ok = hold_make(x->s, &x->arena, &wish, NULL, err);
    buf_release(&body);
    return ok;
}

static bool say_gone(struct retaining *x, int which, int64_t before, struct row *row,
                     size_t n, struct err *err)
{
    if (!db_begin(&x->s->db, err))
        return false;
    bool ok = look_again(x->s, which, before, row, &n, err) &&
              (n == 0 || write_gone(x, row, n, err));
    if (!db_end(&x->s->db, ok, err))
        return false;
    x->counts.photos[which] += (int64_t)n;
    x->counts.records += n > 0;
    return true;
}

static bool run_class(struct retaining *x, int which, int64_t now_ms, bool dry,
                      struct err *err)
{
    struct looking l = {.which = which, .first = "", .last = "g"}; /* hex is below g */
    struct buf rows = BUF_INIT;
    if (!limit_of(x, which, now_ms, &l.before_ms, err))
        return false;
    if (l.before_ms == INT64_MIN)
        return true;
    bool ok = read_class(x->s, &l, &rows, err);
    struct row *row = (struct row *)(void *)rows.data;
    size_t n = ok ? rows.len / sizeof *row : 0;
    if (n > 1)
        qsort(row, n, sizeof *row, by_point);
    for (size_t i = 0, end; ok && !dry && i < n; i = end) {
        for (end = i;
             end < n && end - i < AT_ONCE && strcmp(row[end].point, row[i].point) == 0;)
            end++;
        ok = say_gone(x, which, l.before_ms, row + i, end - i, err);
    }
    if (dry)
        x->counts.photos[which] = (int64_t)n;
    buf_release(&rows);
    return ok;
}

bool retain_run(struct store *s, int64_t now_ms, bool dry, struct retain_counts *ret,
                struct err *err)
{
    struct retaining x = {.s = s, .arena = ARENA_INIT};
    bool ok = true;
    for (int i = 0; ok && i < RETAIN_CLASSES; i++)
        ok = run_class(&x, i, now_ms, dry, err);
    arena_release(&x.arena);
    if (ok)
        *ret = x.counts;
    store_settle(s);
    return ok;
}

/* ---- once a day ------------------------------------------------------------------ */

struct retain {
    struct pool *pool;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
};

static const char last_run[] = "retention_ran_ms";
enum { LOOK_MS = 600000 };

/* The hour of the last run is kept, so that a server that is started often does it too. */
static bool run_when_due(struct store *s, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct retain_counts c = {0};
    const char *text;
    int64_t last = 0, now = clock_utc_ms();
    char stamp[24];
    bool ok = store_setting(s, &a, last_run, "0", &text, err);
    bool due = ok && (!text_int(text, &last) || now - last >= day_ms || last > now);
    arena_release(&a);
    if (!due)
        return ok;
    snprintf(stamp, sizeof stamp, "%lld", (long long)now);
    ok = retain_run(s, now, false, &c, err) && store_set(s, last_run, stamp, err);
    if (ok && c.records > 0)
        log_line(LOG_NOTE, "retention: %lld photos erased, %lld records",
                 (long long)c.photos[ENDED] + (long long)c.photos[UNNAMED] +
                     (long long)c.photos[SEALED],
                 (long long)c.records);
    return ok;
}

static void look(struct retain *r)
{
    struct err err = ERR_INIT;
    struct store *s = pool_take(r->pool, &err);
    if (!s || !run_when_due(s, &err))
        log_line(LOG_WARN, "retention: %s", err.key ? err.key : "?");
    if (s)
        pool_give(r->pool, s);
}

static void *go_on(void *data)
{
    struct retain *r = data;
    pthread_mutex_lock(&r->lock);
    while (!r->stop) {
        pthread_mutex_unlock(&r->lock);
        look(r);
        pthread_mutex_lock(&r->lock);
        if (!r->stop)
            await_ms(&r->wake, &r->lock, LOOK_MS);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

bool retain_start(struct retain **ret, struct pool *pool, struct err *err)
{
    struct retain *r = calloc(1, sizeof *r);
    if (!r)
        err_die("retain", "out of memory");
    r->pool = pool;
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->wake, NULL);
    if (pthread_create(&r->thread, NULL, go_on, r) != 0) {
        free(r);
        return err_errno(err, "serve.thread", "retain");
    }
    *ret = r;
    return true;
}

void retain_end(struct retain *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->stop = true;
    pthread_cond_broadcast(&r->wake);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    pthread_cond_destroy(&r->wake);
    pthread_mutex_destroy(&r->lock);
    free(r);
}
