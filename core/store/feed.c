/* feed: see the header. */
#include "core/store/feed.h"

#include <string.h>

/* Of a spoilt record the seq is appended to broken (column 4), which may be NULL. */
static bool visit_each(struct db_rows *rows, feed_visit visit, void *data, bool *done,
                       struct buf *broken, struct err *err)
{
    struct arena a = ARENA_INIT;
    bool ok = true;
    while (ok && !(done && *done) && db_next(rows, err)) {
        struct record r;
        struct err spoilt = ERR_INIT;
        const char *head = db_text(rows, &a, 1), *body = db_text(rows, &a, 2);
        const uint8_t *sig = db_blob(rows, &a, 3, NULL);
        if (record_read(&a, head, strlen(head), body, body ? strlen(body) : 0, sig, &r,
                        &spoilt)) {
            ok = visit(&r, db_int(rows, 0), data, err);
        } else if (broken && record_is_spoilt(&spoilt)) {
            int64_t seq = db_int(rows, 4);
            buf_add(broken, &seq, sizeof seq);
        } else if (!record_is_spoilt(&spoilt)) {
            *err = spoilt;
            ok = false;
        }
        arena_reset(&a);
    }
    ok = db_done(rows) && ok;
    arena_release(&a);
    return ok;
}

static bool visit_rows(struct db_rows *rows, feed_visit visit, void *data, bool *done,
                       struct err *err)
{
    return visit_each(rows, visit, data, done, NULL, err);
}

static const char sql_feed_origin[] =
    "SELECT arrival, head, body, sig, seq FROM record WHERE origin = ?1 AND seq >= ?2"
    " ORDER BY seq";

bool feed_origin(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t from_seq,
                 feed_visit visit, void *data, bool *done, struct buf *broken,
                 struct err *err)
{
    struct db_rows rows;
    return db_query(&s->db, &rows, err, sql_feed_origin, "bi", origin,
                    (size_t)RECORD_ORIGIN, from_seq) &&
           visit_each(&rows, visit, data, done, broken, err);
}

/* Erased records go with it: what is left of them stands in the erasure. */
#define NOT_GONE                                                                         \
    "(r.body IS NOT NULL OR EXISTS (SELECT 1 FROM erased_record e WHERE e.hash = r.hash))"

#define OWN_ORIGINS "(SELECT origin FROM self UNION SELECT origin FROM own_origin)"

/* Behind the end of a retired origin stands what another copy of this folder wrote: it is
 * not sent as ours, so it goes with the others'. */
static const char sql_feed_back[] =
    "SELECT r.hash FROM record r WHERE " NOT_GONE " AND (r.kind = 'origin.gone'"
    " OR ((r.origin NOT IN " OWN_ORIGINS " OR EXISTS (SELECT 1 FROM own_origin w"
    " WHERE w.origin = r.origin AND w.last < r.seq))"
    " AND r.origin IN (SELECT origin FROM admission)))"
    " ORDER BY CASE WHEN r.kind = 'origin.gone' OR r.kind = 'erase' THEN 0 WHEN "
    "r.origin IN"
    " (SELECT origin FROM admission WHERE role = 'registry') THEN 1 ELSE 2 END,"
    " r.origin, r.seq";

bool feed_back(struct store *s, struct buf *ret_hashes, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_feed_back, ""))
        return false;
    while (db_next(&rows, err))
        buf_add(ret_hashes, sqlite3_column_blob(rows.statement, 0), DIGEST_SIZE);
    return db_done(&rows);
}

static const char sql_feed_public[] =
    "SELECT r.arrival, r.head, r.body, r.sig FROM record r"
    " WHERE r.arrival > ?1 AND r.reason IS NULL AND " NOT_GONE
    " AND (r.kind IN ('origin.admit', 'origin.revoke', 'origin.gone', 'erase',"
    " 'photo.cover', 'clock.fix', 'catalogue.publish', 'party.set', 'area.set')"
    " OR r.carried = 'photo.cover' OR (r.kind = 'origin.hello' AND r.origin IN"
    " (SELECT origin FROM admission WHERE role = 'registry'))"
    " OR (r.kind LIKE 'walk.%' AND EXISTS (SELECT 1 FROM record p"
    " WHERE p.subject = r.subject AND p.kind = 'walk.plan' AND p.origin IN"
    " (SELECT origin FROM admission WHERE role = 'registry'))))"
    " ORDER BY r.arrival LIMIT ?2";

bool feed_public(struct store *s, int64_t after, int64_t most, feed_visit visit,
                 void *data, bool *done, struct err *err)
{
    struct db_rows rows;
    return db_query(&s->db, &rows, err, sql_feed_public, "ii", after, most) &&
           visit_rows(&rows, visit, data, done, err);
}

static const char sql_feed_rights[] =
    "SELECT r.arrival, r.head, r.body, r.sig FROM record r WHERE r.arrival > ?1"
    " AND r.reason IS NULL AND (r.kind IN ('origin.admit', 'origin.revoke')"
    " OR (r.kind = 'origin.hello' AND r.origin IN"
    " (SELECT origin FROM admission WHERE role = 'registry')))"
    " ORDER BY r.arrival LIMIT ?2";

bool feed_rights(struct store *s, int64_t after, int64_t most, feed_visit visit,
                 void *data, bool *done, struct err *err)
{
    struct db_rows rows;
    return db_query(&s->db, &rows, err, sql_feed_rights, "ii", after, most) &&
           visit_rows(&rows, visit, data, done, err);
}

static const char sql_feed_places[] =
    "SELECT arrival, COALESCE(carried, kind), subject FROM record WHERE arrival > ?1"
    " AND body IS NOT NULL ORDER BY arrival LIMIT ?2";

bool feed_places(struct store *s, int64_t after, int64_t most, feed_place visit,
                 void *data, bool *done, struct err *err)
{
    struct db_rows rows;
    bool ok = true;
    if (!db_query(&s->db, &rows, err, sql_feed_places, "ii", after, most))
        return false;
    while (ok && !*done && db_next(&rows, err))
        ok = visit(db_int(&rows, 0), db_peek(&rows, 1), db_peek(&rows, 2), data, err);
    return db_done(&rows) && ok;
}

static const char sql_feed_subject[] =
    "SELECT r.arrival, r.head, r.body, r.sig FROM record r WHERE r.subject = ?1 AND " NOT_GONE
    " AND (r.reason IS NULL OR r.reason IN ('kind', 'body')) ORDER BY r.arrival";

bool feed_subject(struct store *s, const char *subject, feed_visit visit, void *data,
                  struct err *err)
{
    struct db_rows rows;
    return db_query(&s->db, &rows, err, sql_feed_subject, "s", subject) &&
           visit_rows(&rows, visit, data, NULL, err);
}

static const char sql_feed_group[] =
    "SELECT r.arrival, r.head, r.body, r.sig FROM record r WHERE r.arrival > ?1"
    " AND r.origin <> ?2 AND r.body IS NOT NULL"
    " AND (r.reason IS NULL OR r.reason IN ('kind', 'body'))"
    " ORDER BY r.arrival LIMIT ?3";

bool feed_group(struct store *s, const uint8_t asker[RECORD_ORIGIN], int64_t after,
                int64_t most, feed_visit visit, void *data, bool *done, struct err *err)
{
    struct db_rows rows;
    return db_query(&s->db, &rows, err, sql_feed_group, "ibi", after, asker,
                    (size_t)RECORD_ORIGIN, most) &&
           visit_rows(&rows, visit, data, done, err);
}

static const char sql_hash_at[] =
    "SELECT hash FROM record WHERE origin = ?1 AND seq = ?2"
    " UNION ALL SELECT hash FROM aside WHERE origin = ?1 AND seq = ?2";
static const char sql_key_of[] = "SELECT key FROM origin WHERE origin = ?1";

bool feed_hash(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
               uint8_t out[DIGEST_SIZE], bool *ret_there, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_hash_at, "bi", origin, (size_t)RECORD_ORIGIN,
                  seq))
        return false;
    *ret_there = db_next(&rows, err);
    if (*ret_there)
        memcpy(out, sqlite3_column_blob(rows.statement, 0), DIGEST_SIZE);
    return db_done(&rows);
}

bool feed_key(struct store *s, const uint8_t origin[RECORD_ORIGIN],
              uint8_t out[SIGN_PUBLIC], struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_key_of, "b", origin, (size_t)RECORD_ORIGIN))
        return false;
    bool there = db_next(&rows, err);
    if (there)
        memcpy(out, sqlite3_column_blob(rows.statement, 0), SIGN_PUBLIC);
    if (!db_done(&rows))
        return false;
    return there || err_set(err, ERR_NOT_FOUND, "record.unknown_key", NULL);
}
