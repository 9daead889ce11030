/* check: see the header. */
#include "core/store/check.h"

#include "core/base/buf.h"
#include "core/base/text.h"
#include "core/store/blob.h"
#include "core/store/fold.h"
#include "core/store/hold.h"
#include "core/store/local/erasing.h"
#include "core/store/local/set_aside.h"
#include "core/store/local/stranger.h"
#include "core/store/own.h"

#include <stdio.h>
#include <string.h>

/* Where findings go. */
struct teller {
    check_visit visit;
    void *data;
};

/* key is a text of ours; name is its {1} and arg its {2}. */
static bool tell(const struct teller *t, const char *kind, bool damage, const char *key,
                 const char *name, const char *arg, struct err *err)
{
    struct check_finding f = {kind, name, damage, ERR_INIT};
    err_set(&f.err, damage ? ERR_DAMAGED : ERR_NOT_FOUND, key, name, arg, NULL);
    return t->visit(&f, t->data, err);
}

/* ---- the database ---------------------------------------------------------------- */

bool check_database(struct store *s, check_visit visit, void *data, struct err *err)
{
    const struct teller t = {visit, data};
    struct db_rows rows;
    bool ok = true;
    if (!db_query(&s->db, &rows, err, "PRAGMA integrity_check", ""))
        return false;
    while (ok && db_next(&rows, err))
        if (strcmp(db_peek(&rows, 0), "ok") != 0)
            ok = tell(&t, "database", true, "check.database", "lygte.db",
                      db_peek(&rows, 0), err);
    return db_done(&rows) && ok;
}

/* ---- records --------------------------------------------------------------------- */

enum { RECORDS_A_STEP = 500 }; /* no reader lasts long, so that taps go on */

struct row {
    uint8_t origin[RECORD_ORIGIN];
    int64_t seq, tick;
    uint8_t hash[DIGEST_SIZE], sig[SIGN_SIZE];
    const char *kind, *subject, *head, *body, *reason;
};

/* The record just seen; seq 0 before the first of an origin. */
struct chain {
    uint8_t origin[RECORD_ORIGIN], hash[DIGEST_SIZE];
    int64_t seq;
    bool sound; /* its hash is to be trusted */
};

static const char sql_records_after[] =
    "SELECT origin, seq, hash, tick, kind, subject, head, body, sig, reason FROM record"
    " WHERE (origin, seq) > (?1, ?2) ORDER BY origin, seq LIMIT ?3";

static void take_bytes(const struct db_rows *rows, int column, void *out, size_t n)
{
    const void *bytes = sqlite3_column_blob(rows->statement, column);
    memset(out, 0, n);
    if (bytes && (size_t)sqlite3_column_bytes(rows->statement, column) == n)
        memcpy(out, bytes, n);
}

static bool read_step(struct store *s, struct arena *a, const struct chain *after,
                      struct row *rows_out, size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    size_t n = 0;
    if (!db_query(&s->db, &rows, err, sql_records_after, "bii", after->origin,
                  (size_t)RECORD_ORIGIN, after->seq, (int64_t)RECORDS_A_STEP))
        return false;
    while (n < RECORDS_A_STEP && db_next(&rows, err)) {
        struct row *r = &rows_out[n++];
        *r = (struct row){.seq = db_int(&rows, 1),
                          .tick = db_int(&rows, 3),
                          .kind = db_text(&rows, a, 4),
                          .subject = db_text(&rows, a, 5),
                          .head = db_text(&rows, a, 6),
                          .body = db_text(&rows, a, 7),
                          .reason = db_text(&rows, a, 9)};
        take_bytes(&rows, 0, r->origin, RECORD_ORIGIN);
        take_bytes(&rows, 2, r->hash, DIGEST_SIZE);
        take_bytes(&rows, 8, r->sig, SIGN_SIZE);
    }
    *ret_n = n;
    return db_done(&rows);
}

/* NULL when the row is what its signer wrote, else the key of what is wrong. */
static const char *fault_of(struct store *s, struct arena *a, const struct row *row,
                            struct record *r)
{
    struct err why = ERR_INIT;
    size_t body_len = row->body ? strlen(row->body) : 0;
    if (!row->head || !record_read(a, row->head, strlen(row->head), row->body, body_len,
                                   row->sig, r, &why))
        return "check.record";
    bool same = memcmp(r->hash, row->hash, DIGEST_SIZE) == 0 &&
                memcmp(r->origin, row->origin, RECORD_ORIGIN) == 0 &&
                r->seq == row->seq && r->tick == row->tick &&
                text_equal(r->kind, row->kind) && text_equal(r->subject, row->subject);
    if (!same)
        return "check.record";
    if (hold_check(s, r, &why))
        return NULL;
    return why.key && strcmp(why.key, "record.unknown_key") == 0 ? "check.record_key"
                                                                 : "check.record";
}

static bool tell_gap(const struct store *s, const struct teller *t,
                     const struct chain *c, int64_t next, struct err *err)
{
    char origin[RECORD_ORIGIN_HEX], name[96];
    bool own = memcmp(c->origin, s->origin, RECORD_ORIGIN) == 0;
    text_hex(c->origin, RECORD_ORIGIN, origin);
    if (next - c->seq == 2)
        snprintf(name, sizeof name, "%s:%lld", origin, (long long)c->seq + 1);
    else
        snprintf(name, sizeof name, "%s:%lld-%lld", origin, (long long)c->seq + 1,
                 (long long)next - 1);
    return tell(t, "record", own, own ? "check.own_gap" : "check.gap", name, NULL, err);
}

/* The gap before seq next, without the lines set aside at its ends. */
static bool check_gap(struct store *s, const struct teller *t, const struct chain *last,
                      int64_t next, struct err *err)
{
    struct chain c = *last;
    bool aside = true;
    while (aside && c.seq + 1 < next) {
        if (!set_aside_at(s, c.origin, c.seq + 1, &aside, err))
            return false;
        c.seq += aside;
    }
    for (aside = true; aside && c.seq + 1 < next; next -= aside)
        if (!set_aside_at(s, c.origin, next - 1, &aside, err))
            return false;
    return c.seq + 1 == next || tell_gap(s, t, &c, next, err);
}

/* Told once, with their number: a whole season may wait for an update. */
static bool is_of_later(const char *reason)
{
    return strcmp(reason, "kind") == 0 || strcmp(reason, "body") == 0;
}

static const char sql_of_later[] =
    "SELECT count(*) FROM record WHERE reason IN ('kind', 'body')";

static bool check_later(struct store *s, const struct teller *t, struct err *err)
{
    char count[24];
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_of_later, ""))
        return false;
    snprintf(count, sizeof count, "%lld", (long long)n);
    return n == 0 || tell(t, "record", false, "check.newer", count, NULL, err);
}

/* A registry asks for it again, of whoever it came from; its own words it cannot ask for.
 * *ret: it does. */
static bool ask_again(struct store *s, const struct row *row, const char *fault,
                      bool *ret, struct err *err)
{
    bool own = true;
    *ret = false;
    if (s->role != STORE_REGISTRY || !fault || strcmp(fault, "check.record") != 0)
        return true;
    if (!own_is(s, row->origin, &own, err))
        return false;
    *ret = !own;
    return own || (db_begin(&s->db, err) &&
                   db_end(&s->db, hold_spoilt(s, row->origin, row->seq, err), err));
}

static bool check_row(struct store *s, const struct teller *t, struct arena *a,
                      const struct row *row, struct chain *last, struct err *err)
{
    char origin[RECORD_ORIGIN_HEX], name[96];
    struct record r = {0};
    text_hex(row->origin, RECORD_ORIGIN, origin);
    snprintf(name, sizeof name, "%s:%lld", origin, (long long)row->seq);
    if (memcmp(last->origin, row->origin, RECORD_ORIGIN) != 0) {
        *last = (struct chain){.seq = 0};
        memcpy(last->origin, row->origin, RECORD_ORIGIN);
    }
    /* On a device what is there of others came point by point: gaps are its nature. */
    bool whole =
        s->role == STORE_REGISTRY || memcmp(row->origin, s->origin, RECORD_ORIGIN) == 0;
    if (row->seq != last->seq + 1 && whole && !check_gap(s, t, last, row->seq, err))
        return false;
    const char *fault = fault_of(s, a, row, &r);
    bool follows = row->seq == last->seq + 1 && last->seq > 0 && last->sound && !fault;
    if (follows && memcmp(r.prev, last->hash, DIGEST_SIZE) != 0)
        fault = "check.record_chain";
    bool again;
    if (!ask_again(s, row, fault, &again, err))
        return false;
    if (fault &&
        !tell(t, "record", true, again ? "check.record_again" : fault, name, NULL, err))
        return false;
    if (row->reason && !is_of_later(row->reason) &&
        !tell(t, "record", false, "check.unapplied", name, row->reason, err))
        return false;
    last->seq = row->seq;
    last->sound = !fault;
    memcpy(last->hash, row->hash, DIGEST_SIZE);
    return true;
}

static const char sql_own_seq[] = "SELECT seq FROM self WHERE one = 1";
static const char sql_own_last[] = "SELECT max(seq) FROM record WHERE origin = ?1";

/* The counter remembers records that no longer stand at the end of our own chain. */
static bool check_own_end(struct store *s, const struct teller *t, struct err *err)
{
    struct chain end = {.seq = 0};
    int64_t counted = 0;
    memcpy(end.origin, s->origin, RECORD_ORIGIN);
    if (!db_number(&s->db, &counted, 0, err, sql_own_seq, "") ||
        !db_number(&s->db, &end.seq, 0, err, sql_own_last, "b", s->origin,
                   (size_t)RECORD_ORIGIN))
        return false;
    return end.seq >= counted || tell_gap(s, t, &end, counted + 1, err);
}

static const char sql_lost[] =
    "SELECT count(*) FROM record r WHERE r.body IS NULL AND EXISTS (SELECT 1 FROM gone g"
    " WHERE g.origin = r.origin AND g.first <= r.seq AND g.last >= r.seq)";

/* Their device wiped them because an earlier registry had proven to hold them; this one
 * came back from a backup without. Heads and numbers are here, the words are not. */
static bool check_lost(struct store *s, const struct teller *t, struct err *err)
{
    char count[24];
    int64_t n = 0;
    if (s->role != STORE_REGISTRY)
        return true;
    if (!db_number(&s->db, &n, 0, err, sql_lost, ""))
        return false;
    snprintf(count, sizeof count, "%lld", (long long)n);
    return n == 0 || tell(t, "record", false, "check.lost", count, NULL, err);
}

bool check_records(struct store *s, check_visit visit, void *data, int64_t *ret_n,
                   struct err *err)
{
    const struct teller t = {visit, data};
    struct arena a = ARENA_INIT, keep = ARENA_INIT;
    struct row *rows = arena_array(&keep, RECORDS_A_STEP, sizeof *rows);
    struct chain last = {.seq = 0};
    int64_t total = 0;
    size_t n = RECORDS_A_STEP;
    bool ok = true;
    while (ok && n == RECORDS_A_STEP) {
        arena_reset(&a);
        ok = read_step(s, &a, &last, rows, &n, err);
        for (size_t i = 0; ok && i < n; i++)
            ok = check_row(s, &t, &a, &rows[i], &last, err);
        total += (int64_t)n;
    }
    ok = ok && check_own_end(s, &t, err) && check_lost(s, &t, err) &&
         check_later(s, &t, err);
    arena_release(&a);
    arena_release(&keep);
    if (ok)
        *ret_n = total;
    return ok;
}

/* ---- salvaged -------------------------------------------------------------------- */

static void say_salvaged(struct store *s, struct arena *a, const char *aside, bool gone,
                         struct err *ret)
{
    struct err unread = ERR_INIT;
    const char *kept, *lost;
    if (!store_setting(s, a, "salvage.kept", "0", &kept, &unread) ||
        !store_setting(s, a, "salvage.lost", "0", &lost, &unread))
        *ret = unread;
    else if (*aside)
        err_set(ret, ERR_NOT_FOUND, "check.salvaged", aside, kept, lost, NULL);
    else if (gone)
        err_set(ret, ERR_NOT_FOUND, "check.salvaged_gone", kept, lost, NULL);
    else
        err_set(ret, ERR_NOT_FOUND, "check.salvaged_whole", kept, NULL);
}

bool check_salvaged(struct store *s, check_visit visit, void *data, struct err *err)
{
    struct check_finding f = {"database", "lygte.db", false, ERR_INIT};
    struct arena a = ARENA_INIT;
    const char *aside = NULL, *gone;
    bool ok = store_setting(s, &a, "salvage.aside", NULL, &aside, err) &&
              store_setting(s, &a, "salvage.gone", "", &gone, err);
    if (ok && aside) {
        say_salvaged(s, &a, aside, *gone, &f.err);
        ok = visit(&f, data, err);
    }
    arena_release(&a);
    return ok;
}

/* ---- set aside ------------------------------------------------------------------- */

static bool tell_aside(const struct teller *t, const char *key, const char *origin,
                       int64_t n, struct err *err)
{
    char count[24];
    snprintf(count, sizeof count, "%lld", (long long)n);
    return n == 0 || tell(t, "record", false, key, origin, count, err);
}

bool check_aside(struct store *s, check_visit visit, void *data, struct err *err)
{
    const struct teller t = {visit, data};
    struct arena a = ARENA_INIT;
    struct set_aside_count *list = NULL;
    size_t n = 0;
    bool ok = set_aside_list(s, &a, &list, &n, err);
    for (size_t i = 0; ok && i < n; i++) {
        char origin[RECORD_ORIGIN_HEX];
        text_hex(list[i].origin, RECORD_ORIGIN, origin);
        ok = tell_aside(&t, "check.aside_large", origin, list[i].large, err) &&
             tell_aside(&t, "check.aside_form", origin, list[i].form, err);
    }
    arena_release(&a);
    return ok;
}

/* ---- strangers ------------------------------------------------------------------- */

bool check_strangers(struct store *s, check_visit visit, void *data, struct err *err)
{
    const struct teller t = {visit, data};
    struct arena a = ARENA_INIT;
    struct stranger *list = NULL;
    size_t n = 0;
    bool ok = stranger_list(s, &a, &list, &n, err);
    for (size_t i = 0; ok && i < n; i++) {
        char origin[RECORD_ORIGIN_HEX], count[24];
        text_hex(list[i].origin, RECORD_ORIGIN, origin);
        snprintf(count, sizeof count, "%lld", (long long)list[i].records);
        ok = tell(&t, "stranger", false, "check.stranger", origin, count, err);
    }
    arena_release(&a);
    return ok;
}

/* ---- photos ---------------------------------------------------------------------- */

static bool remember(const struct blob *b, void *data, struct err *err)
{
    (void)err;
    buf_add(data, b, sizeof *b);
    return true;
}

static bool check_photo(struct store *s, const struct teller *t, const struct blob *b,
                        struct err *err)
{
    struct check_finding f = {"photo", b->sha256, true, ERR_INIT};
    bool whole = blob_verify(s, b, &f.err);
    bool marked = strcmp(b->state, "verified") == 0;
    if (whole != marked &&
        !blob_set_state(s, b->sha256, whole ? "verified" : "stored", err))
        return false;
    return whole || t->visit(&f, t->data, err);
}

static const char sql_photos_absent[] =
    "SELECT DISTINCT p.sha256 FROM photo p JOIN observation o ON o.id = p.observation"
    " WHERE p.founded = 1 AND o.withdrawn = 0 AND NOT EXISTS"
    " (SELECT 1 FROM blob b WHERE b.sha256 = p.sha256) AND NOT EXISTS"
    " (SELECT 1 FROM pulled u WHERE u.subject = o.id) AND NOT EXISTS"

    " (SELECT 1 FROM erased_blob e WHERE e.sha256 = p.sha256)"
    " UNION SELECT p.sha256 FROM sealed_photo p WHERE NOT EXISTS"
    " (SELECT 1 FROM blob b WHERE b.sha256 = p.sha256) AND NOT EXISTS"
    " (SELECT 1 FROM pulled u WHERE u.subject = p.id) AND NOT EXISTS"
    " (SELECT 1 FROM erased_blob e WHERE e.sha256 = p.sha256) ORDER BY 1";

static bool tell_absent(struct store *s, const struct teller *t, struct err *err)
{
    struct db_rows rows;
    bool ok = true;
    if (!db_query(&s->db, &rows, err, sql_photos_absent, ""))
        return false;
    while (ok && db_next(&rows, err))
        ok = tell(t, "photo", false, "check.photo_not_here", db_peek(&rows, 0), NULL,
                  err);
    return db_done(&rows) && ok;
}

bool check_photos(struct store *s, check_visit visit, void *data, int64_t *ret_n,
                  struct err *err)
{
    const struct teller t = {visit, data};
    struct buf list = BUF_INIT;
    bool ok = blob_each(s, NULL, remember, &list, err);
    size_t n = list.len / sizeof(struct blob);
    for (size_t i = 0; ok && i < n; i++) {
        struct blob b;
        memcpy(&b, list.data + i * sizeof b, sizeof b);
        ok = check_photo(s, &t, &b, err);
    }
    buf_release(&list);
    ok = ok && tell_absent(s, &t, err);
    if (ok)
        *ret_n = (int64_t)n;
    return ok;
}

/* ---- erasures -------------------------------------------------------------------- */

bool check_erasing(struct store *s, check_visit visit, void *data, struct err *err)
{
    const struct teller t = {visit, data};
    char number[24];
    int64_t pending = 0;
    if (!erasing_settle(s, &pending, err))
        return false;
    snprintf(number, sizeof number, "%lld", (long long)pending);
    return pending == 0 ||
           tell(&t, "erasing", false, "check.erasing", number, NULL, err);
}

/* ---- the fold -------------------------------------------------------------------- */

bool check_fold(struct store *s, check_visit visit, void *data, struct err *err)
{
    const struct teller t = {visit, data};
    const char *differs = NULL;
    if (!fold_rebuild(s, true, &differs, err))
        return false;
    return !differs || tell(&t, "fold", true, "check.fold_differs", differs, NULL, err);
}
