/* track_read: the pieces put together again: lines, distance, where one was when. */
#include "core/base/clock.h"
#include "core/base/stride.h"
#include "core/base/text.h"
#include "core/store/track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- lines of pieces ------------------------------------------------------------- */

static const char sql_track_pieces[] =
    "SELECT line, source, first_ms, lat, lon, acc, fixes, breaks FROM track"
    " WHERE walk = ?1 AND founded = 1 ORDER BY line, origin, tick, id";
static const char sql_track_waiting[] =
    "SELECT line, source, at_ms, lat, lon, acc, lost FROM track_draft"
    " WHERE walk = ?1 ORDER BY line, n";

struct growing {
    struct arena *arena;
    struct buf lines; /* of struct track_line; fix is set when all is read      */
    struct buf *fixes; /* one for each line                                      */
    size_t room;
};

/* The line of that name; rows come in order of line, so it is the last or a new one. */
static struct buf *line_of(struct growing *g, const char *line, const char *source)
{
    size_t n = g->lines.len / sizeof(struct track_line);
    const struct track_line *all = (const struct track_line *)(void *)g->lines.data;
    for (size_t i = n; i > 0; i--)
        if (strcmp(all[i - 1].line, line) == 0)
            return &g->fixes[i - 1];
    if (n == g->room) {
        struct buf *more = arena_array(g->arena, g->room ? g->room * 2 : 8, sizeof *more);
        if (n)
            memcpy(more, g->fixes, n * sizeof *more);
        g->fixes = more;
        g->room = g->room ? g->room * 2 : 8;
    }
    struct track_line made = {.line = arena_strdup(g->arena, line),
                              .source = arena_strdup(g->arena, source)};
    buf_add(&g->lines, &made, sizeof made);
    return &g->fixes[n];
}

static struct geo_point place_of(int64_t lat, int64_t lon, int64_t acc)
{
    return (struct geo_point){lat, lon, acc < 0 ? -1 : acc * 100};
}

/* The next integer of our own JSON list; false at its end. */
static bool next_number(const char **at, int64_t *ret)
{
    char *end;
    while (**at == '[' || **at == ',')
        ++*at;
    int64_t value = strtoll(*at, &end, 10);
    if (end == *at)
        return false;
    *at = end;
    *ret = value;
    return true;
}

static void add_piece(struct growing *g, struct db_rows *rows)
{
    struct buf *fixes = line_of(g, db_peek(rows, 0), db_peek(rows, 1));
    const char *delta = db_peek(rows, 6), *breaks = db_peek(rows, 7);
    int64_t lat = db_int(rows, 3), lon = db_int(rows, 4), lost = -1, d[4] = {0};
    struct track_fix f = {db_int(rows, 2), place_of(lat, lon, db_int(rows, 5)), false};
    next_number(&breaks, &lost);
    for (int64_t i = 0;; i++) {
        f.lost = i == lost;
        if (f.lost && !next_number(&breaks, &lost))
            lost = -1;
        buf_add(fixes, &f, sizeof f);
        if (!next_number(&delta, &d[0]) || !next_number(&delta, &d[1]) ||
            !next_number(&delta, &d[2]) || !next_number(&delta, &d[3]))
            return;
        f.at_ms += d[0];
        f.at = place_of(lat += d[1], lon += d[2], d[3]);
    }
}

static bool gather(struct store *s, const char *walk, struct growing *g, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_track_pieces, "s", walk))
        return false;
    while (db_next(&rows, err))
        add_piece(g, &rows);
    if (!db_done(&rows))
        return false;
    if (s->role != STORE_WALKER)
        return true;
    if (!db_query(&s->db, &rows, err, sql_track_waiting, "s", walk))
        return false;
    while (db_next(&rows, err)) {
        struct track_fix f = {
            db_int(&rows, 2),
            place_of(db_int(&rows, 3), db_int(&rows, 4), db_int(&rows, 5)),
            db_int(&rows, 6) != 0};
        buf_add(line_of(g, db_peek(&rows, 0), db_peek(&rows, 1)), &f, sizeof f);
    }
    return db_done(&rows);
}

/* ---- distance -------------------------------------------------------------------- */

static void measure(struct track_line *l)
{
    struct stride stride = STRIDE_INIT;
    l->first_ms = INT64_MAX;
    l->last_ms = INT64_MIN;
    for (size_t i = 0; i < l->count; i++) {
        struct track_fix *f = &l->fix[i];
        f->lost = stride_add(&stride, f->at_ms, f->at, f->lost);
        if (f->at_ms < l->first_ms)
            l->first_ms = f->at_ms;
        if (f->at_ms > l->last_ms)
            l->last_ms = f->at_ms;
    }
    l->metres = stride.metres;
    l->within_ms = stride.within_ms;
    l->split = stride.splits > 0;
}

static int by_time(const void *a, const void *b)
{
    const struct track_line *x = a, *y = b;
    if (x->first_ms != y->first_ms)
        return x->first_ms < y->first_ms ? -1 : 1;
    return strcmp(x->line, y->line);
}

static int by_size(const void *a, const void *b)
{
    const struct track_line *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return by_time(a, b);
}

/* Lines in order of time; of those that overlap the longest counts. */
static void sum_up(struct track *t)
{
    for (size_t i = 0; i < t->count;) {
        const struct track_line *longest = &t->line[i];
        int64_t until = longest->last_ms;
        for (i++; i < t->count && t->line[i].first_ms <= until; i++) {
            if (t->line[i].metres > longest->metres)
                longest = &t->line[i];
            if (t->line[i].last_ms > until)
                until = t->line[i].last_ms;
        }
        t->metres += longest->metres;
        t->within_ms += longest->within_ms;
        t->lost |= longest->split;
    }
}

bool track_read(struct store *s, struct arena *a, const char *walk, struct track *ret,
                struct err *err)
{
    struct growing g = {.arena = a};
    struct track t = {0};
    bool ok = gather(s, walk, &g, err);
    t.count = g.lines.len / sizeof(struct track_line);
    t.line = arena_memdup(a, g.lines.data, g.lines.len);
    for (size_t i = 0; i < t.count; i++) {
        t.line[i].count = g.fixes[i].len / sizeof(struct track_fix);
        t.line[i].fix = arena_memdup(a, g.fixes[i].data, g.fixes[i].len);
        buf_release(&g.fixes[i]);
        measure(&t.line[i]);
    }
    buf_release(&g.lines);
    if (!ok)
        return false;
    if (t.count > 1)
        qsort(t.line, t.count, sizeof *t.line, by_time);
    sum_up(&t);
    if (t.count > 1)
        qsort(t.line, t.count, sizeof *t.line, by_size);
    *ret = t;
    return true;
}

/* ---- where and whither ----------------------------------------------------------- */

enum { NEAR_MS = 20000 };

static struct geo_point between(const struct track_fix *a, const struct track_fix *b,
                                int64_t at_ms)
{
    double part = b->at_ms > a->at_ms
                      ? (double)(at_ms - a->at_ms) / (double)(b->at_ms - a->at_ms)
                      : 0;
    struct geo_point p = {
        a->at.lat_e7 + llround(part * (double)(b->at.lat_e7 - a->at.lat_e7)),
        a->at.lon_e7 + llround(part * (double)(b->at.lon_e7 - a->at.lon_e7)), -1};
    if (a->at.accuracy_mm >= 0 && b->at.accuracy_mm >= 0) {
        double apart =
            geo_metres(a->at.lat_e7, a->at.lon_e7, b->at.lat_e7, b->at.lon_e7);
        p.accuracy_mm = (a->at.accuracy_mm > b->at.accuracy_mm ? a->at.accuracy_mm
                                                               : b->at.accuracy_mm) +
                        llround(apart * 500);
    }
    return p;
}

static struct geo_point line_place(const struct track_line *l, int64_t at_ms,
                                   int64_t *ret_away)
{
    struct geo_point best = GEO_NOWHERE;
    int64_t away = NEAR_MS + 1;
    for (size_t i = 0; i < l->count; i++) {
        const struct track_fix *f = &l->fix[i];
        int64_t off = llabs(f->at_ms - at_ms);
        if (i > 0 && !f->lost && f[-1].at_ms <= at_ms && at_ms <= f->at_ms) {
            *ret_away = 0;
            return between(f - 1, f, at_ms);
        }
        if (off < away) {
            away = off;
            best = f->at;
        }
    }
    *ret_away = away;
    return best;
}

struct geo_point track_place(const struct track *t, int64_t at_ms)
{
    struct geo_point best = GEO_NOWHERE;
    int64_t least = NEAR_MS + 1;
    for (size_t i = 0; i < t->count; i++) {
        int64_t away;
        struct geo_point p = line_place(&t->line[i], at_ms, &away);
        if (geo_known(p) && away < least) {
            least = away;
            best = p;
        }
    }
    return best;
}

double track_heading(const struct track *t)
{
    const struct track_line *l = NULL;
    for (size_t i = 0; i < t->count; i++)
        if (!l || t->line[i].last_ms > l->last_ms)
            l = &t->line[i];
    if (!l || l->count < 2)
        return -1;
    struct geo_point end = l->fix[l->count - 1].at;
    for (size_t i = l->count - 1; i > 0 && !l->fix[i].lost; i--) {
        struct geo_point p = l->fix[i - 1].at;
        if (geo_metres(p.lat_e7, p.lon_e7, end.lat_e7, end.lon_e7) >= 20)
            return geo_bearing(p.lat_e7, p.lon_e7, end.lat_e7, end.lon_e7);
    }
    return -1;
}

/* ---- as others read it ----------------------------------------------------------- */

static void geojson_line(struct json_out *o, const struct track_line *l)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->fix[i].lost) {
            if (i)
                json_close(o, ']');
            json_open(o, NULL, '[');
        }
        json_open(o, NULL, '[');
        json_e7(o, NULL, l->fix[i].at.lon_e7);
        json_e7(o, NULL, l->fix[i].at.lat_e7);
        json_close(o, ']');
        /* A line of GeoJSON has two places at least: a lonely fix stands twice. */
        if (l->fix[i].lost && (i + 1 == l->count || l->fix[i + 1].lost)) {
            json_open(o, NULL, '[');
            json_e7(o, NULL, l->fix[i].at.lon_e7);
            json_e7(o, NULL, l->fix[i].at.lat_e7);
            json_close(o, ']');
        }
    }
    if (l->count)
        json_close(o, ']');
}

void track_geojson(struct buf *out, const struct track *t)
{
    struct json_out o = JSON_OUT(out);
    json_open(&o, NULL, '{');
    json_str(&o, "type", "Feature");
    json_open(&o, "properties", '{');
    json_num(&o, "metres", llround(t->metres));
    json_num(&o, "seconds", t->within_ms / 1000);
    json_bool(&o, "lost", t->lost);
    json_close(&o, '}');
    json_open(&o, "geometry", '{');
    json_str(&o, "type", "MultiLineString");
    json_open(&o, "coordinates", '[');
    for (size_t i = 0; i < t->count; i++)
        geojson_line(&o, &t->line[i]);
    json_close(&o, ']');
    json_close(&o, '}');
    json_close(&o, '}');
}

static void xml_text(struct buf *out, const char *s)
{
    for (; *s; s++)
        if (*s == '<')
            buf_str(out, "&lt;");
        else if (*s == '>')
            buf_str(out, "&gt;");
        else if (*s == '&')
            buf_str(out, "&amp;");
        else if ((unsigned char)*s >= ' ')
            buf_char(out, *s);
}

static void gpx_line(struct buf *out, const struct track_line *l)
{
    char lat[32], lon[32], at[32];
    for (size_t i = 0; i < l->count; i++) {
        const struct track_fix *f = &l->fix[i];
        if (f->lost)
            buf_str(out, i ? "</trkseg>\n<trkseg>\n" : "<trkseg>\n");
        text_from_e7(f->at.lat_e7, lat);
        text_from_e7(f->at.lon_e7, lon);
        clock_format(f->at_ms, at);
        buf_printf(out, "<trkpt lat=\"%s\" lon=\"%s\"><time>%s</time></trkpt>\n", lat, lon,
                   at);
    }
    if (l->count)
        buf_str(out, "</trkseg>\n");
}

void track_gpx(struct buf *out, const struct track *t, const char *title)
{
    buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                 "<gpx version=\"1.1\" creator=\"Lygte\""
                 " xmlns=\"http://www.topografix.com/GPX/1/1\">\n");
    for (size_t i = 0; i < t->count; i++) {
        buf_str(out, "<trk><name>");
        xml_text(out, title ? title : "");
        buf_str(out, "</name>\n");
        gpx_line(out, &t->line[i]);
        buf_str(out, "</trk>\n");
    }
    buf_str(out, "</gpx>\n");
}
