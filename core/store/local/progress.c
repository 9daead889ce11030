/* progress: see the header. */
#include "core/store/local/progress.h"

#include "core/base/clock.h"
#include "core/base/json.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char sql_progress[] =
    "SELECT running, step, done, of, error, argument, bytes_sent, bytes_of, left_s,"
    " metered FROM sync_state WHERE one = 1";

/* A process id says nothing after a power cut: the next boot gives it to somebody else.
 * What is written down is the id and when, in ticks since the boot, its process began.
 * 0 for a process that is not there, or is dead and only not buried yet. */
enum { PID_BITS = 22 };

static int64_t mark_of(int64_t pid)
{
    char path[40], text[1024] = "";
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    /* "PID (NAME) STATE ..." and the start as the 22nd; NAME may hold anything. */
    const char *at = n > 0 ? strrchr(text, ')') : NULL;
    if (!at || strlen(at) < 3 || at[2] == 'Z' || at[2] == 'X')
        return 0;
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at ? (int64_t)(strtoull(at, NULL, 10) << PID_BITS) | pid : 0;
}

static bool alive(int64_t mark)
{
    int64_t pid = mark & ((1 << PID_BITS) - 1);
    return pid > 0 && mark_of(pid) == mark;
}

/* The arguments of the failure, as they were written: a JSON array of texts. */
static void read_arguments(struct arena *a, const char *json, struct progress *p)
{
    struct err ignored = ERR_INIT;
    cJSON *tree;
    if (!json || !json_parse(json, strlen(json), &tree, &ignored))
        return;
    for (int i = 0; i < ERR_ARGS; i++) {
        const cJSON *item = cJSON_GetArrayItem(tree, i);
        if (cJSON_IsString(item))
            p->argument[i] = arena_strdup(a, item->valuestring);
    }
    json_free(tree);
}

bool progress_read(struct store *s, struct arena *a, struct progress *ret,
                   struct err *err)
{
    struct db_rows rows;
    struct progress p = {.step = "sync.idle", .left_s = -1};
    if (!db_query(&s->db, &rows, err, sql_progress, ""))
        return false;
    if (db_next(&rows, err)) {
        p.pid = alive(db_int(&rows, 0)) ? db_int(&rows, 0) & ((1 << PID_BITS) - 1) : 0;
        p.step = p.pid ? db_text(&rows, a, 1) : "sync.idle";
        p.done = db_int(&rows, 2);
        p.of = db_int(&rows, 3);
        p.error = db_text(&rows, a, 4);
        read_arguments(a, db_text(&rows, a, 5), &p);
        p.bytes_sent = db_int(&rows, 6);
        p.bytes_of = db_int(&rows, 7);
        p.left_s = p.pid ? db_int_or(&rows, 8, -1) : -1;
        p.metered = db_int(&rows, 9) != 0;
    }
    if (!db_done(&rows))
        return false;
    *ret = p;
    return true;
}

static const char sql_progress_start[] =
    "INSERT INTO sync_state (one, running, step, done, of, told_ms)"
    " VALUES (1, ?1, 'sync.connecting', 0, 0, ?2) ON CONFLICT (one) DO UPDATE SET"
    " running = excluded.running, step = excluded.step, done = 0, of = 0, error = NULL,"
    " argument = NULL, told_ms = excluded.told_ms, bytes_sent = 0, bytes_of = 0,"
    " left_s = NULL, change = COALESCE((SELECT CASE WHEN"
    " i.newest > sync_state.change THEN i.newest ELSE sync_state.change END FROM"
    " (SELECT max(change) AS newest FROM sync_item) i), sync_state.change)";
static const char sql_items_drop[] = "DELETE FROM sync_item WHERE state NOT IN"
    " ('waiting', 'sending')";
static const char sql_progress_step[] =
    "UPDATE sync_state SET step = ?1, done = ?2, of = ?3, told_ms = ?4 WHERE one = 1";
static const char sql_progress_end[] =
    "UPDATE sync_state SET running = 0, error = ?1, argument = ?2, told_ms = ?3"
    " WHERE one = 1";

bool progress_start(struct store *s, bool *ret_mine, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct progress p;
    if (!db_begin(&s->db, err))
        return false;
    bool ok = progress_read(s, &a, &p, err);
    *ret_mine = ok && (p.pid == 0 || p.pid == getpid());
    if (*ret_mine)
        ok = db_run(&s->db, err, sql_progress_start, "ii", mark_of(getpid()),
                    clock_utc_ms()) &&
             db_run(&s->db, err, sql_items_drop, "");
    arena_release(&a);
    return db_end(&s->db, ok, err);
}

bool progress_step(struct store *s, const char *step, int64_t done, int64_t of,
                   struct err *err)
{
    return db_run(&s->db, err, sql_progress_step, "siii", step, done, of,
                  clock_utc_ms());
}

bool progress_end(struct store *s, const struct err *failure, struct err *err)
{
    struct buf arguments = BUF_INIT;
    struct json_out o = JSON_OUT(&arguments);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < ERR_ARGS; i++)
        json_str(&o, NULL, failure->arg[i]);
    json_close(&o, ']');
    bool ok = db_run(&s->db, err, sql_progress_end, "ssi",
                     failure->code == ERR_NONE ? NULL : failure->key, arguments.data,
                     clock_utc_ms());
    buf_release(&arguments);
    return ok;
}

/* ---- bytes and items -------------------------------------------------------------- */

static const char sql_progress_bytes[] =
    "UPDATE sync_state SET bytes_sent = ?1, bytes_of = ?2, left_s = ?3 WHERE one = 1";
static const char sql_progress_metered[] =
    "UPDATE sync_state SET metered = ?1 WHERE one = 1";

bool progress_bytes(struct store *s, int64_t sent, int64_t of, int64_t left_s,
                    struct err *err)
{
    return db_run(&s->db, err, sql_progress_bytes, "iix", sent, of,
                  left_s < 0 ? DB_NULL : left_s);
}

bool progress_metered(struct store *s, bool metered, struct err *err)
{
    return db_run(&s->db, err, sql_progress_metered, "i", (int64_t)metered);
}

#define NEWEST_CHANGE                                                                    \
    "(SELECT CASE WHEN b.newest > a.change THEN b.newest ELSE a.change END"              \
    " FROM sync_state a, (SELECT COALESCE(max(change), 0) AS newest FROM sync_item) b"   \
    " WHERE a.one = 1)"

static const char sql_item_set[] =
    "INSERT INTO sync_item (sha256, state, sent, bytes, change) VALUES (?1, ?2, ?3, ?4,"
    " COALESCE(" NEWEST_CHANGE ", 0) + 1) ON CONFLICT (sha256) DO UPDATE SET"
    " state = excluded.state, sent = excluded.sent, bytes = excluded.bytes,"
    " change = excluded.change WHERE sync_item.state <> excluded.state"
    " OR sync_item.sent <> excluded.sent";
static const char sql_items_now[] = "SELECT COALESCE(" NEWEST_CHANGE ", 0)";
static const char sql_items[] =
    "SELECT sha256, state, sent, bytes, change FROM sync_item WHERE change > ?1"
    " ORDER BY change LIMIT ?2";

bool progress_item_set(struct store *s, const struct progress_item *item, struct err *err)
{
    return db_run(&s->db, err, sql_item_set, "ssii", item->sha256, item->state,
                  item->sent, item->bytes);
}

static const char sql_item_known[] = "SELECT count(*) FROM sync_item WHERE sha256 = ?1";

bool progress_item_known(struct store *s, const char *sha256, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_item_known, "s", sha256))
        return false;
    *ret = n > 0;
    return true;
}

bool progress_items_now(struct store *s, int64_t *ret, struct err *err)
{
    return db_number(&s->db, ret, 0, err, sql_items_now, "");
}

bool progress_items(struct store *s, int64_t *after, int64_t most, progress_visit visit,
                    void *data, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_items, "ii", *after, most))
        return false;
    while (db_next(&rows, err)) {
        struct progress_item item = {.state = db_peek(&rows, 1),
                                     .sent = db_int(&rows, 2),
                                     .bytes = db_int(&rows, 3)};
        snprintf(item.sha256, sizeof item.sha256, "%s", db_peek(&rows, 0));
        visit(&item, data);
        *after = db_int(&rows, 4);
    }
    return db_done(&rows);
}
