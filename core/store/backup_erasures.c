/* backup_erasures: the file of erasures beside the backups. A line is the key of an
 * origin in hex, or a record as on the wire: each registry origin's hello, which its root
 * certifies, its erasures, and the coverings of photos, which end bytes as well. Coverings
 * say where and when; those that were erased since go again. */
#include "core/store/backup.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/hold.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 256 * 1024 * 1024 };

void backup_erasures_path(const char *dir, char *out, size_t size)
{
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        n--;
    while (n > 0 && dir[n - 1] != '/')
        n--;
    snprintf(out, size, "%.*s%s", (int)n, dir, "lygte-erasures");
}

/* ---- out ------------------------------------------------------------------------- */

static const char sql_erasures[] =
    "SELECT o.key, r.hash FROM record r JOIN origin o ON o.origin = r.origin"
    " WHERE r.reason IS NULL AND r.body IS NOT NULL"
    " AND (r.kind IN ('erase', 'photo.cover') OR r.carried = 'photo.cover'"
    " OR (r.kind = 'origin.hello' AND r.origin IN"
    " (SELECT origin FROM record WHERE kind = 'erase'))) ORDER BY r.arrival";

static void add_line(struct buf *out, const char *there, const struct buf *line)
{
    if (there && strstr(there, line->data))
        return;
    buf_add(out, line->data, line->len);
}

static bool add_record(struct store *s, struct arena *a, const char *there,
                       struct db_rows *rows, struct buf *out, struct err *err)
{
    struct buf line = BUF_INIT;
    struct record r;
    char key[2 * SIGN_PUBLIC + 1];
    const uint8_t *hash = db_blob(rows, a, 1, NULL);
    text_hex(sqlite3_column_blob(rows->statement, 0), SIGN_PUBLIC, key);
    if (!hold_read(s, a, hash, &r, err))
        return false;
    buf_printf(&line, "%s\n", key);
    if (!out->data || !strstr(out->data, line.data))
        add_line(out, there, &line);
    buf_clear(&line);
    record_line(&r, &line);
    buf_char(&line, '\n');
    add_line(out, there, &line);
    buf_release(&line);
    return true;
}

static bool append(const char *path, const struct buf *more, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, "file.unwritable", path);
    bool ok = file_write_all(fd, more->data, more->len, err) &&
              (fsync(fd) == 0 || err_errno(err, "file.unwritable", path));
    close(fd);
    return ok;
}

static const char sql_emptied[] =
    "SELECT count(*) FROM record WHERE hash = ?1 AND body IS NULL";

/* Takes the lines out whose records have been erased; *ret_gone: there were some. */
static bool drop_emptied(struct store *s, struct arena *a, char *there, bool *ret_gone,
                         struct err *err)
{
    char *to = there;
    for (char *at = there, *next; *at; at = next) {
        struct record r;
        struct err wrong = ERR_INIT;
        int64_t emptied = 0;
        char *end = strchr(at, '\n');
        next = end ? end + 1 : at + strlen(at);
        if (record_of_line(a, at, (size_t)(end ? end - at : next - at), &r, &wrong) &&
            !db_number(&s->db, &emptied, 0, err, sql_emptied, "b", r.hash,
                       (size_t)DIGEST_SIZE))
            return false;
        if (!emptied) {
            memmove(to, at, (size_t)(next - at));
            to += next - at;
        }
        *ret_gone = *ret_gone || emptied;
        arena_reset(a);
    }
    *to = '\0';
    return true;
}

bool backup_erasures_write(struct store *s, const char *path, struct err *err)
{
    struct arena keep = ARENA_INIT, a = ARENA_INIT;
    struct db_rows rows;
    struct buf more = BUF_INIT;
    char *there = NULL;
    bool gone = false;
    bool ok = (!file_exists(path) || (file_read(&keep, path, MOST, &there, NULL, err) &&
                                      drop_emptied(s, &a, there, &gone, err))) &&
              (!gone || file_write_whole(path, there, strlen(there), 0600, err)) &&
              db_query(&s->db, &rows, err, sql_erasures, "");
    if (ok) {
        while (ok && db_next(&rows, err)) {
            ok = add_record(s, &a, there, &rows, &more, err);
            arena_reset(&a);
        }
        ok = db_done(&rows) && ok;
    }
    ok = ok && (more.len == 0 || append(path, &more, err));
    buf_release(&more);
    arena_release(&a);
    arena_release(&keep);
    return ok;
}

/* ---- in -------------------------------------------------------------------------- */

/* A torn or wrong line costs the others nothing. */
static bool take_line(struct store *s, struct arena *a, const char *line, size_t len,
                      struct err *err)
{
    struct record r;
    struct err wrong = ERR_INIT;
    uint8_t key[SIGN_PUBLIC], origin[RECORD_ORIGIN];
    enum hold_verdict verdict;
    if (len == 2 * SIGN_PUBLIC && text_unhex(arena_strndup(a, line, len), key, sizeof key)) {
        record_origin_of(key, origin);
        return hold_key(s, origin, key, err);
    }
    if (!record_of_line(a, line, len, &r, &wrong) || !hold_check(s, &r, &wrong))
        return true;
    return hold_take(s, a, &r, &verdict, err);
}

bool backup_erasures_take(struct store *s, const char *path, struct err *err)
{
    struct arena keep = ARENA_INIT, a = ARENA_INIT;
    char *text;
    size_t len = 0;
    if (!file_exists(path))
        return true;
    bool ok = file_read(&keep, path, MOST, &text, &len, err) && db_begin(&s->db, err);
    for (size_t at = 0; ok && at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t n = end ? (size_t)(end - text) - at : len - at;
        ok = take_line(s, &a, text + at, n, err);
        at += n + 1;
        arena_reset(&a);
    }
    if (db_in_transaction(&s->db)) {
        if (ok)
            ok = db_commit(&s->db, err);
        else
            db_rollback(&s->db);
    }
    store_settle(s);
    arena_release(&a);
    arena_release(&keep);
    return ok;
}
