/* progress: see the header. */
#include "core/store/local/progress.h"

#include "core/base/clock.h"
#include "core/base/json.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const char sql_progress[] =
    "SELECT running, step, done, of, error, argument FROM sync_state WHERE one = 1";

static bool alive(int64_t pid)
{
    return pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
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
    struct progress p = {.step = "sync.idle"};
    if (!db_query(&s->db, &rows, err, sql_progress, ""))
        return false;
    if (db_next(&rows, err)) {
        p.pid = alive(db_int(&rows, 0)) ? db_int(&rows, 0) : 0;
        p.step = p.pid ? db_text(&rows, a, 1) : "sync.idle";
        p.done = db_int(&rows, 2);
        p.of = db_int(&rows, 3);
        p.error = db_text(&rows, a, 4);
        read_arguments(a, db_text(&rows, a, 5), &p);
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
    " argument = NULL, told_ms = excluded.told_ms";
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
        ok = db_run(&s->db, err, sql_progress_start, "ii", (int64_t)getpid(),
                    clock_utc_ms());
    arena_release(&a);
    if (ok)
        return db_commit(&s->db, err);
    db_rollback(&s->db);
    return false;
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
