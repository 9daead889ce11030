/* track: keeping and folding. What is made of the pieces stands in track_read. */
#include "core/store/track.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/clock_fix.h"
#include "core/store/fold.h"
#include "core/store/hold.h"

#include <stdio.h>
#include <string.h>

static const struct field append_fields[] = {
    {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"line", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"source", FIELD_WORD, 0, 0, FIELD_REQUIRED, "gnss browser file"},
    {"clock", FIELD_WORD, 0, 0, 0, "gnss ntp set unknown"},
    {"at", FIELD_INT, -(INT64_C(1) << 46), INT64_C(1) << 46, FIELD_REQUIRED, NULL},
    {"lat", FIELD_INT, -900000000, 900000000, FIELD_REQUIRED, NULL},
    {"lon", FIELD_INT, -1800000000, 1800000000, FIELD_REQUIRED, NULL},
    {"acc", FIELD_INT, -1, 10000000, FIELD_REQUIRED, NULL},
    {"fixes", FIELD_ARRAY, 0, INT64_C(4) * TRACK_PIECE, FIELD_REQUIRED, NULL},
    {"breaks", FIELD_ARRAY, 0, TRACK_PIECE, FIELD_REQUIRED, NULL},
};

/* ---- the fold -------------------------------------------------------------------- */

static const char sql_track_set[] =
    "INSERT INTO track (id, founded, walk, line, source, clock, first_ms, last_ms, lat,"
    " lon, acc, fixes, breaks, origin, tick)"
    " VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
    " ON CONFLICT (id) DO UPDATE SET walk = excluded.walk, line = excluded.line,"
    " source = excluded.source, clock = excluded.clock, first_ms = excluded.first_ms,"
    " last_ms = excluded.last_ms, lat = excluded.lat, lon = excluded.lon,"
    " acc = excluded.acc, fixes = excluded.fixes, breaks = excluded.breaks,"
    " origin = excluded.origin, tick = excluded.tick";
static const char sql_track_drop[] = "DELETE FROM track WHERE id = ?1";

/* Whole integers in fours that never leave the earth; *last is moved along. */
static bool fixes_fit(const cJSON *fixes, int64_t lat, int64_t lon, int64_t *last)
{
    int64_t value[4], n = 0;
    for (const cJSON *v = fixes ? fixes->child : NULL; v; v = v->next) {
        const int64_t most = INT64_C(1) << 46;
        if (!json_as_int(v, &value[n % 4]) || value[n % 4] > most || value[n % 4] < -most)
            return false;
        if (++n % 4)
            continue;
        *last += value[0];
        lat += value[1];
        lon += value[2];
        if (!geo_is_place(lat, lon) || value[3] < -1)
            return false;
    }
    return n % 4 == 0;
}

/* Of two records that append to one piece, which nobody writes, the first stands. */
static bool track_fold(const struct fold_call *call, struct err *err)
{
    if (call->count == 0)
        return db_run(call->db, err, sql_track_drop, "s", call->subject);
    const cJSON *b = call->entry[0].body;
    const struct record *r = &call->entry[0].record;
    bool dated = clock_fix_wanted(json_text(b, "clock")) && call->entry[0].shift_ms != 0;
    int64_t first = json_int(b, "at", 0) + (dated ? call->entry[0].shift_ms : 0);
    int64_t last = first;
    int64_t lat = json_int(b, "lat", 0), lon = json_int(b, "lon", 0);
    if (!geo_is_place(lat, lon) || !fixes_fit(json_array(b, "fixes"), lat, lon, &last))
        return db_run(call->db, err, sql_track_drop, "s", call->subject);
    struct buf fixes = BUF_INIT, breaks = BUF_INIT;
    struct json_out f = JSON_OUT(&fixes), k = JSON_OUT(&breaks);
    json_tree(&f, NULL, json_array(b, "fixes"));
    json_tree(&k, NULL, json_array(b, "breaks"));
    bool ok = db_run(call->db, err, sql_track_set, "sssssiiiiissbi", call->subject,
                     json_text(b, "walk"), json_text(b, "line"), json_text(b, "source"),
                     dated ? r->clock : json_text(b, "clock"), first, last, lat, lon,
                     json_int(b, "acc", -1), fixes.data, breaks.data, r->origin,
                     (size_t)RECORD_ORIGIN, r->tick);
    buf_release(&fixes);
    buf_release(&breaks);
    return ok;
}

static const struct fold_kind track_kinds[] = {
    {"track.append", append_fields, FIELD_COUNT(append_fields), FOLD_BOTH},
};
const struct fold_noun track_noun = {track_kinds, FIELD_COUNT(track_kinds), track_fold};

/* ---- one piece ------------------------------------------------------------------- */

static int64_t decimetres(struct geo_point p)
{
    return p.accuracy_mm < 0 ? -1 : (p.accuracy_mm + 99) / 100;
}

/* Of at most n fixes as many as fit; *ret_taken says how many. */
static void piece_body(const struct track_source *t, const struct track_fix *fix, size_t n,
                       struct buf *out, size_t *ret_taken)
{
    struct json_out o = JSON_OUT(out);
    size_t i = 1, room = TRACK_BODY - 700; /* the breaks and the salt come after */
    json_open(&o, NULL, '{');
    json_str(&o, "walk", t->walk);
    json_str(&o, "line", t->line);
    json_str(&o, "source", t->source);
    json_str(&o, "clock", t->clock);
    json_num(&o, "at", fix[0].at_ms);
    json_num(&o, "lat", fix[0].at.lat_e7);
    json_num(&o, "lon", fix[0].at.lon_e7);
    json_num(&o, "acc", decimetres(fix[0].at));
    json_open(&o, "fixes", '[');
    for (; i < n && i < TRACK_PIECE && out->len < room; i++) {
        json_num(&o, NULL, fix[i].at_ms - fix[i - 1].at_ms);
        json_num(&o, NULL, fix[i].at.lat_e7 - fix[i - 1].at.lat_e7);
        json_num(&o, NULL, fix[i].at.lon_e7 - fix[i - 1].at.lon_e7);
        json_num(&o, NULL, decimetres(fix[i].at));
    }
    json_close(&o, ']');
    json_open(&o, "breaks", '[');
    for (size_t k = 0; k < i && out->len < TRACK_BODY - 80; k++)
        if (fix[k].lost)
            json_num(&o, NULL, (int64_t)k);
    json_close(&o, ']');
    json_close(&o, '}');
    *ret_taken = i;
}

static bool write_piece(struct store *s, struct arena *a, const struct track_source *t,
                        const struct track_fix *fix, size_t n, size_t *ret_taken,
                        struct err *err)
{
    char id[UID_SIZE];
    struct buf body = BUF_INIT;
    uid_new(id);
    piece_body(t, fix, n, &body, ret_taken);
    struct record_wish wish = {"track.append", id, body.data, t->by_role, "", INT64_MIN};
    bool ok = hold_make(s, a, &wish, NULL, err);
    buf_release(&body);
    return ok;
}

bool track_write(struct store *s, struct arena *a, const struct track_source *t,
                 const struct track_fix *fix, size_t n, struct err *err)
{
    for (size_t i = 0, taken; i < n; i += taken)
        if (!write_piece(s, a, t, fix + i, n - i, &taken, err))
            return false;
    return true;
}

/* ---- the running minute ---------------------------------------------------------- */

static const char sql_draft_add[] =
    "INSERT INTO track_draft (walk, line, source, clock, at_ms, lat, lon, acc, lost)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
static const char sql_draft_last[] =
    "SELECT at_ms FROM track_draft WHERE walk = ?1 AND line = ?2 ORDER BY n DESC LIMIT 1";
static const char sql_draft_lines[] =
    "SELECT walk, line, source, clock, min(at_ms), max(at_ms), count(*) FROM track_draft"
    " WHERE (?1 IS NULL OR walk = ?1) GROUP BY walk, line, source, clock ORDER BY min(n)";
static const char sql_draft_read[] =
    "SELECT n, at_ms, lat, lon, acc, lost FROM track_draft"
    " WHERE walk = ?1 AND line = ?2 AND source = ?3 AND clock = ?4 ORDER BY n LIMIT ?5";
static const char sql_draft_drop[] = "DELETE FROM track_draft WHERE walk = ?1 AND line "
                                     "= ?2 AND source = ?3 AND clock = ?4"
                                     " AND n <= ?5";

static struct track_fix draft_fix(struct db_rows *rows)
{
    int64_t acc = db_int(rows, 4);
    return (struct track_fix){db_int(rows, 1),
                              {db_int(rows, 2), db_int(rows, 3), acc < 0 ? -1 : acc * 100},
                              db_int(rows, 5) != 0};
}

/* One record of the oldest fixes of a line; *ret_left how many stay in the draft. */
static bool flush_piece(struct store *s, struct arena *a, const struct track_source *t,
                        bool *ret_any, struct err *err)
{
    struct db_rows rows;
    struct track_fix fix[TRACK_PIECE];
    int64_t number[TRACK_PIECE];
    size_t n = 0, taken = 0;
    *ret_any = false;
    if (!db_query(&s->db, &rows, err, sql_draft_read, "ssssi", t->walk, t->line,
                  t->source, t->clock, (int64_t)TRACK_PIECE))
        return false;
    while (n < TRACK_PIECE && db_next(&rows, err)) {
        number[n] = db_int(&rows, 0);
        fix[n++] = draft_fix(&rows);
    }
    if (!db_done(&rows) || n == 0)
        return n == 0;
    *ret_any = true;
    return write_piece(s, a, t, fix, n, &taken, err) &&
           db_run(&s->db, err, sql_draft_drop, "ssssi", t->walk, t->line, t->source,
                  t->clock, number[taken - 1]);
}

struct waiting {
    struct track_source t;
    int64_t first, last, count;
};

static bool waiting_lines(struct store *s, struct arena *a, const char *walk,
                          const char *by_role, struct waiting **ret, size_t *ret_n,
                          struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_draft_lines, "s", walk))
        return false;
    while (db_next(&rows, err)) {
        struct waiting w = {{db_text(&rows, a, 0), db_text(&rows, a, 1),
                             db_text(&rows, a, 2), db_text(&rows, a, 3), by_role},
                            db_int(&rows, 4),
                            db_int(&rows, 5),
                            db_int(&rows, 6)};
        buf_add(&list, &w, sizeof w);
    }
    bool ok = db_done(&rows);
    *ret_n = list.len / sizeof(struct waiting);
    *ret = arena_memdup(a, list.data, list.len);
    buf_release(&list);
    return ok;
}

bool track_flush(struct store *s, struct arena *a, const char *walk, int64_t before_ms,
                 const char *by_role, struct err *err)
{
    struct waiting *w;
    size_t n;
    if (!waiting_lines(s, a, walk, by_role, &w, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        for (bool more = w[i].first < before_ms; more;)
            if (!flush_piece(s, a, &w[i].t, &more, err))
                return false;
    return true;
}

static const char sql_draft_count[] =
    "SELECT count(*) FROM track_draft WHERE walk = ?1";

bool track_waiting(struct store *s, const char *walk, int64_t *ret, struct err *err)
{
    return db_number(&s->db, ret, 0, err, sql_draft_count, "s", walk);
}

static const char sql_draft_drop_walk[] = "DELETE FROM track_draft WHERE walk = ?1";

bool track_drop(struct store *s, const char *walk, struct err *err)
{
    return db_run(&s->db, err, sql_draft_drop_walk, "s", walk);
}

/* A minute, or a piece full of fixes, is enough for a record. Time that ran backwards
 * ends the minute too. */
static bool flush_full(struct store *s, struct arena *a, const struct track_source *t,
                       struct err *err)
{
    struct waiting *w;
    size_t n;
    bool any;
    if (!waiting_lines(s, a, t->walk, t->by_role, &w, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(w[i].t.line, t->line) == 0 &&
            (w[i].last - w[i].first >= TRACK_MINUTE_MS || w[i].count >= TRACK_PIECE) &&
            !flush_piece(s, a, &w[i].t, &any, err))
            return false;
    return true;
}

/* Half of what a record takes: the time to the next fix has to fit as well. */
static const int64_t AT_MOST = INT64_C(1) << 45;

bool track_keep(struct store *s, struct arena *a, const struct track_source *t,
                const struct track_fix *fix, size_t n, struct err *err)
{
    int64_t last;
    if (!db_number(&s->db, &last, DB_NULL, err, sql_draft_last, "ss", t->walk, t->line))
        return false;
    bool lost = false;
    for (size_t i = 0; i < n; i++) {
        const struct track_fix *f = &fix[i];
        lost |= f->lost;
        if (!geo_known(f->at) || !geo_is_place(f->at.lat_e7, f->at.lon_e7) ||
            llabs(f->at_ms) > AT_MOST)
            continue;
        if (last != DB_NULL && f->at_ms >= last && f->at_ms - last < 900)
            continue;
        if (!db_run(&s->db, err, sql_draft_add, "ssssiiiii", t->walk, t->line, t->source,
                    t->clock, f->at_ms, f->at.lat_e7, f->at.lon_e7, decimetres(f->at),
                    (int64_t)lost))
            return false;
        last = f->at_ms;
        lost = false;
    }
    return flush_full(s, a, t, err);
}

static const char sql_track_line[] =
    "SELECT count(*) FROM track WHERE walk = ?1 AND line = ?2";

bool track_has_line(struct store *s, const char *walk, const char *line, bool *ret,
                    struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_track_line, "ss", walk, line))
        return false;
    *ret = n > 0;
    return true;
}
