/* stick_file: see the header. */
#include "sync/stick_file.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { APPLICATION = 0x4C796753, VERSION = 1 }; /* LygS */

static const char *const schema[][2] = {
    {"line", "CREATE TABLE line (n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT"},
    {"photo", "CREATE TABLE photo (n INTEGER PRIMARY KEY, sha256 TEXT NOT NULL,"
              " type TEXT NOT NULL, bytes INTEGER NOT NULL, data BLOB NOT NULL) STRICT"},
    {"receipt", "CREATE TABLE receipt (n INTEGER PRIMARY KEY, text TEXT NOT NULL,"
                " origin BLOB NOT NULL, sig BLOB NOT NULL) STRICT"},
    {"feed", "CREATE TABLE feed (n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT"},
};

enum { TABLES = sizeof schema / sizeof schema[0] };

static bool prepare(struct db *db, struct err *err)
{
    char pragmas[160];
    snprintf(pragmas, sizeof pragmas,
             "PRAGMA journal_mode=DELETE; PRAGMA application_id=%d; PRAGMA user_version=%d;",
             APPLICATION, VERSION);
    if (!db_script(db, pragmas, err))
        return false;
    for (size_t i = 0; i < TABLES; i++)
        if (!db_script(db, schema[i][1], err))
            return false;
    return true;
}

bool stick_file_make(struct db *db, const char *path, char beside[1200], struct err *err)
{
    snprintf(beside, 1200, "%.1100s.new.%ld", path, (long)getpid());
    file_sweep_beside(path);
    db_remove(beside);
    if (!db_open(db, beside, true, err))
        return text_equal(err->key, "db.unopenable")
                   ? err_set(err, ERR_INPUT, "stick.unopenable", path, NULL)
                   : false;
    if (prepare(db, err))
        return true;
    db_close(db);
    db_remove(beside);
    return false;
}

bool stick_file_finish(struct db *db, const char *beside, const char *path,
                       struct err *err)
{
    db_close(db);
    return file_settle(beside, path, err);
}

/* The file's own words about itself, compared with ours: no views, no triggers, no
 * indexes, nothing else. */
static bool is_ours(struct db *db, struct err *err)
{
    static const char sql[] = "SELECT name, sql FROM sqlite_master ORDER BY name";
    static const size_t sorted[TABLES] = {3, 0, 1, 2}; /* feed line photo receipt */
    struct db_rows rows;
    size_t n = 0;
    bool same = true;
    if (!db_query(db, &rows, err, sql, ""))
        return false;
    while (same && db_next(&rows, err)) {
        same = n < TABLES && strcmp(db_peek(&rows, 0), schema[sorted[n]][0]) == 0 &&
               strcmp(db_peek(&rows, 1), schema[sorted[n]][1]) == 0;
        n++;
    }
    return db_done(&rows) && same && n == TABLES;
}

bool stick_file_open(struct db *db, const char *path, bool *ret_writable, struct err *err)
{
    int64_t application = 0;
    struct err ignored = ERR_INIT;
    if (!file_exists(path))
        return err_set(err, ERR_NOT_FOUND, "stick.none", path, NULL);
    *ret_writable = access(path, W_OK) == 0;
    bool ok = db_open_foreign(db, path, *ret_writable, &ignored) &&
              db_number(db, &application, 0, &ignored, "PRAGMA application_id", "") &&
              application == APPLICATION && is_ours(db, &ignored);
    if (ok)
        return true;
    db_close(db);
    return err_set(err, ERR_INPUT, "stick.not_ours", path, NULL);
}
