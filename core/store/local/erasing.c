/* erasing: see the header. */
#include "core/store/local/erasing.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/store/aside.h"
#include "core/store/blob.h"
#include "core/store/fold.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { TRY_MS = 100 };

static const char sql_erasing_add[] =
    "INSERT INTO erasing (sha256, since_ms) VALUES (?1, ?2)"
    " ON CONFLICT (sha256) DO UPDATE SET since_ms ="
    " CASE WHEN excluded.since_ms > erasing.since_ms THEN excluded.since_ms"
    " ELSE erasing.since_ms + 1 END";
static const char sql_erasing[] = "SELECT sha256, since_ms FROM erasing ORDER BY sha256";
static const char sql_erasing_done[] =
    "DELETE FROM erasing WHERE sha256 = ?1 AND since_ms = ?2";

bool erasing_add(struct store *s, const char *sha256, struct err *err)
{
    s->erasing = true;
    return db_run(&s->db, err, sql_erasing_add, "si", sha256, clock_utc_ms());
}

struct pending {
    char sha256[DIGEST_HEX];
    int64_t since_ms;
};

static bool read_pending(struct store *s, struct buf *list, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_erasing, ""))
        return false;
    while (db_next(&rows, err)) {
        struct pending p = {.since_ms = db_int(&rows, 1)};
        snprintf(p.sha256, sizeof p.sha256, "%s", db_peek(&rows, 0));
        buf_add(list, &p, sizeof p);
    }
    return db_done(&rows);
}

/* A photo that a wipe let go may have been kept anew since: that one stays. What is erased
 * has no row and gets none. */
static bool remove_files(struct store *s, const struct pending *p, size_t n,
                         struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        bool kept = false;
        if (!p[i].sha256[0])
            continue;
        if (!blob_has(s, p[i].sha256, &kept, err) ||
            (!kept && !blob_destroy(s, p[i].sha256, err)))
            return false;
    }
    return true;
}

static bool write_done(struct store *s, const struct pending *p, size_t n,
                       struct err *err)
{
    if (!db_begin(&s->db, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = db_run(&s->db, err, sql_erasing_done, "si", p[i].sha256, p[i].since_ms);
    return db_end(&s->db, ok, err);
}

/* What is unlinked may come back with the power, and nobody would look for it once its row
 * is gone. The folders are many; this is rare. */
static bool keep_gone(const struct store *s, struct err *err)
{
    int fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && syncfs(fd) == 0;
    if (!ok)
        err_errno(err, "file.unwritable", s->dir);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool empty_log(struct store *s, int wait_ms, int64_t *ret_busy, struct err *err)
{
    sqlite3_busy_timeout(s->db.handle, wait_ms);
    bool ok =
        db_number(&s->db, ret_busy, 1, err, "PRAGMA wal_checkpoint(TRUNCATE)", "");
    sqlite3_busy_timeout(s->db.handle, DB_BUSY_MS);
    return ok;
}

/* *ret_done is false while a reader, or a rebuild, still holds what was. */
static bool finish(struct store *s, const struct pending *p, size_t n, int wait_ms,
                   bool *ret_done, struct err *err)
{
    bool gone = false;
    int64_t busy = 1;
    blob_sweep(s);
    if (!remove_files(s, p, n, err) || !aside_settle(s, err) ||
        !fold_shadow_drop(s, &gone, err) || !empty_log(s, wait_ms, &busy, err))
        return false;
    *ret_done = gone && busy == 0;
    return true;
}

static bool settle(struct store *s, int wait_ms, int64_t *ret_pending, struct err *err)
{
    struct buf list = BUF_INIT;
    bool done = true;
    if (!read_pending(s, &list, err)) {
        buf_release(&list);
        return false;
    }
    size_t n = list.len / sizeof(struct pending);
    struct pending *p = (struct pending *)(void *)list.data;
    bool ok = n == 0 || finish(s, p, n, wait_ms, &done, err);
    ok = ok && (n == 0 || !done || (keep_gone(s, err) && write_done(s, p, n, err)));
    buf_release(&list);
    if (ok) {
        *ret_pending = done ? 0 : (int64_t)n;
        s->erasing = !done;
    }
    return ok;
}

bool erasing_settle(struct store *s, int64_t *ret_pending, struct err *err)
{
    return settle(s, DB_BUSY_MS, ret_pending, err);
}

bool erasing_try(struct store *s, int64_t *ret_pending, struct err *err)
{
    return settle(s, TRY_MS, ret_pending, err);
}
