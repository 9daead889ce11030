/* open_point: see the header. A clock that was set back must hold nothing for hours, so an
 * opening in the future is none. */
#include "core/store/local/open_point.h"

#include "core/base/clock.h"

int64_t open_point_since(void)
{
    return clock_utc_ms() - OPEN_POINT_MOST_MS;
}

static const char sql_open_point_drop_old[] =
    "DELETE FROM open_point WHERE opened_ms <= ?1 OR opened_ms > ?2";
static const char sql_open_point_set[] =
    "INSERT INTO open_point (observation, page, opened_ms) SELECT ?1, ?2, ?3"
    " WHERE (SELECT count(*) FROM open_point) < ?4"
    " ON CONFLICT (observation, page) DO UPDATE SET opened_ms = excluded.opened_ms";
static const char sql_open_point_close[] =
    "DELETE FROM open_point WHERE observation = ?1 AND page = ?2";

bool open_point_set(struct store *s, const char *observation, const char *page,
                    bool open, struct err *err)
{
    int64_t now = clock_utc_ms();
    return db_run(&s->db, err, sql_open_point_drop_old, "ii", now - OPEN_POINT_MOST_MS,
                  now) &&
           (open ? db_run(&s->db, err, sql_open_point_set, "ssii", observation, page,
                          now, (int64_t)OPEN_POINT_MOST)
                 : db_run(&s->db, err, sql_open_point_close, "ss", observation, page));
}

static const char sql_open_point_rows[] = "SELECT count(*) FROM open_point";
static const char sql_open_point_clear[] = "DELETE FROM open_point";

bool open_point_clear(struct store *s, struct err *err)
{
    int64_t n = 0;
    return db_number(&s->db, &n, 0, err, sql_open_point_rows, "") &&
           (n == 0 || db_run(&s->db, err, sql_open_point_clear, ""));
}

static const char sql_open_point_count[] =
    "SELECT count(DISTINCT observation) FROM open_point"
    " WHERE opened_ms > ?1 AND opened_ms <= ?2";

bool open_point_count(struct store *s, int64_t *ret, struct err *err)
{
    return db_number(&s->db, ret, 0, err, sql_open_point_count, "ii",
                     open_point_since(), clock_utc_ms());
}

static const char sql_open_point_first[] =
    "SELECT min(r.seq) FROM open_point o JOIN record r ON r.subject = o.observation"
    " WHERE o.opened_ms > ?1 AND o.opened_ms <= ?2 AND r.origin = ?3 AND r.seq >= ?4";

bool open_point_first(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                      int64_t from, int64_t *ret, struct err *err)
{
    return db_number(&s->db, ret, INT64_MAX, err, sql_open_point_first, "iibi",
                     open_point_since(), clock_utc_ms(), origin, (size_t)RECORD_ORIGIN,
                     from);
}
