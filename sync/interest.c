/* interest: see the header. */
#include "sync/interest.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/local/wiped.h"
#include "core/store/walk.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define E7_A_METRE 90 /* 1e-7 degrees of latitude, rounded up */

/* ---- of a device ----------------------------------------------------------------- */

/* A box around a leg of a route, INTEREST_REACH_M wider on each side. */
static struct interest_box around(const int64_t from[2], const int64_t to[2])
{
    int64_t wide = INTEREST_REACH_M * (int64_t)E7_A_METRE;
    double shrink = cos((double)from[0] * 1e-7 * M_PI / 180);
    int64_t wide_lon = (int64_t)((double)wide / (shrink < 0.02 ? 0.02 : shrink));
    return (struct interest_box){
        .south = (from[0] < to[0] ? from[0] : to[0]) - wide,
        .north = (from[0] > to[0] ? from[0] : to[0]) + wide,
        .west = (from[1] < to[1] ? from[1] : to[1]) - wide_lon,
        .east = (from[1] > to[1] ? from[1] : to[1]) + wide_lon,
    };
}

static struct interest_box joined(struct interest_box a, struct interest_box b)
{
    a.south = a.south < b.south ? a.south : b.south;
    a.west = a.west < b.west ? a.west : b.west;
    a.north = a.north > b.north ? a.north : b.north;
    a.east = a.east > b.east ? a.east : b.east;
    return a;
}

/* When there is no room for more, neighbours are joined: the corridor gets coarser, but
 * nothing near the route falls out of it. */
static void add_box(struct interest *i, struct interest_box box)
{
    if (i->boxes == INTEREST_BOXES) {
        size_t n = 0;
        for (size_t at = 0; at + 1 < i->boxes; at += 2)
            i->box[n++] = joined(i->box[at], i->box[at + 1]);
        i->boxes = n;
    }
    i->box[i->boxes++] = box;
}

static void add_route(struct interest *i, const char *route)
{
    struct err ignored = ERR_INIT;
    cJSON *tree = NULL;
    int64_t before[2], now[2];
    bool any = false;
    if (!route || !json_parse(route, strlen(route), &tree, &ignored))
        return;
    for (const cJSON *p = tree->child; p; p = p->next) {
        if (!json_as_int(cJSON_GetArrayItem(p, 0), &now[0]) ||
            !json_as_int(cJSON_GetArrayItem(p, 1), &now[1]))
            continue;
        if (any)
            add_box(i, around(before, now));
        memcpy(before, now, sizeof before);
        any = true;
    }
    json_free(tree);
}

static void add_area(struct interest *i, const char *area)
{
    if (!area || !*area || strchr(area, ',') || i->areas == INTEREST_AREAS)
        return;
    for (size_t n = 0; n < i->areas; n++)
        if (strcmp(i->area[n], area) == 0)
            return;
    i->area[i->areas++] = area;
}

static const char sql_wiped_any[] =
    "SELECT count(*) FROM (SELECT 1 FROM record r JOIN self s ON s.origin = r.origin"
    " WHERE r.body IS NULL LIMIT 1) AS x";

static void add_walk(struct interest *i, const char *id)
{
    for (size_t n = 0; n < i->walks; n++)
        if (strcmp(i->walk[n], id) == 0)
            return;
    if (i->walks < INTEREST_WALKS)
        i->walk[i->walks++] = id;
}

/* Walks that were wiped here and asked for again: first, so that they find room. */
static bool add_asked(struct store *s, struct arena *a, struct interest *i, struct err *err)
{
    struct wiped *list;
    size_t n;
    if (!wiped_list(s, a, &list, &n, err))
        return false;
    for (size_t at = 0; at < n; at++)
        if (list[at].asked)
            add_walk(i, list[at].id);
    return true;
}

struct open_walk {
    uint64_t away; /* ms between now and when it is, or was begun, whichever is less */
    const struct walk *walk;
};

static uint64_t apart(int64_t one, int64_t other)
{
    return one > other ? (uint64_t)one - (uint64_t)other
                       : (uint64_t)other - (uint64_t)one;
}

/* A walk without a time is tonight's where it was made, and of no day elsewhere. */
static uint64_t away(const struct walk *w, int64_t now)
{
    bool timed = w->starts_ms != DB_NULL || w->begun_ms != DB_NULL;
    uint64_t to_start = w->starts_ms == DB_NULL ? UINT64_MAX : apart(w->starts_ms, now);
    uint64_t to_begun = w->begun_ms == DB_NULL ? UINT64_MAX : apart(w->begun_ms, now);
    if (!timed && w->own)
        return 0;
    return to_start < to_begun ? to_start : to_begun;
}

static int by_id(const void *left, const void *right)
{
    const struct open_walk *l = left, *r = right;
    return strcmp(l->walk->id, r->walk->id);
}

static int by_nearness(const void *left, const void *right)
{
    const struct open_walk *l = left, *r = right;
    if (l->away != r->away)
        return l->away < r->away ? -1 : 1;
    return by_id(left, right);
}

static int by_bytes(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static struct open_walk *open_walks(struct arena *a, const struct walk *walks, size_t n,
                                    size_t *ret_n)
{
    struct open_walk *list = arena_array(a, n + 1, sizeof *list);
    int64_t now = clock_utc_ms();
    size_t open = 0;
    for (size_t at = 0; at < n; at++)
        if (!text_equal(walks[at].state, "closed"))
            list[open++] = (struct open_walk){away(&walks[at], now), &walks[at]};
    qsort(list, open, sizeof *list, by_nearness);
    *ret_n = open;
    return list;
}

/* The nearest in time find room first: a season's plan does not push tonight out. What was
 * chosen stands in an order that time does not change, for another question is told
 * everything from the beginning. */
bool interest_of(struct store *s, struct arena *a, struct interest *ret,
                 struct err *err)
{
    struct interest i = {.walks = 0};
    struct walk *walks;
    size_t n, chosen = 0;
    int64_t wiped = 0;
    if (!walk_list(s, a, &walks, &n, err) ||
        !db_number(&s->db, &wiped, 0, err, sql_wiped_any, "") ||
        !add_asked(s, a, &i, err))
        return false;
    struct open_walk *list = open_walks(a, walks, n, &n);
    for (; chosen < n && i.walks < INTEREST_WALKS; chosen++) {
        add_walk(&i, list[chosen].walk->id);
        add_area(&i, list[chosen].walk->area);
    }
    qsort(list, chosen, sizeof *list, by_id);
    for (size_t at = 0; at < chosen; at++)
        add_route(&i, list[at].walk->route);
    qsort(i.walk, i.walks, sizeof i.walk[0], by_bytes);
    qsort(i.area, i.areas, sizeof i.area[0], by_bytes);
    i.own = wiped > 0;
    *ret = i;
    return true;
}

bool interest_is_empty(const struct interest *i)
{
    return i->walks == 0 && i->areas == 0 && i->boxes == 0;
}

/* ---- as text --------------------------------------------------------------------- */

/* RFC 3986: unreserved bytes stay. */
static void encode(struct buf *b, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || strchr("-._~", c);
        buf_printf(b, plain ? "%c" : "%%%02X", c);
    }
}

static void write_box(struct buf *b, const struct interest_box *x)
{
    buf_printf(b, "%lld,%lld,%lld,%lld", (long long)x->south, (long long)x->west,
               (long long)x->north, (long long)x->east);
}

char *interest_query(struct arena *a, const struct interest *i)
{
    struct buf b = BUF_INIT;
    buf_str(&b, "walks=");
    for (size_t n = 0; n < i->walks; n++)
        buf_printf(&b, "%s%s", n ? "," : "", i->walk[n]);
    buf_str(&b, "&areas=");
    for (size_t n = 0; n < i->areas; n++) {
        if (n)
            buf_char(&b, ',');
        encode(&b, i->area[n]);
    }
    buf_str(&b, "&boxes=");
    for (size_t n = 0; n < i->boxes; n++) {
        if (n)
            buf_char(&b, ';');
        write_box(&b, &i->box[n]);
    }
    if (i->own)
        buf_str(&b, "&own=1");
    char *text = buf_dup(&b, a);
    buf_release(&b);
    return text;
}

/* The next part of a list, NULL at its end. */
static char *next_part(struct arena *a, const char **list, char end)
{
    if (!*list || !**list)
        return NULL;
    const char stop[2] = {end, '\0'};
    size_t n = strcspn(*list, stop);
    char *part = arena_strndup(a, *list, n);
    *list += n + ((*list)[n] == end);
    return part;
}

static bool bad(const char *part, struct err *err)
{
    err_set(err, ERR_INPUT, "feed.bad_set", part, NULL);
    return err_part(err, part);
}

static bool read_box(struct arena *a, const char *text, struct interest_box *ret)
{
    int64_t n[4];
    size_t count = 0;
    for (char *p; (p = next_part(a, &text, ','));)
        if (count == 4 || !text_int(p, &n[count++]))
            return false;
    *ret = (struct interest_box){n[0], n[1], n[2], n[3]};
    return count == 4 && n[0] <= n[2] && n[1] <= n[3] && n[0] >= -INT64_C(1000000000) &&
           n[2] <= INT64_C(1000000000) && n[1] >= -INT64_C(2000000000) &&
           n[3] <= INT64_C(2000000000);
}

bool interest_read(struct arena *a, const char *walks, const char *areas,
                   const char *boxes, const char *own, struct interest *ret,
                   struct err *err)
{
    struct interest i = {.own = own && strcmp(own, "1") == 0};
    for (char *p; (p = next_part(a, &walks, ','));) {
        if (i.walks == INTEREST_WALKS || !uid_is(p))
            return bad("walks", err);
        i.walk[i.walks++] = p;
    }
    for (char *p; (p = next_part(a, &areas, ','));) {
        if (i.areas == INTEREST_AREAS || strlen(p) > 320)
            return bad("areas", err);
        i.area[i.areas++] = p;
    }
    for (char *p; (p = next_part(a, &boxes, ';'));)
        if (i.boxes == INTEREST_BOXES || !read_box(a, p, &i.box[i.boxes++]))
            return bad("boxes", err);
    *ret = i;
    return true;
}

bool interest_in_boxes(const struct interest *i, struct geo_point p)
{
    for (size_t n = 0; geo_known(p) && n < i->boxes; n++) {
        const struct interest_box *b = &i->box[n];
        if (p.lat_e7 >= b->south && p.lat_e7 <= b->north && p.lon_e7 >= b->west &&
            p.lon_e7 <= b->east)
            return true;
    }
    return false;
}
