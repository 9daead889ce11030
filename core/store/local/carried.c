/* carried: see the header. */
#include "core/store/local/carried.h"

#include <string.h>

static const char sql_carried_add[] =
    "INSERT INTO carried_origin (origin) VALUES (?1) ON CONFLICT (origin) DO NOTHING";
static const char sql_carried_is[] = "SELECT count(*) FROM carried_origin WHERE origin = ?1";

bool carried_add(struct store *s, const uint8_t origin[RECORD_ORIGIN], struct err *err)
{
    return db_run(&s->db, err, sql_carried_add, "b", origin, (size_t)RECORD_ORIGIN);
}

bool carried_is(struct store *s, const uint8_t origin[RECORD_ORIGIN], bool *ret,
                struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_carried_is, "b", origin, (size_t)RECORD_ORIGIN))
        return false;
    *ret = n > 0;
    return true;
}

static const char sql_carried_list[] =
    "SELECT c.origin, o.key, max(h.last) FROM carried_origin c"
    " JOIN origin o ON o.origin = c.origin JOIN held_run h ON h.origin = c.origin"
    " GROUP BY c.origin, o.key ORDER BY c.origin";

bool carried_list(struct store *s, struct arena *a, struct own **ret, size_t *ret_n,
                  struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_carried_list, ""))
        return false;
    while (db_next(&rows, err)) {
        struct own o = {.last = db_int(&rows, 2)};
        memcpy(o.origin, sqlite3_column_blob(rows.statement, 0), RECORD_ORIGIN);
        memcpy(o.key, sqlite3_column_blob(rows.statement, 1), SIGN_PUBLIC);
        buf_add(&list, &o, sizeof o);
    }
    bool ok = db_done(&rows);
    *ret_n = list.len / sizeof(struct own);
    *ret = arena_memdup(a, list.data, list.len);
    buf_release(&list);
    return ok;
}

static const char sql_carried_open[] =
    "SELECT count(*) FROM record r JOIN carried_origin c ON c.origin = r.origin"
    " WHERE r.subject = ?1 AND NOT EXISTS (SELECT 1 FROM peer p JOIN receipt_run t"
    " ON t.registry = p.registry AND t.epoch = p.epoch AND t.origin = r.origin"
    " WHERE t.first <= r.seq AND t.last >= r.seq)";

bool carried_open(struct store *s, const char *subject, int64_t *ret, struct err *err)
{
    return db_number(&s->db, ret, 0, err, sql_carried_open, "s", subject);
}

/* ---- photos ---------------------------------------------------------------------- */

static const char sql_carried_photo[] =
    "INSERT INTO carried_photo (sha256, own) VALUES (?1, ?2)"
    " ON CONFLICT (sha256) DO NOTHING";

bool carried_photo(struct store *s, const char *sha256, bool own, struct err *err)
{
    return db_run(&s->db, err, sql_carried_photo, "si", sha256, (int64_t)own);
}

static const char sql_has_photo[] =
    "SELECT count(*) FROM carried_photo WHERE sha256 = ?1";

bool carried_has_photo(struct store *s, const char *sha256, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_has_photo, "s", sha256))
        return false;
    *ret = n > 0;
    return true;
}

/* What was signed before a registry was restored says nothing to a tablet any more. */
static const char sql_photos_open[] =
    "SELECT c.sha256 FROM carried_photo c WHERE c.sha256 > ?1 AND NOT EXISTS (SELECT 1"
    " FROM carried_receipt r JOIN peer p ON r.text LIKE '%\"epoch\":\"' || p.epoch || "
    "'\"%'"
    " WHERE r.about = c.sha256 AND r.text LIKE '%\"state\":\"verified\"%')"
    " ORDER BY c.sha256 LIMIT ?2";

bool carried_photos_open(struct store *s, struct arena *a, const char *after, size_t most,
                         const char ***ret, size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    /* pointers are what it holds: NOLINTNEXTLINE(bugprone-sizeof-expression) */
    const char **list = arena_array(a, most, sizeof *list);
    size_t n = 0;
    if (!db_query(&s->db, &rows, err, sql_photos_open, "si", after, (int64_t)most))
        return false;
    while (n < most && db_next(&rows, err))
        list[n++] = db_text(&rows, a, 0);
    *ret = list;
    *ret_n = n;
    return db_done(&rows);
}

/* ---- receipts -------------------------------------------------------------------- */

static const char sql_receipt_set[] =
    "INSERT INTO carried_receipt (about, text, origin, sig) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (about) DO UPDATE SET text = excluded.text, origin = excluded.origin,"
    " sig = excluded.sig";
static const char sql_receipt_of[] =
    "SELECT text, origin, sig FROM carried_receipt WHERE about = ?1";

bool carried_receipt_set(struct store *s, const char *about,
                         const struct carried_receipt *r, struct err *err)
{
    return db_run(&s->db, err, sql_receipt_set, "ssbb", about, r->text, r->origin,
                  (size_t)RECORD_ORIGIN, r->sig, (size_t)SIGN_SIZE);
}

bool carried_receipt_of(struct store *s, struct arena *a, const char *about,
                        struct carried_receipt *ret, bool *ret_there, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_receipt_of, "s", about))
        return false;
    *ret_there = db_next(&rows, err);
    if (*ret_there) {
        ret->text = db_text(&rows, a, 0);
        memcpy(ret->origin, sqlite3_column_blob(rows.statement, 1), RECORD_ORIGIN);
        memcpy(ret->sig, sqlite3_column_blob(rows.statement, 2), SIGN_SIZE);
    }
    return db_done(&rows);
}

/* ---- counting -------------------------------------------------------------------- */

static const char sql_tablets[] = "SELECT count(*) FROM carried_origin";
static const char sql_held[] =
    "SELECT COALESCE(sum(h.last - h.first + 1), 0) FROM held_run h"
    " JOIN carried_origin c ON c.origin = h.origin";
static const char sql_held_confirmed[] =
    "SELECT count(*) FROM record r JOIN carried_origin c ON c.origin = r.origin"
    " WHERE EXISTS (SELECT 1 FROM peer p JOIN receipt_run t ON t.registry = p.registry"
    " AND t.epoch = p.epoch AND t.origin = r.origin WHERE t.first <= r.seq"
    " AND t.last >= r.seq)";
static const char sql_photos[] =
    "SELECT count(*) FROM carried_photo c JOIN blob b ON b.sha256 = c.sha256";
static const char sql_photos_confirmed[] =
    "SELECT count(*) FROM carried_photo c JOIN blob b ON b.sha256 = c.sha256"
    " JOIN receipt_photo r ON r.sha256 = b.sha256 AND r.bytes = b.bytes JOIN peer p"
    " ON p.registry = r.registry AND p.epoch = r.epoch"
    " WHERE r.state IN ('verified', 'erased')";
static const char sql_unadmitted[] =
    "SELECT count(*) FROM carried_origin c WHERE NOT EXISTS"
    " (SELECT 1 FROM admission a WHERE a.origin = c.origin)";

bool carried_count(struct store *s, struct carried_counts *ret, struct err *err)
{
    struct carried_counts c = {0};
    if (!db_number(&s->db, &c.tablets, 0, err, sql_tablets, "") ||
        !db_number(&s->db, &c.records, 0, err, sql_held, "") ||
        !db_number(&s->db, &c.records_confirmed, 0, err, sql_held_confirmed, "") ||
        !db_number(&s->db, &c.photos, 0, err, sql_photos, "") ||
        !db_number(&s->db, &c.photos_confirmed, 0, err, sql_photos_confirmed, "") ||
        !db_number(&s->db, &c.unadmitted, 0, err, sql_unadmitted, ""))
        return false;
    *ret = c;
    return true;
}
