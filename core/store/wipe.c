/* wipe: see the header. Empties bodies in record and removes rows of blob and draft. */
#include "core/store/wipe.h"

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/admission.h"
#include "core/store/blob.h"
#include "core/store/fold.h"
#include "core/store/hold.h"
#include "core/store/local/answer.h"
#include "core/store/local/carried.h"
#include "core/store/local/draft.h"
#include "core/store/local/erasing.h"
#include "core/store/local/peer.h"
#include "core/store/local/wiped.h"
#include "core/store/track.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct one {
    const char *id; /* subject or sha256 */
    const char *kind, *type; /* of a carrier the kind of the record inside */
    struct one *next;
};

#define OF_THE_WALK                                                                    \
    "(r.subject = ?1 OR r.subject IN (SELECT id FROM observation WHERE walk = ?1)"     \
    " OR r.subject IN (SELECT id FROM track WHERE walk = ?1)"                          \
    " OR r.subject IN (SELECT id FROM lamp_look WHERE walk = ?1)"                      \
    " OR r.subject IN (SELECT id FROM sealed WHERE walk = ?1)"                         \
    " OR r.subject IN (SELECT id FROM sealed_photo WHERE walk = ?1)"                   \
    " OR r.subject IN (SELECT id FROM rating WHERE walk = ?1)"                         \
    " OR r.subject IN (SELECT id FROM verdict WHERE walk = ?1)"                        \
    " OR r.subject IN (SELECT id FROM acute WHERE walk = ?1))"

static const char sql_wipe_subjects[] =
    "SELECT DISTINCT r.subject, COALESCE(r.carried, r.kind) FROM record r "
    "WHERE " OF_THE_WALK " ORDER BY r.subject";
static const char sql_wipe_photos[] =
    "SELECT DISTINCT b.sha256, b.type FROM blob b JOIN photo p ON p.sha256 = b.sha256"
    " JOIN observation o ON o.id = p.observation WHERE o.walk = ?1 AND NOT EXISTS"
    " (SELECT 1 FROM photo q JOIN observation x ON x.id = q.observation"
    " WHERE q.sha256 = b.sha256 AND x.walk <> ?1) UNION SELECT b.sha256, b.type FROM "
    "blob b"
    " JOIN sealed_photo p ON p.sha256 = b.sha256 WHERE p.walk = ?1";

static bool gather(struct store *s, struct arena *a, const char *sql, const char *walk,
                   struct one **ret, struct err *err)
{
    struct db_rows rows;
    struct one *first = NULL;
    if (!db_query(&s->db, &rows, err, sql, "s", walk))
        return false;
    while (db_next(&rows, err)) {
        struct one *o = arena_alloc(a, sizeof *o);
        o->id = db_text(&rows, a, 0);
        o->kind = o->type = db_text(&rows, a, 1);
        o->next = first;
        first = o;
    }
    *ret = first;
    return db_done(&rows);
}

/* ---- may it go? ------------------------------------------------------------------ */

/* On a device that was shut out the last of a track becomes no record any more: it keeps
 * nothing here, and goes with its walk. */
static bool count_fixes(struct store *s, const char *walk, int64_t *ret,
                        struct err *err)
{
    bool locked;
    int64_t n = 0;
    if (!admission_is_revoked(s, s->origin, &locked, err) ||
        (!locked && !track_waiting(s, walk, &n, err)))
        return false;
    *ret = n;
    return true;
}

static bool count_left(struct store *s, const char *walk, const struct one *subjects,
                       const struct one *photos, int64_t *ret, struct err *err)
{
    int64_t left = 0;
    const char *state, *before = "";
    int64_t carried = 0, answers = 0, typed = 0, fixes = 0;
    for (const struct one *o = subjects; o; before = o->id, o = o->next) {
        if (strcmp(o->id, before) == 0)
            continue;
        if (!peer_record_state(s, o->id, &state, err) ||
            !carried_open(s, o->id, &carried, err) ||
            !draft_count(s, o->id, &typed, err))
            return false;
        left += strcmp(state, "verified") != 0 || carried > 0 || typed > 0;
    }
    for (const struct one *p = photos; p; p = p->next) {
        if (!peer_photo_state(s, p->id, &state, err))
            return false;
        left += strcmp(state, "verified") != 0;
    }
    if (walk &&
        (!answer_waiting(s, walk, &answers, err) || !count_fixes(s, walk, &fixes, err)))
        return false;
    *ret = left + answers + (fixes > 0);
    return true;
}

/* A retired origin cannot say any more that its bodies are gone: its key is. What another
 * copy of the folder wrote behind its end is not ours to say so of. */
static const char sql_wipe_retired[] =
    "SELECT count(*) FROM record r JOIN own_origin w ON w.origin = r.origin"
    " AND r.seq <= w.last WHERE r.body IS NOT NULL AND " OF_THE_WALK;

static bool no_retired(struct store *s, const char *walk, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_wipe_retired, "s", walk))
        return false;
    return n == 0 || err_set(err, ERR_CONFLICT, "wipe.retired", NULL);
}

/* ---- letting go ------------------------------------------------------------------ */

static const char sql_wipe_own[] =
    "SELECT r.seq FROM record r JOIN self s ON s.origin = r.origin"
    " WHERE r.subject = ?1 AND r.body IS NOT NULL ORDER BY r.seq";
static const char sql_wipe_bodies[] =
    "UPDATE record SET body = NULL WHERE subject = ?1 AND body IS NOT NULL";

static bool say_gone(struct store *s, struct arena *a, int64_t from, int64_t to,
                     struct err *err)
{
    char subject[RECORD_ORIGIN_HEX];
    text_hex(s->origin, RECORD_ORIGIN, subject);
    const char *body = arena_printf(a, "{\"from\":%lld,\"to\":%lld}", (long long)from,
                                    (long long)to);
    struct record_wish wish = {"origin.gone", subject, body, "", "", INT64_MIN};
    return hold_make(s, a, &wish, NULL, err);
}

static bool add_own_seqs(struct store *s, const char *subject, struct buf *seqs,
                         struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_wipe_own, "s", subject))
        return false;
    while (db_next(&rows, err)) {
        int64_t seq = db_int(&rows, 0);
        buf_add(seqs, &seq, sizeof seq);
    }
    return db_done(&rows);
}

static int by_seq(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* One origin.gone for each run: a body that nobody says is gone would never be confirmed
 * again. */
static bool say_runs_gone(struct store *s, struct arena *a, const int64_t *seq,
                          size_t n, struct err *err)
{
    for (size_t first = 0, at = 0; at < n; at++) {
        if (at + 1 < n && seq[at + 1] == seq[at] + 1)
            continue;
        if (!say_gone(s, a, seq[first], seq[at], err))
            return false;
        first = at + 1;
    }
    return true;
}

static const char sql_wipe_bare[] =
    "SELECT r.seq FROM record r JOIN self s ON s.origin = r.origin WHERE r.body IS NULL"
    " ORDER BY r.seq";

static const char sql_wipe_erased[] =
    "SELECT DISTINCT r.subject, COALESCE(r.carried, r.kind) FROM record r JOIN self s"
    " ON s.origin = r.origin WHERE r.body IS NULL AND ?1 = ''";

/* What an erasure left of them is let go of, too. */
static bool fold_erased(struct store *s, struct arena *a, struct err *err)
{
    struct one *subjects = NULL;
    bool ok = gather(s, a, sql_wipe_erased, "", &subjects, err);
    for (const struct one *o = subjects; ok && o; o = o->next) {
        struct record r = {.subject = o->id, .kind = o->kind};
        ok = fold_subject(s, a, &r, err);
    }
    return ok && fold_outdate(s, err);
}

bool wipe_say_erased(struct store *s, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct buf seqs = BUF_INIT;
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_wipe_bare, ""))
        return false;
    while (db_next(&rows, err)) {
        int64_t seq = db_int(&rows, 0);
        buf_add(&seqs, &seq, sizeof seq);
    }
    int64_t *seq = arena_memdup(&a, seqs.data, seqs.len);
    bool ok = db_done(&rows) &&
              say_runs_gone(s, &a, seq, seqs.len / sizeof *seq, err) &&
              fold_erased(s, &a, err);
    buf_release(&seqs);
    arena_release(&a);
    return ok;
}

/* Of all subjects together: what was written in one go is one run. */
static bool say_all_gone(struct store *s, struct arena *a, const struct one *subjects,
                         struct err *err)
{
    struct buf seqs = BUF_INIT;
    const char *before = "";
    bool ok = true;
    for (const struct one *o = subjects; ok && o; before = o->id, o = o->next)
        ok = strcmp(o->id, before) == 0 || add_own_seqs(s, o->id, &seqs, err);
    size_t n = seqs.len / sizeof(int64_t);
    int64_t *seq = arena_memdup(a, seqs.data, seqs.len);
    buf_release(&seqs);
    if (n > 1)
        qsort(seq, n, sizeof *seq, by_seq);
    return ok && say_runs_gone(s, a, seq, n, err);
}

static bool empty_subject(struct store *s, struct arena *a, const struct one *o,
                          bool same_as_before, int64_t *records, struct err *err)
{
    struct record r = {.subject = o->id, .kind = o->kind};
    if (!same_as_before) {
        if (!db_run(&s->db, err, sql_wipe_bodies, "s", o->id))
            return false;
        *records += db_changes(&s->db);
        if (!draft_end(s, o->id, err))
            return false;
    }
    return fold_subject(s, a, &r, err);
}

static bool let_go(struct store *s, struct arena *a, const struct one *subjects,
                   const struct one *photos, struct wipe_counts *c, struct err *err)
{
    const char *before = "";
    if (!say_all_gone(s, a, subjects, err))
        return false;
    for (const struct one *o = subjects; o; before = o->id, o = o->next)
        if (!empty_subject(s, a, o, strcmp(o->id, before) == 0, &c->records, err))
            return false;
    for (const struct one *p = photos; p; p = p->next, c->photos++)
        if (!blob_drop(s, p->id, err))
            return false;
    return fold_outdate(s, err) &&
           erasing_add(s, "", err); /* the words that the log of pages still has */
}

/* Their files go after the commit, and at the next opening when a kill comes between. */
static bool files_go(struct store *s, const struct one *photos, struct err *err)
{
    for (const struct one *p = photos; p; p = p->next)
        if (!erasing_add(s, p->id, err))
            return false;
    return true;
}

static bool settle(struct store *s, struct err *err)
{
    int64_t pending; /* doctor tells, and it is tried again */
    return erasing_settle(s, &pending, err);
}

/* Small pictures of photos that were never here themselves: pulled, or fetched again. */
static const char sql_wipe_small[] =
    "SELECT DISTINCT p.sha256, '' FROM photo p JOIN observation o ON o.id = "
    "p.observation"
    " WHERE o.walk = ?1 AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = p.sha256)"
    " AND NOT EXISTS (SELECT 1 FROM photo q JOIN observation x ON x.id = q.observation"
    " WHERE q.sha256 = p.sha256 AND x.walk <> ?1)";
static const char sql_wipe_title[] = "SELECT id, title FROM walk WHERE id = ?1";

/* So that somebody can ask for it again. */
static bool remember(struct store *s, struct arena *a, const char *walk,
                     struct err *err)
{
    struct one *title = NULL;
    return gather(s, a, sql_wipe_title, walk, &title, err) &&
           wiped_add(s, a, walk, title ? title->kind : "", err);
}

static const char sql_wipe_count[] =
    "SELECT count(*) FROM record WHERE subject = ?1 AND body IS NOT NULL";
static const char sql_wipe_bytes[] = "SELECT bytes FROM blob WHERE sha256 = ?1";

static bool add_number(struct store *s, const char *sql, const char *about,
                       int64_t *sum, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql, "s", about))
        return false;
    *sum += n;
    return true;
}

bool wipe_look(struct store *s, const char *walk, struct wipe_counts *ret,
               struct err *err)
{
    struct arena a = ARENA_INIT;
    struct wipe_counts c = {0};
    struct one *subjects = NULL, *photos = NULL;
    const char *before = "";
    bool ok = gather(s, &a, sql_wipe_subjects, walk, &subjects, err) &&
              gather(s, &a, sql_wipe_photos, walk, &photos, err) &&
              count_left(s, walk, subjects, photos, &c.left, err);
    for (const struct one *o = subjects; ok && o; before = o->id, o = o->next)
        ok = strcmp(o->id, before) == 0 ||
             add_number(s, sql_wipe_count, o->id, &c.records, err);
    for (const struct one *p = photos; ok && p; p = p->next, c.photos++)
        ok = add_number(s, sql_wipe_bytes, p->id, &c.bytes, err);
    arena_release(&a);
    if (ok)
        *ret = c;
    return ok;
}

bool wipe_walk(struct store *s, const char *walk, struct wipe_counts *ret,
               struct err *err)
{
    struct arena a = ARENA_INIT;
    struct wipe_counts c = {0};
    struct one *subjects = NULL, *photos = NULL, *small = NULL;
    char left[24];
    bool ok = db_begin(&s->db, err);
    ok = ok && gather(s, &a, sql_wipe_subjects, walk, &subjects, err) &&
         gather(s, &a, sql_wipe_photos, walk, &photos, err) &&
         gather(s, &a, sql_wipe_small, walk, &small, err) &&
         count_left(s, walk, subjects, photos, &c.left, err);
    snprintf(left, sizeof left, "%lld", (long long)c.left);
    if (ok && c.left > 0)
        ok = err_set(err, ERR_CONFLICT, "wipe.not_confirmed", left, NULL);
    ok = ok && no_retired(s, walk, err);
    ok = ok && remember(s, &a, walk, err);
    ok = ok && let_go(s, &a, subjects, photos, &c, err) &&
         answer_forget(s, walk, err) && track_drop(s, walk, err) &&
         files_go(s, photos, err) && files_go(s, small, err);
    if (ok)
        ok = db_commit(&s->db, err);
    else
        db_rollback(&s->db);
    ok = ok && settle(s, err);
    arena_release(&a);
    if (ok)
        *ret = c;
    return ok;
}

/* ---- shut out -------------------------------------------------------------------- */

/* Records of a retired origin stay: nobody can sign any more that their bodies are gone. */
static const char sql_wipe_points[] =
    "SELECT DISTINCT r.subject, COALESCE(r.carried, r.kind) FROM record r JOIN (SELECT "
    "id FROM observation"
    " UNION SELECT id FROM sealed) o ON o.id = r.subject WHERE r.body IS NOT NULL AND "
    "NOT EXISTS (SELECT 1 FROM record q"
    " JOIN own_origin w ON w.origin = q.origin AND q.seq <= w.last"
    " WHERE q.subject = r.subject"
    " AND q.body IS NOT NULL) AND (?1 = '' OR r.subject = ?1) ORDER BY r.subject";
static const char sql_wipe_photos_of[] =
    "SELECT b.sha256, b.type FROM blob b JOIN photo p ON p.sha256 = b.sha256"
    " WHERE p.observation = ?1 AND NOT EXISTS (SELECT 1 FROM photo q"
    " WHERE q.sha256 = b.sha256 AND q.observation <> ?1) UNION SELECT b.sha256, b.type"
    " FROM blob b JOIN sealed_photo p ON p.sha256 = b.sha256 WHERE p.id = ?1";
static const char sql_points_left[] =
    "SELECT count(DISTINCT r.subject) FROM record r JOIN (SELECT id FROM observation"
    " UNION SELECT id FROM sealed) o ON o.id = r.subject WHERE r.body IS NOT NULL";

static bool wipe_point(struct store *s, struct arena *a, const char *id,
                       struct wipe_counts *c, struct err *err)
{
    struct one *subject = NULL, *photos = NULL;
    int64_t left = 0;
    if (!gather(s, a, sql_wipe_points, id, &subject, err) ||
        !gather(s, a, sql_wipe_photos_of, id, &photos, err) ||
        !count_left(s, NULL, subject, photos, &left, err) || !db_begin(&s->db, err))
        return false;
    bool ok =
        left > 0 || (let_go(s, a, subject, photos, c, err) && files_go(s, photos, err));
    if (ok)
        ok = db_commit(&s->db, err);
    else
        db_rollback(&s->db);
    return ok;
}

bool wipe_verified(struct store *s, struct wipe_counts *ret, struct err *err)
{
    struct arena keep = ARENA_INIT, a = ARENA_INIT;
    struct wipe_counts c = {0};
    struct one *points = NULL;
    const char *before = "";
    bool ok = gather(s, &keep, sql_wipe_points, "", &points, err);
    for (const struct one *o = points; ok && o; before = o->id, o = o->next) {
        if (strcmp(o->id, before) != 0)
            ok = wipe_point(s, &a, o->id, &c, err);
        arena_reset(&a);
    }
    ok =
        ok && db_number(&s->db, &c.left, 0, err, sql_points_left, "") && settle(s, err);
    arena_release(&a);
    arena_release(&keep);
    if (ok)
        *ret = c;
    return ok;
}
