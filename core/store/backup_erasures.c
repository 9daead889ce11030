/* backup_erasures: the file of erasures beside the backups. A line is the key of an
 * origin in hex, or a record as on the wire: each registry origin's hello, which its root
 * certifies, its erasures, and the coverings of photos, which end bytes as well, with the
 * words by which their origins were admitted and shut out. Coverings say where and when;
 * those that were erased since go again. */
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
    "SELECT o.key, r.hash, r.origin, r.carried_origin,"
    " (SELECT c.key FROM origin c WHERE c.origin = r.carried_origin)"
    " FROM record r JOIN origin o ON o.origin = r.origin"
    " WHERE r.reason IS NULL AND r.body IS NOT NULL"
    " AND (r.kind IN ('erase', 'photo.cover') OR r.carried = 'photo.cover'"
    " OR (r.kind = 'origin.hello' AND r.origin IN"
    " (SELECT origin FROM admission WHERE role = 'registry')))"
    " ORDER BY CASE WHEN r.kind = 'origin.hello' THEN 0 ELSE 1 END, r.arrival";
static const char sql_erasers_rights[] =
    "SELECT o.key, r.hash FROM record r JOIN origin o ON o.origin = r.origin"
    " WHERE r.subject = ?1 AND r.kind IN ('origin.admit', 'origin.revoke')"
    " AND r.reason IS NULL AND r.body IS NOT NULL ORDER BY r.arrival";

struct adding {
    struct store *s;
    const char *there;  /* the file as it is, or NULL                */
    struct buf more;    /* lines that are not in it                  */
    struct buf origins; /* those whose rights are in it, or in these */
};

/* A line that was torn has the next one's words behind it, and is not that one. */
static bool has_line(const char *text, const char *line)
{
    for (const char *at = text; at && (at = strstr(at, line)); at++)
        if (at == text || at[-1] == '\n')
            return true;
    return false;
}

static void add_line(struct adding *x, const struct buf *line)
{
    if (!has_line(x->there, line->data) && !has_line(x->more.data, line->data))
        buf_add(&x->more, line->data, line->len);
}

static void add_key(struct adding *x, struct db_rows *rows, int column)
{
    struct buf line = BUF_INIT;
    char key[2 * SIGN_PUBLIC + 1];
    const void *bytes = sqlite3_column_blob(rows->statement, column);
    if (!bytes || sqlite3_column_bytes(rows->statement, column) != SIGN_PUBLIC)
        return;
    text_hex(bytes, SIGN_PUBLIC, key);
    buf_printf(&line, "%s\n", key);
    add_line(x, &line);
    buf_release(&line);
}

/* The record of the row, behind the key it is proven by. One that a disk has spoilt proves
 * nothing, and comes again (core/store/spoilt). */
static bool add_record(struct adding *x, struct arena *a, struct db_rows *rows,
                       struct err *err)
{
    struct buf line = BUF_INIT;
    struct record r;
    bool whole;
    if (!hold_read_whole(x->s, a, sqlite3_column_blob(rows->statement, 1), &r, &whole,
                         err))
        return false;
    if (!whole)
        return true;
    add_key(x, rows, 0);
    record_line(&r, &line);
    buf_char(&line, '\n');
    add_line(x, &line);
    buf_release(&line);
    return true;
}

/* An older backup does not know who was admitted since: without this a covering of theirs
 * would be held there and have no effect. */
static bool add_rights(struct adding *x, struct arena *a, const void *origin,
                       struct err *err)
{
    struct db_rows rows;
    char hex[RECORD_ORIGIN_HEX];
    bool ok = true;
    if (!origin)
        return true;
    for (size_t i = 0; i < x->origins.len; i += RECORD_ORIGIN)
        if (memcmp(x->origins.data + i, origin, RECORD_ORIGIN) == 0)
            return true;
    buf_add(&x->origins, origin, RECORD_ORIGIN);
    text_hex(origin, RECORD_ORIGIN, hex);
    if (!db_query(&x->s->db, &rows, err, sql_erasers_rights, "s", hex))
        return false;
    while (ok && db_next(&rows, err))
        ok = add_record(x, a, &rows, err);
    return db_done(&rows) && ok;
}

static bool add_all(struct adding *x, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    bool ok = true;
    if (!db_query(&x->s->db, &rows, err, sql_erasures, ""))
        return false;
    while (ok && db_next(&rows, err)) {
        ok = add_rights(x, &a, db_blob(&rows, &a, 2, NULL), err) &&
             add_rights(x, &a, db_blob(&rows, &a, 3, NULL), err);
        add_key(x, &rows, 4);
        ok = ok && add_record(x, &a, &rows, err);
        arena_reset(&a);
    }
    arena_release(&a);
    return db_done(&rows) && ok;
}

/* Behind a line that was torn, by a full disk or the power, a new one begins. */
static bool append(const char *path, const struct buf *more, struct err *err)
{
    char last = '\n';
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, "file.unwritable", path);
    off_t end = lseek(fd, 0, SEEK_END);
    bool ok = (end >= 0 && (end == 0 || pread(fd, &last, 1, end - 1) == 1)) ||
              err_errno(err, "file.unreadable", path);
    ok = ok && (last == '\n' || file_write_all(fd, "\n", 1, err)) &&
         file_write_all(fd, more->data, more->len, err) &&
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

/* Zeros, where a power cut left room that was never written, would end the text. */
static bool read_there(struct adding *x, struct arena *keep, const char *path,
                       char **ret, struct err *err)
{
    size_t len = 0;
    if (!file_exists(path))
        return true;
    if (!file_read(keep, path, MOST, ret, &len, err))
        return false;
    for (char *at = *ret; (at = memchr(at, '\0', len - (size_t)(at - *ret)));)
        *at = ' ';
    x->there = *ret;
    return true;
}

bool backup_erasures_write(struct store *s, const char *path, struct err *err)
{
    struct arena keep = ARENA_INIT, a = ARENA_INIT;
    struct adding x = {.s = s};
    char *there = NULL;
    bool gone = false;
    bool ok = read_there(&x, &keep, path, &there, err) &&
              (!there || drop_emptied(s, &a, there, &gone, err)) &&
              (!gone || file_write_whole(path, there, strlen(there), 0600, err)) &&
              add_all(&x, err) && (x.more.len == 0 || append(path, &x.more, err));
    buf_release(&x.more);
    buf_release(&x.origins);
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
