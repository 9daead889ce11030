/* receipt: see the header. */
#include "core/store/local/receipt.h"

#include <string.h>

static const char sql_run_swallow[] =
    "DELETE FROM receipt_run WHERE registry = ?1 AND epoch = ?2 AND origin = ?3"
    " AND first >= ?4 AND last <= ?5";
static const char sql_run_add[] =
    "INSERT INTO receipt_run (registry, epoch, origin, first, last)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (registry, epoch, origin, first)"
    " DO UPDATE SET last = CASE WHEN receipt_run.last > excluded.last"
    " THEN receipt_run.last ELSE excluded.last END";

bool receipt_run(struct store *s, const struct peer *p,
                 const uint8_t origin[RECORD_ORIGIN], int64_t first, int64_t last,
                 struct err *err)
{
    return db_run(&s->db, err, sql_run_swallow, "ssbii", p->registry, p->epoch, origin,
                  (size_t)RECORD_ORIGIN, first, last) &&
           db_run(&s->db, err, sql_run_add, "ssbii", p->registry, p->epoch, origin,
                  (size_t)RECORD_ORIGIN, first, last);
}

static const char sql_epoch_known[] =
    "SELECT (SELECT count(*) FROM receipt_run WHERE registry = ?1 AND epoch = ?2)"
    " + (SELECT count(*) FROM receipt_photo WHERE registry = ?1 AND epoch = ?2)"
    " + (SELECT count(*) FROM epoch_lived WHERE registry = ?1 AND epoch = ?2)";

bool receipt_epoch_known(struct store *s, const struct peer *p, const char *epoch,
                         bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_epoch_known, "ss", p->registry, epoch))
        return false;
    *ret = n > 0;
    return true;
}

#define OF_PEER " WHERE registry = ?1 AND epoch = ?2 AND origin = ?3"
static const char sql_run_behind[] =
    "INSERT INTO receipt_run (registry, epoch, origin, first, last)"
    " SELECT registry, epoch, origin, ?4 + 1, max(last) FROM receipt_run" OF_PEER
    " AND first <= ?4 AND last > ?4 GROUP BY registry, epoch, origin"
    " ON CONFLICT (registry, epoch, origin, first)"
    " DO UPDATE SET last = CASE WHEN receipt_run.last > excluded.last"
    " THEN receipt_run.last ELSE excluded.last END";
static const char sql_run_shorten[] =
    "UPDATE receipt_run SET last = ?4 - 1" OF_PEER " AND first < ?4 AND last >= ?4";
static const char sql_run_off[] = "DELETE FROM receipt_run" OF_PEER " AND first = ?4";

bool receipt_take_back(struct store *s, const struct peer *p,
                       const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                       struct err *err)
{
    static const char *const steps[] = {sql_run_behind, sql_run_shorten, sql_run_off};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof steps / sizeof *steps; i++)
        ok = db_run(&s->db, err, steps[i], "ssbi", p->registry, p->epoch, origin,
                    (size_t)RECORD_ORIGIN, seq);
    return ok;
}

static const char sql_run_over[] =
    "SELECT count(*) FROM receipt_run WHERE registry = ?1 AND epoch = ?2"
    " AND origin = ?3 AND first <= ?4 AND last >= ?4";

bool receipt_has(struct store *s, const struct peer *p,
                 const uint8_t origin[RECORD_ORIGIN], int64_t seq, bool *ret,
                 struct err *err)
{
    int64_t n = 0;
    bool ok = db_number(&s->db, &n, 0, err, sql_run_over, "ssbi", p->registry, p->epoch,
                        origin, (size_t)RECORD_ORIGIN, seq);
    *ret = n > 0;
    return ok;
}

/* Runs may touch or overlap; walked in order of first. */
static const char sql_runs[] =
    "SELECT first, last FROM receipt_run WHERE origin = ?3"
    " AND ((registry = ?1 AND epoch = ?2) OR (registry = ?4 AND epoch = ?5))"
    " ORDER BY first";

/* A folder that was salvaged has holes: what is gone cannot be sent. */
static const char sql_run_hole[] =
    "SELECT (SELECT count(*) FROM record h WHERE h.origin = ?3 AND h.seq = ?6),"
    " (SELECT min(r.seq) FROM record r WHERE r.origin = ?3 AND r.seq > ?6 AND NOT "
    "EXISTS"
    " (SELECT 1 FROM receipt_run t WHERE t.origin = ?3 AND t.first <= r.seq"
    " AND t.last >= r.seq AND ((t.registry = ?1 AND t.epoch = ?2)"
    " OR (t.registry = ?4 AND t.epoch = ?5))))";

static bool skip_hole(struct store *s, const struct peer *p,
                      const uint8_t origin[RECORD_ORIGIN], int64_t *next,
                      struct err *err)
{
    struct db_rows rows;
    int64_t found = *next;
    if (!db_query(&s->db, &rows, err, sql_run_hole, "ssbssi", p->registry, p->epoch,
                  origin, (size_t)RECORD_ORIGIN, p->behind ? p->behind->registry : "",
                  p->behind ? p->behind->epoch : "", *next))
        return false;
    if (db_next(&rows, err) && db_int(&rows, 0) == 0)
        found = db_int_or(&rows, 1, RECEIPT_NONE_LEFT);
    *next = found;
    return db_done(&rows);
}

bool receipt_next(struct store *s, const struct peer *p,
                  const uint8_t origin[RECORD_ORIGIN], int64_t *ret_seq,
                  struct err *err)
{
    return receipt_next_from(s, p, origin, 1, ret_seq, err);
}

bool receipt_next_from(struct store *s, const struct peer *p,
                       const uint8_t origin[RECORD_ORIGIN], int64_t from,
                       int64_t *ret_seq, struct err *err)
{
    struct db_rows rows;
    int64_t next = from;
    bool present = memcmp(origin, s->origin, RECORD_ORIGIN) == 0;
    if (!db_query(&s->db, &rows, err, sql_runs, "ssbss", p->registry, p->epoch, origin,
                  (size_t)RECORD_ORIGIN, p->behind ? p->behind->registry : "",
                  p->behind ? p->behind->epoch : ""))
        return false;
    while (db_next(&rows, err))
        if (db_int(&rows, 0) <= next && db_int(&rows, 1) >= next)
            next = db_int(&rows, 1) + 1;
    if (!db_done(&rows) || (!present && !skip_hole(s, p, origin, &next, err)))
        return false;
    *ret_seq = next;
    return true;
}

static const char sql_receipt_photo[] =
    "INSERT INTO receipt_photo (registry, epoch, sha256, bytes, state)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (registry, epoch, sha256) DO UPDATE SET"
    " bytes = excluded.bytes, state = excluded.state";

bool receipt_photo(struct store *s, const struct peer *p, const char *sha256,
                   int64_t bytes, const char *state, struct err *err)
{
    return db_run(&s->db, err, sql_receipt_photo, "sssis", p->registry, p->epoch,
                  sha256, bytes, state);
}

static const char sql_told[] =
    "SELECT count(*) FROM receipt_photo r JOIN peer p ON p.registry = r.registry"
    " AND p.epoch = r.epoch WHERE r.sha256 = ?1 AND r.state = ?2";

static bool is_told(struct store *s, const char *sha256, const char *state, bool *ret,
                    struct err *err)
{
    int64_t n = 0;
    bool ok = db_number(&s->db, &n, 0, err, sql_told, "ss", sha256, state);
    *ret = n > 0;
    return ok;
}

bool receipt_is_erased(struct store *s, const char *sha256, bool *ret, struct err *err)
{
    return is_told(s, sha256, "erased", ret, err);
}

bool receipt_is_verified(struct store *s, const char *sha256, bool *ret,
                         struct err *err)
{
    return is_told(s, sha256, "verified", ret, err);
}
