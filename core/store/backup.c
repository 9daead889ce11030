/* backup: see the header. */
#include "core/store/backup.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGES_AT_ONCE = 256, WAIT_MS = 20 };

/* ---- files ----------------------------------------------------------------------- */

static bool copy_bytes(int from, int to, int64_t size, struct err *err)
{
    for (int64_t left = size; left > 0;) {
        ssize_t n = sendfile(to, from, NULL, (size_t)left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_errno(err, "file.unwritable", "copy");
        left -= n;
    }
    return true;
}

/* fsynced. *ret_there false when there is nothing to copy. */
static bool copy_whole(const char *from, const char *to, mode_t mode, bool *ret_there,
                       struct err *err)
{
    struct stat st;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    *ret_there = in >= 0;
    if (in < 0)
        return errno == ENOENT || err_errno(err, "file.unreadable", from);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    bool ok = out >= 0 || err_errno(err, "file.unwritable", to);
    ok = ok && (fstat(in, &st) == 0 || err_errno(err, "file.unreadable", from)) &&
         copy_bytes(in, out, (int64_t)st.st_size, err) &&
         (fsync(out) == 0 || err_errno(err, "file.unwritable", to));
    if (out >= 0)
        close(out);
    close(in);
    return ok;
}

/* Beside its name, then renamed. */
static bool copy_file(const char *from, const char *to, mode_t mode, bool *ret_there,
                      struct err *err)
{
    char beside[1300];
    snprintf(beside, sizeof beside, "%.1200s.new.%ld", to, (long)getpid());
    bool ok = copy_whole(from, beside, mode, ret_there, err);
    if (ok)
        return !*ret_there || file_settle(beside, to, err);
    unlink(beside);
    return false;
}

/* ---- the database ---------------------------------------------------------------- */

/* A few pages at a time, so that a slow disk keeps up. */
static bool step_through(sqlite3 *from, sqlite3 *to, struct err *err)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    int code = b ? SQLITE_OK : SQLITE_ERROR;
    while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        code = sqlite3_backup_step(b, PAGES_AT_ONCE);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
            sqlite3_sleep(WAIT_MS);
    }
    sqlite3_backup_finish(b);
    if (code == SQLITE_DONE)
        return true;
    if (code == SQLITE_FULL)
        return err_set(err, ERR_FULL, "disk.full", "lygte.db", NULL);
    return err_set(err, ERR_INTERNAL, "db.failed", sqlite3_errstr(code), NULL);
}

/* One look at it, however long that takes: SQLite begins a copy anew whenever somebody else
 * writes between two of its own looks, and that of a busy register never ended. No writer
 * waits for a reader; only the log grows meanwhile, and what is erased stays pending. */
static bool copy_pages(struct db *from, sqlite3 *to, struct err *err)
{
    struct err ignored = ERR_INIT;
    if (!db_script(from, "BEGIN; SELECT count(*) FROM sqlite_master;", err))
        return false;
    bool ok = step_through(from->handle, to, err);
    db_script(from, "ROLLBACK", &ignored); /* it has only read */
    return ok;
}

bool backup_copy_database(struct store *s, const char *to, struct db *db, struct err *err)
{
    db_remove(to);
    db_private(to);
    return db_open(db, to, true, err) &&
           db_script(db, "PRAGMA journal_mode=DELETE", err) &&
           copy_pages(&s->db, db->handle, err) &&
           db_script(db, "PRAGMA journal_mode=DELETE", err);
}

/* ---- photos ---------------------------------------------------------------------- */

struct copying {
    const char *from, *to;
    bool check;
    struct backup_counts counts;
};

static bool is_whole(const struct store *s, const struct blob *b)
{
    struct err ignored = ERR_INIT;
    return blob_verify(s, b, &ignored);
}

static bool copy_photo(const struct blob *b, void *data, struct err *err)
{
    struct copying *c = data;
    struct store from = {.role = STORE_REGISTRY}, to = {.role = STORE_REGISTRY};
    char a[1200], z[1200];
    bool there;
    snprintf(from.dir, sizeof from.dir, "%s", c->from);
    snprintf(to.dir, sizeof to.dir, "%s", c->to);
    blob_path(&from, b->sha256, b->type, a, sizeof a);
    blob_path(&to, b->sha256, b->type, z, sizeof z);
    c->counts.photos++;
    if (file_size(z) == b->bytes && (!c->check || is_whole(&to, b)))
        return true;
    if (c->check && !is_whole(&from, b)) {
        c->counts.missing++;
        return true;
    }
    if (!blob_make_folder(&to, "photos", b->sha256, err) ||
        !copy_file(a, z, 0600, &there, err))
        return false;
    ++*(there ? &c->counts.copied : &c->counts.missing);
    return true;
}

/* The photos are those the copied database names, not those of this moment. */
static bool copy_photos(const char *database, const char *from, const char *to,
                        bool check, struct backup_counts *ret, struct err *err)
{
    struct store named = {.role = STORE_REGISTRY};
    struct copying c = {from, to, check, {0}};
    char path[1200];
    snprintf(path, sizeof path, "%s/photos", to);
    if (!file_make_folders(path, err) || !db_open_foreign(&named.db, database, false, err))
        return false;
    bool ok = blob_each(&named, NULL, copy_photo, &c, err);
    db_close(&named.db);
    *ret = c.counts;
    return ok;
}

static const char sql_erased[] = "SELECT DISTINCT sha256 FROM erased_blob";

/* Photos that an earlier backup into the same folder has copied. */
static bool destroy_erased(struct store *s, const char *dir, struct err *err)
{
    struct store to = {.role = STORE_REGISTRY};
    struct db_rows rows;
    bool ok = true;
    snprintf(to.dir, sizeof to.dir, "%s", dir);
    if (!db_query(&s->db, &rows, err, sql_erased, ""))
        return false;
    while (ok && db_next(&rows, err))
        ok = blob_destroy(&to, db_peek(&rows, 0), err);
    return db_done(&rows) && ok;
}

/* Of backups and restores that were killed: half a photo, or a whole database with all that
 * has been erased since, under a name nothing would ever look at. */
static void sweep(const char *dir)
{
    char folder[1200];
    file_sweep(dir, STORE_FILE);
    file_sweep(dir, "root.key");
    for (unsigned i = 0; i < 256; i++) {
        snprintf(folder, sizeof folder, "%.1100s/photos/%02x", dir, i);
        file_sweep(folder, NULL);
    }
}

bool backup_is_lived_in(const char *dir)
{
    char key[1200];
    snprintf(key, sizeof key, "%.1100s/origin.key", dir);
    return file_exists(key);
}

/* Where SQLite's header says how the database is written: 1 for a rollback journal, as a copy
 * is left, 2 for the log beside it that a register lives with (SQLite file format, 1.3.3). */
enum { WRITE_VERSION_AT = 18, WRITE_VERSION_ROLLBACK = 1 };

bool backup_is_one(const char *dir)
{
    char path[1200];
    uint8_t how = 0;
    snprintf(path, sizeof path, "%.1100s/origin.key.new", dir);
    if (backup_is_lived_in(dir) || file_exists(path))
        return false;
    snprintf(path, sizeof path, "%.1100s/" STORE_FILE, dir);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool read = fd >= 0 && pread(fd, &how, 1, WRITE_VERSION_AT) == 1;
    if (fd >= 0)
        close(fd);
    return read && how == WRITE_VERSION_ROLLBACK;
}

/* The photos come before the database that names them has its name: a backup that is killed
 * leaves the one of before. */
static bool write_contents(struct store *s, const char *dir, bool check,
                           struct backup_counts *ret, struct err *err)
{
    char database[1200], beside[1300];
    struct db db = {0};
    snprintf(database, sizeof database, "%s/" STORE_FILE, dir);
    snprintf(beside, sizeof beside, "%.1200s.new.%ld", database, (long)getpid());
    bool ok = backup_copy_database(s, beside, &db, err);
    db_close(&db);
    if (ok && copy_photos(beside, s->dir, dir, check, ret, err))
        return file_settle(beside, database, err);
    db_remove(beside);
    return false;
}

bool backup_write(struct store *s, const char *dir, bool check,
                  struct backup_counts *ret, struct err *err)
{
    char from[1200], to[1200];
    bool there;
    if (backup_is_lived_in(dir))
        return err_set(err, ERR_CONFLICT, "backup.own_folder", dir, NULL);
    store_path(s, "root.key", from, sizeof from);
    snprintf(to, sizeof to, "%s/root.key", dir);
    sweep(dir);
    return file_make_folders(dir, err) && copy_file(from, to, 0600, &there, err) &&
           write_contents(s, dir, check, ret, err) && destroy_erased(s, dir, err);
}

static bool restore_files(const char *dir, const char *into, struct backup_counts *ret,
                          struct err *err)
{
    char database[1200], from[1200], to[1200];
    bool there;
    snprintf(from, sizeof from, "%s/" STORE_FILE, dir);
    snprintf(database, sizeof database, "%s/" STORE_FILE, into);
    if (!file_exists(from))
        return err_set(err, ERR_NOT_FOUND, "backup.none", dir, NULL);
    if (file_exists(database))
        return err_set(err, ERR_CONFLICT, "backup.occupied", into, NULL);
    sweep(into);
    if (!file_make_folders(into, err) || !copy_photos(from, dir, into, false, ret, err))
        return false;
    snprintf(from, sizeof from, "%s/root.key", dir);
    snprintf(to, sizeof to, "%s/root.key", into);
    if (!copy_file(from, to, 0600, &there, err))
        return false;
    return there || err_set(err, ERR_NOT_FOUND, "backup.none", dir, NULL);
}

/* In a folder that was copied while the register ran the newest words stand beside the database
 * only. A backup has no such file. */
static bool copy_journal(const char *from, const char *to, struct err *err)
{
    char a[1300], z[1300];
    bool there;
    snprintf(a, sizeof a, "%.1200s-wal", from);
    snprintf(z, sizeof z, "%.1200s-wal", to);
    return copy_whole(a, z, 0600, &there, err);
}

bool backup_restore(const char *dir, const char *into, struct store *s,
                    struct backup_counts *ret, struct err *err)
{
    char from[1200], to[1200];
    bool there;
    if (!restore_files(dir, into, ret, err))
        return false;
    snprintf(from, sizeof from, "%s/" STORE_FILE, dir);
    snprintf(to, sizeof to, "%s/" STORE_RESTORING, into);
    db_remove(to); /* of a restore that was ended in the middle */
    if (copy_whole(from, to, 0600, &there, err) && copy_journal(from, to, err) &&
        store_open_restoring(s, into, err))
        return true;
    db_remove(to);
    return false;
}

bool backup_restore_end(struct store *s, bool ok, struct err *err)
{
    char restoring[1200], database[1200], log[1300];
    store_path(s, STORE_RESTORING, restoring, sizeof restoring);
    store_path(s, STORE_FILE, database, sizeof database);
    snprintf(log, sizeof log, "%s-wal", restoring);
    ok = ok && db_script(&s->db, "PRAGMA journal_mode=DELETE", err);
    store_close(s);
    if (ok && file_exists(log)) /* it would not go along */
        ok = err_set(err, ERR_INTERNAL, "db.failed", log, NULL);
    if (ok)
        return file_settle(restoring, database, err); /* last: now it is a folder */
    db_remove(restoring);
    return false;
}
