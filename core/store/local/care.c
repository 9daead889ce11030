/* care: see the header. */
#include "core/store/local/care.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/local/set_aside.h"
#include "core/store/local/stranger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- gathering ------------------------------------------------------------------- */

struct gathering {
    struct care *one;
    size_t n, room;
    struct arena *arena;
};

static struct care *of(struct gathering *g, const void *origin)
{
    for (size_t i = g->n; i > 0; i--)
        if (memcmp(g->one[i - 1].origin, origin, RECORD_ORIGIN) == 0)
            return &g->one[i - 1];
    if (g->n == g->room) {
        struct care *more = arena_array(g->arena, g->room ? g->room * 2 : 8, sizeof *more);
        if (g->n)
            memcpy(more, g->one, g->n * sizeof *more);
        g->one = more;
        g->room = g->room ? g->room * 2 : 8;
    }
    struct care *c = &g->one[g->n++];
    *c = (struct care){.name = ""};
    memcpy(c->origin, origin, RECORD_ORIGIN);
    return c;
}

static const char sql_care_runs[] =
    "SELECT origin, first, last FROM held_run ORDER BY origin, first";

static bool gather_holes(struct store *s, struct gathering *g, struct err *err)
{
    uint8_t origin[RECORD_ORIGIN] = {0};
    int64_t next = 1;
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_care_runs, ""))
        return false;
    while (db_next(&rows, err)) {
        const void *its = sqlite3_column_blob(rows.statement, 0);
        int64_t first = db_int(&rows, 1);
        if (memcmp(origin, its, RECORD_ORIGIN) != 0) {
            memcpy(origin, its, RECORD_ORIGIN);
            next = 1;
        }
        if (first > next) {
            struct care *c = of(g, origin);
            c->missing += first - next;
            if (c->holes < CARE_HOLES) {
                c->hole[c->holes][0] = next;
                c->hole[c->holes++][1] = first - 1;
            }
        }
        next = db_int(&rows, 2) + 1;
    }
    return db_done(&rows);
}

static const char sql_care_idle[] =
    "SELECT origin, sum(CASE WHEN reason IN ('kind', 'body') THEN 1 ELSE 0 END), count(*)"
    " FROM record WHERE reason IS NOT NULL GROUP BY origin";

static bool gather_idle(struct store *s, struct gathering *g, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_care_idle, ""))
        return false;
    while (db_next(&rows, err)) {
        struct care *c = of(g, sqlite3_column_blob(rows.statement, 0));
        c->newer = db_int(&rows, 1);
        c->refused = db_int(&rows, 2) - c->newer;
    }
    return db_done(&rows);
}

static bool gather_aside(struct store *s, struct gathering *g, struct err *err)
{
    struct set_aside_count *list;
    size_t n;
    if (!set_aside_list(s, g->arena, &list, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct care *c = of(g, list[i].origin);
        c->aside_large = list[i].large;
        c->aside_form = list[i].form;
    }
    return true;
}

static const char sql_care_lost[] =
    "SELECT r.origin, count(*) FROM gone g JOIN record r ON r.origin = g.origin"
    " AND r.seq >= g.first AND r.seq <= g.last WHERE r.body IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM erased_record e WHERE e.hash = r.hash)"
    " GROUP BY r.origin";

static bool gather_lost(struct store *s, struct gathering *g, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_care_lost, ""))
        return false;
    while (db_next(&rows, err))
        of(g, sqlite3_column_blob(rows.statement, 0))->lost = db_int(&rows, 1);
    return db_done(&rows);
}

static const char sql_care_name[] =
    "SELECT (SELECT name FROM admission WHERE origin = ?1),"
    " COALESCE((SELECT device FROM device_origin WHERE origin = ?1),"
    " (SELECT id FROM device WHERE origin = ?1))";

static bool name_one(struct store *s, struct arena *a, struct care *c, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_care_name, "b", c->origin, (size_t)RECORD_ORIGIN))
        return false;
    if (db_next(&rows, err)) {
        const char *name = db_text(&rows, a, 0);
        c->name = name ? name : "";
        c->device = db_text(&rows, a, 1);
    }
    return db_done(&rows);
}

static int by_origin(const void *a, const void *b)
{
    return memcmp(((const struct care *)a)->origin, ((const struct care *)b)->origin,
                  RECORD_ORIGIN);
}

bool care_list(struct store *s, struct arena *a, struct care **ret, size_t *ret_n,
               struct err *err)
{
    struct gathering g = {.arena = a};
    if (!gather_holes(s, &g, err) || !gather_idle(s, &g, err) ||
        !gather_aside(s, &g, err) || !gather_lost(s, &g, err))
        return false;
    for (size_t i = 0; i < g.n; i++)
        if (!name_one(s, a, &g.one[i], err))
            return false;
    if (g.n > 1)
        qsort(g.one, g.n, sizeof *g.one, by_origin);
    *ret = g.one;
    *ret_n = g.n;
    return true;
}

void care_json(struct json_out *o, const char *name, const struct care *c)
{
    char origin[RECORD_ORIGIN_HEX];
    text_hex(c->origin, RECORD_ORIGIN, origin);
    json_open(o, name, '{');
    json_str(o, "origin", origin);
    json_str(o, "name", c->name);
    json_str(o, "device", c->device);
    json_num(o, "missing", c->missing);
    json_open(o, "holes", '[');
    for (size_t i = 0; i < c->holes; i++) {
        json_open(o, NULL, '[');
        json_num(o, NULL, c->hole[i][0]);
        json_num(o, NULL, c->hole[i][1]);
        json_close(o, ']');
    }
    json_close(o, ']');
    json_num(o, "newer", c->newer);
    json_num(o, "refused", c->refused);
    json_num(o, "aside_large", c->aside_large);
    json_num(o, "aside_form", c->aside_form);
    json_num(o, "lost", c->lost);
    json_close(o, '}');
}

/* ---- strangers ------------------------------------------------------------------- */

static const char sql_care_courier[] =
    "SELECT d.name FROM device d WHERE d.id = ?1 AND d.name <> ''";

/* NULL for what a stick brought. */
static bool courier_name(struct store *s, struct arena *a, const char *courier,
                         const char **ret, struct err *err)
{
    struct db_rows rows;
    *ret = NULL;
    if (!db_query(&s->db, &rows, err, sql_care_courier, "s", courier))
        return false;
    if (db_next(&rows, err))
        *ret = db_text(&rows, a, 0);
    return db_done(&rows);
}

bool care_strangers_json(struct store *s, struct arena *a, struct json_out *o,
                         const char *name, struct err *err)
{
    struct stranger *list;
    size_t n;
    bool ok = stranger_list(s, a, &list, &n, err);
    json_open(o, name, '[');
    for (size_t i = 0; ok && i < n; i++) {
        char origin[RECORD_ORIGIN_HEX], since[32];
        const char *by = NULL;
        text_hex(list[i].origin, RECORD_ORIGIN, origin);
        clock_format(list[i].came_ms, since);
        ok = courier_name(s, a, list[i].courier, &by, err);
        json_open(o, NULL, '{');
        json_str(o, "origin", origin);
        json_num(o, "records", list[i].records);
        json_num(o, "photos", list[i].photos);
        json_str(o, "since", since);
        json_str(o, "brought_by", by);
        json_close(o, '}');
    }
    json_close(o, ']');
    return ok;
}

/* ---- salvaged -------------------------------------------------------------------- */

bool care_salvage_own(struct store *s, struct care_salvage *ret, bool *ret_any,
                      struct err *err)
{
    struct arena a = ARENA_INIT;
    struct care_salvage v = {0, 0, 0};
    const char *when, *kept, *lost;
    bool ok = store_setting(s, &a, "salvage.when", "", &when, err) &&
              store_setting(s, &a, "salvage.kept", "0", &kept, err) &&
              store_setting(s, &a, "salvage.lost", "0", &lost, err);
    bool any = ok && text_int(when, &v.at_ms) && text_int(kept, &v.kept) &&
               text_int(lost, &v.lost);
    arena_release(&a);
    if (ok) {
        *ret = v;
        *ret_any = any;
    }
    return ok;
}

static void setting_of(const char *device, char out[64])
{
    snprintf(out, 64, "salvaged.%.40s", device);
}

bool care_salvage_told(struct store *s, const char *device, const struct care_salvage *v,
                       struct err *err)
{
    char name[64], text[80];
    setting_of(device, name);
    snprintf(text, sizeof text, "%lld %lld %lld", (long long)v->at_ms, (long long)v->kept,
             (long long)v->lost);
    return store_set(s, name, text, err);
}

bool care_salvage_of(struct store *s, const char *device, struct care_salvage *ret,
                     bool *ret_any, struct err *err)
{
    struct arena a = ARENA_INIT;
    char name[64];
    const char *text;
    long long n[3];
    setting_of(device, name);
    bool ok = store_setting(s, &a, name, "", &text, err);
    *ret_any = ok && sscanf(text, "%lld %lld %lld", &n[0], &n[1], &n[2]) == 3;
    if (*ret_any)
        *ret = (struct care_salvage){n[0], n[1], n[2]};
    arena_release(&a);
    return ok;
}

void care_device_json(struct json_out *o, const char *name, const struct device *d,
                      const struct care_salvage *v)
{
    char at[32];
    json_open(o, name, '{');
    device_members(o, d);
    if (v) {
        clock_format(v->at_ms, at);
        json_open(o, "salvaged", '{');
        json_str(o, "at", at);
        json_num(o, "kept", v->kept);
        json_num(o, "lost", v->lost);
        json_close(o, '}');
    } else {
        json_str(o, "salvaged", NULL);
    }
    json_close(o, '}');
}
