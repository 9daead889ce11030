/* spoilt: see the header. */
#include "core/store/spoilt.h"

#include <string.h>

static const char sql_spoilt_add[] = "INSERT INTO spoilt (origin, seq) VALUES (?1, ?2)"
                                     " ON CONFLICT (origin, seq) DO NOTHING";
static const char sql_spoilt_is[] =
    "SELECT count(*) FROM spoilt WHERE origin = ?1 AND seq = ?2";
static const char sql_spoilt_drop[] =
    "DELETE FROM spoilt WHERE origin = ?1 AND seq = ?2";
static const char sql_spoilt_all[] =
    "SELECT origin, seq FROM spoilt ORDER BY CASE WHEN origin = ?1 OR origin IN"
    " (SELECT origin FROM device_origin WHERE device = ?2) THEN 0 ELSE 1 END, random()"
    " LIMIT ?3";

bool spoilt_note(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                 struct err *err)
{
    return db_run(&s->db, err, sql_spoilt_add, "bi", origin, (size_t)RECORD_ORIGIN,
                  seq);
}

bool spoilt_is(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
               bool *ret, struct err *err)
{
    int64_t n = 0;
    bool ok = db_number(&s->db, &n, 0, err, sql_spoilt_is, "bi", origin,
                        (size_t)RECORD_ORIGIN, seq);
    *ret = n > 0;
    return ok;
}

bool spoilt_forget(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                   struct err *err)
{
    return db_run(&s->db, err, sql_spoilt_drop, "bi", origin, (size_t)RECORD_ORIGIN,
                  seq);
}

bool spoilt_each(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                 const char *device, int64_t most, spoilt_visit visit, void *data,
                 struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_spoilt_all, "bsi", origin,
                  (size_t)RECORD_ORIGIN, device, most))
        return false;
    while (db_next(&rows, err))
        if (sqlite3_column_bytes(rows.statement, 0) == RECORD_ORIGIN)
            visit(sqlite3_column_blob(rows.statement, 0), db_int(&rows, 1), data);
    return db_done(&rows);
}
