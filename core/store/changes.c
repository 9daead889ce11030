/* changes: see the header. */
#include "core/store/changes.h"

#include "core/base/text.h"

/* SQLite alone has it; not one of the queries that PostgreSQL must know too. */
static const char data_version[] = "PRAGMA data_version";
static const char sql_newest[] = "SELECT arrival FROM self WHERE one = 1";

bool changes_begin(struct changes *c, struct store *s, struct err *err)
{
    return db_number(&s->db, &c->version, 0, err, data_version, "") &&
           db_number(&s->db, &c->arrival, 0, err, sql_newest, "");
}

bool changes_any(struct changes *c, struct store *s, bool *ret, struct err *err)
{
    int64_t now = 0;
    if (!db_number(&s->db, &now, 0, err, data_version, ""))
        return false;
    *ret = now != c->version;
    c->version = now;
    return true;
}

static const char sql_since[] =
    "SELECT r.arrival, r.kind, r.subject, COALESCE(o.walk, z.walk, '') FROM record r"
    " LEFT JOIN observation o ON o.id = r.subject LEFT JOIN sealed z ON z.id = r.subject"
    " WHERE r.arrival > ?1"
    " ORDER BY r.arrival LIMIT ?2";

bool changes_each(struct changes *c, struct store *s, changes_visit visit, void *data,
                  bool *ret_all, struct err *err)
{
    struct db_rows rows;
    int64_t n = 0;
    if (!db_query(&s->db, &rows, err, sql_since, "ii", c->arrival,
                  (int64_t)CHANGES_MOST))
        return false;
    while (db_next(&rows, err)) {
        const char *kind = db_peek(&rows, 1), *subject = db_peek(&rows, 2);
        visit(kind, subject, text_starts(kind, "walk.") ? subject : db_peek(&rows, 3),
              data);
        c->arrival = db_int(&rows, 0);
        n++;
    }
    if (!db_done(&rows))
        return false;
    *ret_all = n < CHANGES_MOST;
    return *ret_all || db_number(&s->db, &c->arrival, 0, err, sql_newest, "");
}
