/* lamp_run: see the header. */
#include "core/store/local/lamp_run.h"

#include "core/base/clock.h"
#include "core/base/sun.h"
#include "core/base/text.h"
#include "core/store/track.h"
#include "core/store/walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NEAR_LAMPS = 400, ROUTE_POINTS = 2000, PIECE_M = 300, PIECES = 4000 };

/* ---- the route ------------------------------------------------------------------- */

struct way {
    struct geo_point point[ROUTE_POINTS];
    size_t count;
};

static void read_route(const char *route, struct way *w)
{
    struct err ignored = ERR_INIT;
    cJSON *tree;
    w->count = 0;
    if (!route || !json_parse(route, strlen(route), &tree, &ignored))
        return;
    for (const cJSON *p = tree->child; p && w->count < ROUTE_POINTS; p = p->next) {
        struct geo_point at = GEO_NOWHERE;
        if (json_as_int(cJSON_GetArrayItem(p, 0), &at.lat_e7) &&
            json_as_int(cJSON_GetArrayItem(p, 1), &at.lon_e7) &&
            geo_is_place(at.lat_e7, at.lon_e7))
            w->point[w->count++] = at;
    }
    json_free(tree);
}

static double metres_of(struct geo_point a, struct geo_point b)
{
    return geo_metres(a.lat_e7, a.lon_e7, b.lat_e7, b.lon_e7);
}

/* How far from the leg p is, and how far along it (metres); on a plane, which a leg is. */
static double off_leg(struct geo_point p, struct geo_point a, struct geo_point b,
                      double *ret_along)
{
    double narrow = cos((double)a.lat_e7 * (M_PI / 1800000000.0)), metre = 0.0111195;
    double bx = (double)(b.lon_e7 - a.lon_e7) * narrow * metre;
    double by = (double)(b.lat_e7 - a.lat_e7) * metre;
    double px = (double)(p.lon_e7 - a.lon_e7) * narrow * metre;
    double py = (double)(p.lat_e7 - a.lat_e7) * metre;
    double length = sqrt(bx * bx + by * by);
    double part = length > 0 ? (px * bx + py * by) / (length * length) : 0;
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    *ret_along = part * length;
    return hypot(px - part * bx, py - part * by);
}

/* Distance to the route; *ret_along metres from its start, *ret_leg the nearest leg. */
static double off_route(const struct way *w, struct geo_point p, double *ret_along,
                        size_t *ret_leg)
{
    double best = INFINITY, before = 0;
    for (size_t i = 0; i + 1 < w->count; i++) {
        double along, off = off_leg(p, w->point[i], w->point[i + 1], &along);
        if (off < best) {
            best = off;
            *ret_along = before + along;
            *ret_leg = i;
        }
        before += metres_of(w->point[i], w->point[i + 1]);
    }
    return best;
}

/* Counts those along one piece of a leg, that is no longer than PIECE_M. */
static bool count_piece(struct store *s, struct arena *a, struct geo_point from,
                        struct geo_point to, struct buf *seen, int64_t *n,
                        struct err *err)
{
    struct geo_point middle = {(from.lat_e7 + to.lat_e7) / 2,
                               (from.lon_e7 + to.lon_e7) / 2, -1};
    double reach = metres_of(from, to) / 2 + LAMP_RUN_ROUTE_M + 1, along;
    struct place_row *row;
    size_t rows;
    if (!place_near(s, a, "lamp", middle, reach, NEAR_LAMPS, &row, &rows, err))
        return false;
    for (size_t i = 0; i < rows; i++) {
        if (off_leg(row[i].at, from, to, &along) > LAMP_RUN_ROUTE_M ||
            strstr(seen->data, row[i].id))
            continue;
        buf_printf(seen, "%s ", row[i].id);
        ++*n;
    }
    return true;
}

/* The place i of n parts along the leg. */
static struct geo_point part_of(struct geo_point a, struct geo_point b, int64_t i,
                                int64_t n)
{
    return (struct geo_point){a.lat_e7 + (b.lat_e7 - a.lat_e7) * i / n,
                              a.lon_e7 + (b.lon_e7 - a.lon_e7) * i / n, -1};
}

/* Long legs are looked along in pieces, for a register is asked about circles, and gives
 * no more of one than NEAR_LAMPS. -1 for a route nobody walks. */
static bool count_route(struct store *s, const struct way *w, struct arena *a,
                        int64_t *ret, struct err *err)
{
    struct buf seen = BUF_INIT;
    int64_t n = 0, all = 0;
    bool ok = true;
    buf_char(&seen, ' ');
    for (size_t i = 0; ok && i + 1 < w->count && all <= PIECES; i++) {
        struct geo_point from = w->point[i], to = w->point[i + 1];
        int64_t pieces = 1 + (int64_t)(metres_of(from, to) / PIECE_M);
        all += pieces;
        for (int64_t k = 0; ok && all <= PIECES && k < pieces; k++)
            ok = count_piece(s, a, part_of(from, to, k, pieces),
                             part_of(from, to, k + 1, pieces), &seen, &n, err);
    }
    buf_release(&seen);
    if (ok)
        *ret = all <= PIECES ? n : -1;
    return ok;
}

/* ---- what was answered ----------------------------------------------------------- */

/* A look without a place is known by its number alone, a lamp without a number by where
 * it stands. */
static bool are_one(const char *number, struct geo_point at, const char *other,
                    struct geo_point other_at)
{
    bool placed = geo_known(at) && geo_known(other_at);
    if (number && other && *number)
        return strcmp(number, other) == 0 &&
               (!placed || metres_of(at, other_at) < LAMP_APART_M);
    return placed && metres_of(at, other_at) < 3;
}

static bool is_lamp(const struct lamp_look *l, const struct place_row *p)
{
    return are_one(l->number, l->at, p->number, p->at);
}

/* On a corner stand two lamps of one number: a look is at the nearest of them. */
static bool is_nearest(const struct lamp_look *l, const struct place_row *p,
                       const struct place_row *rows, size_t n)
{
    for (size_t i = 0; geo_known(l->at) && i < n; i++)
        if (is_lamp(l, &rows[i]) &&
            metres_of(l->at, rows[i].at) < metres_of(l->at, p->at))
            return false;
    return true;
}

static bool answered(const struct lamp_run *r, const struct place_row *p,
                     const struct place_row *rows, size_t n)
{
    for (size_t i = 0; i < r->look_count; i++)
        if (is_lamp(&r->look[i], p) && is_nearest(&r->look[i], p, rows, n))
            return true;
    return false;
}

/* The register's lamp of the look's number that stands nearest to it; NULL: none does. */
static bool lamp_at(struct store *s, struct arena *a, const struct lamp_look *l,
                    const char **ret, struct err *err)
{
    struct place_row *rows;
    size_t n;
    *ret = NULL;
    if (!place_near(s, a, "lamp", l->at, LAMP_APART_M, NEAR_LAMPS, &rows, &n, err))
        return false;
    for (size_t i = 0; i < n && !*ret; i++)
        if (is_lamp(l, &rows[i]))
            *ret = rows[i].id;
    return true;
}

bool lamp_run_same(struct store *s, struct arena *a, const struct lamp_look *x,
                   const struct lamp_look *y, bool *ret, struct err *err)
{
    const char *one, *other;
    *ret = are_one(x->number, x->at, y->number, y->at);
    if (!*ret || !geo_known(x->at) || !geo_known(y->at) || metres_of(x->at, y->at) < 3)
        return true;
    if (!lamp_at(s, a, x, &one, err) || !lamp_at(s, a, y, &other, err))
        return false;
    *ret = !one || !other || strcmp(one, other) == 0;
    return true;
}

static bool count_done(struct store *s, struct arena *a, struct lamp_run *r,
                       struct err *err)
{
    for (size_t i = 0; i < r->look_count; i++) {
        const struct lamp_look *l = r->look;
        bool again = false;
        for (size_t k = 0; k < i && !again; k++)
            if (l[i].number && l[k].number &&
                !lamp_run_same(s, a, &l[i], &l[k], &again, err))
                return false;
        r->done += !again;
    }
    return true;
}

/* The last three lamps looked at; one that two phones have answered for is one of them. */
static bool find_three(struct store *s, struct arena *a, struct lamp_run *r,
                       struct err *err)
{
    const struct lamp_look *lamp[3];
    size_t n = 0;
    for (size_t i = r->look_count; n < 3 && i > 0; i--) {
        const struct lamp_look *l = &r->look[i - 1];
        bool again = false;
        if (strcmp(l->answer, "dead") != 0 || l->point)
            return true;
        for (size_t k = 0; k < n && !again; k++)
            if (!lamp_run_same(s, a, lamp[k], l, &again, err))
                return false;
        if (!again)
            lamp[n++] = l;
    }
    for (size_t i = 0; n == 3 && i < 3; i++)
        r->three[i] = lamp[2 - i]->id;
    return true;
}

/* ---- what is next ---------------------------------------------------------------- */

struct ahead {
    const struct way *way;
    struct geo_point at;
    double heading, along;
    bool on_route;
};

static double turn_of(double bearing, double heading)
{
    double turn = fmod(bearing - heading + 540, 360) - 180;
    return turn;
}

/* Metres, made longer by how much it lies behind. */
static double cost_of(const struct ahead *h, const struct place_row *p)
{
    double along;
    size_t leg;
    if (h->on_route && off_route(h->way, p->at, &along, &leg) <= LAMP_RUN_ROUTE_M) {
        double on = along - h->along;
        return on >= -5 ? fabs(on) : 200 - on;
    }
    double cost = p->metres + (h->on_route ? 100 : 0);
    if (h->heading >= 0)
        cost *= 2 - cos(turn_of(p->bearing, h->heading) * (M_PI / 180));
    return cost;
}

struct scored {
    struct place_row row;
    double cost;
};

static int by_cost(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    if (x->cost != y->cost)
        return x->cost < y->cost ? -1 : 1;
    return strcmp(x->row.id, y->row.id);
}

static void choose(struct lamp_run *r, struct arena *a, const struct ahead *h,
                   const struct place_row *rows, size_t n)
{
    struct scored *list = arena_array(a, n + 1, sizeof *list);
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        if (!answered(r, &rows[i], rows, n))
            list[left++] = (struct scored){rows[i], cost_of(h, &rows[i])};
    if (left > 1)
        qsort(list, left, sizeof *list, by_cost);
    if (left == 0)
        return;
    r->next = list[0].row;
    if (h->heading >= 0)
        r->turn = turn_of(r->next.bearing, h->heading);
    r->neighbour = arena_array(a, LAMP_RUN_NEIGHBOURS, sizeof *r->neighbour);
    for (size_t i = 1; i < left && i <= LAMP_RUN_NEIGHBOURS; i++)
        r->neighbour[r->neighbour_count++] = list[i].row;
}

static bool is_off(struct store *s, struct arena *a, const struct lamp_run *r,
                   int64_t now, bool *ret, struct err *err)
{
    const char *night;
    int from = r->next.off_from, to = r->next.off_to;
    if (!store_setting(s, a, "lamps_off", "-", &night, err))
        return false;
    if (!r->next.id || from < 0) {
        from = to = -1;
        lamp_hours(night, &from, &to);
    }
    *ret = lamp_off_on_purpose(now, from, to);
    return true;
}

static bool find_next(struct store *s, struct arena *a, const struct way *way,
                      const char *walk, struct geo_point at, struct lamp_run *r,
                      struct err *err)
{
    struct ahead h = {.way = way, .at = at, .heading = -1};
    struct track t;
    struct place_row *rows;
    size_t n, leg = 0;
    if (!track_read(s, a, walk, &t, err) ||
        !place_near(s, a, "lamp", at, LAMP_RUN_REACH_M, NEAR_LAMPS, &rows, &n, err))
        return false;
    h.heading = track_heading(&t);
    h.on_route = way->count > 1 && off_route(way, at, &h.along, &leg) <= LAMP_RUN_ROUTE_M;
    if (h.on_route && h.heading < 0)
        h.heading = geo_bearing(way->point[leg].lat_e7, way->point[leg].lon_e7,
                                way->point[leg + 1].lat_e7, way->point[leg + 1].lon_e7);
    r->heading = h.heading;
    choose(r, a, &h, rows, n);
    return true;
}

bool lamp_run_read(struct store *s, struct arena *a, const char *walk, struct geo_point at,
                   struct lamp_run *ret, struct err *err)
{
    struct lamp_run r = {.of = -1, .heading = -1};
    struct walk w;
    struct way *way = arena_alloc(a, sizeof *way);
    struct clock_reading now = clock_now();
    bool knows = strcmp(now.trust, "unknown") != 0;
    if (!walk_find(s, a, walk, &w, err) ||
        !lamp_look_list(s, a, walk, &r.look, &r.look_count, err) ||
        !place_any_lamp(s, &r.any_lamps, err))
        return false;
    read_route(w.route, way);
    if (!geo_known(at) && r.look_count)
        at = r.look[r.look_count - 1].at;
    if (way->count > 1 && r.any_lamps && !count_route(s, way, a, &r.of, err))
        return false;
    if (geo_known(at) && !find_next(s, a, way, walk, at, &r, err))
        return false;
    if (!count_done(s, a, &r, err) || !find_three(s, a, &r, err))
        return false;
    r.daylight = knows && geo_known(at) &&
                 strcmp(sun_light(now.utc_ms, at.lat_e7, at.lon_e7), "daylight") == 0;
    if (knows && !is_off(s, a, &r, now.utc_ms, &r.off_on_purpose, err))
        return false;
    *ret = r;
    return true;
}
