/* store_make: stores in folders of the test's own, and authors: origins without a store,
 * whose every record the test words itself (any kind, tick, body). Only for the tests
 * tests/unit/store_*.c and fold_*.c.
 */
#ifndef LYGTE_TESTS_STORE_MAKE_H
#define LYGTE_TESTS_STORE_MAKE_H

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/feed.h"
#include "core/store/fold.h"
#include "core/store/hold.h"
#include "core/store/observation.h"
#include "core/store/store.h"
#include "core/store/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define UNUSED __attribute__((unused))

static char made_folder[64];

static UNUSED int make_folder(void **state)
{
    (void)state;
    sign_start();
    snprintf(made_folder, sizeof made_folder, "/tmp/lygte-store-XXXXXX");
    return mkdtemp(made_folder) ? 0 : -1;
}

static UNUSED int drop_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", made_folder);
    return system(command);
}

/* One of eight names in turn, so that a few may be in use at a time. */
static UNUSED const char *made_path(const char *name)
{
    static char paths[8][200];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", made_folder, name);
    return path;
}

static UNUSED void must_at(bool ok, const struct err *err, const char *file, int line)
{
    if (!ok)
        fail_msg("%s:%d: %s (%s, %s) at %s", file, line, err->key ? err->key : "no key",
                 err->arg[0], err->arg[1], err->part);
}
/* The call must succeed; its last argument is a struct err named err. */
#define must(call) must_at((call), &err, __FILE__, __LINE__)

static UNUSED void store_make(struct store *s, const char *name, enum store_role role)
{
    struct err err = ERR_INIT;
    must(store_open(s, made_path(name), role, true, &err));
}

/* A number by any SQL, for looking at tables. */
static UNUSED int64_t number_of(struct store *s, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(s->db.handle, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(s->db.handle));
    int64_t n = sqlite3_step(statement) == SQLITE_ROW
                    ? sqlite3_column_int64(statement, 0)
                    : INT64_MIN;
    sqlite3_finalize(statement);
    return n;
}

/* ---- authors ----------------------------------------------------------------------- */

struct author {
    uint8_t key[SIGN_PUBLIC], secret[SIGN_SECRET];
    uint8_t origin[RECORD_ORIGIN], head[DIGEST_SIZE];
    char hex[RECORD_ORIGIN_HEX];
    int64_t seq, tick;
};

static UNUSED struct author author_make(void)
{
    struct author w = {.seq = 0};
    sign_keypair(w.key, w.secret);
    record_origin_of(w.key, w.origin);
    text_hex(w.origin, RECORD_ORIGIN, w.hex);
    return w;
}

/* The author's next record; its tick is the last one's plus one. */
static UNUSED struct record author_says(struct author *w, struct arena *a,
                                        const char *kind, const char *subject,
                                        const char *body)
{
    struct err err = ERR_INIT;
    struct record r;
    struct record_wish wish = {kind, subject, body, "walker", "SSP", INT64_MIN};
    struct record_place place = {.seq = ++w->seq, .tick = ++w->tick};
    memcpy(place.origin, w->origin, RECORD_ORIGIN);
    memcpy(place.prev, w->head, DIGEST_SIZE);
    must(record_write(a, &wish, &place, w->secret, &r, &err));
    memcpy(w->head, r.hash, DIGEST_SIZE);
    return r;
}

/* The same by a device whose clock did not know the time: it says at, in that boot, so
 * many ms after it began. */
static UNUSED struct record author_says_lost(struct author *w, struct arena *a,
                                             const char *kind, const char *subject,
                                             const char *body, const char *boot,
                                             int64_t at_ms, int64_t mono_ms)
{
    struct err err = ERR_INIT;
    struct record r = author_says(w, a, kind, subject, body), lost;
    const char *at = strstr(r.head, "\"at\":"), *by = strstr(r.head, ",\"by\":");
    assert_true(at && by);
    const char *head = arena_printf(
        a, "%.*s\"at\":%lld,\"clock\":\"unknown\",\"boot\":\"%s\",\"mono\":%lld%s",
        (int)(at - r.head), r.head, (long long)at_ms, boot, (long long)mono_ms, by);
    digest_of(head, strlen(head), w->head);
    sign_make(w->head, DIGEST_SIZE, w->secret, r.sig);
    must(record_read(a, head, strlen(head), r.body, r.body_len, r.sig, &lost, &err));
    return lost;
}

/* Takes a record in as a receiver would: its key, its signature, a transaction. */
static UNUSED enum hold_verdict take(struct store *s, const uint8_t key[SIGN_PUBLIC],
                                     const struct record *r)
{
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    enum hold_verdict verdict = HOLD_FORKED;
    must(db_begin(&s->db, &err));
    must(hold_key(s, r->origin, key, &err));
    must(hold_check(s, r, &err));
    must(hold_take(s, &a, r, &verdict, &err));
    must(db_commit(&s->db, &err));
    arena_release(&a);
    return verdict;
}

static UNUSED enum hold_verdict take_from(struct store *s, const struct author *w,
                                          const struct record *r)
{
    return take(s, w->key, r);
}

/* "" when applied, "absent" when not held, else the reason it waits for. */
static UNUSED const char *reason_of(struct store *s, const struct record *r)
{
    static char reason[16];
    struct err err = ERR_INIT;
    struct db_rows rows;
    snprintf(reason, sizeof reason, "absent");
    must(db_query(&s->db, &rows, &err, "SELECT reason FROM record WHERE hash = ?1", "b",
                  r->hash, (size_t)DIGEST_SIZE));
    if (db_next(&rows, &err))
        snprintf(reason, sizeof reason, "%s", db_peek(&rows, 0));
    must(db_done(&rows));
    return reason;
}

/* The store writes a record of its own, in its own transaction. */
static UNUSED struct record say(struct store *s, struct arena *a, const char *kind,
                                const char *subject, const char *body)
{
    struct err err = ERR_INIT;
    struct record r;
    struct record_wish wish = {kind, subject, body, "coordinator", "SSP", INT64_MIN};
    must(db_begin(&s->db, &err));
    must(hold_make(s, a, &wish, &r, &err));
    must(db_commit(&s->db, &err));
    return r;
}

/* The registry s admits an origin. */
static UNUSED struct record admit(struct store *s, struct arena *a,
                                  const char *origin_hex, const char *role)
{
    return say(s, a, "origin.admit", origin_hex,
               arena_printf(a, "{\"role\":\"%s\",\"name\":\"one\"}", role));
}

/* ---- what folding made --------------------------------------------------------------- */

static UNUSED void digest_of_fold(struct store *s, char out[DIGEST_HEX])
{
    struct err err = ERR_INIT;
    must(fold_digest(s, out, &err));
}

static UNUSED void assert_rebuild_equals(struct store *s)
{
    struct err err = ERR_INIT;
    const char *differs = "not said";
    must(fold_rebuild(s, false, &differs, &err));
    if (differs)
        fail_msg("table %s differs after a rebuild", differs);
}

static UNUSED struct observation observation_of(struct store *s, struct arena *a,
                                                const char *id)
{
    struct err err = ERR_INIT;
    struct observation o;
    must(observation_find(s, a, id, &o, &err));
    return o;
}

#define WALK_ID "018c2f10-0000-7000-8000-000000000001"

/* {"walk":...,"category":CATEGORY,"note":NOTE} */
static UNUSED const char *note_body(struct arena *a, const char *category,
                                    const char *note)
{
    return arena_printf(a,
                        "{\"walk\":\"" WALK_ID "\",\"number\":1,\"category\":\"%s\","
                        "\"severity\":2,\"note\":\"%s\"}",
                        category, note);
}

/* {"FIELD":{"value":VALUE,"over":[hash, ...]}}; over ends with NULL. */
static UNUSED const char *edit_body(struct arena *a, const char *field,
                                    const char *value, const struct record *const *over)
{
    struct buf b = BUF_INIT;
    char hex[DIGEST_HEX];
    buf_printf(&b, "{\"%s\":{\"value\":%s,\"over\":[", field, value);
    for (size_t i = 0; over[i]; i++) {
        text_hex(over[i]->hash, DIGEST_SIZE, hex);
        buf_printf(&b, "%s\"%s\"", i ? "," : "", hex);
    }
    buf_str(&b, "]}}");
    char *body = buf_dup(&b, a);
    buf_release(&b);
    return body;
}
#define OVER(...) ((const struct record *const[]){__VA_ARGS__, NULL})
#define OVER_NONE ((const struct record *const[]){NULL})

#endif
