/* hold: see the header. Owns the tables record, origin and held_run, and the counters
 * of self. hold_ask.c has the keys, the runs and what is only read. */
#include "core/store/hold.h"

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/admission.h"
#include "core/store/carry.h"
#include "core/store/erase.h"
#include "core/store/fold.h"
#include "core/store/hold_place.h"
#include "core/store/judge.h"
#include "core/store/spoilt.h"

#include <stdio.h>
#include <string.h>

/* ---- counters -------------------------------------------------------------------- */

struct counters {
    int64_t seq, tick, arrival;
    uint8_t head[DIGEST_SIZE];
    bool locked; /* a registry has shut this device out */
};

static const char sql_counters[] =
    "SELECT s.seq, s.tick, s.arrival, s.head, (SELECT count(*) FROM admission a"
    " WHERE a.origin = s.origin AND a.role = 'device' AND a.last_seq IS NOT NULL),"
    " s.origin, s.registry FROM self s WHERE s.one = 1";
static const char sql_counters_own[] =
    "UPDATE self SET seq = ?1, tick = ?2, arrival = ?3, head = ?4 WHERE one = 1";
static const char sql_counters_taken[] =
    "UPDATE self SET tick = ?1, arrival = ?2 WHERE one = 1";

static bool counters_read(struct store *s, struct counters *ret, struct err *err)
{
    struct db_rows rows;
    struct counters c = {0};
    uint8_t origin[RECORD_ORIGIN];
    memcpy(origin, s->origin, RECORD_ORIGIN);
    if (!db_query(&s->db, &rows, err, sql_counters, ""))
        return false;
    if (db_next(&rows, err)) {
        c.seq = db_int(&rows, 0);
        c.tick = db_int(&rows, 1);
        c.arrival = db_int(&rows, 2);
        if (!db_is_null(&rows, 3))
            memcpy(c.head, sqlite3_column_blob(rows.statement, 3), DIGEST_SIZE);
        memcpy(origin, sqlite3_column_blob(rows.statement, 5), RECORD_ORIGIN);
        /* another program may have paired since we opened: rights hang on whom it trusts */
        snprintf(s->registry, sizeof s->registry, "%s", db_peek(&rows, 6));
        c.locked = s->role == STORE_WALKER && db_int(&rows, 4) > 0;
    }
    if (!db_done(&rows))
        return false;
    /* another program has taken a new origin (core/store/carry) while we had this open */
    if (memcmp(origin, s->origin, RECORD_ORIGIN) != 0 && !store_rekey(s, origin, err))
        return false;
    *ret = c;
    return true;
}

/* ---- applying -------------------------------------------------------------------- */

static bool rights_moved(struct store *s, struct arena *a, const struct record *r,
                         struct err *err);

/* Whatever else is said about an origin gives it nothing and takes nothing from it. */
static bool moves_rights(const struct store *s, const struct record *r)
{
    return strcmp(r->kind, "origin.admit") == 0 ||
           strcmp(r->kind, "origin.revoke") == 0 || admission_certified(s, r);
}

/* What an applied record moves besides its own subject: an admission may let records
 * in that waited for it, and the registry opens issues. */
static bool after_apply(struct store *s, struct arena *a, const struct record *r,
                        struct err *err)
{
    if (moves_rights(s, r) && !rights_moved(s, a, r, err))
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
static const char sql_record_carries[] =
    "UPDATE record SET carried = ?2, carried_hash = ?3, carried_origin = ?4"
    " WHERE hash = ?1";

/* What is carried, for whoever folds it. */
static bool name_inner(struct store *s, const struct record *r,
                       const struct record *inner, struct err *err)
{
    return db_run(&s->db, err, sql_record_carries, "bsbb", r->hash, (size_t)DIGEST_SIZE,
                  inner->kind, inner->hash, (size_t)DIGEST_SIZE, inner->origin,
                  (size_t)RECORD_ORIGIN);
}

static bool insert(struct store *s, const struct record *r, int64_t arrival,
                   const struct judged *j, struct err *err)
{
    const struct record *inner = &j->entry.record;
    return db_run(&s->db, err, sql_record_add, "ibibissssbs", arrival, r->origin,
                  (size_t)RECORD_ORIGIN, r->seq, r->hash, (size_t)DIGEST_SIZE, r->tick,
                  r->kind, r->subject, r->head, r->body, r->sig, (size_t)SIGN_SIZE,
                  j->reason) &&
           (!j->carries || name_inner(s, r, inner, err));
}

bool hold_make(struct store *s, struct arena *a, const struct record_wish *wish,
               struct record *ret, struct err *err)
{
    struct counters c;
    struct record r;
    struct judged j;
    if (!counters_read(s, &c, err))
        return false;
    if (c.locked && !text_starts(wish->kind, "origin.") &&
        strcmp(wish->kind, "clock.fix") != 0)
        return err_set(err, ERR_DENIED, "device.locked", NULL);
    struct record_place place = {.seq = c.seq + 1, .tick = c.tick + 1};
    memcpy(place.origin, s->origin, RECORD_ORIGIN);
    memcpy(place.prev, c.head, DIGEST_SIZE);
    if (!record_write(a, wish, &place, s->secret, &r, err) ||
        !judge(s, a, &r, c.tick, &j, err))
        return false;
    if (j.unfit.code != ERR_NONE) {
        *err = j.unfit;
        return false;
    }
    if (j.reason)
        return err_set(err, ERR_INTERNAL, "record.own_unfit", wish->kind, j.reason, NULL);
    bool ok = insert(s, &r, c.arrival + 1, &j, err) &&
              db_run(&s->db, err, sql_counters_own, "iiib", r.seq, r.tick, c.arrival + 1,
                     r.hash, (size_t)DIGEST_SIZE) &&
              apply(s, a, &j, err) && settle_ticks(s, a, err);
    judged_free(&j);
    if (ok && ret)
        *ret = r;
    return ok;
}

bool hold_say(struct store *s, struct arena *a, const char *kind, const char *subject,
              const char *body, const char *by_role, struct err *err)
{
    struct record_wish wish = {kind, subject, body, by_role, "", INT64_MIN};
    return hold_make(s, a, &wish, NULL, err);
}

static const char sql_aside_read[] = "DELETE FROM aside WHERE origin = ?1 AND seq = ?2";

enum place { PLACE_FREE, PLACE_ASIDE, PLACE_SPOILT };

static const char sql_record_drop[] = "DELETE FROM record WHERE hash = ?1";

/* Lets go of what stood there for the same record: a line that could not be read, or what a
 * disk has spoilt. */
static bool clear_place(struct store *s, const struct record *r, enum place was,
                        struct err *err)
{
    if (was == PLACE_ASIDE)
        return db_run(&s->db, err, sql_aside_read, "bi", r->origin,
                      (size_t)RECORD_ORIGIN, r->seq);
    return was == PLACE_FREE ||
           (db_run(&s->db, err, sql_record_drop, "b", r->hash, (size_t)DIGEST_SIZE) &&
            spoilt_forget(s, r->origin, r->seq, err));
}

/* It had its effect before a disk spoilt it: its subject is folded anew with it. */
static bool apply_again(struct store *s, struct arena *a, const struct record *inner,
                        struct err *err)
{
    return fold_subject(s, a, inner, err) &&
           (!erases(inner) || erase_carry_out(s, a, inner->subject, err)) &&
           after_apply(s, a, inner, err);
}

/* What comes arrives, also once more. */
static bool take(struct store *s, struct arena *a, const struct record *r, bool own,
                 enum place was, const struct counters *c, struct err *err)
{
    struct judged j;
    if (!judge(s, a, r, c->tick, &j, err))
        return false;
    bool again = was == PLACE_SPOILT;
    int64_t tick = j.reason || r->tick <= c->tick ? c->tick : r->tick;
    bool ok =
        clear_place(s, r, was, err) && insert(s, r, c->arrival + 1, &j, err) &&
        db_run(&s->db, err, sql_counters_taken, "ii", tick, c->arrival + 1) &&
        ((own && !again) || hold_note(s, r->origin, r->seq, err)) &&
        (j.reason ||
         ((again ? apply_again(s, a, &j.entry.record, err) : apply(s, a, &j, err)) &&
          settle_ticks(s, a, err)));
    judged_free(&j);
    return ok;
}

bool hold_take(struct store *s, struct arena *a, const struct record *r,
               enum hold_verdict *ret, struct err *err)
{
    bool erased, fills, fits = true, spoilt = false;
    struct place_stands at;
    struct counters c;
    struct record bare = *r;
    if (!place_look(s, r->origin, r->seq, r->hash, &at, err))
        return false;
    if (at.there && at.same && !at.aside &&
        !spoilt_is(s, r->origin, r->seq, &spoilt, err))
        return false;
    if (!r->body && place_never_bare(r)) {
        *ret = HOLD_BARE;
        return true;
    }
    /* One was taken in without its word once; now it has it. */
    if (!place_fills(s, a, r, &at, &fills, err))
        return false;
    spoilt |= fills;
    if (at.there && !spoilt && !(at.aside && at.same)) {
        *ret = at.same ? HOLD_ALREADY : HOLD_FORKED;
        return true;
    }
    if (!counters_read(s, &c, err) || !place_erased(s, a, r, &erased, err) ||
        (!at.there && !place_fits(s, a, r, &fits, err)))
        return false;
    bool own = memcmp(r->origin, s->origin, RECORD_ORIGIN) == 0;
    /* Or said by a copy of us: our counter is not there yet. */
    if (!fits || (own && r->seq > c.seq)) {
        *ret = HOLD_FORKED;
        return true;
    }
    if (erased) {
        bare.body = NULL;
        bare.body_len = 0;
    }
    enum place was = spoilt ? PLACE_SPOILT : at.aside ? PLACE_ASIDE : PLACE_FREE;
    if (!take(s, a, &bare, own, was, &c, err))
        return false;
    *ret = HOLD_NEW;
    return true;
}

/* ---- trying again ---------------------------------------------------------------- */

static const char sql_waiting[] =
    "SELECT hash FROM record WHERE reason = ?1 ORDER BY tick, origin, seq";
static const char sql_waiting_of[] =
    "SELECT hash FROM record WHERE reason = ?1 AND (origin = ?2 OR carried_origin = ?2)"
    " ORDER BY tick, origin, seq";
static const char sql_waiting_near[] = "SELECT hash FROM record WHERE reason = ?1"
                                       " AND tick <= (SELECT tick + ?2 FROM self WHERE "
                                       "one = 1) ORDER BY tick, origin, seq";
static const char sql_still_waits[] =
    "SELECT count(*) FROM record WHERE hash = ?1 AND reason = ?2";
static const char sql_waits_now[] = "UPDATE record SET reason = ?2 WHERE hash = ?1";
static const char sql_applied_now[] =
    "UPDATE record SET reason = NULL, arrival = ?2 WHERE hash = ?1";

/* It takes effect now, so it arrives now: whoever reads on from an arrival (a rebuild,
 * a feed) must meet it. */
static bool apply_late(struct store *s, struct arena *a, const struct record *r,
                       struct judged *j, const struct counters *c, struct err *err)
{
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
    bool whole;
    if (!db_number(&s->db, &waits, 0, err, sql_still_waits, "bs", hash,
                   (size_t)DIGEST_SIZE, reason_before))
        return false;
    if (!waits)
        return true; /* one tried before it let it in */
    if (!hold_read_whole(s, a, hash, &r, &whole, err))
        return false;
    if (!whole)
        return true; /* it waits until it has come again */
    if (!counters_read(s, &c, err) || !judge(s, a, &r, c.tick, &j, err))
        return false;
    if (j.reason && strcmp(j.reason, reason_before) == 0)
        return true;
    if (j.reason)
        return db_run(&s->db, err, sql_waits_now, "bs", hash, (size_t)DIGEST_SIZE,
                      j.reason);
    *ret_applied = true;
    bool ok = apply_late(s, a, &r, &j, &c, err);
    judged_free(&j);
    return ok;
}

static bool read_hashes(struct db_rows *rows, struct buf *hashes, struct err *err)
{
    while (db_next(rows, err))
        buf_add(hashes, sqlite3_column_blob(rows->statement, 0), DIGEST_SIZE);
    return db_done(rows);
}

/* Those that the query names. */
static bool retry(struct store *s, struct arena *a, struct db_rows *rows,
                  const char *reason, bool *ret_applied, struct err *err)
{
    struct buf hashes = BUF_INIT;
    bool ok = read_hashes(rows, &hashes, err);
    *ret_applied = false;
    for (size_t i = 0; ok && i < hashes.len; i += DIGEST_SIZE)
        ok = try_one(s, a, (const uint8_t *)hashes.data + i, reason, ret_applied, err);
    buf_release(&hashes);
    return ok;
}

bool hold_retry(struct store *s, struct arena *a, const char *reason,
                const uint8_t *origin, struct err *err)
{
    struct db_rows rows;
    bool ignored;
    return (origin ? db_query(&s->db, &rows, err, sql_waiting_of, "sb", reason, origin,
                              (size_t)RECORD_ORIGIN)
                   : db_query(&s->db, &rows, err, sql_waiting, "s", reason)) &&
           retry(s, a, &rows, reason, &ignored, err);
}

/* Whatever moved our tick, an admission too, may fill the step others wait for; and each
 * that is let in moves it again. Those beyond the step (core/store/judge) are not read. */
static bool settle_ticks(struct store *s, struct arena *a, struct err *err)
{
    struct db_rows rows;
    bool applied = true;
    while (applied)
        if (!db_query(&s->db, &rows, err, sql_waiting_near, "si", "tick",
                      HOLD_TICK_STEP) ||
            !retry(s, a, &rows, "tick", &applied, err))
            return false;
    return true;
}

/* ---- taking back ----------------------------------------------------------------- */

static const char sql_reason_now[] =
    "UPDATE record SET reason = ?2, arrival = ?3 WHERE hash = ?1";

/* r without an effect from now on; its subject is folded anew without it. */
static bool unapply(struct store *s, struct arena *a, const struct record *r,
                    const struct judged *j, const char *reason, struct err *err)
{
    struct counters c;
    return counters_read(s, &c, err) &&
           db_run(&s->db, err, sql_reason_now, "bsi", r->hash, (size_t)DIGEST_SIZE,
                  reason, c.arrival + 1) &&
           db_run(&s->db, err, sql_counters_taken, "ii", c.tick, c.arrival + 1) &&
           fold_subject(s, a, &j->entry.record, err);
}

static const char sql_beyond[] =
    "SELECT r.hash FROM record r JOIN admission d ON d.origin = ?1 WHERE r.reason IS NULL"
    " AND d.last_seq IS NOT NULL AND ((r.origin = ?1 AND r.seq > d.last_seq)"
    " OR r.carried_origin = ?1) ORDER BY r.arrival";
static const char sql_above_step[] =
    "SELECT r.hash FROM record r WHERE r.reason IS NULL AND r.tick >= (SELECT min(t.tick)"
    " FROM (SELECT tick, LAG(tick, 1, 0) OVER (ORDER BY tick) AS before FROM record"
    " WHERE reason IS NULL) t WHERE t.tick - t.before > ?1) ORDER BY r.arrival";

/* Of those named the ones that are no longer right, or all of them when reason says why.
 * One that a disk has spoilt says nothing, and is judged anew when it has come again. */
static bool take_back(struct store *s, struct arena *a, const struct buf *hashes,
                      const char *reason, bool *ret_any, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < hashes->len; i += DIGEST_SIZE) {
        struct record r;
        struct judged j;
        bool whole;
        if (!hold_read_whole(s, a, (const uint8_t *)hashes->data + i, &r, &whole, err))
            return false;
        if (!whole)
            continue;
        if (!judge(s, a, &r, INT64_MAX, &j, err))
            return false;
        const char *why = reason ? reason : j.reason;
        if (why) {
            *ret_any = true;
            ok = unapply(s, a, &r, &j, why, err);
        }
        judged_free(&j);
    }
    return ok;
}

static const char sql_tick_again[] =
    "UPDATE self SET tick = COALESCE((SELECT max(tick) FROM record"
    " WHERE reason IS NULL), 0) WHERE one = 1";

/* One that is gone may have filled the step that others stood on. */
static bool ticks_again(struct store *s, struct arena *a, struct err *err)
{
    struct buf hashes = BUF_INIT;
    struct db_rows rows;
    bool any;
    bool ok = db_query(&s->db, &rows, err, sql_above_step, "i", HOLD_TICK_STEP) &&
              read_hashes(&rows, &hashes, err) &&
              take_back(s, a, &hashes, "tick", &any, err) &&
              db_run(&s->db, err, sql_tick_again, "") && settle_ticks(s, a, err);
    buf_release(&hashes);
    return ok;
}

static const char sql_admissions[] =
    "SELECT hash FROM record WHERE reason IS NULL"
    " AND kind IN ('origin.admit', 'origin.revoke') ORDER BY arrival";

bool hold_admissions_again(struct store *s, struct arena *a, struct err *err)
{
    struct buf hashes = BUF_INIT;
    struct db_rows rows;
    bool any;
    bool ok = db_query(&s->db, &rows, err, sql_admissions, "") &&
              read_hashes(&rows, &hashes, err) &&
              take_back(s, a, &hashes, NULL, &any, err);
    buf_release(&hashes);
    return ok;
}

/* Something was said about the origin r->subject: what it wrote may come in, or go out. */
static bool rights_moved(struct store *s, struct arena *a, const struct record *r,
                         struct err *err)
{
    struct buf hashes = BUF_INIT;
    struct db_rows rows;
    uint8_t origin[RECORD_ORIGIN];
    bool any = false;
    if (!text_unhex(r->subject, origin, RECORD_ORIGIN))
        return true;
    bool ok =
        hold_retry(s, a, "rights", origin, err) &&
        hold_retry(s, a, "revoked", origin, err) &&
        db_query(&s->db, &rows, err, sql_beyond, "b", origin, (size_t)RECORD_ORIGIN) &&
        read_hashes(&rows, &hashes, err) && take_back(s, a, &hashes, NULL, &any, err) &&
        (!any || ticks_again(s, a, err));
    buf_release(&hashes);
    return ok;
}

static const char sql_emptied[] =
    "UPDATE record SET body = NULL, arrival = ?2 WHERE hash = ?1";
static const char sql_anew[] = "UPDATE record SET arrival = ?2 WHERE hash = ?1";
static const char sql_reason_of[] = "SELECT COALESCE(reason, '') FROM record WHERE hash = ?1";

/* Held for its body, it may have its effect now: what is left of it fits. A carrier that
 * left the erased body out itself keeps its own. */
bool hold_empty(struct store *s, struct arena *a, const struct record *r, struct err *err)
{
    struct counters c;
    struct db_rows rows;
    struct record inner = *r;
    const char *reason = "";
    bool applied, opened = false;
    if (carry_is(r) && !carry_inner(s, a, r, &inner, &opened, err))
        return false;
    bool bare = opened && r->body && !inner.body;
    if (opened && !r->body && !name_inner(s, r, &inner, err))
        return false;
    if (!counters_read(s, &c, err) ||
        !db_run(&s->db, err, bare ? sql_anew : sql_emptied, "bi", r->hash,
                (size_t)DIGEST_SIZE, c.arrival + 1) ||
        !db_run(&s->db, err, sql_counters_taken, "ii", c.tick, c.arrival + 1) ||
        !db_query(&s->db, &rows, err, sql_reason_of, "b", r->hash, (size_t)DIGEST_SIZE))
        return false;
    if (db_next(&rows, err))
        reason = db_text(&rows, a, 0);
    if (!db_done(&rows))
        return false;
    return *reason ? try_one(s, a, r->hash, reason, &applied, err)
                   : fold_subject(s, a, &inner, err);
}
