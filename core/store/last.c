/* last: see the header. */
#include "core/store/last.h"

#include "core/base/text.h"
#include "core/store/issue_outcome.h"
#include "core/store/walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- along a route --------------------------------------------------------------- */

struct route {
    double *x, *y; /* metres east and north of the first point */
    size_t count;
    double shrink; /* of a degree of longitude here            */
    int64_t lat0, lon0;
};

#define METRES_E7 (6371008.8 * M_PI / 180 * 1e-7)

static void place(const struct route *r, struct geo_point p, double *x, double *y)
{
    *x = (double)(p.lon_e7 - r->lon0) * METRES_E7 * r->shrink;
    *y = (double)(p.lat_e7 - r->lat0) * METRES_E7;
}

static void read_route(struct arena *a, const char *text, struct route *r)
{
    struct err ignored = ERR_INIT;
    cJSON *tree = NULL;
    *r = (struct route){.count = 0};
    if (!text || !json_parse(text, strlen(text), &tree, &ignored))
        return;
    size_t n = (size_t)cJSON_GetArraySize(tree);
    r->x = arena_array(a, n + 1, sizeof *r->x);
    r->y = arena_array(a, n + 1, sizeof *r->y);
    for (const cJSON *p = tree->child; p; p = p->next) {
        struct geo_point at = GEO_NOWHERE;
        if (!json_as_int(cJSON_GetArrayItem(p, 0), &at.lat_e7) ||
            !json_as_int(cJSON_GetArrayItem(p, 1), &at.lon_e7))
            continue;
        if (r->count == 0) {
            r->lat0 = at.lat_e7;
            r->lon0 = at.lon_e7;
            r->shrink = cos((double)at.lat_e7 * 1e-7 * M_PI / 180);
        }
        place(r, at, &r->x[r->count], &r->y[r->count]);
        r->count++;
    }
    json_free(tree);
}

/* The nearest spot of the route: how far off it is, and how far along. */
static void measure(const struct route *r, struct geo_point p, double *metres,
                    double *along)
{
    double x, y, walked = 0;
    place(r, p, &x, &y);
    *metres = hypot(x - r->x[0], y - r->y[0]);
    *along = 0;
    for (size_t i = 1; i < r->count; i++) {
        double dx = r->x[i] - r->x[i - 1], dy = r->y[i] - r->y[i - 1];
        double length = hypot(dx, dy);
        double t = length > 0 ? ((x - r->x[i - 1]) * dx + (y - r->y[i - 1]) * dy) /
                                    (length * length)
                              : 0;
        t = t < 0 ? 0 : t > 1 ? 1 : t;
        double off = hypot(x - (r->x[i - 1] + t * dx), y - (r->y[i - 1] + t * dy));
        if (off < *metres) {
            *metres = off;
            *along = walked + t * length;
        }
        walked += length;
    }
}

/* ---- gathering ------------------------------------------------------------------- */

struct found {
    struct last_point point;
    int64_t when; /* of its walk: begun, else planned, else the point itself */
};

struct gathering {
    struct store *s;
    struct arena *a;
    struct walk walk;
    struct route route;
    struct issue_groups groups;
    struct found *list;
    size_t count, room;
    const char *last_walk; /* the newest of the other walks with a point near */
    int64_t last_when;
    int64_t before; /* walks from here on are this evening's, not the last time's */
};

enum { EVENING_MS = 12 * 3600 * 1000, WEEK_MS = 7 * 86400000 };

/* A device without a clock thinks it is the evening it was put away, or 1970, and dates by
 * that what it begins: a walk that was begun a week before its plan was begun when planned. */
static int64_t start_of(int64_t begun_ms, int64_t starts_ms)
{
    bool doubtful =
        begun_ms != DB_NULL && starts_ms != DB_NULL && starts_ms - begun_ms > WEEK_MS;
    return begun_ms == DB_NULL || doubtful ? starts_ms : begun_ms;
}

static int64_t evening_of(const struct walk *w)
{
    int64_t start = start_of(w->begun_ms, w->starts_ms);
    return start != DB_NULL ? start - EVENING_MS : INT64_MAX;
}

static const char sql_last_ids[] =
    "SELECT o.id, w.area, w.begun_ms, w.starts_ms FROM observation o"
    " LEFT JOIN walk w ON w.id = o.walk WHERE o.founded = 1 AND o.withdrawn = 0"
    " AND o.walk <> ?1 ORDER BY o.walk, o.number, o.id";

static bool is_near(struct gathering *g, const char *area, struct last_point *p)
{
    struct geo_point at = observation_place(&p->o);
    if (g->route.count == 0)
        return g->walk.area && *g->walk.area && strcmp(g->walk.area, area) == 0;
    if (!geo_known(at))
        return false;
    measure(&g->route, at, &p->metres, &p->along);
    return p->metres <= LAST_REACH_M;
}

static void add(struct gathering *g, const struct found *f)
{
    if (g->count == g->room) {
        size_t room = g->room ? g->room * 2 : 64;
        struct found *more = arena_array(g->a, room, sizeof *more);
        if (g->count)
            memcpy(more, g->list, g->count * sizeof *more);
        g->list = more;
        g->room = room;
    }
    g->list[g->count++] = *f;
    if (!g->last_walk || f->when > g->last_when) {
        g->last_walk = f->point.o.walk;
        g->last_when = f->when;
    }
}

static bool look_at(struct gathering *g, const char *id, const char *area, int64_t when,
                    struct err *err)
{
    struct found f = {.point = {.metres = 0}};
    struct photo *photos;
    bool has_issue = false;
    if (!observation_find(g->s, g->a, id, &f.point.o, err))
        return false;
    if (observation_police_only(f.point.o.category, f.point.o.conflicts) ||
        !is_near(g, area, &f.point))
        return true;
    if (!photo_list(g->s, g->a, id, &photos, &f.point.photo_count, err) ||
        !issue_of_observation(g->s, g->a, id, &f.point.issue, &has_issue, err))
        return false;
    if (!has_issue)
        f.point.issue = (struct issue){.id = NULL};
    if (has_issue && !issue_outcome_state(g->s, g->a, &g->groups, f.point.issue.id,
                                          &f.point.issue.state, err))
        return false;
    f.point.photos = photos;
    f.when = when != DB_NULL ? when : f.point.o.at_ms;
    if (f.when < g->before)
        add(g, &f);
    return true;
}

static bool gather(struct gathering *g, struct err *err)
{
    struct db_rows rows;
    bool ok = true;
    if (!db_query(&g->s->db, &rows, err, sql_last_ids, "s", g->walk.id))
        return false;
    while (ok && db_next(&rows, err)) {
        int64_t start =
            start_of(db_int_or(&rows, 2, DB_NULL), db_int_or(&rows, 3, DB_NULL));
        ok = look_at(g, db_text(&rows, g->a, 0), db_peek(&rows, 1), start, err);
    }
    return db_done(&rows) && ok;
}

/* ---- telling --------------------------------------------------------------------- */

static int in_order(const void *a, const void *b)
{
    const struct last_point *x = &((const struct found *)a)->point;
    const struct last_point *y = &((const struct found *)b)->point;
    if (x->along < y->along || x->along > y->along)
        return x->along < y->along ? -1 : 1;
    int walks = strcmp(x->o.walk, y->o.walk);
    if (walks != 0)
        return walks;
    if (x->o.number != y->o.number)
        return x->o.number < y->o.number ? -1 : 1;
    return strcmp(x->o.id, y->o.id);
}

static bool is_wanted(const struct gathering *g, const struct found *f)
{
    bool open = f->point.issue.id && f->point.issue.state &&
                !issue_state_is_closed(f->point.issue.state);
    return open || text_equal(f->point.o.walk, g->last_walk);
}

bool last_near(struct store *s, const char *walk, last_visit visit, void *data,
               struct err *err)
{
    struct arena a = ARENA_INIT;
    struct gathering g = {.s = s, .a = &a};
    bool ok = walk_find(s, &a, walk, &g.walk, err) &&
              issue_groups_read(s, &a, &g.groups, err);
    if (ok) {
        read_route(&a, g.walk.route, &g.route);
        g.before = evening_of(&g.walk);
        ok = gather(&g, err);
    }
    if (ok && g.count > 1)
        qsort(g.list, g.count, sizeof *g.list, in_order);
    for (size_t i = 0; ok && i < g.count; i++)
        if (is_wanted(&g, &g.list[i]))
            ok = visit(&g.list[i].point, data, err);
    arena_release(&a);
    return ok;
}
