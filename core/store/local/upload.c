/* upload: see the header. */
#include "core/store/local/upload.h"

#include "core/base/clock.h"

#include <stdio.h>
#include <string.h>

void upload_path(const struct store *s, const char *device, const char *sha256, char *out,
                 size_t size)
{
    snprintf(out, size, "%s/uploads/%s.%s.part", s->dir, sha256, device);
}

static void read_row(struct db_rows *rows, struct upload *u)
{
    snprintf(u->id, sizeof u->id, "%s", db_peek(rows, 0));
    snprintf(u->sha256, sizeof u->sha256, "%s", db_peek(rows, 1));
    u->total = db_int(rows, 2);
    u->start = db_int(rows, 3);
    u->bytes = db_int(rows, 4);
    u->held = db_int(rows, 5);
    u->made_ms = db_int(rows, 6);
    u->stored = true;
}

#define UPLOAD_COLUMNS "SELECT id, sha256, total, start, bytes, held, made_ms FROM upload"

static const char sql_upload_at[] =
    UPLOAD_COLUMNS " WHERE device = ?1 AND sha256 = ?2 AND start = ?3";
static const char sql_upload_by_id[] = UPLOAD_COLUMNS " WHERE device = ?1 AND id = ?2";
static const char sql_upload_of_photo[] =
    UPLOAD_COLUMNS " WHERE device = ?1 AND sha256 = ?2 ORDER BY start";
static const char sql_upload_set[] =
    "INSERT INTO upload (id, device, sha256, total, start, bytes, held, made_ms)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    " ON CONFLICT (device, sha256, start) DO UPDATE SET id = excluded.id,"
    " total = excluded.total, bytes = excluded.bytes, held = excluded.held,"
    " made_ms = excluded.made_ms";
static const char sql_upload_drop[] = "DELETE FROM upload WHERE id = ?1";
static const char sql_upload_end[] = "DELETE FROM upload WHERE device = ?1 AND sha256 = ?2";

bool upload_find(struct store *s, const char *device, const char *id, struct upload *ret,
                 struct err *err)
{
    struct db_rows rows;
    struct upload u = {.held = 0};
    if (!db_query(&s->db, &rows, err, sql_upload_by_id, "ss", device, id))
        return false;
    if (db_next(&rows, err))
        read_row(&rows, &u);
    if (!db_done(&rows))
        return false;
    if (!u.stored)
        return err_set(err, ERR_NOT_FOUND, "upload.unknown", id, NULL);
    *ret = u;
    return true;
}

bool upload_plan(struct store *s, const char *device, const char *sha256, int64_t total,
                 int64_t start, int64_t bytes, struct upload *ret, struct err *err)
{
    struct db_rows rows;
    struct upload u = {.total = 0};
    if (!db_query(&s->db, &rows, err, sql_upload_at, "ssi", device, sha256, start))
        return false;
    if (db_next(&rows, err))
        read_row(&rows, &u);
    if (!db_done(&rows))
        return false;
    if (!u.stored || u.total != total || u.bytes != bytes) {
        u = (struct upload){.total = total, .start = start, .bytes = bytes};
        uid_new(u.id);
        snprintf(u.sha256, sizeof u.sha256, "%s", sha256);
    }
    *ret = u;
    return true;
}

bool upload_runs(struct store *s, const char *device, const char *sha256,
                 struct upload_run runs[UPLOAD_RUNS_MOST], size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    size_t n = 0;
    if (!db_query(&s->db, &rows, err, sql_upload_of_photo, "ss", device, sha256))
        return false;
    while (db_next(&rows, err)) {
        struct upload u;
        read_row(&rows, &u);
        if (u.held == 0)
            continue;
        int64_t end = u.start + u.held;
        if (n > 0 && u.start <= runs[n - 1].end) {
            if (end > runs[n - 1].end)
                runs[n - 1].end = end;
        } else if (n < UPLOAD_RUNS_MOST) {
            runs[n++] = (struct upload_run){u.start, end};
        }
    }
    *ret_n = n;
    return db_done(&rows);
}

static bool hold(struct store *s, const char *device, const struct upload *u,
                 bool *ret_whole, struct err *err)
{
    struct upload_run runs[UPLOAD_RUNS_MOST];
    size_t n = 0;
    if (!db_run(&s->db, err, sql_upload_set, "sssiiiii", u->id, device, u->sha256,
                u->total, u->start, u->bytes, u->held, clock_utc_ms()) ||
        !upload_runs(s, device, u->sha256, runs, &n, err))
        return false;
    *ret_whole = n == 1 && runs[0].first == 0 && runs[0].end == u->total;
    return true;
}

bool upload_hold(struct store *s, const char *device, const struct upload *u,
                 bool *ret_whole, struct err *err)
{
    if (!db_begin(&s->db, err))
        return false;
    bool done = hold(s, device, u, ret_whole, err);
    return db_end(&s->db, done, err);
}

bool upload_end(struct store *s, const char *device, const char *sha256, struct err *err)
{
    return db_run(&s->db, err, sql_upload_end, "ss", device, sha256);
}

static const char sql_upload_forget[] = "DELETE FROM upload WHERE sha256 = ?1";

bool upload_forget(struct store *s, const char *sha256, struct err *err)
{
    return db_run(&s->db, err, sql_upload_forget, "s", sha256);
}

static const char sql_upload_stale[] =
    "SELECT device, sha256 FROM upload GROUP BY device, sha256"
    " HAVING max(made_ms) < ?1 ORDER BY device, sha256 LIMIT 100";

bool upload_stale(struct store *s, struct arena *a, int64_t before_ms, const char ***ret,
                  size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    size_t n = 0;
    /* pointers are what it holds: NOLINTNEXTLINE(bugprone-sizeof-expression) */
    const char **list = arena_array(a, 200, sizeof *list);
    if (!db_query(&s->db, &rows, err, sql_upload_stale, "i", before_ms))
        return false;
    while (n < 100 && db_next(&rows, err)) {
        list[2 * n] = db_text(&rows, a, 0);
        list[2 * n + 1] = db_text(&rows, a, 1);
        n++;
    }
    *ret = list;
    *ret_n = n;
    return db_done(&rows);
}

bool upload_drop(struct store *s, const char *id, struct err *err)
{
    return db_run(&s->db, err, sql_upload_drop, "s", id);
}
