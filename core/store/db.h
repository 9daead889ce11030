/* db: one thin typed wrapper over SQLite's prepared statements.
 *
 * Values are always bound, never printed into SQL. Integers, text and blobs only, so
 * that PostgreSQL can stand under the same queries. Every query is a constant named
 * sql_* above the function that owns it (tests/long/postgres.sh finds them by that
 * name and PREPAREs each on a real PostgreSQL 15); parameters are ?1 ?2 ...
 *
 * types says what follows, one letter a parameter:
 *   i int64_t     s const char * (NULL binds NULL)     b const void *, size_t
 *   x int64_t, where INT64_MIN binds NULL
 *
 * Prepared statements are kept by the address of their text. One struct db belongs to
 * one thread at a time; programs open several on the same file.
 */
#ifndef LYGTE_STORE_DB_H
#define LYGTE_STORE_DB_H

#include "core/base/arena.h"
#include "core/base/err.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#define DB_NULL INT64_MIN

enum { DB_STATEMENTS = 128 }; /* slots of the statement cache, a power of two */
enum { DB_BUSY_MS = 5000 };   /* how long a lock of somebody else's is waited for  */

struct db {
    sqlite3 *handle;
    struct db_slot {
        const char *sql;
        sqlite3_stmt *statement;
        bool busy;
    } slot[DB_STATEMENTS];
    const char *begun_file; /* where the open transaction began, NULL when none */
    int begun_line;
    char *reserve;      /* DIR/reserve, minded before each transaction; NULL for none */
    int64_t reserve_ms; /* core/store/reserve's own                                   */
};

/* One running query. Zeroed is closed. */
struct db_rows {
    struct db *db;
    sqlite3_stmt *statement;
    struct db_slot *slot; /* NULL when the statement is this query's own */
    bool failed;          /* db_next returned false because of an error   */
};

/* Opens (and creates, when create) the file with WAL, synchronous FULL, secure_delete,
 * DEFENSIVE, double-quoted strings off, trusted schema off, a 5 s busy timeout. */
bool db_open(struct db *db, const char *path, bool create, struct err *err);
/* From now on this program opens its database for itself alone. On a disk without a byte
 * free there is no room for the file by which several programs share it (-shm, 32 KiB; SQLite,
 * "Use of WAL Without Shared-Memory"). */
void db_alone(void);
/* Makes path, where nothing is yet, an empty file that its owner alone may read: SQLite's own
 * would be for everybody, and a journal is as its database. For what holds people's words,
 * wherever the folder lies; failing is told by db_open. */
void db_private(const char *path);
/* A file that somebody brought: opened as it is, with every check SQLite has and no
 * value over 80 MB. */
bool db_open_foreign(struct db *db, const char *path, bool write, struct err *err);
/* As db_open_foreign for reading, of a file that nobody writes while it is open: no lock is
 * taken, no journal beside it is looked for and none is made. */
bool db_open_frozen(struct db *db, const char *path, struct err *err);
void db_close(struct db *db); /* a zeroed db is fine */
/* The file path, and what SQLite keeps beside it: a journal that is left there is played back
 * into whatever file gets the name next. Nobody may have it open; absent is fine. */
void db_remove(const char *path);

/* From now on the file path is let go when a transaction finds the disk full
 * (core/store/reserve). */
void db_reserve(struct db *db, const char *path);

/* BEGIN IMMEDIATE, so what is read inside stays true until the commit. Transactions do
 * not nest; a second db_begin ends the program and names both places. */
#define db_begin(db, err) db_begin_at(db, __FILE__, __LINE__, err)
bool db_begin_at(struct db *db, const char *file, int line, struct err *err);
bool db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db); /* nothing begun is fine */
/* How a transaction ends: done is committed (true when that held), else all is undone. */
bool db_end(struct db *db, bool done, struct err *err);
bool db_in_transaction(const struct db *db);
/* A part of the open transaction that is done or leaves nothing: after db_part_end with done
 * false all since db_part_begin is undone, and the transaction goes on. Parts do not nest.
 * Where the whole transaction is rolled back, its part needs no end. */
bool db_part_begin(struct db *db, struct err *err);
bool db_part_end(struct db *db, bool done, struct err *err);

/* Runs a statement that gives no rows. ERR_CONFLICT "db.constraint" is an answer, not
 * an accident. */
bool db_run(struct db *db, struct err *err, const char *sql, const char *types, ...);
int64_t db_changes(const struct db *db);
/* Several statements of packed schema text, not user input. */
bool db_script(struct db *db, const char *sql, struct err *err);

/* Starts a query. Then: while (db_next(&rows, err)) ...; db_done(&rows). */
bool db_query(struct db *db, struct db_rows *rows, struct err *err, const char *sql,
              const char *types, ...);
bool db_next(struct db_rows *rows, struct err *err);
/* Ends it; returns false when db_next had failed. */
bool db_done(struct db_rows *rows);

int64_t db_int(const struct db_rows *rows, int column);           /* NULL: 0        */
int64_t db_int_or(const struct db_rows *rows, int column, int64_t fallback);
bool db_is_null(const struct db_rows *rows, int column);
/* NULL stays NULL. */
char *db_text(const struct db_rows *rows, struct arena *a, int column);
void *db_blob(const struct db_rows *rows, struct arena *a, int column, size_t *ret_len);
/* Valid until the next db_next; "" for NULL. */
const char *db_peek(const struct db_rows *rows, int column);

/* The first column of the first row as an integer; fallback when there is no row. */
bool db_number(struct db *db, int64_t *ret, int64_t fallback, struct err *err,
               const char *sql, const char *types, ...);

#endif
