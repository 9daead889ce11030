/* migrate: see the header. */
#include "core/store/migrate.h"

#include "core/base/asset.h"

#include <stdio.h>
#include <string.h>

/* All steps of log and local tables. A step runs where its role fits and its version is
 * above the database's. Append; never change a step that was released. Folded tables
 * have no steps: they are made anew from the log, empty here, and filled by the refold
 * that opening does next (core/store/store.c). */
static const struct step {
    int version;
    int role; /* -1: every role */
    const char *file;
} steps[] = {
    {1, -1, "schema/log/0001.sql"},
    {1, STORE_WALKER, "schema/walker/0001.sql"},
    {1, STORE_REGISTRY, "schema/registry/0001.sql"},
    {2, -1, "schema/log/0002.sql"},
    {2, STORE_WALKER, "schema/walker/0002.sql"},
    {2, STORE_REGISTRY, "schema/registry/0002.sql"},
    {3, -1, "schema/log/0003.sql"},
    {4, -1, "schema/log/0004.sql"},
    {4, STORE_WALKER, "schema/walker/0003.sql"},
    {5, -1, "schema/log/0005.sql"},
    {6, -1, "schema/log/0006.sql"},
    {7, -1, "schema/log/0007.sql"},
    {8, -1, "schema/log/0008.sql"},
    {9, STORE_WALKER, "schema/walker/0004.sql"},
    {10, STORE_WALKER, "schema/walker/0005.sql"},
};

enum { APPLICATION_WALKER = 0x4C796757, APPLICATION_REGISTRY = 0x4C796752 }; /* LygW R */

const char *const migrate_fold_names[] = {"walk",  "observation", "photo",
                                          "track", "lamp_look",
                                          "issue", "party",       "area",
                                          "catalogue", "admission",   "gone",
                                          "rating",    "verdict",     "acute",
                                          "issue_merge", "erasure",     "erased_record",
                                          "erased_blob", "clock_fix",   "sealed",
                                          "sealed_photo", NULL};

static bool run_file(struct db *db, const char *file, struct err *err)
{
    struct arena a = ARENA_INIT;
    const struct asset *packed = asset_find(file);
    char *sql;
    size_t len;
    if (!packed)
        err_die("migrate: not packed", file);
    bool ok = asset_plain(&a, packed, &sql, &len, err) && db_script(db, sql, err);
    arena_release(&a);
    return ok;
}

/* Untouched means that its WAL is not written back either. */
static bool refuse_newer(struct db *db, int64_t version, const char *path, struct err *err)
{
    char number[24];
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    snprintf(number, sizeof number, "%lld", (long long)version);
    return err_set(err, ERR_VERSION, "store.newer", path, number, NULL);
}

static bool check_application(struct db *db, int64_t version, int64_t wanted,
                              const char *path, struct err *err)
{
    int64_t application = 0;
    if (!db_number(db, &application, 0, err, "PRAGMA application_id", ""))
        return false;
    if (application != wanted && (version > 0 || application != 0))
        return err_set(err, ERR_INPUT, "store.other_program", path, NULL);
    return true;
}

/* The names are our own constant list, and those of versions before; SQL cannot bind
 * them. */
bool migrate_fold_renew(struct db *db, struct err *err)
{
    struct buf sql = BUF_INIT;
    for (size_t i = 0; migrate_fold_names[i]; i++)
        buf_printf(&sql, "DROP TABLE IF EXISTS %s;", migrate_fold_names[i]);
    buf_str(&sql, "UPDATE self SET fold_version = 0;");
    bool ok = db_script(db, sql.data, err) && migrate_fold_tables(db, err);
    buf_release(&sql);
    return ok;
}

static bool apply(struct db *db, enum store_role role, int64_t version, int64_t wanted,
                  struct err *err)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (steps[i].version <= version)
            continue;
        if (steps[i].role >= 0 && steps[i].role != (int)role)
            continue;
        if (!run_file(db, steps[i].file, err))
            return false;
    }
    if (!migrate_fold_renew(db, err))
        return false;
    char pragmas[96];
    snprintf(pragmas, sizeof pragmas, "PRAGMA user_version=%d; PRAGMA application_id=%lld;",
             STORE_VERSION, (long long)wanted);
    return db_script(db, pragmas, err);
}

bool migrate(struct db *db, enum store_role role, const char *path, struct err *err)
{
    int64_t wanted = role == STORE_WALKER ? APPLICATION_WALKER : APPLICATION_REGISTRY;
    int64_t version = 0;
    if (!db_number(db, &version, 0, err, "PRAGMA user_version", ""))
        return false;
    if (version > STORE_VERSION)
        return refuse_newer(db, version, path, err);
    if (version == STORE_VERSION)
        return check_application(db, version, wanted, path, err);
    if (!db_begin(db, err))
        return false;
    bool ok = db_number(db, &version, 0, err, "PRAGMA user_version", "") &&
              check_application(db, version, wanted, path, err);
    if (ok && version > STORE_VERSION)
        ok = refuse_newer(db, version, path, err);
    if (ok && version < STORE_VERSION)
        ok = apply(db, role, version, wanted, err);
    return db_end(db, ok, err);
}

static const char sql_table[] =
    "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?1";

/* SQLite keeps the words a table was made by. */
static bool fits(struct db *db, const char *name, const char *schema, bool *ret,
                 struct err *err)
{
    struct db_rows rows;
    if (!db_query(db, &rows, err, sql_table, "s", name))
        return false;
    *ret = db_next(&rows, err) && strstr(schema, db_peek(&rows, 0));
    return db_done(&rows);
}

bool migrate_fold_fits(struct db *db, bool *ret, struct err *err)
{
    struct arena a = ARENA_INIT;
    const struct asset *packed = asset_find("schema/fold/0001.sql");
    char *schema;
    size_t len;
    if (!packed)
        err_die("migrate: not packed", "schema/fold/0001.sql");
    bool all = true, ok = asset_plain(&a, packed, &schema, &len, err);
    for (size_t i = 0; ok && all && migrate_fold_names[i]; i++)
        ok = fits(db, migrate_fold_names[i], schema, &all, err);
    arena_release(&a);
    if (ok)
        *ret = all;
    return ok;
}

bool migrate_fold_tables(struct db *db, struct err *err)
{
    return run_file(db, "schema/fold/0001.sql", err);
}
