/* place: looking up. The files are taken in by place_import.c. */
#include "core/store/local/place.h"

#include "core/base/buf.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

#define PLACE_COLUMNS                                                                    \
    "SELECT id, kind, number, text, street, lat, lon, off_from, off_to FROM place WHERE"

static const char sql_places_near[] =
    PLACE_COLUMNS " kind = ?1 AND cell BETWEEN ?2 AND ?3";
static const char sql_places_like[] =
    PLACE_COLUMNS " key LIKE ?1 ESCAPE '!' AND key LIKE ?2 ESCAPE '!'"
                  " AND key LIKE ?3 ESCAPE '!' LIMIT 5000";
static const char sql_place_by_id[] = PLACE_COLUMNS " id = ?1";
static const char sql_any_lamp[] = "SELECT 1 FROM place WHERE kind = 'lamp' LIMIT 1";

static struct place_row read_row(struct arena *a, struct db_rows *rows,
                                 struct geo_point from)
{
    struct place_row r = {
        .id = db_text(rows, a, 0),
        .kind = db_text(rows, a, 1),
        .number = db_text(rows, a, 2),
        .text = db_text(rows, a, 3),
        .street = db_text(rows, a, 4),
        .at = {db_int(rows, 5), db_int(rows, 6), -1},
        .off_from = (int)db_int_or(rows, 7, -1),
        .off_to = (int)db_int_or(rows, 8, -1),
        .metres = -1,
        .bearing = -1,
    };
    if (geo_known(from)) {
        r.metres = geo_metres(from.lat_e7, from.lon_e7, r.at.lat_e7, r.at.lon_e7);
        r.bearing = geo_bearing(from.lat_e7, from.lon_e7, r.at.lat_e7, r.at.lon_e7);
    }
    return r;
}

static int by_distance(const void *a, const void *b)
{
    const struct place_row *x = a, *y = b;
    if (x->metres != y->metres)
        return x->metres < y->metres ? -1 : 1;
    int texts = text_compare_danish(x->text, y->text);
    return texts ? texts : strcmp(x->id, y->id);
}

static void give(struct arena *a, struct buf *list, size_t most, struct place_row **ret,
                 size_t *ret_n)
{
    size_t n = list->len / sizeof(struct place_row);
    *ret = arena_memdup(a, list->data, list->len);
    if (n > 1)
        qsort(*ret, n, sizeof **ret, by_distance);
    *ret_n = n < most ? n : most;
    buf_release(list);
}

bool place_near(struct store *s, struct arena *a, const char *kind, struct geo_point at,
                double metres, size_t most, struct place_row **ret, size_t *ret_n,
                struct err *err)
{
    struct geo_span span[GEO_SPANS];
    struct buf list = BUF_INIT;
    size_t n = geo_spans(at.lat_e7, at.lon_e7, metres, span);
    for (size_t i = 0; i < n; i++) {
        struct db_rows rows;
        if (!db_query(&s->db, &rows, err, sql_places_near, "sii", kind, span[i].first,
                      span[i].last))
            goto out;
        while (db_next(&rows, err)) {
            struct place_row r = read_row(a, &rows, at);
            if (r.metres <= metres)
                buf_add(&list, &r, sizeof r);
        }
        if (!db_done(&rows))
            goto out;
    }
    give(a, &list, most, ret, ret_n);
    return true;
out:
    buf_release(&list);
    return false;
}

/* Up to three words as patterns; what LIKE would read as a sign is escaped. */
static void patterns(struct arena *a, const char *words, const char *ret[3])
{
    struct buf one = BUF_INIT;
    size_t n = 0;
    ret[0] = ret[1] = ret[2] = "%";
    for (const char *at = words; n < 3;) {
        at += strspn(at, " \t");
        size_t len = strcspn(at, " \t");
        if (len == 0)
            break;
        buf_clear(&one);
        buf_char(&one, '%');
        for (size_t i = 0; i < len; i++) {
            if (strchr("%_!", at[i]))
                buf_char(&one, '!');
            buf_char(&one, at[i]);
        }
        buf_char(&one, '%');
        ret[n++] = buf_dup(&one, a);
        at += len;
    }
    buf_release(&one);
}

bool place_search(struct store *s, struct arena *a, const char *words, struct geo_point at,
                  struct place_row **ret, size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    const char *like[3];
    patterns(a, text_lowered(a, words), like);
    if (!db_query(&s->db, &rows, err, sql_places_like, "sss", like[0], like[1], like[2]))
        return false;
    while (db_next(&rows, err)) {
        struct place_row r = read_row(a, &rows, at);
        buf_add(&list, &r, sizeof r);
    }
    if (!db_done(&rows)) {
        buf_release(&list);
        return false;
    }
    give(a, &list, PLACE_RESULTS, ret, ret_n);
    return true;
}

bool place_find(struct store *s, struct arena *a, const char *id, struct place_row *ret,
                bool *ret_there, struct err *err)
{
    struct db_rows rows;
    const struct geo_point nowhere = GEO_NOWHERE;
    *ret_there = false;
    if (!db_query(&s->db, &rows, err, sql_place_by_id, "s", id))
        return false;
    if (db_next(&rows, err)) {
        *ret = read_row(a, &rows, nowhere);
        *ret_there = true;
    }
    return db_done(&rows);
}

bool place_any_lamp(struct store *s, bool *ret, struct err *err)
{
    int64_t any = 0;
    if (!db_number(&s->db, &any, 0, err, sql_any_lamp, ""))
        return false;
    *ret = any != 0;
    return true;
}
