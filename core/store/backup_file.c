/* backup_file: see the header. Owns the table kept_photo, which stands in such a file
 * and nowhere else. */
#include "core/store/backup_file.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    APPLICATION_WALKER = 0x4C796757, /* LygW, see core/store/migrate.c */
    APPLICATION_BACKUP = 0x4C796742, /* LygB */
    CHUNK = 262144
};

/* ---- writing --------------------------------------------------------------------- */

static const char sql_begin_file[] =
    "PRAGMA application_id = 1283024706;"
    "DELETE FROM web_key; UPDATE sync_state SET running = 0;"
    "CREATE TABLE kept_photo (sha256 TEXT PRIMARY KEY, bytes INTEGER NOT NULL,"
    " data BLOB NOT NULL) STRICT;";
static const char sql_photo_room[] =
    "INSERT INTO kept_photo (sha256, bytes, data) VALUES (?1, ?2, zeroblob(?2))";

struct packing {
    struct store *s;
    struct db *db;
    struct backup_counts counts;
};

static bool pour_in(int fd, sqlite3_blob *to, int64_t bytes, struct err *err)
{
    char chunk[CHUNK];
    for (int64_t at = 0; at < bytes;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || n > bytes - at)
            return err_set(err, ERR_DAMAGED, "photo.damaged", "", NULL);
        if (sqlite3_blob_write(to, chunk, (int)n, (int)at) != SQLITE_OK)
            return err_set(err, ERR_FULL, "disk.full", "backup", NULL);
        at += n;
    }
    return true;
}

/* A photo that is not what the database says is left out and counted. */
static bool pack_photo(const struct blob *b, void *data, struct err *err)
{
    struct packing *p = data;
    char path[1200];
    sqlite3_blob *to = NULL;
    blob_path(p->s, b->sha256, b->type, path, sizeof path);
    p->counts.photos++;
    int fd = file_size(path) == b->bytes ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        p->counts.missing++;
        return true;
    }
    bool ok = db_run(p->db, err, sql_photo_room, "si", b->sha256, b->bytes);
    if (ok && sqlite3_blob_open(p->db->handle, "main", "kept_photo", "data",
                                sqlite3_last_insert_rowid(p->db->handle), 1,
                                &to) != SQLITE_OK)
        ok = err_set(err, ERR_INTERNAL, "db.failed", sqlite3_errmsg(p->db->handle), NULL);
    ok = ok && pour_in(fd, to, b->bytes, err);
    sqlite3_blob_close(to);
    close(fd);
    p->counts.copied += ok;
    return ok;
}

static bool pack(struct store *s, struct db *db, struct backup_counts *ret,
                 struct err *err)
{
    struct store named = {.db = *db, .role = s->role};
    struct packing p = {s, &named.db, {0}};
    bool ok = db_script(&named.db, sql_begin_file, err) && db_begin(&named.db, err);
    if (ok) {
        ok = blob_each(&named, NULL, pack_photo, &p, err);
        if (ok)
            ok = db_commit(&named.db, err);
        else
            db_rollback(&named.db);
    }
    *db = named.db; /* with the statements it has prepared */
    *ret = p.counts;
    return ok;
}

/* A database that somebody lives on, ours or another one's. */
static bool is_lived_on(const char *path)
{
    char folder[1200];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1,
             slash ? path : ".");
    return strcmp(slash ? slash + 1 : path, STORE_FILE) == 0 &&
           backup_is_lived_in(folder);
}

bool backup_file_write(struct store *s, const char *path, struct backup_counts *ret,
                       struct err *err)
{
    char beside[1300];
    struct db db = {0};
    if (is_lived_on(path))
        return err_set(err, ERR_CONFLICT, "backup.own_file", path, NULL);
    snprintf(beside, sizeof beside, "%.1200s.new.%ld", path, (long)getpid());
    file_sweep_beside(path);
    bool ok = backup_copy_database(s, beside, &db, err) && pack(s, &db, ret, err);
    if (!ok && text_equal(err->key, "db.unopenable"))
        err_set(err, ERR_INPUT, "stick.unopenable", path, NULL);
    db_close(&db);
    if (ok)
        return file_settle(beside, path, err);
    db_remove(beside);
    return false;
}

/* ---- restoring ------------------------------------------------------------------- */

static bool copy_file(const char *from, const char *to, struct err *err)
{
    char chunk[CHUNK];
    ssize_t n = 0;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return err_errno(err, "file.unreadable", from);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = out >= 0 || err_errno(err, "file.unwritable", to);
    while (ok && (n = read(in, chunk, sizeof chunk)) > 0)
        ok = file_write_all(out, chunk, (size_t)n, err);
    if (ok && n < 0)
        ok = err_errno(err, "file.unreadable", from);
    if (ok && fsync(out) != 0)
        ok = err_errno(err, "file.unwritable", to);
    if (out >= 0)
        close(out);
    close(in);
    return ok;
}

static const char sql_strange[] =
    "SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')";

/* A backup of ours, of a version we know, whole, and without anything that would act by
 * itself once it is a database of ours. */
static bool is_ours(struct db *db, const char *path, struct err *err)
{
    int64_t application = 0, version = 0, strange = 0;
    struct err ignored = ERR_INIT;
    struct db_rows rows;
    bool whole = false;
    if (db_number(db, &application, 0, &ignored, "PRAGMA application_id", "") &&
        application == APPLICATION_BACKUP &&
        db_number(db, &version, 0, &ignored, "PRAGMA user_version", "") &&
        version > STORE_VERSION) {
        char number[24];
        snprintf(number, sizeof number, "%lld", (long long)version);
        return err_set(err, ERR_VERSION, "store.newer", path, number, NULL);
    }
    if (application == APPLICATION_BACKUP &&
        db_number(db, &strange, 1, &ignored, sql_strange, "") && strange == 0 &&
        db_query(db, &rows, &ignored, "PRAGMA quick_check", "")) {
        whole = db_next(&rows, &ignored) && strcmp(db_peek(&rows, 0), "ok") == 0;
        whole = db_done(&rows) && whole;
    }
    return whole || err_set(err, ERR_INPUT, "backup.not_ours", path, NULL);
}

static bool pour_out(sqlite3_blob *from, int64_t bytes, struct blob_writer *w,
                     struct err *err)
{
    char chunk[CHUNK];
    for (int64_t at = 0; at < bytes; at += CHUNK) {
        int n = (int)(bytes - at < CHUNK ? bytes - at : CHUNK);
        if (sqlite3_blob_read(from, chunk, n, (int)at) != SQLITE_OK)
            return err_set(err, ERR_DAMAGED, "photo.damaged", "", NULL);
        if (!blob_add(w, chunk, (size_t)n, err))
            return false;
    }
    return true;
}

/* *ret_there false when the file has not its bytes, or other ones. */
static bool unpack_photo(struct store *to, struct db *db, const struct blob *b,
                         int64_t row, bool *ret_there, struct err *err)
{
    char sha256[DIGEST_HEX];
    sqlite3_blob *from = NULL;
    struct blob_writer w = {0};
    struct err unread = ERR_INIT;
    *ret_there = false;
    if (sqlite3_blob_open(db->handle, "main", "kept_photo", "data", row, 0, &from) !=
        SQLITE_OK)
        return true;
    bool ok = blob_begin(&w, to, err);
    bool poured = ok && sqlite3_blob_bytes(from) == b->bytes &&
                  pour_out(from, b->bytes, &w, &unread);
    sqlite3_blob_close(from);
    if (ok && unread.code != ERR_NONE && unread.code != ERR_DAMAGED) {
        *err = unread;
        ok = false;
    }
    if (ok && poured && blob_seal(&w, sha256, err) && strcmp(sha256, b->sha256) == 0)
        *ret_there = blob_settle(to, w.path, b->sha256, b->type, err);
    if (!*ret_there)
        blob_abandon(&w);
    return ok && err->code == ERR_NONE;
}

struct unpacking {
    struct store *to;
    struct db *db;
    struct backup_counts counts;
};

static const char sql_photo_row[] = "SELECT rowid FROM kept_photo WHERE sha256 = ?1";

static bool unpack_one(const struct blob *b, void *data, struct err *err)
{
    struct unpacking *u = data;
    int64_t row = 0;
    bool there = false;
    if (!db_number(u->db, &row, 0, err, sql_photo_row, "s", b->sha256) ||
        !unpack_photo(u->to, u->db, b, row, &there, err))
        return false;
    u->counts.photos++;
    ++*(there ? &u->counts.copied : &u->counts.missing);
    return true;
}

/* The photos go to their places, and the file becomes a database like any other. */
static bool unpack(struct db *db, const char *into, struct backup_counts *ret,
                   struct err *err)
{
    static const char *const folders[] = {"photos", "tmp"};
    struct store to = {.db = *db, .role = STORE_WALKER};
    struct unpacking u = {&to, &to.db, {0}};
    char path[1200], end[160];
    bool ok = true;
    snprintf(to.dir, sizeof to.dir, "%s", into);
    for (size_t i = 0; ok && i < 2; i++) {
        store_path(&to, folders[i], path, sizeof path);
        ok = file_make_folders(path, err);
    }
    ok = ok && blob_each(&to, NULL, unpack_one, &u, err);
    *db = to.db;
    snprintf(end, sizeof end, "DROP TABLE kept_photo; PRAGMA application_id = %d; VACUUM;",
             APPLICATION_WALKER);
    *ret = u.counts;
    return ok && db_script(db, end, err);
}

bool backup_file_restore(const char *path, const char *into, struct backup_counts *ret,
                         struct err *err)
{
    char database[1200], beside[1300];
    struct db db = {0};
    snprintf(database, sizeof database, "%s/" STORE_FILE, into);
    snprintf(beside, sizeof beside, "%s/" STORE_RESTORING, into);
    if (!file_exists(path))
        return err_set(err, ERR_NOT_FOUND, "backup.no_file", path, NULL);
    if (file_exists(database))
        return err_set(err, ERR_CONFLICT, "backup.occupied_device", into, NULL);
    if (!db_open_foreign(&db, path, false, err) || !is_ours(&db, path, err)) {
        db_close(&db);
        return err->key && err->code == ERR_VERSION
                   ? false
                   : err_set(err, ERR_INPUT, "backup.not_ours", path, NULL);
    }
    db_close(&db);
    db_remove(beside); /* of a restore that was ended in the middle */
    if (!file_make_folders(into, err) || !copy_file(path, beside, err)) {
        db_remove(beside);
        return false;
    }
    bool ok = db_open(&db, beside, false, err) &&
              db_script(&db, "PRAGMA journal_mode=DELETE", err) &&
              unpack(&db, into, ret, err);
    db_close(&db);
    if (ok)
        return file_settle(beside, database, err); /* last: now it is a folder */
    db_remove(beside);
    return false;
}
