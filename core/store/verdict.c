/* verdict: see the header. */
#include "core/store/verdict.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/fold.h"
#include "core/store/hold.h"

#include <string.h>

static const struct field give_fields[] = {
    {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"observation", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"verdict", FIELD_WORD, 0, 0, FIELD_REQUIRED, VERDICT_WORDS},
    {"sha256", FIELD_SHA256, 0, 0, FIELD_NULLABLE, NULL},
    {"at", FIELD_INT, -(INT64_C(1) << 46), INT64_C(1) << 46, 0, NULL},
    {"clock", FIELD_WORD, 0, 0, 0, "gnss ntp set unknown"},
};

static const char sql_verdict_set[] =
    "INSERT INTO verdict (id, walk, observation, verdict, sha256, at_ms, by_role, by_org,"
    " origin, tick) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
    " ON CONFLICT (id) DO UPDATE SET walk = excluded.walk,"
    " observation = excluded.observation, verdict = excluded.verdict,"
    " sha256 = excluded.sha256, at_ms = excluded.at_ms, by_role = excluded.by_role,"
    " by_org = excluded.by_org, origin = excluded.origin, tick = excluded.tick";
static const char sql_verdict_drop[] = "DELETE FROM verdict WHERE id = ?1";

/* The last one in (tick, origin) is what they mean. */
static bool verdict_fold(const struct fold_call *call, struct err *err)
{
    if (call->count == 0)
        return db_run(call->db, err, sql_verdict_drop, "s", call->subject);
    const struct fold_entry *e = &call->entry[call->count - 1];
    return db_run(call->db, err, sql_verdict_set, "sssssxssbi", call->subject,
                  json_text(e->body, "walk"), json_text(e->body, "observation"),
                  json_text(e->body, "verdict"), json_text(e->body, "sha256"),
                  fold_at(e), e->record.by_role, e->record.by_org, e->record.origin,
                  (size_t)RECORD_ORIGIN, e->record.tick);
}

static const struct fold_kind verdict_kinds[] = {
    {"verdict.give", give_fields, FIELD_COUNT(give_fields), FOLD_BOTH},
};
const struct fold_noun verdict_noun = {verdict_kinds, FIELD_COUNT(verdict_kinds),
                                       verdict_fold};

/* ---- writing --------------------------------------------------------------------- */

static const char sql_verdict_of[] =
    "SELECT walk, observation, verdict, sha256 FROM verdict WHERE id = ?1";

static bool stands(struct store *s, const struct verdict *v, bool *ret_there,
                   bool *ret_same, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_verdict_of, "s", v->id))
        return false;
    *ret_there = db_next(&rows, err);
    *ret_same = *ret_there && text_equal(db_peek(&rows, 0), v->walk) &&
                text_equal(db_peek(&rows, 1), v->observation) &&
                text_equal(db_peek(&rows, 2), v->verdict) &&
                text_equal(db_peek(&rows, 3), v->sha256 ? v->sha256 : "");
    return db_done(&rows);
}

bool verdict_give(struct store *s, struct arena *a, const struct verdict *v,
                  bool *ret_new, struct err *err)
{
    bool there, same;
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    if (!stands(s, v, &there, &same, err))
        return false;
    json_open(&o, NULL, '{');
    json_str(&o, "walk", v->walk);
    json_str(&o, "observation", v->observation);
    json_str(&o, "verdict", v->verdict);
    if (v->sha256)
        json_str(&o, "sha256", v->sha256);
    if (v->ago_ms > 0) {
        struct clock_reading now = clock_now();
        json_num(&o, "at", now.utc_ms - v->ago_ms);
        json_str(&o, "clock", now.trust);
    }
    json_close(&o, '}');
    struct record_wish wish = {"verdict.give", v->id,     body.data,
                               v->by_role,     v->by_org, INT64_MIN};
    bool ok = same || hold_make(s, a, &wish, NULL, err);
    buf_release(&body);
    if (ok)
        *ret_new = !there;
    return ok;
}

/* ---- reading --------------------------------------------------------------------- */

bool verdict_walk(struct store *s, struct arena *a, const char *id, const char **ret,
                  struct err *err)
{
    struct db_rows rows;
    *ret = NULL;
    if (!db_query(&s->db, &rows, err, sql_verdict_of, "s", id))
        return false;
    if (db_next(&rows, err))
        *ret = db_text(&rows, a, 0);
    return db_done(&rows);
}

static const char sql_verdicts_about[] =
    "SELECT id, walk, observation, verdict, sha256, at_ms, by_role, by_org FROM verdict"
    " WHERE observation = ?1 AND (?2 = '' OR walk = ?2) ORDER BY tick, origin, id";

bool verdict_list(struct store *s, struct arena *a, const char *observation,
                  const char *walk, struct verdict **ret, size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_verdicts_about, "ss", observation,
                  walk ? walk : ""))
        return false;
    while (db_next(&rows, err)) {
        struct verdict v = {
            db_text(&rows, a, 0), db_text(&rows, a, 1), db_text(&rows, a, 2),
            db_text(&rows, a, 3), db_text(&rows, a, 4), db_text(&rows, a, 6),
            db_text(&rows, a, 7), db_int(&rows, 5),     0};
        buf_add(&list, &v, sizeof v);
    }
    bool ok = db_done(&rows);
    if (ok) {
        *ret_n = list.len / sizeof(struct verdict);
        *ret = arena_memdup(a, list.data, list.len);
    }
    buf_release(&list);
    return ok;
}

void verdict_json(struct json_out *o, const char *name, const struct verdict *v)
{
    char when[32];
    clock_format(v->at_ms, when);
    json_open(o, name, '{');
    json_str(o, "id", v->id);
    json_str(o, "walk", v->walk);
    json_str(o, "observation", v->observation);
    json_str(o, "verdict", v->verdict);
    json_str(o, "sha256", v->sha256);
    json_str(o, "at", when);
    json_str(o, "role", v->by_role);
    json_str(o, "organisation", v->by_org);
    json_close(o, '}');
}
