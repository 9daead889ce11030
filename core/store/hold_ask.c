/* hold_ask: keys of origins, runs of what is held of them, and reading it back. */
#include "core/store/hold.h"

#include "core/store/spoilt.h"

#include <string.h>

/* ---- keys ------------------------------------------------------------------------ */

static const char sql_key_add[] =
    "INSERT INTO origin (origin, key) VALUES (?1, ?2) ON CONFLICT (origin) DO NOTHING";
static const char sql_key_of[] = "SELECT key FROM origin WHERE origin = ?1";

static const char sql_carried_waits[] =
    "SELECT count(*) FROM record WHERE reason = 'rights' AND carried_origin = ?1";

/* What others carry of it could not be proven until now. */
static bool key_is_new(struct store *s, const uint8_t *origin, struct err *err)
{
    struct arena a = ARENA_INIT;
    int64_t n = 0;
    bool ok = db_number(&s->db, &n, 0, err, sql_carried_waits, "b", origin,
                        (size_t)RECORD_ORIGIN) &&
              (n == 0 || hold_retry(s, &a, "rights", origin, err));
    arena_release(&a);
    return ok;
}

bool hold_key(struct store *s, const uint8_t origin[RECORD_ORIGIN],
              const uint8_t key[SIGN_PUBLIC], struct err *err)
{
    uint8_t right[RECORD_ORIGIN];
    record_origin_of(key, right);
    if (memcmp(right, origin, RECORD_ORIGIN) != 0)
        return err_set(err, ERR_INPUT, "record.key_differs", NULL);
    if (!db_run(&s->db, err, sql_key_add, "bb", origin, (size_t)RECORD_ORIGIN, key,
                (size_t)SIGN_PUBLIC))
        return false;
    return db_changes(&s->db) == 0 || key_is_new(s, origin, err);
}

bool hold_check(struct store *s, const struct record *r, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    uint8_t *key = NULL;
    size_t len = 0;
    if (!db_query(&s->db, &rows, err, sql_key_of, "b", r->origin, (size_t)RECORD_ORIGIN))
        return false;
    if (db_next(&rows, err))
        key = db_blob(&rows, &a, 0, &len);
    bool ok = db_done(&rows);
    if (ok && (!key || len != SIGN_PUBLIC))
        ok = err_set(err, ERR_INPUT, "record.unknown_key", NULL);
    if (ok && !(r->proven_by && memcmp(r->proven_by, key, SIGN_PUBLIC) == 0) &&
        !sign_check(r->hash, DIGEST_SIZE, key, r->sig))
        ok = err_set(err, ERR_CHECKSUM, "record.bad_signature", NULL);
    arena_release(&a);
    return ok;
}

/* ---- runs ------------------------------------------------------------------------ */

static const char sql_run_before[] =
    "SELECT first, last FROM held_run WHERE origin = ?1 AND first <= ?2"
    " ORDER BY first DESC LIMIT 1";
static const char sql_run_after[] =
    "SELECT last FROM held_run WHERE origin = ?1 AND first = ?2";
static const char sql_run_drop[] =
    "DELETE FROM held_run WHERE origin = ?1 AND first = ?2";
static const char sql_run_set[] =
    "INSERT INTO held_run (origin, first, last) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (origin, first) DO UPDATE SET last = excluded.last";

/* Joins seq to the runs that end just before and begin just after it. */
bool hold_note(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
               struct err *err)
{
    const size_t n = RECORD_ORIGIN;
    struct db_rows rows;
    int64_t first = seq, last = seq;
    if (!db_query(&s->db, &rows, err, sql_run_before, "bi", origin, n, seq))
        return false;
    bool before = db_next(&rows, err);
    bool over = before && db_int(&rows, 1) >= seq;
    if (before && db_int(&rows, 1) == seq - 1)
        first = db_int(&rows, 0);
    if (!db_done(&rows))
        return false;
    if (over)
        return true;
    if (!db_number(&s->db, &last, seq, err, sql_run_after, "bi", origin, n, seq + 1))
        return false;
    if (last > seq && !db_run(&s->db, err, sql_run_drop, "bi", origin, n, seq + 1))
        return false;
    return db_run(&s->db, err, sql_run_set, "bii", origin, n, first, last);
}

/* The run that seq stands in is cut in two. */
static bool cut_run(struct store *s, const uint8_t *origin, int64_t seq,
                    struct err *err)
{
    const size_t n = RECORD_ORIGIN;
    struct db_rows rows;
    int64_t first = 0, last = 0;
    if (!db_query(&s->db, &rows, err, sql_run_before, "bi", origin, n, seq))
        return false;
    if (db_next(&rows, err))
        first = db_int(&rows, 0), last = db_int(&rows, 1);
    if (!db_done(&rows))
        return false;
    return last < seq || (db_run(&s->db, err, sql_run_drop, "bi", origin, n, first) &&
                          (first == seq || db_run(&s->db, err, sql_run_set, "bii",
                                                  origin, n, first, seq - 1)) &&
                          (last == seq || db_run(&s->db, err, sql_run_set, "bii",
                                                 origin, n, seq + 1, last)));
}

bool hold_spoilt(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                 struct err *err)
{
    return spoilt_note(s, origin, seq, err) && cut_run(s, origin, seq, err);
}

/* ---- reading back ---------------------------------------------------------------- */

static const char sql_run_first[] =
    "SELECT first FROM held_run WHERE origin = ?1 AND first <= ?2 AND last >= ?2";

bool hold_run_first(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                    int64_t *ret, struct err *err)
{
    return db_number(&s->db, ret, seq, err, sql_run_first, "bi", origin,
                     (size_t)RECORD_ORIGIN, seq);
}

static const char sql_runs[] =
    "SELECT r.first, r.last, COALESCE(a.hash, c.hash), COALESCE(b.hash, d.hash)"
    " FROM held_run r LEFT JOIN record a ON a.origin = r.origin AND a.seq = r.first"
    " LEFT JOIN record b ON b.origin = r.origin AND b.seq = r.last"
    " LEFT JOIN aside c ON c.origin = r.origin AND c.seq = r.first"
    " LEFT JOIN aside d ON d.origin = r.origin AND d.seq = r.last"
    " WHERE r.origin = ?1 AND r.last >= ?3 AND COALESCE(a.hash, c.hash) IS NOT NULL"
    " AND COALESCE(b.hash, d.hash) IS NOT NULL ORDER BY r.first LIMIT ?2";

bool hold_runs(struct store *s, struct arena *a, const uint8_t origin[RECORD_ORIGIN],
               size_t most, struct hold_run **ret, size_t *ret_n, struct err *err)
{
    return hold_runs_from(s, a, origin, 0, most, ret, ret_n, err);
}

bool hold_runs_from(struct store *s, struct arena *a, const uint8_t origin[RECORD_ORIGIN],
                    int64_t from, size_t most, struct hold_run **ret, size_t *ret_n,
                    struct err *err)
{
    struct hold_run *runs = arena_array(a, most, sizeof *runs);
    struct db_rows rows;
    size_t n = 0;
    if (!db_query(&s->db, &rows, err, sql_runs, "bii", origin, (size_t)RECORD_ORIGIN,
                  (int64_t)most, from))
        return false;
    while (n < most && db_next(&rows, err)) {
        runs[n].first = db_int(&rows, 0);
        runs[n].last = db_int(&rows, 1);
        memcpy(runs[n].first_hash, sqlite3_column_blob(rows.statement, 2), DIGEST_SIZE);
        memcpy(runs[n].last_hash, sqlite3_column_blob(rows.statement, 3), DIGEST_SIZE);
        n++;
    }
    *ret = runs;
    *ret_n = n;
    return db_done(&rows);
}

static const char sql_record_of[] = "SELECT head, body, sig FROM record WHERE hash = ?1";

bool hold_read(struct store *s, struct arena *a, const uint8_t hash[DIGEST_SIZE],
               struct record *ret, struct err *err)
{
    struct db_rows rows;
    const char *head = NULL, *body = NULL;
    const uint8_t *sig = NULL;
    if (!db_query(&s->db, &rows, err, sql_record_of, "b", hash, (size_t)DIGEST_SIZE))
        return false;
    if (db_next(&rows, err)) {
        head = db_text(&rows, a, 0);
        body = db_text(&rows, a, 1);
        sig = db_blob(&rows, a, 2, NULL);
    }
    if (!db_done(&rows))
        return false;
    if (!head || !sig)
        return err_set(err, ERR_NOT_FOUND, "record.unknown", NULL);
    struct record r;
    if (!record_read(a, head, strlen(head), body, body ? strlen(body) : 0, sig, &r,
                     err))
        return false;
    if (memcmp(r.hash, hash, DIGEST_SIZE) != 0)
        return err_set(err, ERR_CHECKSUM, "record.body_differs", NULL);
    *ret = r;
    return true;
}

static const char sql_row_of[] = "SELECT COALESCE(carried, kind), subject, origin, "
                                 "seq, tick FROM record WHERE hash = ?1";

static bool read_row(struct store *s, struct arena *a, const uint8_t *hash,
                     struct record *ret, struct err *err)
{
    struct db_rows rows;
    struct record r = {
        .head = "", .kind = "", .subject = "", .by_role = "", .by_org = ""};
    if (!db_query(&s->db, &rows, err, sql_row_of, "b", hash, (size_t)DIGEST_SIZE))
        return false;
    memcpy(r.hash, hash, DIGEST_SIZE);
    if (db_next(&rows, err)) {
        r.kind = db_text(&rows, a, 0);
        r.subject = db_text(&rows, a, 1);
        memcpy(r.origin, sqlite3_column_blob(rows.statement, 2), RECORD_ORIGIN);
        r.seq = db_int(&rows, 3);
        r.tick = db_int(&rows, 4);
    }
    *ret = r;
    return db_done(&rows);
}

bool hold_read_whole(struct store *s, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                     struct record *ret, bool *ret_whole, struct err *err)
{
    struct err unread = ERR_INIT;
    *ret_whole = hold_read(s, a, hash, ret, &unread);
    if (!*ret_whole && !record_is_spoilt(&unread))
        return *err = unread, false;
    return *ret_whole || read_row(s, a, hash, ret, err);
}

static const char sql_names[] =
    "SELECT count(*) FROM record WHERE reason IS NOT NULL AND body LIKE '%' || ?1 || '%'";

bool hold_names(struct store *s, const char *sha256, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_names, "s", sha256))
        return false;
    *ret = n > 0;
    return true;
}
