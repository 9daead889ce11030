/* hold_place: see the header. */
#include "core/store/hold_place.h"

#include "core/base/text.h"
#include "core/store/admission.h"
#include "core/store/carry.h"
#include "core/store/erase.h"
#include "core/store/hold.h"
#include "core/store/spoilt.h"

#include <string.h>

static const char sql_place_hash[] =
    "SELECT hash, 0, CASE WHEN body IS NULL THEN 1 ELSE 0 END FROM record"
    " WHERE origin = ?1 AND seq = ?2"
    " UNION ALL SELECT hash, 1, 0 FROM aside WHERE origin = ?1 AND seq = ?2";

static bool is_hash(struct db_rows *rows, int column, const uint8_t *wanted)
{
    const void *hash = sqlite3_column_blob(rows->statement, column);
    return hash && sqlite3_column_bytes(rows->statement, column) == DIGEST_SIZE &&
           memcmp(hash, wanted, DIGEST_SIZE) == 0;
}

bool place_look(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                const uint8_t wanted[DIGEST_SIZE], struct place_stands *ret,
                struct err *err)
{
    struct db_rows rows;
    *ret = (struct place_stands){.there = false};
    if (!db_query(&s->db, &rows, err, sql_place_hash, "bi", origin,
                  (size_t)RECORD_ORIGIN, seq))
        return false;
    if (db_next(&rows, err))
        *ret = (struct place_stands){.there = true,
                                     .same = is_hash(&rows, 0, wanted),
                                     .aside = db_int(&rows, 1) != 0,
                                     .bare = db_int(&rows, 2) != 0};
    return db_done(&rows);
}

static bool fits_before(struct store *s, const struct record *r, bool *ret,
                        struct err *err)
{
    static const uint8_t unsaid[DIGEST_SIZE];
    struct place_stands before;
    *ret = true;
    if (r->seq <= 1 || memcmp(r->prev, unsaid, DIGEST_SIZE) == 0)
        return true;
    if (!place_look(s, r->origin, r->seq - 1, r->prev, &before, err))
        return false;
    return !before.there || before.same ||
           spoilt_is(s, r->origin, r->seq - 1, ret, err);
}

static const char sql_place_next[] =
    "SELECT hash, NULL FROM record WHERE origin = ?1 AND seq = ?2"
    " UNION ALL SELECT NULL, prev FROM aside WHERE origin = ?1 AND seq = ?2";

static bool fits_after(struct store *s, struct arena *a, const struct record *r,
                       bool *ret, struct err *err)
{
    struct db_rows rows;
    struct record next;
    struct err unread = ERR_INIT;
    uint8_t *hash = NULL;
    size_t len = 0;
    *ret = true;
    if (!db_query(&s->db, &rows, err, sql_place_next, "bi", r->origin,
                  (size_t)RECORD_ORIGIN, r->seq + 1))
        return false;
    if (db_next(&rows, err)) {
        hash = db_blob(&rows, a, 0, &len);
        *ret = db_is_null(&rows, 1) || is_hash(&rows, 1, r->hash);
    }
    if (!db_done(&rows))
        return false;
    if (hash && len == DIGEST_SIZE && hold_read(s, a, hash, &next, &unread))
        *ret = memcmp(next.prev, r->hash, DIGEST_SIZE) == 0;
    return true;
}

bool place_fits(struct store *s, struct arena *a, const struct record *r, bool *ret,
                struct err *err)
{
    return fits_before(s, r, ret, err) && (!*ret || fits_after(s, a, r, ret, err));
}

bool hold_place(struct store *s, struct arena *a, const struct record *r,
                enum hold_verdict *ret, struct err *err)
{
    struct place_stands at;
    bool fits;
    if (!place_look(s, r->origin, r->seq, r->hash, &at, err) ||
        !place_fits(s, a, r, &fits, err))
        return false;
    bool own = memcmp(r->origin, s->origin, RECORD_ORIGIN) == 0;
    *ret = at.same ? HOLD_ALREADY : at.there || own || !fits ? HOLD_FORKED : HOLD_NEW;
    return true;
}

/* ---- without a body -------------------------------------------------------------- */

bool place_never_bare(const struct record *r)
{
    return strcmp(r->kind, "erase") == 0 ||
           (text_starts(r->kind, "origin.") && !carry_is(r));
}

bool place_erased(struct store *s, struct arena *a, const struct record *r, bool *ret,
                  struct err *err)
{
    struct record inner;
    struct err unread = ERR_INIT;
    if (!carry_is(r))
        return erase_of_record(&s->db, r->hash, r->kind, ret, err);
    *ret = false;
    return !r->body || !carry_open(a, r, &inner, &unread) || !inner.body ||
           erase_of_record(&s->db, inner.hash, inner.kind, ret, err);
}

/* A registry wipes nothing: what it has no body of was wiped where it came from, before a
 * backup was restored, and whoever still has the body brings it. What a device wiped it
 * takes again only on demand (core/store/local/pulled). */
bool place_fills(struct store *s, struct arena *a, const struct record *r,
                 const struct place_stands *at, bool *ret, struct err *err)
{
    bool erased = false;
    *ret = at->same && at->bare && r->body;
    if (!*ret || place_never_bare(r))
        return true;
    if (s->role != STORE_REGISTRY) {
        *ret = false;
        return true;
    }
    if (!erase_of_record(&s->db, r->hash, r->kind, &erased, err) ||
        (!erased && !place_erased(s, a, r, &erased, err)))
        return false;
    *ret = !erased;
    return true;
}

/* Held here, and as it was signed: nothing is asked of it. */
static bool stands_whole(struct store *s, const struct record *r, bool *ret,
                         struct err *err)
{
    struct place_stands at;
    bool spoilt = false;
    if (!place_look(s, r->origin, r->seq, r->hash, &at, err) ||
        !spoilt_is(s, r->origin, r->seq, &spoilt, err))
        return false;
    *ret = at.there && at.same && !at.aside && !spoilt;
    return true;
}

bool hold_may_be_bare(struct store *s, const struct record *r, bool *ret,
                      struct err *err)
{
    *ret = false;
    if (place_never_bare(r))
        return true;
    return admission_body_gone(s, r->origin, r->seq, ret, err) &&
           (*ret || erase_of_record(&s->db, r->hash, r->kind, ret, err)) &&
           (*ret || stands_whole(s, r, ret, err));
}
