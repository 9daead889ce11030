/* salvage: see the header. Makes the whole of a new database beside the old one, from
 * whatever the tables are, so the rule that a table has one owner ends here. */
#include "core/store/salvage.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/store/blob.h"
#include "core/store/hold.h"
#include "core/store/migrate.h"
#include "core/store/own.h"
#include "core/store/pages.h"
#include "core/store/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void path_of(const char *dir, const char *name, char out[1300])
{
    snprintf(out, 1300, "%.1100s/%s", dir, name);
}

bool salvage_due(const char *dir)
{
    char marker[1300], ready[1300];
    path_of(dir, "lygte.db.damaged", marker);
    path_of(dir, "salvage.ready", ready);
    return file_exists(marker) || file_exists(ready);
}

/* ---- what the old file still says in SQL ----------------------------------------- */

struct salvage {
    const char *dir;
    char old_path[1300], tmp[1300];
    struct db old;    /* handle NULL when it cannot even be opened */
    struct store now; /* the new one                               */
    uint8_t origin[RECORD_ORIGIN], key[SIGN_PUBLIC]; /* the old one's */
    bool keyed;
    int64_t made; /* by the old origin, as far as can be known */
    int64_t kept;
};

/* Made anew, bound to the old origin, or poured from the pages. */
static bool is_left_out(const char *table)
{
    static const char *const names[] = {"self",       "record",    "origin",
                                        "held_run",   "peer",      "hub",
                                        "sync_state", "sync_item", NULL};
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], table) == 0)
            return true;
    for (size_t i = 0; migrate_fold_names[i]; i++)
        if (strcmp(migrate_fold_names[i], table) == 0)
            return true;
    return text_starts(table, "sqlite_");
}

/* "SELECT rowid, a, b FROM t WHERE rowid > ?1 ORDER BY rowid" and "INSERT OR IGNORE INTO
 * t (a, b) VALUES (?1, ?2)"; names are those of our own schema. */
static bool word_copy(struct salvage *v, const char *table, struct buf *select,
                      struct buf *insert, struct err *err)
{
    static const char sql_columns[] = "SELECT name FROM pragma_table_info(?1)";
    struct db_rows rows;
    struct buf marks = BUF_INIT;
    int n = 0;
    if (!db_query(&v->now.db, &rows, err, sql_columns, "s", table))
        return false;
    buf_str(select, "SELECT rowid");
    buf_printf(insert, "INSERT OR IGNORE INTO %s (", table);
    while (db_next(&rows, err)) {
        buf_printf(select, ", %s", db_peek(&rows, 0));
        buf_printf(insert, "%s%s", n ? ", " : "", db_peek(&rows, 0));
        buf_printf(&marks, "%s?%d", n ? ", " : "", n + 1);
        n++;
    }
    buf_printf(select, " FROM %s WHERE rowid > ?1 ORDER BY rowid", table);
    buf_printf(insert, ") VALUES (%s)", marks.data ? marks.data : "");
    buf_release(&marks);
    return db_done(&rows);
}

/* Rows from `after` on until one cannot be read; *after moves along. */
static bool copy_rows(sqlite3_stmt *from, sqlite3_stmt *to, int64_t *after)
{
    int code;
    sqlite3_reset(from);
    sqlite3_bind_int64(from, 1, *after);
    while ((code = sqlite3_step(from)) == SQLITE_ROW) {
        *after = sqlite3_column_int64(from, 0);
        sqlite3_reset(to);
        for (int i = 1; i < sqlite3_column_count(from); i++)
            sqlite3_bind_value(to, i, sqlite3_column_value(from, i));
        sqlite3_step(to); /* a row that is not what it should be stays behind */
    }
    return code == SQLITE_DONE;
}

/* A page that cannot be read is stepped over, wider each time. */
static bool copy_table(struct salvage *v, const char *table, struct err *err)
{
    struct buf select = BUF_INIT, insert = BUF_INIT;
    sqlite3_stmt *from = NULL, *to = NULL;
    int64_t after = INT64_MIN;
    bool ok = word_copy(v, table, &select, &insert, err);
    if (ok &&
        sqlite3_prepare_v2(v->now.db.handle, insert.data, -1, &to, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(v->old.handle, select.data, -1, &from, NULL) == SQLITE_OK)
        for (int64_t step = 1; !copy_rows(from, to, &after) && step < (1 << 22);
             step *= 2)
            after = after < 0 ? 0 : after + step;
    sqlite3_finalize(from);
    sqlite3_finalize(to);
    buf_release(&select);
    buf_release(&insert);
    return ok;
}

static const char sql_salvage_tables[] =
    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";

static bool copy_local(struct salvage *v, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    const char *names[128];
    size_t n = 0;
    if (!v->old.handle)
        return true;
    if (!db_query(&v->now.db, &rows, err, sql_salvage_tables, ""))
        return false;
    while (n < 128 && db_next(&rows, err))
        if (!is_left_out(db_peek(&rows, 0)))
            names[n++] = db_text(&rows, &a, 0);
    bool ok = db_done(&rows);
    for (size_t i = 0; ok && i < n; i++)
        ok = copy_table(v, names[i], err);
    arena_release(&a);
    return ok;
}

static const char sql_salvage_self[] = "SELECT seq, registry FROM self WHERE one = 1";

/* Who wrote it: the key file says it even when the database does not. */
static bool read_self(struct salvage *v, struct err *err)
{
    struct err ignored = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    char path[1300], *seed;
    uint8_t secret[SIGN_SECRET];
    size_t len;
    bool ok = true;
    path_of(v->dir, "origin.key", path);
    if (file_read(&a, path, SIGN_SEED, &seed, &len, &ignored) && len == SIGN_SEED) {
        sign_keypair_of_seed((const uint8_t *)seed, v->key, secret);
        record_origin_of(v->key, v->origin);
        memset(secret, 0, sizeof secret);
        v->keyed = true;
    }
    if (v->old.handle && db_query(&v->old, &rows, &ignored, sql_salvage_self, "")) {
        const char *registry = NULL;
        if (db_next(&rows, &ignored)) {
            v->made = db_int(&rows, 0);
            registry = db_text(&rows, &a, 1);
        }
        if (db_done(&rows) && digest_is_hex(registry))
            ok = store_trust(&v->now, registry, err);
    }
    arena_release(&a);
    return ok;
}

/* ---- what its pages still hold --------------------------------------------------- */

static const char sql_found_table[] =
    "CREATE TABLE salvage_found (arrival INTEGER NOT NULL, line TEXT NOT NULL)";
static const char sql_found_add[] =
    "INSERT INTO salvage_found (arrival, line) VALUES (?1, ?2)";
static const char sql_found_each[] =
    "SELECT rowid, line FROM salvage_found WHERE rowid > ?1 ORDER BY rowid LIMIT 300";
static const char sql_found_order[] =
    "CREATE TABLE salvage_order AS SELECT line FROM salvage_found ORDER BY arrival;"
    "DROP TABLE salvage_found; ALTER TABLE salvage_order RENAME TO salvage_found;";

static bool is_blob(const struct pages_value *v, size_t len)
{
    return v->type == PAGES_BLOB && v->len == len;
}

/* A row of the table origin proves itself: the name is the key's hash. */
static bool take_key(struct salvage *v, const struct pages_row *row, struct err *err)
{
    struct err not_one = ERR_INIT;
    if (hold_key(&v->now, (const uint8_t *)row->value[0].bytes,
                 (const uint8_t *)row->value[1].bytes, &not_one) ||
        not_one.code == ERR_INPUT)
        return true;
    *err = not_one;
    return false;
}

/* A row of the table record: arrival, origin, seq, hash, tick, kind, subject, head, body,
 * sig, reason. The arrival is the rowid. */
static bool is_record(const struct pages_row *row)
{
    const struct pages_value *c = row->value;
    return row->columns >= 11 && is_blob(&c[1], RECORD_ORIGIN) &&
           c[2].type == PAGES_INT && is_blob(&c[3], DIGEST_SIZE) &&
           c[7].type == PAGES_TEXT &&
           (c[8].type == PAGES_TEXT || c[8].type == PAGES_NULL) &&
           is_blob(&c[9], SIGN_SIZE);
}

static bool take_row(const struct pages_row *row, void *data, struct err *err)
{
    struct salvage *v = data;
    const struct pages_value *c = row->value;
    struct arena a = ARENA_INIT;
    struct err not_one = ERR_INIT;
    struct record r;
    if (row->columns == 2 && is_blob(&c[0], RECORD_ORIGIN) &&
        is_blob(&c[1], SIGN_PUBLIC))
        return take_key(v, row, err);
    if (!is_record(row))
        return true;
    bool ok = true;
    const char *head = arena_strndup(&a, c[7].bytes, c[7].len);
    const char *body =
        c[8].type == PAGES_TEXT ? arena_strndup(&a, c[8].bytes, c[8].len) : NULL;
    if (record_read(&a, head, c[7].len, body, body ? c[8].len : 0,
                    (const uint8_t *)c[9].bytes, &r, &not_one)) {
        struct buf line = BUF_INIT;
        record_line(&r, &line);
        ok = db_run(&v->now.db, err, sql_found_add, "is", row->rowid, line.data);
        buf_release(&line);
    }
    arena_release(&a);
    return ok;
}

static bool find_rows(struct salvage *v, struct err *err)
{
    if (!db_script(&v->now.db, sql_found_table, err) || !db_begin(&v->now.db, err))
        return false;
    bool ok = (!v->keyed || hold_key(&v->now, v->origin, v->key, err)) &&
              pages_scan(v->old_path, take_row, v, err) &&
              db_script(&v->now.db, sql_found_order, err);
    if (ok)
        return db_commit(&v->now.db, err);
    db_rollback(&v->now.db);
    return false;
}

/* One whose signature fails, or that claims a place another holds, stays behind. */
static bool hold_one(struct salvage *v, struct arena *a, const char *line,
                     struct err *err)
{
    struct record r;
    struct err unfit = ERR_INIT;
    enum hold_verdict verdict;
    if (!record_of_line(a, line, strlen(line), &r, &unfit) ||
        !hold_check(&v->now, &r, &unfit))
        return true;
    if (!hold_take(&v->now, a, &r, &verdict, err))
        return false;
    v->kept += verdict == HOLD_NEW;
    if (v->keyed && r.seq > v->made && memcmp(r.origin, v->origin, RECORD_ORIGIN) == 0)
        v->made = r.seq;
    return true;
}

static bool hold_some(struct salvage *v, int64_t *after, int64_t *ret_n,
                      struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    const char *lines[300];
    size_t n = 0;
    if (!db_query(&v->now.db, &rows, err, sql_found_each, "i", *after))
        return false;
    while (n < 300 && db_next(&rows, err)) {
        *after = db_int(&rows, 0);
        lines[n++] = db_text(&rows, &a, 1);
    }
    bool ok = db_done(&rows) && db_begin(&v->now.db, err);
    for (size_t i = 0; ok && i < n; i++)
        ok = hold_one(v, &a, lines[i], err);
    if (ok)
        ok = db_commit(&v->now.db, err);
    else
        db_rollback(&v->now.db);
    arena_release(&a);
    *ret_n = (int64_t)n;
    return ok;
}

static const char sql_salvage_retire[] =
    "INSERT INTO own_origin (origin, last, retired_ms) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (origin) DO UPDATE SET last = excluded.last";

static bool retire(struct salvage *v, struct err *err)
{
    return !v->keyed || db_run(&v->now.db, err, sql_salvage_retire, "bii", v->origin,
                               (size_t)RECORD_ORIGIN, v->made, clock_utc_ms());
}

/* Retired first: a program counts its own origins as admitted. */
static bool pour_records(struct salvage *v, struct err *err)
{
    int64_t after = 0, n = 1;
    if (!retire(v, err) || !find_rows(v, err))
        return false;
    while (n > 0)
        if (!hold_some(v, &after, &n, err))
            return false;
    return retire(v, err) && db_script(&v->now.db, "DROP TABLE salvage_found", err);
}

/* ---- walks that lost their plan -------------------------------------------------- */

static const char sql_salvage_walks[] =
    "SELECT DISTINCT o.walk FROM observation o WHERE o.founded = 1 AND o.walk IS NOT "
    "NULL"
    " AND NOT EXISTS (SELECT 1 FROM walk w WHERE w.id = o.walk AND w.founded = 1)"
    " ORDER BY o.walk";

/* Its points are here, but a walk without its founding record is not shown, and nothing
 * can be added to it. The plan we give it steps back when the real one comes home, which
 * is older. */
static bool plan_again(struct salvage *v, struct arena *a, const char *walk,
                       struct err *err)
{
    char id[37];
    struct walk_wish wish = {
        .id = walk, .title = i18n_text(I18N_DA, "salvage.walk"), .starts_ms = DB_NULL};
    return walk_plan(&v->now, a, &wish, "", "", id, err);
}

static bool plan_walks(struct salvage *v, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    const char *walks[64];
    size_t n = 0;
    bool ok = db_query(&v->now.db, &rows, err, sql_salvage_walks, "");
    while (ok && n < 64 && db_next(&rows, err))
        walks[n++] = db_text(&rows, &a, 0);
    ok = ok && db_done(&rows) && db_begin(&v->now.db, err);
    for (size_t i = 0; ok && i < n; i++)
        ok = plan_again(v, &a, walks[i], err);
    if (ok)
        ok = db_commit(&v->now.db, err);
    else
        db_rollback(&v->now.db);
    arena_release(&a);
    return ok;
}

/* ---- photos ---------------------------------------------------------------------- */

static const char sql_salvage_blob[] =
    "INSERT INTO blob (sha256, bytes, type, state, cleared, made_ms)"
    " VALUES (?1, ?2, ?3, 'stored', ?5, ?4) ON CONFLICT (sha256) DO NOTHING";

/* A file is what its name says or doctor will tell; not looked through as far as we
 * know, so it is held back; but for a box, which nobody can look through. */
static bool name_photo(struct salvage *v, const char *folder, const char *name,
                       struct err *err)
{
    char path[1700], sha256[DIGEST_HEX];
    struct stat st;
    const char *type = text_ends(name, ".jpg")   ? "image/jpeg"
                       : text_ends(name, ".png") ? "image/png"
                       : text_ends(name, ".box") ? BLOB_SEALED
                                                 : NULL;
    snprintf(sha256, sizeof sha256, "%.64s", name);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (!type || strlen(name) != DIGEST_HEX + 3 || !digest_is_hex(sha256) ||
        stat(path, &st) != 0)
        return true;
    return db_run(&v->now.db, err, sql_salvage_blob, "sisii", sha256,
                  (int64_t)st.st_size, type, (int64_t)st.st_mtime * 1000,
                  (int64_t)(strcmp(type, BLOB_SEALED) == 0));
}

static bool name_photos(struct salvage *v, struct err *err)
{
    bool ok = true;
    for (int i = 0; ok && i < 256; i++) {
        char folder[1400];
        snprintf(folder, sizeof folder, "%.1100s/photos/%02x", v->dir, (unsigned)i);
        DIR *d = opendir(folder);
        for (struct dirent *e; ok && d && (e = readdir(d));)
            ok = name_photo(v, folder, e->d_name, err);
        if (d)
            closedir(d);
    }
    return ok;
}

/* ---- the new one ----------------------------------------------------------------- */

static const char sql_salvage_machine[] = "UPDATE self SET machine = ?1 WHERE one = 1";
static const char sql_salvage_had[] = "SELECT count(*) FROM record WHERE origin = ?1";

/* It will stand in the old one's folder; what is said of this stays in the settings. */
static bool write_down(struct salvage *v, const char *aside, struct err *err)
{
    char machine[DIGEST_HEX], text[32];
    int64_t had = 0;
    struct store there = {.role = STORE_WALKER};
    snprintf(there.dir, sizeof there.dir, "%s", v->dir);
    own_machine(&there, machine);
    if (!db_run(&v->now.db, err, sql_salvage_machine, "s", machine) ||
        !db_number(&v->now.db, &had, 0, err, sql_salvage_had, "b", v->origin,
                   (size_t)RECORD_ORIGIN) ||
        !store_set(&v->now, "salvage.aside", aside, err))
        return false;
    snprintf(text, sizeof text, "%lld", (long long)clock_utc_ms());
    if (!store_set(&v->now, "salvage.when", text, err))
        return false;
    snprintf(text, sizeof text, "%lld", (long long)v->kept);
    if (!store_set(&v->now, "salvage.kept", text, err))
        return false;
    snprintf(text, sizeof text, "%lld", (long long)(v->made > had ? v->made - had : 0));
    return store_set(&v->now, "salvage.lost", text, err);
}

static void remove_tmp(const char *tmp)
{
    static const char *const names[] = {"lygte.db",   "lygte.db-wal", "lygte.db-shm",
                                        "origin.key", "reserve",      "photos",
                                        "derived",    "tmp",          "uploads"};
    char path[1500];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", tmp, names[i]);
        remove(path); /* files, and folders that are empty */
    }
    remove(tmp);
}

/* What only the write-ahead log holds goes into the file first; others that would write
 * are kept out as long as this is open. */
static void open_old(struct salvage *v)
{
    struct err ignored = ERR_INIT;
    if (!db_open_foreign(&v->old, v->old_path, true, &ignored)) {
        v->old = (struct db){0};
        return;
    }
    sqlite3_exec(v->old.handle, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
    sqlite3_exec(v->old.handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
}

static bool build(struct salvage *v, const char *aside, struct err *err)
{
    remove_tmp(v->tmp);
    open_old(v);
    bool ok = store_open(&v->now, v->tmp, STORE_WALKER, true, err);
    if (ok) {
        ok = copy_local(v, err) && read_self(v, err) && pour_records(v, err) &&
             plan_walks(v, err) && name_photos(v, err) && write_down(v, aside, err) &&
             db_script(&v->now.db, "PRAGMA wal_checkpoint(TRUNCATE)", err);
        store_close(&v->now);
    }
    return ok;
}

/* ---- into its place -------------------------------------------------------------- */

/* What is not there was moved before a kill, or never was. */
static bool move(const char *from_dir, const char *from, const char *to_dir,
                 const char *to, struct err *err)
{
    char a[1600], z[1600];
    snprintf(a, sizeof a, "%.1300s/%s", from_dir, from);
    snprintf(z, sizeof z, "%.1300s/%s", to_dir, to);
    return rename(a, z) == 0 || errno == ENOENT || err_errno(err, "file.unwritable", z);
}

/* Each step may be done again. The old ones go while the new database is still away: what
 * stands under the name lygte.db is the old one or the new one, never neither for good,
 * because salvage.ready brings whoever comes next here. */
static bool finish(const char *dir, const char *tmp, struct err *err)
{
    static const char *const old[] = {"origin.key", "token",        "hub.token",
                                      "lygte.db",   "lygte.db-wal", "lygte.db-shm"};
    char ready[1300], marker[1300], folder[1400], fresh[1500], *aside;
    struct arena a = ARENA_INIT;
    size_t len;
    path_of(dir, "salvage.ready", ready);
    path_of(dir, "lygte.db.damaged", marker);
    snprintf(fresh, sizeof fresh, "%s/lygte.db", tmp);
    bool ok = file_read(&a, ready, 200, &aside, &len, err);
    snprintf(folder, sizeof folder, "%.1100s/%.200s", dir, ok ? aside : "");
    ok = ok && file_make_folders(folder, err);
    for (size_t i = 0; ok && file_exists(fresh) && i < sizeof old / sizeof old[0]; i++)
        ok = move(dir, old[i], folder, old[i], err);
    ok = ok && move(tmp, "origin.key", dir, "origin.key", err) &&
         move(tmp, "lygte.db", dir, "lygte.db", err) && file_sync_folder(dir, err) &&
         file_remove(marker, err) && file_remove(ready, err);
    if (ok)
        remove_tmp(tmp);
    arena_release(&a);
    return ok;
}

static bool run_alone(const char *dir, struct err *err)
{
    struct salvage v = {.dir = dir};
    char ready[1300], aside[64];
    path_of(dir, "lygte.db", v.old_path);
    path_of(dir, "salvage.tmp", v.tmp);
    path_of(dir, "salvage.ready", ready);
    snprintf(aside, sizeof aside, "damaged-%lld", (long long)clock_utc_ms());
    bool ok = file_exists(ready) ||
              (build(&v, aside, err) &&
               file_write_whole(ready, aside, strlen(aside), 0600, err));
    ok = ok && finish(dir, v.tmp, err);
    db_close(&v.old);
    return ok;
}

/* Another process may have done it while we waited. */
static bool is_done(const char *dir)
{
    static const char sql_alive[] = "SELECT count(*) FROM self";
    char path[1300];
    struct db db;
    struct err ignored = ERR_INIT;
    int64_t n = 0;
    path_of(dir, "lygte.db", path);
    if (salvage_due(dir) || !db_open_foreign(&db, path, true, &ignored))
        return false;
    bool ok = db_number(&db, &n, 0, &ignored, sql_alive, "") && n == 1;
    db_close(&db);
    return ok;
}

bool salvage_run(const char *dir, bool damaged, struct err *err)
{
    char path[1300];
    path_of(dir, "salvage.lock", path);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0)
        return err_errno(err, "file.unwritable", path);
    bool ok = flock(lock, LOCK_EX) == 0;
    ok = ok && ((damaged && is_done(dir)) || (!damaged && !salvage_due(dir)) ||
                run_alone(dir, err));
    close(lock);
    return ok;
}
