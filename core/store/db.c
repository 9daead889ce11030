/* db: see the header. */
#include "core/store/db.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/store/reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A device's database: the next opening salvages it (core/store/salvage). */
static void mark_damaged(const struct db *db)
{
    char path[1300];
    const char *name = db->reserve ? sqlite3_db_filename(db->handle, "main") : NULL;
    if (!name || !*name)
        return;
    snprintf(path, sizeof path, "%.1200s.damaged", name);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

static bool fail(struct db *db, struct err *err)
{
    int code = db->handle ? sqlite3_errcode(db->handle) : SQLITE_NOMEM;
    const char *words = db->handle ? sqlite3_errmsg(db->handle) : "no memory";
    switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
        return err_set(err, ERR_CONFLICT, "db.constraint", words, NULL);
    case SQLITE_FULL:
        return err_set(err, ERR_FULL, "disk.full", "lygte.db", NULL);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_BUSY, "db.busy", NULL);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        mark_damaged(db);
        return err_set(err, ERR_DAMAGED, "db.damaged", words, NULL);
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return err_set(err, ERR_INTERNAL, "db.unopenable", words, NULL);
    case SQLITE_IOERR:
        if (sqlite3_system_errno(db->handle) == ENOSPC)
            return err_set(err, ERR_FULL, "disk.full", "lygte.db", NULL);
        return err_set(err, ERR_INTERNAL, "db.failed", words, NULL);
    default:
        return err_set(err, ERR_INTERNAL, "db.failed", words, NULL);
    }
}

bool db_script(struct db *db, const char *sql, struct err *err)
{
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        return fail(db, err);
    return true;
}

/* SQLite does not wait by itself where two programs change a new file to WAL. */
static bool set_up(struct db *db)
{
    static const char settings[] = "PRAGMA journal_mode=WAL;"
                                   "PRAGMA synchronous=FULL;"
                                   "PRAGMA secure_delete=ON;"
                                   "PRAGMA foreign_keys=OFF;"
                                   "PRAGMA cache_size=-1024;"
                                   "PRAGMA journal_size_limit=4194304;"
                                   "PRAGMA temp_store=MEMORY;";
    const int64_t until = clock_mono_ms() + DB_BUSY_MS;
    for (;;) {
        int code = sqlite3_exec(db->handle, settings, NULL, NULL, NULL);
        if ((code & 0xFF) != SQLITE_BUSY || clock_mono_ms() >= until)
            return code == SQLITE_OK;
        sqlite3_sleep(10);
    }
}

/* SQLite counts what it allocates under a lock of the whole process, for questions that
 * nobody here asks. */
static void count_nothing(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* What every file gets, ours or not: nothing in it can run or mislead. */
static bool open_handle(struct db *db, const char *path, int flags)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, count_nothing);
    *db = (struct db){0};
    flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK)
        return false;
    sqlite3_busy_timeout(db->handle, DB_BUSY_MS);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return true;
}

static bool is_alone;

void db_alone(void)
{
    is_alone = true;
}

bool db_open(struct db *db, const char *path, bool create, struct err *err)
{
    static const char lock[] = "PRAGMA locking_mode=EXCLUSIVE;";
    int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    if (open_handle(db, path, flags) &&
        (!is_alone || sqlite3_exec(db->handle, lock, NULL, NULL, NULL) == SQLITE_OK) &&
        set_up(db))
        return true;
    fail(db, err);
    db_close(db);
    return false;
}

void db_private(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) /* nobody has it open: closing it gives up no lock of SQLite's */
        close(fd);
}

bool db_open_foreign(struct db *db, const char *path, bool write, struct err *err)
{
    static const char settings[] = "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
                                   "PRAGMA cache_size=-512;";
    int flags = write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    bool ok = open_handle(db, path, flags) &&
              sqlite3_exec(db->handle, settings, NULL, NULL, NULL) == SQLITE_OK;
    if (ok) {
        sqlite3_limit(db->handle, SQLITE_LIMIT_LENGTH, 80 * 1024 * 1024);
        return true;
    }
    fail(db, err);
    db_close(db);
    return false;
}

/* As a URI, which is the one way to say "immutable"; every odd byte is escaped. */
static void frozen_address(struct buf *out, const char *path)
{
    buf_str(out, "file:");
    for (const unsigned char *p = (const unsigned char *)path; *p; p++)
        if (*p > ' ' && *p < 0x7F && !strchr("%?#", *p))
            buf_char(out, (char)*p);
        else
            buf_printf(out, "%%%02x", *p);
    buf_str(out, "?immutable=1");
}

bool db_open_frozen(struct db *db, const char *path, struct err *err)
{
    static const char settings[] = "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
                                   "PRAGMA cache_size=-512;";
    struct buf uri = BUF_INIT;
    frozen_address(&uri, path);
    bool ok = open_handle(db, uri.data, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI) &&
              sqlite3_exec(db->handle, settings, NULL, NULL, NULL) == SQLITE_OK;
    buf_release(&uri);
    if (ok)
        return true;
    fail(db, err);
    db_close(db);
    return false;
}

void db_close(struct db *db)
{
    for (size_t i = 0; i < DB_STATEMENTS; i++)
        sqlite3_finalize(db->slot[i].statement);
    sqlite3_close_v2(db->handle);
    free(db->reserve);
    *db = (struct db){0};
}

void db_remove(const char *path)
{
    static const char *const ends[] = {"-journal", "-wal", "-shm", ""};
    char name[1400];
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(name, sizeof name, "%.1300s%s", path, ends[i]);
        unlink(name);
    }
}

void db_reserve(struct db *db, const char *path)
{
    free(db->reserve);
    db->reserve = strdup(path);
    if (!db->reserve)
        err_die("db", "out of memory");
}

/* ---- transactions ---------------------------------------------------------------- */

bool db_begin_at(struct db *db, const char *file, int line, struct err *err)
{
    if (db->begun_file) {
        char both[300];
        snprintf(both, sizeof both, "transaction in a transaction: %s:%d and %s:%d",
                 db->begun_file, db->begun_line, file, line);
        err_die("db", both);
    }
    if (db->reserve)
        reserve_mind(db->reserve, &db->reserve_ms);
    if (!db_run(db, err, "BEGIN IMMEDIATE", ""))
        return false;
    db->begun_file = file;
    db->begun_line = line;
    return true;
}

bool db_commit(struct db *db, struct err *err)
{
    if (!db->begun_file)
        err_die("db", "commit without begin");
    if (!db_run(db, err, "COMMIT", "")) {
        db_rollback(db);
        return false;
    }
    db->begun_file = NULL;
    return true;
}

void db_rollback(struct db *db)
{
    struct err ignored = ERR_INIT;
    if (db->begun_file && !sqlite3_get_autocommit(db->handle))
        db_run(db, &ignored, "ROLLBACK", "");
    db->begun_file = NULL;
}

bool db_end(struct db *db, bool done, struct err *err)
{
    if (done)
        return db_commit(db, err);
    db_rollback(db);
    return false;
}

bool db_in_transaction(const struct db *db)
{
    return db->begun_file != NULL;
}

bool db_part_begin(struct db *db, struct err *err)
{
    return db_run(db, err, "SAVEPOINT part", "");
}

bool db_part_end(struct db *db, bool done, struct err *err)
{
    return (done || db_run(db, err, "ROLLBACK TO part", "")) &&
           db_run(db, err, "RELEASE part", "");
}

/* ---- statements ------------------------------------------------------------------ */

static struct db_slot *slot_of(struct db *db, const char *sql)
{
    size_t at = ((uintptr_t)sql >> 4) * 2654435761u;
    for (size_t i = 0; i < 8; i++) {
        struct db_slot *slot = &db->slot[(at + i) & (DB_STATEMENTS - 1)];
        if (slot->sql == sql || !slot->sql)
            return slot;
    }
    return NULL;
}

static bool prepare(struct db *db, struct db_rows *rows, const char *sql, struct err *err)
{
    *rows = (struct db_rows){.db = db};
    struct db_slot *slot = slot_of(db, sql);
    if (slot && slot->statement && !slot->busy) {
        slot->busy = true;
        rows->slot = slot;
        rows->statement = slot->statement;
        return true;
    }
    bool keep = slot && !slot->statement;
    unsigned flags = keep ? SQLITE_PREPARE_PERSISTENT : 0;
    if (sqlite3_prepare_v3(db->handle, sql, -1, flags, &rows->statement, NULL) !=
        SQLITE_OK)
        return fail(db, err);
    if (keep) {
        *slot = (struct db_slot){sql, rows->statement, true};
        rows->slot = slot;
    }
    return true;
}

/* kept is SQLITE_STATIC when the statement ends before the caller's values do. */
static int bind_next(sqlite3_stmt *s, int at, char type, sqlite3_destructor_type kept,
                     va_list *ap)
{
    if (type == 's') {
        const char *text = va_arg(*ap, const char *);
        return text ? sqlite3_bind_text(s, at, text, -1, kept)
                    : sqlite3_bind_null(s, at);
    }
    if (type == 'b') {
        const void *bytes = va_arg(*ap, const void *);
        size_t n = va_arg(*ap, size_t);
        return bytes ? sqlite3_bind_blob64(s, at, bytes, n, kept)
                     : sqlite3_bind_null(s, at);
    }
    int64_t value = va_arg(*ap, int64_t);
    if (type == 'x' && value == DB_NULL)
        return sqlite3_bind_null(s, at);
    return sqlite3_bind_int64(s, at, value);
}

static bool query(struct db *db, struct db_rows *rows, struct err *err, const char *sql,
                  const char *types, sqlite3_destructor_type kept, va_list *ap)
{
    if (!prepare(db, rows, sql, err))
        return false;
    if ((int)strlen(types) != sqlite3_bind_parameter_count(rows->statement))
        err_die("db: parameters do not fit", sql);
    for (int i = 0; types[i]; i++) {
        if (!strchr("isbx", types[i]))
            err_die("db: unknown type letter", sql);
        if (bind_next(rows->statement, i + 1, types[i], kept, ap) != SQLITE_OK) {
            fail(db, err);
            db_done(rows);
            return false;
        }
    }
    return true;
}

bool db_query(struct db *db, struct db_rows *rows, struct err *err, const char *sql,
              const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    bool ok = query(db, rows, err, sql, types, SQLITE_TRANSIENT, &ap);
    va_end(ap);
    return ok;
}

bool db_next(struct db_rows *rows, struct err *err)
{
    int code = sqlite3_step(rows->statement);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE) {
        rows->failed = true;
        fail(rows->db, err);
    }
    return false;
}

bool db_done(struct db_rows *rows)
{
    bool failed = rows->failed;
    if (rows->slot) {
        sqlite3_reset(rows->statement);
        sqlite3_clear_bindings(rows->statement);
        rows->slot->busy = false;
    } else {
        sqlite3_finalize(rows->statement);
    }
    *rows = (struct db_rows){0};
    return !failed;
}

bool db_run(struct db *db, struct err *err, const char *sql, const char *types, ...)
{
    struct db_rows rows;
    va_list ap;
    va_start(ap, types);
    bool ok = query(db, &rows, err, sql, types, SQLITE_STATIC, &ap);
    va_end(ap);
    if (!ok)
        return false;
    while (db_next(&rows, err))
        ;
    return db_done(&rows);
}

bool db_number(struct db *db, int64_t *ret, int64_t fallback, struct err *err,
               const char *sql, const char *types, ...)
{
    struct db_rows rows;
    va_list ap;
    va_start(ap, types);
    bool ok = query(db, &rows, err, sql, types, SQLITE_STATIC, &ap);
    va_end(ap);
    if (!ok)
        return false;
    int64_t value = fallback;
    if (db_next(&rows, err))
        value = db_int_or(&rows, 0, fallback);
    if (!db_done(&rows))
        return false;
    *ret = value;
    return true;
}

int64_t db_changes(const struct db *db)
{
    return sqlite3_changes64(db->handle);
}

/* ---- columns --------------------------------------------------------------------- */

int64_t db_int(const struct db_rows *rows, int column)
{
    return sqlite3_column_int64(rows->statement, column);
}

bool db_is_null(const struct db_rows *rows, int column)
{
    return sqlite3_column_type(rows->statement, column) == SQLITE_NULL;
}

int64_t db_int_or(const struct db_rows *rows, int column, int64_t fallback)
{
    return db_is_null(rows, column) ? fallback : db_int(rows, column);
}

char *db_text(const struct db_rows *rows, struct arena *a, int column)
{
    const char *s = (const char *)sqlite3_column_text(rows->statement, column);
    if (!s)
        return NULL;
    return arena_strndup(a, s, (size_t)sqlite3_column_bytes(rows->statement, column));
}

void *db_blob(const struct db_rows *rows, struct arena *a, int column, size_t *ret_len)
{
    const void *bytes = sqlite3_column_blob(rows->statement, column);
    size_t n = (size_t)sqlite3_column_bytes(rows->statement, column);
    if (ret_len)
        *ret_len = n;
    return bytes ? arena_memdup(a, bytes, n) : NULL;
}

const char *db_peek(const struct db_rows *rows, int column)
{
    const char *s = (const char *)sqlite3_column_text(rows->statement, column);
    return s ? s : "";
}
