/* fold: see the header. Reads the table record, owns none. */
#include "core/store/fold.h"

#include "core/base/text.h"
#include "core/store/carry.h"
#include "core/store/clock_fix.h"

#include <stdlib.h>
#include <string.h>

static const struct fold_noun *const nouns[] = {
    &walk_noun, &observation_noun, &issue_noun,     &party_noun,
    &area_noun, &catalogue_noun,   &admission_noun,
    &rating_noun, &verdict_noun,   &acute_noun,     &issue_merge_noun,
    &track_noun, &lamp_noun,       &erase_noun,     &carry_noun,
    &clock_fix_noun,
    &seal_noun,
};

static const struct fold_noun *noun_of(const char *kind, const struct fold_kind **ret_kind)
{
    for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++)
        for (size_t j = 0; j < nouns[i]->kind_count; j++)
            if (strcmp(nouns[i]->kinds[j].name, kind) == 0) {
                if (ret_kind)
                    *ret_kind = &nouns[i]->kinds[j];
                return nouns[i];
            }
    return NULL;
}

const struct fold_kind *fold_kind_of(const char *kind)
{
    const struct fold_kind *found = NULL;
    noun_of(kind, &found);
    return found;
}

bool fold_body_read(const struct fold_kind *kind, const struct record *r, cJSON **ret,
                    struct err *err)
{
    cJSON *body = NULL;
    if (r->body && !json_parse(r->body, r->body_len, &body, err))
        return false;
    if (body && !field_check(body, kind->fields, kind->field_count, err)) {
        json_free(body);
        return false;
    }
    *ret = body;
    return true;
}

/* ---- the records of a subject ---------------------------------------------------- */

static int in_order(const void *a, const void *b)
{
    const struct record *x = &((const struct fold_entry *)a)->record;
    const struct record *y = &((const struct fold_entry *)b)->record;
    if (x->tick != y->tick)
        return x->tick < y->tick ? -1 : 1;
    int origins = memcmp(x->origin, y->origin, RECORD_ORIGIN);
    if (origins != 0)
        return origins;
    if (x->seq != y->seq)
        return x->seq < y->seq ? -1 : 1;
    return memcmp(x->hash, y->hash, DIGEST_SIZE); /* a fork, one of them carried */
}

/* Held plainly and carried, or carried twice: counted once. In order, they are side by
 * side. */
static size_t drop_doubles(struct fold_entry *list, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && strcmp(list[kept - 1].hash, list[i].hash) == 0)
            json_free(list[i].body);
        else
            list[kept++] = list[i];
    }
    return kept;
}

/* In the place of an erased body stands what its erasure left of it. But of a subject that
 * this very folder has let go itself (wipe), and holds no body of, nothing comes back.
 * A record that carries another (origin.carry) stands for the one inside. */
#define LEFT_OF_IT                                                                       \
    "(SELECT e.body FROM erased_record e WHERE e.hash = COALESCE(r.carried_hash, r.hash)"\
    " ORDER BY e.tick DESC, e.origin DESC, e.erasure DESC LIMIT 1)"
#define LET_GO_HERE                                                                      \
    "EXISTS (SELECT 1 FROM gone g WHERE g.origin = r.origin AND g.first <= r.seq"        \
    " AND g.last >= r.seq AND g.origin IN"                                               \
    " (SELECT origin FROM self UNION SELECT origin FROM own_origin)) AND NOT EXISTS"     \
    " (SELECT 1 FROM record q WHERE q.subject = r.subject AND q.body IS NOT NULL)"

/* What the erasure of a carrying record itself has left. */
#define LEFT_OF_CARRIER                                                                \
    "(SELECT e.body FROM erased_record e WHERE e.hash = r.hash"                        \
    " ORDER BY e.tick DESC, e.origin DESC, e.erasure DESC LIMIT 1)"

static const char sql_of_subject[] =
    "SELECT r.head, r.body, r.sig, COALESCE(r.carried, r.kind), r.hash,"
    " CASE WHEN r.body IS NULL OR r.carried IS NOT NULL THEN " LEFT_OF_IT " END,"
    " r.carried IS NOT NULL,"
    " CASE WHEN r.body IS NULL AND r.carried IS NOT NULL THEN " LEFT_OF_CARRIER " END"
    " FROM record r WHERE r.subject = ?1 AND r.reason IS NULL AND (r.body IS NOT NULL"
    " OR (" LEFT_OF_IT " IS NOT NULL AND NOT (" LET_GO_HERE ")))";

/* The record of the row, or the one inside it. Without a body it says nothing, unless its
 * erasure has left something. */
static bool read_row(struct arena *a, struct db_rows *rows, struct fold_entry *e,
                     struct err *err)
{
    struct record carrier;
    const char *head = db_text(rows, a, 0), *body = db_text(rows, a, 1);
    const uint8_t *sig = db_blob(rows, a, 2, NULL);
    bool carries = db_int(rows, 6) != 0;
    size_t len = body ? strlen(body) : 0;
    if (!record_read(a, head, strlen(head), body, len, sig, &carrier, err))
        return false;
    e->record = carrier;
    if (carries && body && !carry_open(a, &carrier, &e->record, err))
        return false;
    bool opened = !carries || body ||
                  carry_head(a, &carrier, db_text(rows, a, 7), &e->record);
    e->erased = !e->record.body;
    if (e->erased) {
        const char *left = opened ? db_text(rows, a, 5) : NULL;
        return !left || json_parse(left, strlen(left), &e->body, err);
    }
    return json_parse(e->record.body, e->record.body_len, &e->body, err);
}

/* Of the fresh record nothing is read: its bytes are those that were just written. */
static bool read_entry(struct arena *a, struct db_rows *rows, struct fold_entry *fresh,
                       struct fold_entry *e, struct err *err)
{
    const void *hash = sqlite3_column_blob(rows->statement, 4);
    if (fresh && fresh->body && hash &&
        memcmp(hash, fresh->record.hash, DIGEST_SIZE) == 0) {
        *e = *fresh;
        fresh->body = NULL;
        text_hex(e->record.hash, DIGEST_SIZE, e->hash);
        return true;
    }
    if (!read_row(a, rows, e, err))
        return false;
    text_hex(e->record.hash, DIGEST_SIZE, e->hash);
    return true;
}

/* What an erasure left was not checked when it was made: of another form it is nothing. */
static bool is_fit(struct fold_entry *e, const struct fold_kind *kind)
{
    struct err unfit = ERR_INIT;
    if (!e->erased ||
        (e->body && field_check(e->body, kind->fields, kind->field_count, &unfit)))
        return true;
    json_free(e->body);
    e->body = NULL;
    return false;
}

/* When it really was, as far as its origin has found out meanwhile. */
static bool date(struct db *db, struct fold_entry *e, struct err *err)
{
    struct record *r = &e->record;
    struct clock_fix fix;
    if (!clock_fix_wanted(r->clock))
        return true;
    if (!clock_fix_of(db, r->origin, r->boot, &fix, err))
        return false;
    if (fix.source) {
        e->shift_ms = fix.offset_ms + r->mono_ms - r->at_ms;
        r->at_ms += e->shift_ms;
        r->clock = fix.source;
    }
    return true;
}

static bool date_all(struct db *db, struct fold_entry *list, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!date(db, &list[i], err))
            return false;
    return true;
}

/* *ret_first: fresh is all there is, read or not; so before it there were no rows. */
static bool read_entries(struct db *db, struct arena *a, const char *subject,
                         const char *kind, struct fold_entry *fresh,
                         struct fold_entry **ret, size_t *ret_n, bool *ret_first,
                         struct err *err)
{
    const struct fold_noun *noun = noun_of(kind, NULL);
    struct fold_entry *list = NULL;
    size_t n = 0, room = 0, seen = 0;
    bool unread = fresh && fresh->body;
    struct db_rows rows;
    if (!db_query(db, &rows, err, sql_of_subject, "s", subject))
        return false;
    bool ok = true;
    while (ok && db_next(&rows, err)) {
        const struct fold_kind *its_kind = NULL;
        if (noun_of(db_peek(&rows, 3), &its_kind) != noun)
            continue;
        seen++;
        if (n == room) {
            struct fold_entry *more = arena_array(a, room ? room * 2 : 4, sizeof *more);
            if (n)
                memcpy(more, list, n * sizeof *more);
            list = more;
            room = room ? room * 2 : 4;
        }
        struct err spoilt = ERR_INIT;
        list[n] = (struct fold_entry){.body = NULL};
        bool read = read_entry(a, &rows, fresh, &list[n], &spoilt);
        n += read && is_fit(&list[n], its_kind);
        if (!read && !record_is_spoilt(&spoilt)) { /* else it says nothing; doctor tells */
            *err = spoilt;
            ok = false;
        }
    }
    ok = db_done(&rows) && ok && date_all(db, list, n, err);
    if (!ok) {
        fold_entries_free(list, n);
        return false;
    }
    if (n > 1) {
        qsort(list, n, sizeof *list, in_order);
        n = drop_doubles(list, n);
    }
    *ret = list;
    *ret_n = n;
    *ret_first = seen == 1 && unread && !fresh->body;
    return true;
}

bool fold_entries(struct db *db, struct arena *a, const char *subject, const char *kind,
                  struct fold_entry **ret, size_t *ret_n, struct err *err)
{
    bool first;
    return read_entries(db, a, subject, kind, NULL, ret, ret_n, &first, err);
}

int64_t fold_at(const struct fold_entry *e)
{
    int64_t at = json_int(e->body, "at", DB_NULL);
    if (at == DB_NULL)
        return e->record.at_ms;
    return clock_fix_wanted(json_text(e->body, "clock")) ? at + e->shift_ms : at;
}

void fold_entries_free(struct fold_entry *entries, size_t n)
{
    for (size_t i = 0; i < n; i++)
        json_free(entries[i].body);
}

static bool fold_one(struct db *db, struct arena *a, const char *registry,
                     const char *subject, const char *kind, struct fold_entry *fresh,
                     struct err *err)
{
    const struct fold_noun *noun = noun_of(kind, NULL);
    struct fold_entry *entries;
    size_t n;
    bool first;
    if (!noun)
        return true;
    if (!read_entries(db, a, subject, kind, fresh, &entries, &n, &first, err))
        return false;
    struct fold_call call = {db, a, registry, subject, entries, n, first};
    bool ok = noun->fold(&call, err);
    fold_entries_free(entries, n);
    return ok;
}

/* What is to be folded, gathered before folding writes. */
struct pair {
    const char *subject, *kind;
    struct pair *next;
};

static bool gather(struct db_rows *rows, struct arena *list, struct pair **ret,
                   struct err *err)
{
    struct pair *first = NULL, **end = &first;
    while (db_next(rows, err)) {
        struct pair *p = arena_alloc(list, sizeof *p);
        p->subject = db_text(rows, list, 0);
        p->kind = db_text(rows, list, 1);
        *end = p;
        end = &p->next;
    }
    *ret = first;
    return db_done(rows);
}

/* Each subject once for each noun that its kinds belong to. */
static bool fold_pairs(struct db *db, const char *registry, const struct pair *pairs,
                       char last[128], int64_t *ret_n, struct err *err)
{
    struct arena a = ARENA_INIT;
    const struct pair *before = NULL;
    bool ok = true;
    int64_t n = 0;
    for (const struct pair *p = pairs; ok && p; before = p, p = p->next) {
        bool new_subject = !before || strcmp(before->subject, p->subject) != 0;
        n += new_subject;
        if (new_subject || noun_of(before->kind, NULL) != noun_of(p->kind, NULL))
            ok = fold_one(db, &a, registry, p->subject, p->kind, NULL, err);
        arena_reset(&a);
        if (new_subject && strlen(p->subject) < 128)
            memcpy(last, p->subject, strlen(p->subject) + 1);
    }
    *ret_n = n;
    arena_release(&a);
    return ok;
}

/* ---- one subject ----------------------------------------------------------------- */

/* Records of the boot that the fix is about, by words of their heads: more than there are
 * do no harm. A head with an escape in it may write anything in another way. */
static const char sql_of_boot[] =
    "SELECT subject, COALESCE(carried, kind) AS kind FROM record WHERE origin = ?1"
    " AND reason IS NULL AND ((head LIKE ?2 AND (head LIKE '%\"unknown\"%'"
    " OR head LIKE '%\"set\"%')) OR head LIKE '%!\\%' ESCAPE '!')"
    " UNION SELECT subject, carried FROM record WHERE carried_hash IS NOT NULL"
    " AND carried_origin = ?1 AND reason IS NULL ORDER BY subject, kind";

static bool fold_dated(struct db *db, const char *registry, const char *fix,
                       struct err *err)
{
    struct arena list = ARENA_INIT;
    struct db_rows rows;
    struct pair *pairs = NULL;
    uint8_t origin[RECORD_ORIGIN];
    const char *boot = clock_fix_about(fix, origin);
    char last[128];
    int64_t n;
    if (!boot)
        return true;
    bool ok = db_query(db, &rows, err, sql_of_boot, "bs", origin, (size_t)RECORD_ORIGIN,
                       arena_printf(&list, "%%%s%%", boot)) &&
              gather(&rows, &list, &pairs, err) &&
              fold_pairs(db, registry, pairs, last, &n, err);
    arena_release(&list);
    return ok;
}

/* fresh may be NULL. */
static bool fold_here(struct store *s, struct arena *a, const struct record *r,
                      struct fold_entry *fresh, struct err *err)
{
    uint8_t origin[RECORD_ORIGIN];
    struct clock_fix before, now;
    const char *boot = noun_of(r->kind, NULL) == &clock_fix_noun
                           ? clock_fix_about(r->subject, origin)
                           : NULL;
    if (!boot)
        return fold_one(&s->db, a, s->registry, r->subject, r->kind, fresh, err);
    if (!clock_fix_of(&s->db, origin, boot, &before, err) ||
        !fold_one(&s->db, a, s->registry, r->subject, r->kind, fresh, err) ||
        !clock_fix_of(&s->db, origin, boot, &now, err))
        return false;
    return (before.source == now.source && before.offset_ms == now.offset_ms) ||
           fold_dated(&s->db, s->registry, r->subject, err);
}

bool fold_subject(struct store *s, struct arena *a, const struct record *r,
                  struct err *err)
{
    return fold_here(s, a, r, NULL, err);
}

bool fold_fresh(struct store *s, struct arena *a, struct fold_entry *fresh,
                struct err *err)
{
    return fold_here(s, a, &fresh->record, fresh, err);
}

/* ---- many ------------------------------------------------------------------------ */

static const char sql_subjects[] =
    "SELECT DISTINCT subject, COALESCE(carried, kind) AS kind FROM record"
    " WHERE reason IS NULL AND subject IN (SELECT DISTINCT subject FROM record"
    " WHERE subject > ?1 AND reason IS NULL ORDER BY subject LIMIT ?2)"
    " ORDER BY subject, kind";
static const char sql_subjects_newer[] =
    "SELECT subject, kind FROM (SELECT DISTINCT subject, COALESCE(carried, kind) AS "
    "kind"
    " FROM record WHERE arrival > ?1) AS newer"
    " ORDER BY CASE WHEN kind = 'erase' OR kind LIKE 'origin.%' OR kind LIKE 'clock.%'"
    " THEN 0 ELSE 1 END, subject, kind";

bool fold_each(struct db *db, const char *registry, const char *after, int64_t most,
               char last[128], int64_t *ret_n, struct err *err)
{
    struct arena list = ARENA_INIT;
    struct db_rows rows;
    struct pair *pairs = NULL;
    bool ok = db_query(db, &rows, err, sql_subjects, "si", after, most) &&
              gather(&rows, &list, &pairs, err) &&
              fold_pairs(db, registry, pairs, last, ret_n, err);
    arena_release(&list);
    return ok;
}

bool fold_newer(struct db *db, const char *registry, int64_t arrival, struct err *err)
{
    struct arena list = ARENA_INIT;
    struct db_rows rows;
    struct pair *pairs = NULL;
    char last[128];
    int64_t n;
    bool ok = db_query(db, &rows, err, sql_subjects_newer, "i", arrival) &&
              gather(&rows, &list, &pairs, err) &&
              fold_pairs(db, registry, pairs, last, &n, err);
    for (const struct pair *p = pairs; ok && p; p = p->next)
        if (noun_of(p->kind, NULL) == &clock_fix_noun)
            ok = fold_dated(db, registry, p->subject, err);
    arena_release(&list);
    return ok;
}

static const char sql_subjects_kind[] =
    "SELECT subject, kind FROM record WHERE reason IS NULL AND kind LIKE ?1"
    " UNION SELECT subject, carried FROM record WHERE reason IS NULL AND carried LIKE ?1"
    " ORDER BY subject, kind";

bool fold_kinds(struct db *db, const char *registry, const char *prefix, struct err *err)
{
    struct arena list = ARENA_INIT;
    struct db_rows rows;
    struct pair *pairs = NULL;
    char last[128];
    int64_t n;
    const char *pattern = arena_printf(&list, "%s%%", prefix);
    bool ok = db_query(db, &rows, err, sql_subjects_kind, "s", pattern) &&
              gather(&rows, &list, &pairs, err) &&
              fold_pairs(db, registry, pairs, last, &n, err);
    arena_release(&list);
    return ok;
}
