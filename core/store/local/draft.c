/* draft: see the header. */
#include "core/store/local/draft.h"

#include "core/base/clock.h"

static const char sql_draft_set[] =
    "INSERT INTO draft (observation, fields, saved_ms) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (observation) DO UPDATE SET fields = excluded.fields,"
    " saved_ms = excluded.saved_ms";
static const char sql_draft_end[] = "DELETE FROM draft WHERE observation = ?1";
static const char sql_draft_get[] = "SELECT fields FROM draft WHERE observation = ?1";

bool draft_set(struct store *s, const char *observation, const char *fields,
               struct err *err)
{
    return db_run(&s->db, err, sql_draft_set, "ssi", observation, fields, clock_utc_ms());
}

bool draft_end(struct store *s, const char *observation, struct err *err)
{
    return db_run(&s->db, err, sql_draft_end, "s", observation);
}

bool draft_get(struct store *s, struct arena *a, const char *observation,
               const char **ret, struct err *err)
{
    struct db_rows rows;
    const char *fields = NULL;
    if (!db_query(&s->db, &rows, err, sql_draft_get, "s", observation))
        return false;
    if (db_next(&rows, err))
        fields = db_text(&rows, a, 0);
    if (!db_done(&rows))
        return false;
    *ret = fields;
    return true;
}
