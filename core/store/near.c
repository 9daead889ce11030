/* near: see the header. */
#include "core/store/near.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/issue.h"
#include "core/store/last.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNKNOWN_MM = 30000, PIN_MM = 3000, TONIGHT_MS = 12 * 3600 * 1000 };

static const char sql_near[] =
    "SELECT o.id, o.walk, o.category, o.at_ms, o.stood_lat, o.stood_lon, o.stood_acc,"
    " o.thing_lat, o.thing_lon, i.state, COALESCE(w.begun_ms, w.starts_ms, 0),"
    " o.conflicts"
    " FROM observation o LEFT JOIN issue i ON i.observation = o.id AND i.founded = 1"
    " LEFT JOIN walk w ON w.id = o.walk"
    " WHERE o.cell BETWEEN ?1 AND ?2 AND o.founded = 1 AND o.withdrawn = 0";

struct candidate {
    struct near_point point;
    const char *walk, *state;
    int64_t walk_ms, at_ms;
    bool police;
};

static double error_of(struct geo_point p, bool pinned)
{
    int64_t mm = pinned ? PIN_MM : p.accuracy_mm < 0 ? UNKNOWN_MM : p.accuracy_mm;
    return (double)mm / 1000;
}

static bool same_group(const char *one, const char *other)
{
    char a[8], b[8];
    if (!one || !other)
        return !one;
    observation_group(one, a);
    observation_group(other, b);
    return strcmp(a, b) == 0;
}

/* Where the row's point is, and how wrong that may be. */
static struct geo_point place_of(struct db_rows *rows, double *ret_error)
{
    bool pinned = !db_is_null(rows, 7);
    struct geo_point p = {db_int_or(rows, pinned ? 7 : 4, GEO_NONE),
                          db_int_or(rows, pinned ? 8 : 5, GEO_NONE),
                          db_int_or(rows, 6, -1)};
    *ret_error = error_of(p, pinned);
    return p;
}

static bool is_near(const struct near_wish *w, struct db_rows *rows, double *ret_metres)
{
    double error;
    struct geo_point p = place_of(rows, &error);
    if (!geo_known(p) || !same_group(w->category, db_peek(rows, 2)))
        return false;
    double reach = NEAR_LEAST_M + error + error_of(w->at, w->pinned);
    *ret_metres = geo_metres(w->at.lat_e7, w->at.lon_e7, p.lat_e7, p.lon_e7);
    return *ret_metres <= (reach < NEAR_MOST_M ? reach : NEAR_MOST_M);
}

static bool gather(struct store *s, struct arena *a, const struct near_wish *w,
                   struct buf *out, struct err *err)
{
    struct geo_span span[GEO_SPANS];
    size_t n = geo_spans(w->at.lat_e7, w->at.lon_e7, NEAR_MOST_M, span);
    for (size_t i = 0; i < n; i++) {
        struct db_rows rows;
        double metres;
        if (!db_query(&s->db, &rows, err, sql_near, "ii", span[i].first, span[i].last))
            return false;
        while (db_next(&rows, err)) {
            if (!is_near(w, &rows, &metres) ||
                (w->without && strcmp(w->without, db_peek(&rows, 0)) == 0))
                continue;
            struct candidate c = {
                {db_text(&rows, a, 0), metres, NEAR_OPEN},
                db_text(&rows, a, 1),
                db_text(&rows, a, 9),
                db_int(&rows, 10),
                db_int_or(&rows, 3, 0),
                observation_police_only(db_peek(&rows, 2), db_peek(&rows, 11))};
            buf_add(out, &c, sizeof c);
        }
        if (!db_done(&rows))
            return false;
    }
    return true;
}

/* ---- what a phone is shown -------------------------------------------------------- */

static bool add_id(const struct last_point *p, void *data, struct err *err)
{
    char id[UID_SIZE] = "";
    (void)err;
    snprintf(id, sizeof id, "%s", p->o.id);
    buf_add(data, id, sizeof id);
    return true;
}

static bool holds_id(const struct buf *ids, const char *id)
{
    for (size_t i = 0; i < ids->len; i += UID_SIZE)
        if (strcmp(ids->data + i, id) == 0)
            return true;
    return false;
}

static bool keep_shown(struct store *s, const struct near_wish *w, struct candidate *c,
                       size_t *n, struct err *err)
{
    struct buf last = BUF_INIT;
    size_t kept = 0;
    if (!last_near(s, w->walk, add_id, &last, err)) {
        buf_release(&last);
        return false;
    }
    for (size_t i = 0; i < *n; i++)
        if (!c[i].police &&
            (text_equal(c[i].walk, w->walk) || holds_id(&last, c[i].point.id)))
            c[kept++] = c[i];
    buf_release(&last);
    *n = kept;
    return true;
}

/* ---- which count ------------------------------------------------------------------ */

static bool is_tonight(const struct near_wish *w, const struct candidate *c, int64_t now)
{
    return (c->walk && strcmp(c->walk, w->walk) == 0) || llabs(now - c->at_ms) < TONIGHT_MS;
}

static bool is_open(const struct candidate *c)
{
    return c->state && !issue_state_is_closed(c->state);
}

/* Which of them count, and why; the others are left out. */
static size_t choose(const struct near_wish *w, struct candidate *c, size_t n,
                     struct near_point *ret)
{
    int64_t now = clock_now().utc_ms, newest = INT64_MIN;
    const char *last = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!is_tonight(w, &c[i], now) && c[i].walk && c[i].walk_ms > newest) {
            newest = c[i].walk_ms;
            last = c[i].walk;
        }
    for (size_t i = 0; i < n; i++) {
        if (is_tonight(w, &c[i], now))
            c[i].point.from = NEAR_TONIGHT;
        else if (is_open(&c[i]))
            c[i].point.from = NEAR_OPEN;
        else if (!c[i].state && last && c[i].walk && strcmp(c[i].walk, last) == 0)
            c[i].point.from = NEAR_LAST;
        else
            continue;
        ret[kept++] = c[i].point;
    }
    return kept;
}

static int by_distance(const void *a, const void *b)
{
    const struct near_point *x = a, *y = b;
    if (x->metres != y->metres)
        return x->metres < y->metres ? -1 : 1;
    return strcmp(x->id, y->id);
}

bool near_find(struct store *s, struct arena *a, const struct near_wish *w,
               struct near_point **ret, size_t *ret_n, struct err *err)
{
    struct buf found = BUF_INIT;
    bool ok = !geo_known(w->at) || gather(s, a, w, &found, err);
    size_t n = found.len / sizeof(struct candidate);
    struct candidate *c = arena_memdup(a, found.data, found.len);
    buf_release(&found);
    if (!ok || (n && w->for_pass && !keep_shown(s, w, c, &n, err)))
        return false;
    struct near_point *chosen = arena_array(a, n + 1, sizeof *chosen);
    n = choose(w, c, n, chosen);
    if (n > 1)
        qsort(chosen, n, sizeof *chosen, by_distance);
    *ret = chosen;
    *ret_n = n < NEAR_RESULTS ? n : NEAR_RESULTS;
    return true;
}

const char *near_word(enum near_from from)
{
    static const char *const words[] = {"tonight", "last", "open"};
    return words[from];
}
