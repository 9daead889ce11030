/* save: what a durable save costs above the SQL it runs.
 *
 *     save FOLDER ROUNDS ROWS [SYNC_US]
 *
 * Three loops, in turn and in small pieces so that a disk that changes its mind meets
 * all of them: ours (observation_note through core/store), bare (the very statements
 * that ours ran, with the very values, prepared once and stepped), row (one insert of
 * the same body under a text key). All have the same settings (db_open) and one
 * transaction a save. What ours runs is recorded once, with sqlite3_trace_v2, on a copy
 * of the folder that every loop starts from. Prints one line a round and loop:
 *     save rows/s WHO ROUND VALUE    save cpu-us WHO ROUND VALUE
 * FOLDER must lie on a disk: on tmpfs a durable save means nothing. With SYNC_US each
 * fdatasync, of every loop, takes so many microseconds longer, as on a memory card, and
 * the job is called save-card.
 */
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/file.h"
#include "core/base/sign.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/observation.h"
#include "core/store/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 100, STATEMENTS = 64, STEPS = 64 };

struct value {
    char kind; /* 'i' integer, 's' text, 'b' blob, '0' NULL */
    int64_t number;
    char *bytes;
    size_t len;
};

struct step {
    size_t statement; /* index into the recording's texts */
    struct value *value;
    int count;
};

struct save {
    struct step *step;
    size_t count;
    const struct value *body; /* the longest text bound in it */
};

struct recording {
    struct arena arena;
    const char *text[STATEMENTS];
    size_t texts;
    struct save *save;
    struct step step[STEPS]; /* of the save being recorded */
    size_t steps;
};

struct bare {
    struct db db;
    sqlite3_stmt *statement[STATEMENTS];
};

static char walk[UID_SIZE];
static const char *job = "save";
static int64_t sync_us;

/* SQLite calls ours in the place of libc's. */
int fdatasync(int fd) /* NOLINT(readability-inconsistent-declaration-parameter-name) */
{
    const struct timespec longer = {0, sync_us * 1000};
    if (sync_us > 0)
        nanosleep(&longer, NULL);
    return (int)syscall(SYS_fdatasync, fd);
}

static void must(bool ok, const struct err *err)
{
    if (!ok)
        err_die(err->key ? err->key : "save", err->arg[0]);
}

static void must_sql(bool ok, struct db *db)
{
    if (!ok)
        err_die("save", sqlite3_errmsg(db->handle));
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- the save ----------------------------------------------------------------------- */

/* A point as a walker keeps it: category, severity, a sentence, two positions. */
static void save_one(struct store *s, struct arena *a, int64_t i)
{
    struct err err = ERR_INIT;
    struct observation_wish w = {
        .walk = walk,
        .category = "BEL01",
        .note =
            "The lamp by the path behind the bicycle shed is out; the way to the bus"
            " stop is dark from the corner to the bridge.",
        .affected = "children elderly",
        .severity = 1 + i % 4,
        .agree = 3,
        .agree_of = 5,
        .stood = {570325000 + i * 37, 99912000 + i * 53, 4800},
        .thing = {570325400 + i * 37, 99912900 + i * 53, -1},
        .stood_source = "gnss",
        .thing_source = "map",
        .at_ms = DB_NULL,
        .by_role = "participant",
        .by_org = "Boligforeningen"};
    must(db_begin(&s->db, &err), &err);
    must(observation_note(s, a, &w, NULL, &err), &err);
    must(db_commit(&s->db, &err), &err);
    arena_reset(a);
}

/* ---- recording ---------------------------------------------------------------------- */

static size_t text_index(struct recording *r, const char *sql)
{
    for (size_t i = 0; i < r->texts; i++)
        if (strcmp(r->text[i], sql) == 0)
            return i;
    if (r->texts == STATEMENTS)
        err_die("save", "more different statements than there is room for");
    r->text[r->texts] = arena_strdup(&r->arena, sql);
    return r->texts++;
}

/* 'it''s' from behind its first quote; *at is left behind the last one. */
static char *literal_text(struct recording *r, const char **at, size_t *ret_len)
{
    char *copy = arena_strdup(&r->arena, *at);
    const char *s = *at;
    size_t n = 0;
    for (; *s != '\'' || s[1] == '\''; s++) {
        if (*s == '\'')
            s++;
        copy[n++] = *s;
    }
    copy[n] = '\0';
    *at = s + 1;
    *ret_len = n;
    return copy;
}

/* One literal as sqlite3_expanded_sql writes it. */
static struct value literal(struct recording *r, const char **at)
{
    struct value v = {.kind = '0'};
    char *end;
    if (strncmp(*at, "NULL", 4) == 0) {
        *at += 4;
    } else if (**at == '\'') {
        v.kind = 's';
        *at += 1;
        v.bytes = literal_text(r, at, &v.len);
    } else if (strncmp(*at, "x'", 2) == 0) {
        v.kind = 'b';
        *at += 2;
        char *hex = literal_text(r, at, &v.len);
        v.len /= 2;
        v.bytes = arena_alloc(&r->arena, v.len + 1);
        if (!text_unhex(hex, (uint8_t *)v.bytes, v.len))
            err_die("save", "a blob that is no hex");
    } else {
        v.kind = 'i';
        v.number = strtoll(*at, &end, 10);
        if (end == *at)
            err_die("save: what value is this", *at);
        *at = end;
    }
    return v;
}

/* The text with its ?N and the same text with values stand side by side. */
static void read_values(struct recording *r, const char *sql, const char *expanded,
                        struct step *step)
{
    while (*sql) {
        if (*sql != '?') {
            if (*sql++ != *expanded++)
                err_die("save: text and values part ways", sql - 1);
            continue;
        }
        char *end;
        long n = strtol(sql + 1, &end, 10);
        sql = end;
        if (n < 1 || n > step->count)
            err_die("save", "a parameter without a number");
        step->value[n - 1] = literal(r, &expanded);
    }
}

static int on_statement(unsigned what, void *recording, void *statement, void *sql)
{
    struct recording *r = recording;
    (void)what;
    (void)sql;
    char *expanded = sqlite3_expanded_sql(statement);
    if (!expanded || r->steps == STEPS)
        err_die("save", "a save of too many statements");
    struct step *step = &r->step[r->steps++];
    const char *text = sqlite3_sql(statement);
    step->statement = text_index(r, text);
    step->count = sqlite3_bind_parameter_count(statement);
    step->value = arena_array(&r->arena, (size_t)step->count + 1, sizeof *step->value);
    read_values(r, text, expanded, step);
    sqlite3_free(expanded);
    return 0;
}

static void end_save(struct recording *r, struct save *save)
{
    save->count = r->steps;
    save->step = arena_memdup(&r->arena, r->step, r->steps * sizeof *r->step);
    for (size_t i = 0; i < save->count; i++)
        for (int j = 0; j < save->step[i].count; j++) {
            const struct value *v = &save->step[i].value[j];
            if (v->kind == 's' && (!save->body || v->len > save->body->len))
                save->body = v;
        }
    r->steps = 0;
}

static void record(struct recording *r, const char *folder, int64_t rows)
{
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct store s;
    must(store_open(&s, folder, STORE_WALKER, false, &err), &err);
    r->save = arena_array(&r->arena, (size_t)rows, sizeof *r->save);
    sqlite3_trace_v2(s.db.handle, SQLITE_TRACE_STMT, on_statement, r);
    for (int64_t i = 0; i < rows; i++) {
        save_one(&s, &a, i);
        end_save(r, &r->save[i]);
    }
    sqlite3_trace_v2(s.db.handle, 0, NULL, NULL);
    arena_release(&a);
    store_close(&s);
}

/* ---- the bare loop ------------------------------------------------------------------ */

static void bind(sqlite3_stmt *s, int at, const struct value *v)
{
    if (v->kind == 'i')
        sqlite3_bind_int64(s, at, v->number);
    else if (v->kind == 's')
        sqlite3_bind_text(s, at, v->bytes, (int)v->len, SQLITE_STATIC);
    else if (v->kind == 'b')
        sqlite3_bind_blob(s, at, v->bytes, (int)v->len, SQLITE_STATIC);
    else
        sqlite3_bind_null(s, at);
}

static void replay_one(struct bare *b, const struct save *save)
{
    for (size_t i = 0; i < save->count; i++) {
        const struct step *step = &save->step[i];
        sqlite3_stmt *s = b->statement[step->statement];
        int code;
        for (int j = 0; j < step->count; j++)
            bind(s, j + 1, &step->value[j]);
        while ((code = sqlite3_step(s)) == SQLITE_ROW)
            ;
        must_sql(code == SQLITE_DONE, &b->db);
        sqlite3_reset(s);
    }
}

static void bare_open(struct bare *b, const char *path, const char *const *text,
                      size_t n)
{
    struct err err = ERR_INIT;
    must(db_open(&b->db, path, true, &err), &err);
    for (size_t i = 0; i < n; i++)
        must_sql(sqlite3_prepare_v3(b->db.handle, text[i], -1,
                                    SQLITE_PREPARE_PERSISTENT, &b->statement[i],
                                    NULL) == SQLITE_OK,
                 &b->db);
}

static void bare_close(struct bare *b)
{
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(b->statement[i]);
    db_close(&b->db);
}

/* ---- the one-row loop --------------------------------------------------------------- */

static const char *const row_text[] = {"INSERT INTO one (id, body) VALUES (?1, ?2)"};

static void row_open(struct bare *b, const char *path)
{
    struct err err = ERR_INIT;
    struct db db;
    must(db_open(&db, path, true, &err), &err);
    must(db_script(&db, "CREATE TABLE one (id TEXT PRIMARY KEY, body TEXT) STRICT",
                   &err),
         &err);
    db_close(&db);
    bare_open(b, path, row_text, 1);
}

static void row_one(struct bare *b, const struct save *save)
{
    char id[UID_SIZE];
    uid_new(id);
    struct value value[2] = {{.kind = 's', .bytes = id, .len = UID_SIZE - 1},
                             *save->body};
    struct step step = {0, value, 2};
    replay_one(b, &(struct save){&step, 1, NULL});
}

/* ---- rounds ------------------------------------------------------------------------- */

static void copy_file(const char *from, const char *to, const char *name)
{
    char path[1200];
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char *bytes;
    size_t len;
    snprintf(path, sizeof path, "%s/%s", from, name);
    must(file_read(&a, path, 1 << 24, &bytes, &len, &err), &err);
    snprintf(path, sizeof path, "%s/%s", to, name);
    must(file_write_whole(path, bytes, len, 0600, &err), &err);
    arena_release(&a);
}

/* folder/name, made new as a copy of folder/base. */
static const char *start_from(struct arena *a, const char *folder, const char *name)
{
    struct err err = ERR_INIT;
    const char *base = arena_printf(a, "%s/base", folder);
    const char *to = arena_printf(a, "%s/%s", folder, name);
    must(file_make_folders(to, &err), &err);
    copy_file(base, to, "lygte.db");
    copy_file(base, to, "origin.key");
    return to;
}

static void make_base(const char *folder)
{
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct store s;
    struct walk_wish wish = {.title = "Bench", .mode = "foot", .starts_ms = DB_NULL};
    must(store_open(&s, arena_printf(&a, "%s/base", folder), STORE_WALKER, true, &err),
         &err);
    must(db_begin(&s.db, &err), &err);
    must(walk_plan(&s, &a, &wish, "participant", "", walk, &err), &err);
    must(db_commit(&s.db, &err), &err);
    store_close(&s);
    arena_release(&a);
}

enum { OURS, BARE, ROW, LOOPS };

static void run_round(const struct recording *r, const char *folder, int round,
                      int64_t rows)
{
    static const char *const who[LOOPS] = {"ours", "bare", "row"};
    struct err err = ERR_INIT;
    struct arena paths = ARENA_INIT, a = ARENA_INIT;
    struct store s;
    struct bare bare = {0}, row = {0};
    double spent[LOOPS] = {0}, cpu[LOOPS] = {0};
    const char *name = arena_printf(&paths, "ours-%d", round);
    must(store_open(&s, start_from(&paths, folder, name), STORE_WALKER, false, &err),
         &err);
    name = start_from(&paths, folder, arena_printf(&paths, "bare-%d", round));
    bare_open(&bare, arena_printf(&paths, "%s/lygte.db", name), r->text, r->texts);
    row_open(&row, arena_printf(&paths, "%s/row-%d.db", folder, round));
    for (int64_t i = 0; i < rows; i += PIECE)
        for (int turn = 0; turn < LOOPS; turn++) {
            int loop = (int)((i / PIECE + turn + round) % LOOPS);
            double from = seconds(CLOCK_MONOTONIC);
            double cpu_from = seconds(CLOCK_PROCESS_CPUTIME_ID);
            for (int64_t j = i; j < i + PIECE && j < rows; j++)
                if (loop == OURS)
                    save_one(&s, &a, j);
                else if (loop == BARE)
                    replay_one(&bare, &r->save[j]);
                else
                    row_one(&row, &r->save[j]);
            spent[loop] += seconds(CLOCK_MONOTONIC) - from;
            cpu[loop] += seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_from;
        }
    for (int loop = 0; loop < LOOPS; loop++) {
        printf("%s rows/s %s %d %.0f\n", job, who[loop], round,
               (double)rows / spent[loop]);
        printf("%s cpu-us %s %d %.1f\n", job, who[loop], round,
               cpu[loop] * 1e6 / (double)rows);
    }
    fflush(stdout);
    bare_close(&bare);
    bare_close(&row);
    store_close(&s);
    arena_release(&a);
    arena_release(&paths);
}

int main(int argc, char **argv)
{
    struct recording r = {0};
    int64_t rounds = 0, rows = 0;
    if (argc < 4 || argc > 5 || !text_int(argv[2], &rounds) ||
        !text_int(argv[3], &rows) || rounds < 1 || rows < 1 ||
        (argc == 5 && (!text_int(argv[4], &sync_us) || sync_us < 1 || sync_us > 900000))) {
        fprintf(stderr, "usage: save FOLDER ROUNDS ROWS [SYNC_US]\n");
        return 2;
    }
    if (argc == 5)
        job = "save-card";
    sign_start();
    make_base(argv[1]);
    struct arena a = ARENA_INIT;
    record(&r, start_from(&a, argv[1], "recorded"), rows);
    fprintf(stderr, "save: %zu statements a save, %zu different\n", r.save[0].count,
            r.texts);
    for (int round = 0; round < rounds; round++)
        run_round(&r, argv[1], round, rows);
    arena_release(&a);
    arena_release(&r.arena);
    return 0;
}
