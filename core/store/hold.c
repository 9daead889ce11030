/* hold: see the header. Owns the tables record, origin and held_run, and the counters
 * of self. */
#include "core/store/hold.h"

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/erase.h"
#include "core/store/fold.h"

#include <string.h>

/* ---- keys ------------------------------------------------------------------------ */

static const char sql_key_add[] =
    "INSERT INTO origin (origin, key) VALUES (?1, ?2) ON CONFLICT (origin) DO NOTHING";
static const char sql_key_of[] = "SELECT key FROM origin WHERE origin = ?1";

bool hold_key(struct store *s, const uint8_t origin[RECORD_ORIGIN],
              const uint8_t key[SIGN_PUBLIC], struct err *err)
{
    uint8_t right[RECORD_ORIGIN];
    record_origin_of(key, right);
    if (memcmp(right, origin, RECORD_ORIGIN) != 0)
        return err_set(err, ERR_INPUT, "record.key_differs", NULL);
    return db_run(&s->db, err, sql_key_add, "bb", origin, (size_t)RECORD_ORIGIN, key,
                  (size_t)SIGN_PUBLIC);
}

bool hold_check(struct store *s, const struct record *r, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    uint8_t *key = NULL;
    size_t len = 0;
    if (!db_query(&s->db, &rows, err, sql_key_of, "b", r->origin, (size_t)RECORD_ORIGIN))
        return false;
    if (db_next(&rows, err))
        key = db_blob(&rows, &a, 0, &len);
    bool ok = db_done(&rows);
    if (ok && (!key || len != SIGN_PUBLIC))
        ok = err_set(err, ERR_INPUT, "record.unknown_key", NULL);
    if (ok && !sign_check(r->hash, DIGEST_SIZE, key, r->sig))
        ok = err_set(err, ERR_CHECKSUM, "record.bad_signature", NULL);
    arena_release(&a);
    return ok;
}

/* ---- counters -------------------------------------------------------------------- */

struct counters {
    int64_t seq, tick, arrival;
    uint8_t head[DIGEST_SIZE];
};

static const char sql_counters[] =
    "SELECT seq, tick, arrival, head FROM self WHERE one = 1";
static const char sql_counters_own[] =
    "UPDATE self SET seq = ?1, tick = ?2, arrival = ?3, head = ?4 WHERE one = 1";
static const char sql_counters_taken[] =
    "UPDATE self SET tick = ?1, arrival = ?2 WHERE one = 1";

static bool counters_read(struct store *s, struct counters *ret, struct err *err)
{
    struct db_rows rows;
    struct counters c = {0};
    if (!db_query(&s->db, &rows, err, sql_counters, ""))
        return false;
    if (db_next(&rows, err)) {
        c.seq = db_int(&rows, 0);
        c.tick = db_int(&rows, 1);
        c.arrival = db_int(&rows, 2);
        if (!db_is_null(&rows, 3))
            memcpy(c.head, sqlite3_column_blob(rows.statement, 3), DIGEST_SIZE);
    }
    if (!db_done(&rows))
        return false;
    *ret = c;
    return true;
}

/* ---- applying -------------------------------------------------------------------- */

static const char sql_role_of[] = "SELECT role FROM admission WHERE origin = ?1";

/* FOLD_DEVICE, FOLD_REGISTRY, or 0 when the origin was not admitted. */
static bool writer_of(struct store *s, const struct record *r, unsigned *ret,
                      struct err *err)
{
    unsigned writer = 0;
    struct db_rows rows;
    if (memcmp(r->origin, s->origin, RECORD_ORIGIN) == 0) {
        *ret = s->role == STORE_REGISTRY ? FOLD_REGISTRY : FOLD_DEVICE;
        return true;
    }
    if (!db_query(&s->db, &rows, err, sql_role_of, "b", r->origin, (size_t)RECORD_ORIGIN))
        return false;
    if (db_next(&rows, err)) {
        if (strcmp(db_peek(&rows, 0), "registry") == 0)
            writer = FOLD_REGISTRY;
        else if (strcmp(db_peek(&rows, 0), "device") == 0)
            writer = FOLD_DEVICE;
    }
    *ret = writer;
    return db_done(&rows);
}

/* What is found out about a record before it is held. */
struct judged {
    struct fold_entry entry; /* the record, and its body when it was read; freed by
                                judged_free                                         */
    const char *reason;      /* NULL when it may be applied, else why it is held so */
    struct err unfit;        /* with reason "body": what is wrong with it           */
};

static void judged_free(struct judged *j)
{
    json_free(j->entry.body);
    j->entry.body = NULL;
}

static bool judge(struct store *s, const struct record *r, int64_t tick,
                  struct judged *ret, struct err *err)
{
    const struct fold_kind *kind = fold_kind_of(r->kind);
    unsigned writer = 0;
    *ret = (struct judged){.entry.record = *r};
    if (!writer_of(s, r, &writer, err))
        return false;
    if (r->tick > tick && r->tick - tick > HOLD_TICK_STEP)
        ret->reason = "tick";
    else if (!kind)
        ret->reason = "kind";
    else if (!(kind->writers & FOLD_ITSELF) && !(kind->writers & writer))
        ret->reason = "rights";
    else if (!fold_body_read(kind, r, &ret->entry.body, &ret->unfit))
        ret->reason = "body";
    return true;
}

/* What an applied record moves besides its own subject: an admission may let records
 * in that waited for it, and the registry opens issues. */
static bool after_apply(struct store *s, struct arena *a, const struct record *r,
                        struct err *err)
{
    if (text_starts(r->kind, "origin.") && !hold_retry(s, a, "rights", err))
        return false;
    if (!s->applied || s->in_hook)
        return true;
    s->in_hook = true;
    bool ok = s->applied(s, a, r, s->hook_data, err);
    s->in_hook = false;
    return ok;
}

static bool settle_ticks(struct store *s, struct arena *a, struct err *err);

/* Kinds whose records end other records or photos. */
static bool erases(const struct record *r)
{
    return strcmp(r->kind, "erase") == 0 || strcmp(r->kind, "photo.cover") == 0;
}

static bool apply(struct store *s, struct arena *a, struct judged *j, struct err *err)
{
    const struct record *r = &j->entry.record;
    return fold_fresh(s, a, &j->entry, err) &&
           (!erases(r) || erase_carry_out(s, a, r->subject, err)) &&
           after_apply(s, a, r, err);
}

/* ---- holding --------------------------------------------------------------------- */

static const char sql_record_add[] =
    "INSERT INTO record (arrival, origin, seq, hash, tick, kind, subject, head, body,"
    " sig, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

static bool insert(struct store *s, const struct record *r, int64_t arrival,
                   const char *reason, struct err *err)
{
    return db_run(&s->db, err, sql_record_add, "ibibissssbs", arrival, r->origin,
                  (size_t)RECORD_ORIGIN, r->seq, r->hash, (size_t)DIGEST_SIZE, r->tick,
                  r->kind, r->subject, r->head, r->body, r->sig, (size_t)SIGN_SIZE,
                  reason);
}

bool hold_make(struct store *s, struct arena *a, const struct record_wish *wish,
               struct record *ret, struct err *err)
{
    struct counters c;
    struct record r;
    struct judged j;
    if (!counters_read(s, &c, err))
        return false;
    struct record_place place = {.seq = c.seq + 1, .tick = c.tick + 1};
    memcpy(place.origin, s->origin, RECORD_ORIGIN);
    memcpy(place.prev, c.head, DIGEST_SIZE);
    if (!record_write(a, wish, &place, s->secret, &r, err) ||
        !judge(s, &r, c.tick, &j, err))
        return false;
    if (j.unfit.code != ERR_NONE) {
        *err = j.unfit;
        return false;
    }
    if (j.reason)
        return err_set(err, ERR_INTERNAL, "record.own_unfit", wish->kind, j.reason, NULL);
    bool ok = insert(s, &r, c.arrival + 1, NULL, err) &&
              db_run(&s->db, err, sql_counters_own, "iiib", r.seq, r.tick, c.arrival + 1,
                     r.hash, (size_t)DIGEST_SIZE) &&
              apply(s, a, &j, err) && settle_ticks(s, a, err);
    judged_free(&j);
    if (ok && ret)
        *ret = r;
    return ok;
}

static const char sql_place_hash[] =
    "SELECT hash FROM record WHERE origin = ?1 AND seq = ?2";

/* *ret_stands is false when (origin, seq) is free. */
static bool look_up_place(struct store *s, const struct record *r, bool *ret_stands,
                          bool *ret_same, struct err *err)
{
    struct db_rows rows;
    *ret_stands = *ret_same = false;
    if (!db_query(&s->db, &rows, err, sql_place_hash, "bi", r->origin,
                  (size_t)RECORD_ORIGIN, r->seq))
        return false;
    if (db_next(&rows, err)) {
        *ret_stands = true;
        const void *hash = sqlite3_column_blob(rows.statement, 0);
        *ret_same = hash && memcmp(hash, r->hash, DIGEST_SIZE) == 0;
    }
    return db_done(&rows);
}

static const char sql_run_before[] =
    "SELECT first FROM held_run WHERE origin = ?1 AND last = ?2";
static const char sql_run_after[] =
    "SELECT last FROM held_run WHERE origin = ?1 AND first = ?2";
static const char sql_run_drop[] = "DELETE FROM held_run WHERE origin = ?1 AND first = ?2";
static const char sql_run_set[] =
    "INSERT INTO held_run (origin, first, last) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (origin, first) DO UPDATE SET last = excluded.last";

/* Joins seq to the runs that end just before and begin just after it. */
static bool extend_runs(struct store *s, const struct record *r, struct err *err)
{
    const size_t n = RECORD_ORIGIN;
    int64_t first, last;
    if (!db_number(&s->db, &first, r->seq, err, sql_run_before, "bi", r->origin, n,
                   r->seq - 1) ||
        !db_number(&s->db, &last, r->seq, err, sql_run_after, "bi", r->origin, n,
                   r->seq + 1))
        return false;
    if (last > r->seq &&
        !db_run(&s->db, err, sql_run_drop, "bi", r->origin, n, r->seq + 1))
        return false;
    return db_run(&s->db, err, sql_run_set, "bii", r->origin, n, first, last);
}

/* At a free place. */
static bool take_new(struct store *s, struct arena *a, const struct record *r, bool own,
                     const struct counters *c, struct err *err)
{
    struct judged j;
    if (!judge(s, r, c->tick, &j, err))
        return false;
    int64_t tick = j.reason || r->tick <= c->tick ? c->tick : r->tick;
    bool ok = insert(s, r, c->arrival + 1, j.reason, err) &&
              db_run(&s->db, err, sql_counters_taken, "ii", tick, c->arrival + 1) &&
              (own || extend_runs(s, r, err)) &&
              (j.reason || (apply(s, a, &j, err) && settle_ticks(s, a, err)));
    judged_free(&j);
    return ok;
}

bool hold_take(struct store *s, struct arena *a, const struct record *r,
               enum hold_verdict *ret, struct err *err)
{
    bool stands, same, erased;
    struct counters c;
    struct record bare = *r;
    if (!look_up_place(s, r, &stands, &same, err))
        return false;
    if (stands) {
        *ret = same ? HOLD_ALREADY : HOLD_FORKED;
        return true;
    }
    if (!counters_read(s, &c, err) ||
        !erase_of_record(&s->db, r->hash, r->kind, &erased, err))
        return false;
    bool own = memcmp(r->origin, s->origin, RECORD_ORIGIN) == 0;
    if (own && r->seq > c.seq) { /* said by a copy of us: our counter is not there yet */
        *ret = HOLD_FORKED;
        return true;
    }
    if (erased) {
        bare.body = NULL;
        bare.body_len = 0;
    }
    if (!take_new(s, a, &bare, own, &c, err))
        return false;
    *ret = HOLD_NEW;
    return true;
}

/* ---- trying again ---------------------------------------------------------------- */

static const char sql_waiting[] =
    "SELECT hash FROM record WHERE reason = ?1 ORDER BY tick, origin, seq";
static const char sql_still_waits[] =
    "SELECT count(*) FROM record WHERE hash = ?1 AND reason = ?2";
static const char sql_waits_now[] = "UPDATE record SET reason = ?2 WHERE hash = ?1";
static const char sql_applied_now[] =
    "UPDATE record SET reason = NULL, arrival = ?2 WHERE hash = ?1";

/* It takes effect now, so it arrives now: whoever reads on from an arrival (a rebuild,
 * a feed) must meet it. */
static bool apply_late(struct store *s, struct arena *a, struct judged *j,
                       const struct counters *c, struct err *err)
{
    const struct record *r = &j->entry.record;
    return db_run(&s->db, err, sql_applied_now, "bi", r->hash, (size_t)DIGEST_SIZE,
                  c->arrival + 1) &&
           db_run(&s->db, err, sql_counters_taken, "ii",
                  r->tick > c->tick ? r->tick : c->tick, c->arrival + 1) &&
           apply(s, a, j, err);
}

static bool try_one(struct store *s, struct arena *a, const uint8_t *hash,
                    const char *reason_before, bool *ret_applied, struct err *err)
{
    struct record r;
    struct counters c;
    struct judged j;
    int64_t waits = 0;
    if (!db_number(&s->db, &waits, 0, err, sql_still_waits, "bs", hash,
                   (size_t)DIGEST_SIZE, reason_before))
        return false;
    if (!waits)
        return true; /* one tried before it let it in */
    if (!hold_read(s, a, hash, &r, err) || !counters_read(s, &c, err) ||
        !judge(s, &r, c.tick, &j, err))
        return false;
    if (j.reason && strcmp(j.reason, reason_before) == 0)
        return true;
    if (j.reason)
        return db_run(&s->db, err, sql_waits_now, "bs", hash, (size_t)DIGEST_SIZE,
                      j.reason);
    *ret_applied = true;
    bool ok = apply_late(s, a, &j, &c, err);
    judged_free(&j);
    return ok;
}

static bool retry(struct store *s, struct arena *a, const char *reason, bool *ret_applied,
                  struct err *err)
{
    struct buf hashes = BUF_INIT;
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_waiting, "s", reason))
        return false;
    while (db_next(&rows, err))
        buf_add(&hashes, sqlite3_column_blob(rows.statement, 0), DIGEST_SIZE);
    bool ok = db_done(&rows);
    *ret_applied = false;
    for (size_t i = 0; ok && i < hashes.len; i += DIGEST_SIZE)
        ok = try_one(s, a, (const uint8_t *)hashes.data + i, reason, ret_applied, err);
    buf_release(&hashes);
    return ok;
}

bool hold_retry(struct store *s, struct arena *a, const char *reason, struct err *err)
{
    bool ignored;
    return retry(s, a, reason, &ignored, err);
}

/* Whatever moved our tick, an admission too, may fill the step others wait for; and each
 * that is let in moves it again. */
static bool settle_ticks(struct store *s, struct arena *a, struct err *err)
{
    bool applied = true;
    while (applied)
        if (!retry(s, a, "tick", &applied, err))
            return false;
    return true;
}

static const char sql_emptied[] =
    "UPDATE record SET body = NULL, arrival = ?2 WHERE hash = ?1";
static const char sql_reason_of[] = "SELECT COALESCE(reason, '') FROM record WHERE hash = ?1";

/* Held for its body, it may have its effect now: what is left of it fits. */
bool hold_empty(struct store *s, struct arena *a, const struct record *r, struct err *err)
{
    struct counters c;
    struct db_rows rows;
    const char *reason = "";
    bool applied;
    if (!counters_read(s, &c, err) ||
        !db_run(&s->db, err, sql_emptied, "bi", r->hash, (size_t)DIGEST_SIZE,
                c.arrival + 1) ||
        !db_run(&s->db, err, sql_counters_taken, "ii", c.tick, c.arrival + 1) ||
        !db_query(&s->db, &rows, err, sql_reason_of, "b", r->hash, (size_t)DIGEST_SIZE))
        return false;
    if (db_next(&rows, err))
        reason = db_text(&rows, a, 0);
    if (!db_done(&rows))
        return false;
    return *reason ? try_one(s, a, r->hash, reason, &applied, err)
                   : fold_subject(s, a, r, err);
}

/* ---- reading back ---------------------------------------------------------------- */

static const char sql_runs[] =
    "SELECT r.first, r.last, a.hash, b.hash FROM held_run r"
    " JOIN record a ON a.origin = r.origin AND a.seq = r.first"
    " JOIN record b ON b.origin = r.origin AND b.seq = r.last"
    " WHERE r.origin = ?1 ORDER BY r.first LIMIT ?2";

bool hold_runs(struct store *s, struct arena *a, const uint8_t origin[RECORD_ORIGIN],
               size_t most, struct hold_run **ret, size_t *ret_n, struct err *err)
{
    struct hold_run *runs = arena_array(a, most, sizeof *runs);
    struct db_rows rows;
    size_t n = 0;
    if (!db_query(&s->db, &rows, err, sql_runs, "bi", origin, (size_t)RECORD_ORIGIN,
                  (int64_t)most))
        return false;
    while (n < most && db_next(&rows, err)) {
        runs[n].first = db_int(&rows, 0);
        runs[n].last = db_int(&rows, 1);
        memcpy(runs[n].first_hash, sqlite3_column_blob(rows.statement, 2), DIGEST_SIZE);
        memcpy(runs[n].last_hash, sqlite3_column_blob(rows.statement, 3), DIGEST_SIZE);
        n++;
    }
    *ret = runs;
    *ret_n = n;
    return db_done(&rows);
}

static const char sql_record_of[] = "SELECT head, body, sig FROM record WHERE hash = ?1";

bool hold_read(struct store *s, struct arena *a, const uint8_t hash[DIGEST_SIZE],
               struct record *ret, struct err *err)
{
    struct db_rows rows;
    const char *head = NULL, *body = NULL;
    const uint8_t *sig = NULL;
    if (!db_query(&s->db, &rows, err, sql_record_of, "b", hash, (size_t)DIGEST_SIZE))
        return false;
    if (db_next(&rows, err)) {
        head = db_text(&rows, a, 0);
        body = db_text(&rows, a, 1);
        sig = db_blob(&rows, a, 2, NULL);
    }
    if (!db_done(&rows))
        return false;
    if (!head || !sig)
        return err_set(err, ERR_NOT_FOUND, "record.unknown", NULL);
    return record_read(a, head, strlen(head), body, body ? strlen(body) : 0, sig, ret, err);
}
