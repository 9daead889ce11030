/* pulled: see the header. */
#include "core/store/local/pulled.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/blob.h"
#include "core/store/carry.h"
#include "core/store/erase.h"
#include "core/store/fold.h"
#include "core/store/local/carried.h"
#include "core/store/local/draft.h"
#include "core/store/local/erasing.h"
#include "core/store/local/wiped.h"

#include <string.h>

static const char sql_pulled_mark[] =
    "INSERT INTO pulled (subject) VALUES (?1) ON CONFLICT (subject) DO NOTHING";
static const char sql_pulled_is[] = "SELECT count(*) FROM pulled WHERE subject = ?1";
static const char sql_pulled_unmark[] =
    "DELETE FROM pulled WHERE subject = ?1"
    " AND NOT EXISTS (SELECT 1 FROM record r WHERE r.subject = ?1)";

bool pulled_mark(struct store *s, const char *subject, struct err *err)
{
    return db_run(&s->db, err, sql_pulled_mark, "s", subject);
}

bool pulled_is(struct store *s, const char *subject, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_pulled_is, "s", subject))
        return false;
    *ret = n > 0;
    return true;
}

/* ---- bodies that come back ------------------------------------------------------- */

/* It arrives anew: whoever reads on from an arrival (a rebuild) must meet it. */
static const char sql_refill[] =
    "UPDATE record SET body = ?2, arrival ="
    " (SELECT arrival + 1 FROM self WHERE one = 1) WHERE hash = ?1 AND body IS NULL";
static const char sql_refilled[] =
    "UPDATE self SET arrival = arrival + 1 WHERE one = 1";

/* Was it erased, or what it carries? */
static bool is_erased(struct store *s, const struct record *r,
                      const struct record *said, bool *ret, struct err *err)
{
    return erase_of_record(&s->db, r->hash, r->kind, ret, err) &&
           (*ret || erase_of_record(&s->db, said->hash, said->kind, ret, err));
}

bool pulled_refill(struct store *s, struct arena *a, const struct record *r,
                   struct err *err)
{
    struct record said;
    bool opened, erased, of_asked = false;
    if (!r->body)
        return true;
    if (!carry_said(s, a, r, &said, &opened, err))
        return false;
    bool of_a_point = text_starts(said.kind, "observation.") ||
                      text_starts(said.kind, "photo.") ||
                      text_starts(said.kind, "issue.");
    if (!opened || (!of_a_point && !text_starts(said.kind, "walk.")))
        return true;
    if (!of_a_point && !wiped_is(s, r->subject, NULL, &of_asked, err))
        return false;
    if (!of_a_point && !of_asked)
        return true;
    if (!is_erased(s, r, &said, &erased, err))
        return false;
    if (erased)
        return true;
    if (!db_run(&s->db, err, sql_refill, "bs", r->hash, (size_t)DIGEST_SIZE, r->body))
        return false;
    return db_changes(&s->db) == 0 ||
           (db_run(&s->db, err, sql_refilled, "") && fold_subject(s, a, &said, err) &&
            pulled_mark(s, r->subject, err));
}

/* ---- letting go ------------------------------------------------------------------ */

#define OWN_ORIGINS "(SELECT origin FROM self UNION SELECT origin FROM own_origin)"

static const char sql_drop_rows[] =
    "SELECT r.origin, r.seq, COALESCE(r.carried, r.kind) AS said FROM record r"
    " WHERE r.subject = ?1 AND r.origin NOT IN " OWN_ORIGINS
    " AND (r.origin NOT IN (SELECT origin FROM carried_origin)"
    " OR EXISTS (SELECT 1 FROM peer p JOIN receipt_run t ON t.registry = p.registry"
    " AND t.epoch = p.epoch AND t.origin = r.origin WHERE t.first <= r.seq"
    " AND t.last >= r.seq)) ORDER BY said";
static const char sql_drop_record[] =
    "DELETE FROM record WHERE origin = ?1 AND seq = ?2";
static const char sql_drop_run_of[] =
    "SELECT first, last FROM held_run WHERE origin = ?1 AND first <= ?2 AND last >= ?2";
static const char sql_drop_run[] =
    "DELETE FROM held_run WHERE origin = ?1 AND first = ?2";
static const char sql_drop_run_set[] =
    "INSERT INTO held_run (origin, first, last) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (origin, first) DO UPDATE SET last = excluded.last";

struct place {
    uint8_t origin[RECORD_ORIGIN];
    int64_t seq;
    const char *kind;
    struct place *next;
};

static bool gather(struct store *s, struct arena *a, const char *subject,
                   struct place **ret, struct err *err)
{
    struct db_rows rows;
    struct place **end = ret;
    *ret = NULL;
    if (!db_query(&s->db, &rows, err, sql_drop_rows, "s", subject))
        return false;
    while (db_next(&rows, err)) {
        struct place *p = arena_alloc(a, sizeof *p);
        memcpy(p->origin, sqlite3_column_blob(rows.statement, 0), RECORD_ORIGIN);
        p->seq = db_int(&rows, 1);
        p->kind = db_text(&rows, a, 2);
        p->next = NULL;
        *end = p;
        end = &p->next;
    }
    return db_done(&rows);
}

/* The run that holds the place ends before it and begins anew behind it. */
static bool split_run(struct store *s, const struct place *p, struct err *err)
{
    const size_t n = RECORD_ORIGIN;
    struct db_rows rows;
    int64_t first = 0, last = 0;
    if (!db_query(&s->db, &rows, err, sql_drop_run_of, "bi", p->origin, n, p->seq))
        return false;
    if (db_next(&rows, err)) {
        first = db_int(&rows, 0);
        last = db_int(&rows, 1);
    }
    if (!db_done(&rows))
        return false;
    if (first == 0)
        return true;
    return db_run(&s->db, err, sql_drop_run, "bi", p->origin, n, first) &&
           (first == p->seq || db_run(&s->db, err, sql_drop_run_set, "bii", p->origin,
                                      n, first, p->seq - 1)) &&
           (last == p->seq || db_run(&s->db, err, sql_drop_run_set, "bii", p->origin, n,
                                     p->seq + 1, last));
}

static const char sql_drop_photos[] =
    "SELECT p.sha256 FROM photo p WHERE p.observation = ?1"
    " AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = p.sha256)"
    " AND NOT EXISTS (SELECT 1 FROM photo q WHERE q.sha256 = p.sha256"
    " AND q.observation <> p.observation)";

static bool remove_pictures(struct store *s, const char *subject, struct err *err)
{
    static const int sides[] = {320, 1600};
    struct db_rows rows;
    char path[1200];
    bool ok = true;
    if (!db_query(&s->db, &rows, err, sql_drop_photos, "s", subject))
        return false;
    while (ok && db_next(&rows, err))
        for (size_t i = 0; ok && i < 2; i++) {
            blob_derived_path(s, db_peek(&rows, 0), sides[i], path, sizeof path);
            ok = file_remove(path, err);
        }
    return db_done(&rows) && ok;
}

static bool fold_again(struct store *s, struct arena *a, const char *subject,
                       const struct place *places, struct err *err)
{
    const char *before = "";
    for (const struct place *p = places; p; before = p->kind, p = p->next) {
        struct record r = {.subject = subject, .kind = p->kind};
        if (strcmp(before, p->kind) != 0 && !fold_subject(s, a, &r, err))
            return false;
    }
    return true;
}

/* What somebody has typed here about a point that goes is sent all the same: nobody else has
 * it. Words that cannot become an edit go with the point. */
static bool settle_typed(struct store *s, struct arena *a, const char *subject,
                         struct err *err)
{
    struct err why = ERR_INIT;
    if (draft_settle(s, a, subject, &why))
        return true;
    bool unfit = why.code == ERR_INPUT || why.code == ERR_CONFLICT ||
                 why.code == ERR_NOT_FOUND || why.code == ERR_DENIED;
    if (!unfit)
        *err = why;
    return unfit && draft_end(s, subject, err);
}

bool pulled_drop(struct store *s, struct arena *a, const char *subject, bool *ret_gone,
                 struct err *err)
{
    struct place *places = NULL;
    int64_t on_the_way = 0;
    bool pulled;
    *ret_gone = true;
    if (!pulled_is(s, subject, &pulled, err))
        return false;
    if (!pulled)
        return true;
    bool ok = settle_typed(s, a, subject, err) && gather(s, a, subject, &places, err) &&
              remove_pictures(s, subject, err);
    for (const struct place *p = places; ok && p; p = p->next)
        ok = db_run(&s->db, err, sql_drop_record, "bi", p->origin,
                    (size_t)RECORD_ORIGIN, p->seq) &&
             split_run(s, p, err);
    ok = ok && (!places ||
                erasing_add(s, "", err)); /* the log of pages has the words still */
    ok = ok && fold_outdate(s, err) && fold_again(s, a, subject, places, err) &&
         carried_open(s, subject, &on_the_way, err);
    *ret_gone = on_the_way == 0;
    /* While anything is said of it here, a hub must know that it is not for the group. */
    return ok && db_run(&s->db, err, sql_pulled_unmark, "s", subject);
}

static const char sql_is_going[] =
    "SELECT count(*) FROM pulled p JOIN observation o ON o.id = p.subject"
    " WHERE p.subject = ?1 AND NOT EXISTS (SELECT 1 FROM record r WHERE r.subject = "
    "o.id"
    " AND COALESCE(r.carried, r.kind) = 'observation.note')";

bool pulled_is_going(struct store *s, const char *subject, bool *ret, struct err *err)
{
    int64_t n = 0;
    bool ok = db_number(&s->db, &n, 0, err, sql_is_going, "s", subject);
    *ret = n > 0;
    return ok;
}

/* ---- pictures -------------------------------------------------------------------- */

static const char sql_pulled_photos[] =
    "SELECT p.sha256 FROM photo p JOIN pulled u ON u.subject = p.observation"
    " JOIN observation o ON o.id = p.observation WHERE p.founded = 1 AND o.founded = 1"
    " AND o.withdrawn = 0 AND NOT EXISTS (SELECT 1 FROM erased_blob e WHERE e.sha256 = "
    "p.sha256)"
    " ORDER BY o.at_ms DESC, p.sha256";

bool pulled_photos(struct store *s, struct arena *a, size_t most, const char ***ret,
                   size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    char path[1200];
    size_t n = 0;
    /* pointers are what it holds: NOLINTNEXTLINE(bugprone-sizeof-expression) */
    const char **list = arena_array(a, most + 1, sizeof *list);
    if (!db_query(&s->db, &rows, err, sql_pulled_photos, ""))
        return false;
    while (n < most && db_next(&rows, err)) {
        blob_derived_path(s, db_peek(&rows, 0), 320, path, sizeof path);
        if (!file_exists(path))
            list[n++] = db_text(&rows, a, 0);
    }
    *ret = list;
    *ret_n = n;
    return db_done(&rows);
}
