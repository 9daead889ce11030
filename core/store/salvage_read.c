/* salvage_read: see the header. */
#include "core/store/salvage_read.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/hold.h"
#include "core/store/migrate.h"
#include "core/store/pages.h"

#include <stdio.h>
#include <string.h>

/* ---- local tables ---------------------------------------------------------------- */

void salvage_open_old(struct salvage *v)
{
    struct err ignored = ERR_INIT;
    if (!db_open_foreign(&v->old, v->old_path, true, &ignored)) {
        v->old = (struct db){0};
        return;
    }
    sqlite3_exec(v->old.handle, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
    sqlite3_exec(v->old.handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
}

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
             step *= 2) {
            after = after < 0 ? 0 : after + step;
            v->partly = true;
        }
    else
        v->partly = true;
    sqlite3_finalize(from);
    sqlite3_finalize(to);
    buf_release(&select);
    buf_release(&insert);
    return ok;
}

static const char sql_salvage_tables[] =
    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";

bool salvage_copy_local(struct salvage *v, struct err *err)
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

bool salvage_read_self(struct salvage *v, struct err *err)
{
    struct err ignored = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    char path[1300], *seed;
    uint8_t secret[SIGN_SECRET];
    size_t len;
    bool ok = true;
    snprintf(path, sizeof path, "%.1100s/origin.key", v->dir);
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
    return db_end(&v->now.db, ok, err);
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
bool salvage_pour(struct salvage *v, struct err *err)
{
    int64_t after = 0, n = 1;
    if (!retire(v, err) || !find_rows(v, err))
        return false;
    while (n > 0)
        if (!hold_some(v, &after, &n, err))
            return false;
    return retire(v, err) && db_script(&v->now.db, "DROP TABLE salvage_found", err);
}

/* ---- was that all? --------------------------------------------------------------- */

/* Of all origins this folder wrote by, the old one among them. */
static const char sql_missing[] =
    "SELECT sum(w.last - (SELECT count(*) FROM record r WHERE r.origin = w.origin))"
    " FROM own_origin w";

bool salvage_lost(struct salvage *v, int64_t *ret, struct err *err)
{
    struct arena a = ARENA_INIT;
    const char *text;
    int64_t missing = 0, before = 0;
    bool ok = db_number(&v->now.db, &missing, 0, err, sql_missing, "") &&
              store_setting(&v->now, &a, "salvage.lost", "0", &text, err);
    if (ok && text_int(text, &before)) /* by a salvage before this one */
        missing -= before;
    arena_release(&a);
    if (ok)
        *ret = missing > 0 ? missing : 0;
    return ok;
}

static const char sql_whole_rows[] = "SELECT count(*) FROM record NOT INDEXED";

bool salvage_is_whole(struct salvage *v, bool *ret, struct err *err)
{
    struct err unreadable = ERR_INIT;
    int64_t rows = -1, lost = 0;
    *ret = false;
    if (!v->old.handle || !v->keyed || v->partly ||
        !db_number(&v->old, &rows, -1, &unreadable, sql_whole_rows, ""))
        return true;
    if (!salvage_lost(v, &lost, err))
        return false;
    *ret = rows == v->kept && lost == 0;
    return true;
}
