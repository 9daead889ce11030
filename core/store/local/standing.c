/* standing: see the header. Both ways in run the same queries, but for the condition. */
#include "core/store/local/standing.h"

#include "core/base/buf.h"
#include "core/base/text.h"
#include "core/store/own.h"

#include <stdlib.h>
#include <string.h>

/* The origin is compared here and not there, so that the records are found by subject. */
#define POINTS                                                                         \
    "SELECT o.id, r.seq, r.origin, d.fields, r.arrival FROM observation o"             \
    " JOIN record r ON r.subject = o.id LEFT JOIN draft d ON d.observation = o.id"
#define PHOTOS                                                                         \
    "SELECT p.sha256, b.cleared, COALESCE((SELECT r.state FROM peer q"                 \
    " JOIN receipt_photo r ON r.registry = q.registry AND r.epoch = q.epoch"           \
    " AND r.sha256 = b.sha256 WHERE q.one = 1 AND r.bytes = b.bytes), (SELECT h.state" \
    " FROM hub k JOIN receipt_photo h ON h.registry = k.id AND h.epoch = k.epoch"      \
    " AND h.sha256 = b.sha256 WHERE k.one = 1 AND h.bytes = b.bytes)), b.unshown"      \
    " FROM photo p"                                                                    \
    " JOIN observation o ON o.id = p.observation"                                      \
    " LEFT JOIN blob b ON b.sha256 = p.sha256"

static const char sql_points_of_walk[] = POINTS " WHERE o.walk = ?1 ORDER BY o.id";
static const char sql_points_of_one[] = POINTS " WHERE o.id = ?1 ORDER BY o.id";
static const char sql_photos_of_walk[] = PHOTOS " WHERE o.walk = ?1 ORDER BY p.sha256";
static const char sql_photos_of_one[] = PHOTOS " WHERE o.id = ?1 ORDER BY p.sha256";

/* ---- points ---------------------------------------------------------------------- */

struct run {
    uint8_t origin[RECORD_ORIGIN];
    int64_t first, last;
    bool hub; /* the hub has them, no more */
};

static const char sql_runs_confirmed[] =
    "SELECT r.origin, r.first, r.last, 0 FROM receipt_run r JOIN peer p"
    " ON p.registry = r.registry AND p.epoch = r.epoch UNION ALL"
    " SELECT r.origin, r.first, r.last, 1 FROM receipt_run r JOIN hub h"
    " ON h.id = r.registry AND h.epoch = r.epoch";

/* Runs are few: one an origin, mostly. */
static bool read_runs(struct store *s, struct buf *runs, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_runs_confirmed, ""))
        return false;
    while (db_next(&rows, err)) {
        struct run r = {.first = db_int(&rows, 1),
                        .last = db_int(&rows, 2),
                        .hub = db_int(&rows, 3) > 0};
        memcpy(r.origin, sqlite3_column_blob(rows.statement, 0), RECORD_ORIGIN);
        buf_add(runs, &r, sizeof r);
    }
    return db_done(&rows);
}

/* Behind its end a retired origin is no longer ours: what is there came from the registry. The
 * present one has no end. */
static bool is_ours(const struct own *owns, size_t own_count, const uint8_t *origin,
                    int64_t seq)
{
    for (size_t i = 0; i < own_count; i++)
        if (memcmp(owns[i].origin, origin, RECORD_ORIGIN) == 0)
            return seq <= owns[i].last || i + 1 == own_count;
    return false;
}

/* Is it a record of ours that the registry has not confirmed, and the hub has not? */
static void look_at(struct standing_point *p, const struct own *owns, size_t own_count,
                    const struct buf *runs, const uint8_t *origin, int64_t seq)
{
    const struct run *run = (const struct run *)(const void *)runs->data;
    bool ours = is_ours(owns, own_count, origin, seq), sent = false, carried = false;
    for (size_t i = 0; ours && i < runs->len / sizeof *run; i++)
        if (seq >= run[i].first && seq <= run[i].last &&
            memcmp(run[i].origin, origin, RECORD_ORIGIN) == 0) {
            sent |= !run[i].hub;
            carried = true;
        }
    p->sent &= !ours || sent;
    p->carried &= !ours || carried;
}

/* One row a record; those of one point follow each other. */
static bool read_points(struct store *s, struct arena *a, const char *sql,
                        const char *value, struct standing *ret, struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT, runs = BUF_INIT;
    struct standing_point p = {.sent = true, .carried = true};
    struct own *owns;
    size_t own_count;
    bool ok = read_runs(s, &runs, err) && own_list(s, a, &owns, &own_count, err) &&
              db_query(&s->db, &rows, err, sql, "s", value);
    while (ok && db_next(&rows, err)) {
        if (!p.id || strcmp(p.id, db_peek(&rows, 0)) != 0) {
            if (p.id)
                buf_add(&list, &p, sizeof p);
            p = (struct standing_point){.id = db_text(&rows, a, 0),
                                        .draft = db_text(&rows, a, 3),
                                        .sent = true,
                                        .carried = true};
        }
        if (db_int(&rows, 4) > p.seen)
            p.seen = db_int(&rows, 4);
        const void *origin = sqlite3_column_blob(rows.statement, 2);
        look_at(&p, owns, own_count, &runs, origin, db_int(&rows, 1));
    }
    if (p.id)
        buf_add(&list, &p, sizeof p);
    ok = ok && db_done(&rows);
    ret->point_count = list.len / sizeof p;
    ret->point = arena_memdup(a, list.data, list.len);
    buf_release(&list);
    buf_release(&runs);
    return ok;
}

/* ---- photos ---------------------------------------------------------------------- */

static const char *state_of(const struct db_rows *rows)
{
    static const char *const known[] = {"stored", "verified", "erased", "refused",
                                        "carried"};
    if (db_is_null(rows, 1))
        return "absent";
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(db_peek(rows, 2), known[i]) == 0)
            return known[i];
    return db_int(rows, 1) ? "waiting" : "held";
}

static bool read_photos(struct store *s, struct arena *a, const char *sql,
                        const char *value, struct standing *ret, struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql, "s", value))
        return false;
    while (db_next(&rows, err)) {
        struct standing_photo p = {db_text(&rows, a, 0), state_of(&rows),
                                   db_is_null(&rows, 3) ? "" : db_text(&rows, a, 3)};
        buf_add(&list, &p, sizeof p);
    }
    bool ok = db_done(&rows);
    ret->photo_count = list.len / sizeof *ret->photo;
    ret->photo = arena_memdup(a, list.data, list.len);
    buf_release(&list);
    return ok;
}

/* ---- the two ways in ------------------------------------------------------------- */

bool standing_of_walk(struct store *s, struct arena *a, const char *walk,
                      struct standing *ret, struct err *err)
{
    return read_points(s, a, sql_points_of_walk, walk, ret, err) &&
           read_photos(s, a, sql_photos_of_walk, walk, ret, err);
}

bool standing_of_point(struct store *s, struct arena *a, const char *point,
                       struct standing *ret, struct err *err)
{
    return read_points(s, a, sql_points_of_one, point, ret, err) &&
           read_photos(s, a, sql_photos_of_one, point, ret, err);
}

/* Both rows begin with their key. */
static int by_key(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

const struct standing_point *standing_point(const struct standing *s, const char *id)
{
    return bsearch(id, s->point, s->point_count, sizeof *s->point, by_key);
}

const struct standing_photo *standing_photo(const struct standing *s, const char *sha256)
{
    return bsearch(sha256, s->photo, s->photo_count, sizeof *s->photo, by_key);
}
