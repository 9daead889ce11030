/* judge: see the header. Reads the tables admission and own_origin, owns none. */
#include "core/store/judge.h"

#include "core/store/carry.h"
#include "core/store/hold.h"
#include "core/store/own.h"

#include <string.h>

/* ---- who wrote it ---------------------------------------------------------------- */

struct writer {
    unsigned may;     /* FOLD_DEVICE, FOLD_REGISTRY, or 0 when it was not admitted     */
    int64_t last_seq; /* revoked after that one; DB_NULL: not                          */
};

static const char sql_role_of[] = "SELECT role, last_seq FROM admission WHERE origin = ?1";

/* A program counts itself as admitted, and is not shut out of its own book. */
static bool writer_of(struct store *s, const uint8_t *origin, struct writer *ret,
                      struct err *err)
{
    struct writer w = {0, DB_NULL};
    struct db_rows rows;
    bool own = false;
    if (memcmp(origin, s->origin, RECORD_ORIGIN) == 0) {
        w.may = s->role == STORE_REGISTRY ? FOLD_REGISTRY : FOLD_DEVICE;
        *ret = w;
        return true;
    }
    if (!db_query(&s->db, &rows, err, sql_role_of, "b", origin, (size_t)RECORD_ORIGIN))
        return false;
    if (db_next(&rows, err)) {
        const char *role = db_peek(&rows, 0);
        w.may = strcmp(role, "registry") == 0 ? FOLD_REGISTRY
                : strcmp(role, "device") == 0 ? FOLD_DEVICE
                                              : 0;
        w.last_seq = db_int_or(&rows, 1, DB_NULL);
    }
    if (!db_done(&rows) ||
        ((!w.may || w.last_seq != DB_NULL) && !own_is(s, origin, &own, err)))
        return false;
    if (own)
        w = (struct writer){s->role == STORE_REGISTRY ? FOLD_REGISTRY : FOLD_DEVICE,
                            DB_NULL};
    *ret = w;
    return true;
}

/* NULL when w may write r of this kind. */
static const char *why_not(const struct fold_kind *kind, const struct writer *w,
                           const struct record *r)
{
    if (!kind)
        return "kind";
    if (!(kind->writers & FOLD_ITSELF) && !(kind->writers & w->may))
        return "rights";
    return w->last_seq != DB_NULL && r->seq > w->last_seq ? "revoked" : NULL;
}

/* ---- what it says ---------------------------------------------------------------- */

/* The inner record is judged like any other; but a key that is not known yet is a right
 * not proven yet. Of one whose carrier is erased only the head is there: the registry that
 * erased it had checked it. */
static bool judge_inner(struct store *s, struct judged *j, bool whole, struct err *err)
{
    const struct record *inner = &j->entry.record;
    const struct fold_kind *kind = fold_kind_of(inner->kind);
    struct writer w;
    struct err why = ERR_INIT;
    if (!writer_of(s, inner->origin, &w, err))
        return false;
    j->reason = why_not(kind, &w, inner);
    if (j->reason || !whole)
        return true;
    if (!hold_check(s, inner, &why)) {
        if (why.code != ERR_INPUT && why.code != ERR_CHECKSUM)
            return *err = why, false;
        j->reason = why.code == ERR_INPUT ? "rights" : "body";
        j->unfit = why;
    } else if (inner->body &&
               !fold_body_read(kind, inner, &j->entry.body, &j->unfit)) {
        j->reason = "body";
    }
    return true;
}

/* Of a carrier whose body is erased nothing is left to judge but the inner head.
 * *ret_opens is false when its body is no carrier's. */
static bool open_carried(struct store *s, struct arena *a, const struct record *r,
                         struct judged *j, bool *ret_opens, struct err *err)
{
    struct record inner;
    *ret_opens = true;
    if (!carry_is(r))
        return true;
    if (r->body)
        j->carries = *ret_opens = carry_open(a, r, &inner, &j->unfit);
    else if (!carry_inner(s, a, r, &inner, &j->carries, err))
        return false;
    if (j->carries)
        j->entry.record = inner;
    return true;
}

bool judge(struct store *s, struct arena *a, const struct record *r, int64_t tick,
           struct judged *ret, struct err *err)
{
    const struct fold_kind *kind = fold_kind_of(r->kind);
    struct writer w;
    *ret = (struct judged){.entry.record = *r};
    bool opens;
    if (!writer_of(s, r->origin, &w, err) ||
        !open_carried(s, a, r, ret, &opens, err))
        return false;
    ret->reason = r->tick > tick && r->tick - tick > HOLD_TICK_STEP ? "tick"
                                                                    : why_not(kind, &w, r);
    if (ret->reason)
        return true;
    if (!opens || (!ret->carries && !fold_body_read(kind, r, &ret->entry.body,
                                                    &ret->unfit)))
        ret->reason = "body";
    return ret->reason || !ret->carries || judge_inner(s, ret, r->body != NULL, err);
}

void judged_free(struct judged *j)
{
    json_free(j->entry.body);
    j->entry.body = NULL;
}
