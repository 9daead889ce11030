/* rebuild: the folded tables made anew in a shadow database beside the real one.
 *
 * The shadow file holds only folded tables; the real database is attached to it, so the
 * very same queries read the log from there (an unqualified name is looked up in the
 * main file first) and write the shadow. Progress stands in the shadow itself, so a
 * killed rebuild goes on where it was. Swapping is one transaction on the real file. What
 * arrives meanwhile is folded on top; when something went without anything arriving
 * (fold_outdate), all begins anew. */
#include "core/store/fold.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/migrate.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { STEP = 5000 };

static const char sql_attach[] = "ATTACH ?1 AS live";
static const char sql_progress_table[] =
    "CREATE TABLE IF NOT EXISTS progress (one INTEGER PRIMARY KEY, after TEXT NOT NULL,"
    " fold INTEGER NOT NULL, arrival INTEGER NOT NULL, outdated INTEGER NOT NULL)";
static const char sql_progress_get[] = "SELECT after FROM progress WHERE one = 1";
static const char sql_progress_set[] =
    "INSERT INTO progress (one, after, fold, arrival, outdated) VALUES (1, ?1, ?2, ?3, "
    "?4)"
    " ON CONFLICT (one) DO UPDATE SET after = excluded.after";
static const char sql_progress_fits[] =
    "SELECT count(*) FROM progress WHERE one = 1 AND fold = ?1 AND arrival = ?2"
    " AND outdated = ?3";
static const char sql_live_arrival[] = "SELECT arrival FROM self WHERE one = 1";

/* ---- what went without arriving -------------------------------------------------- */

static const char outdated[] = "fold.outdated";
static const char sql_outdated[] =
    "SELECT CAST(value AS INTEGER) FROM setting WHERE name = ?1";

static bool count_outdated(struct db *db, int64_t *ret, struct err *err)
{
    return db_number(db, ret, 0, err, sql_outdated, "s", outdated);
}

bool fold_outdate(struct store *s, struct err *err)
{
    char text[24];
    int64_t n;
    if (!count_outdated(&s->db, &n, err))
        return false;
    snprintf(text, sizeof text, "%lld", (long long)n + 1);
    return store_set(s, outdated, text, err);
}

/* ---- the shadow ------------------------------------------------------------------ */

/* What a shadow was made of: the log up to an arrival, and what had gone by then. */
struct basis {
    int64_t arrival, outdated;
};

static bool shadow_start(struct db *db, const struct store *s, struct err *err)
{
    return db_run(db, err, sql_attach, "s",
                  sqlite3_db_filename(s->db.handle, "main")) &&
           db_script(db, "PRAGMA synchronous=OFF;", err) &&
           db_script(db, sql_progress_table, err);
}

/* *ret is the live log's; *ret_fits: the shadow was begun by this version over just this
 * log. */
static bool shadow_look(struct db *db, const struct store *s, const char *path,
                        struct basis *ret, int64_t *ret_fits, struct err *err)
{
    db_private(path);
    return db_open(db, path, true, err) && shadow_start(db, s, err) &&
           db_number(db, &ret->arrival, 0, err, sql_live_arrival, "") &&
           count_outdated(db, &ret->outdated, err) &&
           db_number(db, ret_fits, 0, err, sql_progress_fits, "iii",
                     (int64_t)FOLD_VERSION, ret->arrival, ret->outdated);
}

/* What the folding of other subjects asks for: what is erased, what was let go, and what
 * time it was. */
static bool fold_first(struct db *db, const struct store *s, struct err *err)
{
    if (!db_begin(db, err))
        return false;
    bool done = fold_kinds(db, s->registry, "erase", err) &&
                fold_kinds(db, s->registry, "origin.", err) &&
                fold_kinds(db, s->registry, "clock.", err);
    return db_end(db, done, err);
}

/* Opens the shadow; one of another version, an older log or not whole is begun anew. */
static bool shadow_open(struct db *db, const struct store *s, const char *path,
                        struct err *err)
{
    struct err ignored = ERR_INIT;
    struct basis live = {0, 0};
    int64_t fits = 0;
    if (shadow_look(db, s, path, &live, &fits, &ignored) && fits)
        return true;
    db_close(db);
    db_remove(path);
    if (shadow_look(db, s, path, &live, &fits, err) && migrate_fold_tables(db, err) &&
        fold_first(db, s, err) &&
        db_run(db, err, sql_progress_set, "siii", "", (int64_t)FOLD_VERSION,
               live.arrival, live.outdated))
        return true;
    db_close(db);
    return false;
}

/* One step of at most STEP subjects in one transaction; *ret_more until done. */
static bool shadow_step(struct db *db, const struct store *s, bool *ret_more,
                        struct err *err)
{
    char after[128] = "", last[128];
    struct db_rows rows;
    int64_t n = 0;
    if (!db_begin(db, err))
        return false;
    bool ok = db_query(db, &rows, err, sql_progress_get, "");
    if (ok && db_next(&rows, err))
        snprintf(after, sizeof after, "%s", db_peek(&rows, 0));
    ok = ok && db_done(&rows);
    memcpy(last, after, sizeof last);
    ok = ok && fold_each(db, s->registry, after, STEP, last, &n, err) &&
         db_run(db, err, sql_progress_set, "siii", last, (int64_t)FOLD_VERSION,
                INT64_C(0), INT64_C(0));
    if (!ok) {
        db_rollback(db);
        return false;
    }
    *ret_more = n == STEP;
    return db_commit(db, err);
}

static const char sql_progress_basis[] =
    "SELECT arrival, outdated FROM progress WHERE one = 1";

/* Table names come from our own constant list; SQL cannot bind them. */
static bool compare_each(struct db *db, const char **ret_differs, struct err *err)
{
    *ret_differs = NULL;
    for (size_t i = 0; migrate_fold_names[i]; i++) {
        char sql[300];
        const char *t = migrate_fold_names[i];
        struct db_rows rows;
        int64_t differing = 0;
        snprintf(sql, sizeof sql,
                 "SELECT (SELECT count(*) FROM (SELECT * FROM main.%s EXCEPT"
                 " SELECT * FROM live.%s)) + (SELECT count(*) FROM"
                 " (SELECT * FROM live.%s EXCEPT SELECT * FROM main.%s))",
                 t, t, t, t);
        sqlite3_stmt *statement;
        if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) != SQLITE_OK)
            return err_set(err, ERR_DAMAGED, "db.damaged", sqlite3_errmsg(db->handle), NULL);
        rows = (struct db_rows){.db = db, .statement = statement};
        if (db_next(&rows, err))
            differing = db_int(&rows, 0);
        if (!db_done(&rows))
            return false;
        if (differing && !*ret_differs)
            *ret_differs = t;
    }
    return true;
}

static bool read_basis(struct db *db, struct basis *ret, struct err *err)
{
    struct db_rows rows;
    if (!db_query(db, &rows, err, sql_progress_basis, ""))
        return false;
    if (db_next(&rows, err))
        *ret = (struct basis){db_int(&rows, 0), db_int(&rows, 1)};
    return db_done(&rows);
}

/* Inside a transaction on the live file: does the shadow still say what the log says? */
static bool still_stands(struct db *db, const struct basis *basis, bool *ret,
                         struct err *err)
{
    int64_t now = 0;
    if (!count_outdated(db, &now, err))
        return false;
    *ret = now == basis->outdated;
    return true;
}

/* One transaction locks the live file too, so both sides stand still: what arrived
 * since the shadow was begun is folded into it, then every table is compared. */
static bool compare_tables(struct db *db, const struct store *s, struct basis *ret,
                           bool *ret_stands, const char **ret_differs, struct err *err)
{
    if (!db_begin(db, err))
        return false;
    bool ok = read_basis(db, ret, err) && still_stands(db, ret, ret_stands, err) &&
              (!*ret_stands || (fold_newer(db, s->registry, ret->arrival, err) &&
                                compare_each(db, ret_differs, err)));
    return db_end(db, ok, err);
}

static const char sql_fold_version[] = "UPDATE self SET fold_version = ?1 WHERE one = 1";

/* What came later than the basis is folded on top, in the same transaction. */
static bool swap_tables(struct store *s, const char *path, const struct basis *basis,
                        bool *ret_stands, struct err *err)
{
    struct buf sql = BUF_INIT;
    if (!db_run(&s->db, err, "ATTACH ?1 AS shadow", "s", path))
        return false;
    bool ok = db_begin(&s->db, err);
    for (size_t i = 0; migrate_fold_names[i]; i++) {
        const char *t = migrate_fold_names[i];
        buf_printf(&sql, "DELETE FROM main.%s; INSERT INTO main.%s SELECT * FROM shadow.%s;",
                   t, t, t);
    }
    if (ok) {
        ok = still_stands(&s->db, basis, ret_stands, err) &&
             (!*ret_stands ||
              (db_script(&s->db, sql.data, err) &&
               fold_newer(&s->db, s->registry, basis->arrival, err) &&
               db_run(&s->db, err, sql_fold_version, "i", (int64_t)FOLD_VERSION)));
        ok = db_end(&s->db, ok, err);
    }
    buf_release(&sql);
    struct err ignored = ERR_INIT;
    db_run(&s->db, &ignored, "DETACH shadow", "");
    return ok;
}

/* *ret_stands is false when the log lost something meanwhile: nothing was done then. */
static bool rebuild_once(struct store *s, const char *path, bool swap, bool *ret_stands,
                         const char **ret_differs, struct err *err)
{
    struct db shadow = {0};
    struct basis basis = {0, 0};
    bool more = true;
    bool ok = shadow_open(&shadow, s, path, err);
    while (ok && more)
        ok = shadow_step(&shadow, s, &more, err);
    ok = ok && compare_tables(&shadow, s, &basis, ret_stands, ret_differs, err);
    db_close(&shadow);
    if (ok && *ret_stands && swap)
        ok = swap_tables(s, path, &basis, ret_stands, err);
    return ok;
}

static bool rebuild_at(struct store *s, const char *path, bool swap,
                       const char **ret_differs, struct err *err)
{
    const char *differs = NULL;
    bool stands = false, ok = true;
    while (ok && !stands) {
        ok = rebuild_once(s, path, swap, &stands, &differs, err);
        if (ok || err->code == ERR_DAMAGED)
            db_remove(path);
    }
    if (ok)
        *ret_differs = differs;
    return ok;
}

/* One rebuild at a time in a folder; another waits. A kill frees the lock. */
bool fold_rebuild(struct store *s, bool swap, const char **ret_differs, struct err *err)
{
    char path[1200];
    store_path(s, "tmp/refold.lock", path, sizeof path);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0)
        return err_errno(err, "file.unwritable", path);
    bool ok = flock(lock, LOCK_EX) == 0 || err_errno(err, "file.unwritable", path);
    store_path(s, "tmp/refold.db", path, sizeof path);
    ok = ok && rebuild_at(s, path, swap, ret_differs, err);
    close(lock);
    return ok;
}

bool fold_shadow_drop(struct store *s, bool *ret_gone, struct err *err)
{
    char path[1200];
    store_path(s, "tmp/refold.lock", path, sizeof path);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0)
        return err_errno(err, "file.unwritable", path);
    *ret_gone = flock(lock, LOCK_EX | LOCK_NB) == 0;
    store_path(s, "tmp/refold.db", path, sizeof path);
    if (*ret_gone)
        db_remove(path);
    close(lock);
    return true;
}

/* ---- the digest ------------------------------------------------------------------ */

static void digest_row(struct digest *d, struct db_rows *rows)
{
    int columns = sqlite3_column_count(rows->statement);
    for (int i = 0; i < columns; i++) {
        char type = (char)('0' + sqlite3_column_type(rows->statement, i));
        const void *bytes = sqlite3_column_blob(rows->statement, i);
        int n = sqlite3_column_bytes(rows->statement, i);
        digest_add(d, &type, 1);
        digest_add(d, &n, sizeof n);
        digest_add(d, bytes, (size_t)n);
    }
}

bool fold_digest(struct store *s, char out[DIGEST_HEX], struct err *err)
{
    struct digest *d = digest_start();
    uint8_t hash[DIGEST_SIZE];
    bool ok = true;
    for (size_t i = 0; ok && migrate_fold_names[i]; i++) {
        char sql[120];
        struct db_rows rows = {.db = &s->db};
        snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1, 2", migrate_fold_names[i]);
        digest_add(d, migrate_fold_names[i], strlen(migrate_fold_names[i]));
        ok = sqlite3_prepare_v2(s->db.handle, sql, -1, &rows.statement, NULL) == SQLITE_OK;
        if (!ok)
            err_set(err, ERR_DAMAGED, "db.damaged", sqlite3_errmsg(s->db.handle), NULL);
        while (ok && db_next(&rows, err))
            digest_row(d, &rows);
        ok = ok && db_done(&rows);
    }
    digest_finish(d, hash);
    if (ok)
        text_hex(hash, sizeof hash, out);
    return ok;
}
