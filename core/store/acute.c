/* acute: see the header. */
#include "core/store/acute.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/fold.h"
#include "core/store/hold.h"

#include <string.h>

static const struct field shown_fields[] = {
    {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"observation", FIELD_UID, 0, 0, FIELD_NULLABLE, NULL},
    {"called", FIELD_WORD, 0, 0, FIELD_NULLABLE, ACUTE_CALLED},
    {"at", FIELD_INT, -(INT64_C(1) << 46), INT64_C(1) << 46, 0, NULL},
    {"clock", FIELD_WORD, 0, 0, 0, "gnss ntp set unknown"},
};

static const char sql_acute_set[] =
    "INSERT INTO acute (id, walk, observation, called, at_ms, by_role, by_org, origin)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET"
    " walk = excluded.walk, observation = excluded.observation, called = excluded.called,"
    " at_ms = excluded.at_ms, by_role = excluded.by_role, by_org = excluded.by_org,"
    " origin = excluded.origin";
static const char sql_acute_drop[] = "DELETE FROM acute WHERE id = ?1";

/* The first record says when it was shown and by whom, the last that names one who was
 * called. */
static bool acute_fold(const struct fold_call *call, struct err *err)
{
    const char *called = NULL, *observation = NULL;
    if (call->count == 0)
        return db_run(call->db, err, sql_acute_drop, "s", call->subject);
    for (size_t i = 0; i < call->count; i++) {
        const cJSON *b = call->entry[i].body;
        called = json_text(b, "called") ? json_text(b, "called") : called;
        observation = observation ? observation : json_text(b, "observation");
    }
    const struct fold_entry *e = &call->entry[0];
    return db_run(call->db, err, sql_acute_set, "ssssxssb", call->subject,
                  json_text(e->body, "walk"), observation, called, fold_at(e),
                  e->record.by_role, e->record.by_org, e->record.origin,
                  (size_t)RECORD_ORIGIN);
}

static const struct fold_kind acute_kinds[] = {
    {"acute.shown", shown_fields, FIELD_COUNT(shown_fields), FOLD_BOTH},
};
const struct fold_noun acute_noun = {acute_kinds, FIELD_COUNT(acute_kinds), acute_fold};

/* ---- writing --------------------------------------------------------------------- */

static const char sql_acute_of[] = "SELECT called FROM acute WHERE id = ?1";

bool acute_shown(struct store *s, struct arena *a, const struct acute *x, bool *ret_new,
                 struct err *err)
{
    struct db_rows rows;
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    if (!db_query(&s->db, &rows, err, sql_acute_of, "s", x->id))
        return false;
    bool there = db_next(&rows, err);
    bool told = there && (!x->called || text_equal(db_peek(&rows, 0), x->called));
    if (!db_done(&rows))
        return false;
    json_open(&o, NULL, '{');
    json_str(&o, "walk", x->walk);
    if (x->observation)
        json_str(&o, "observation", x->observation);
    if (x->called)
        json_str(&o, "called", x->called);
    if (x->ago_ms > 0) {
        struct clock_reading now = clock_now();
        json_num(&o, "at", now.utc_ms - x->ago_ms);
        json_str(&o, "clock", now.trust);
    }
    json_close(&o, '}');
    struct record_wish wish = {"acute.shown", x->id,     body.data,
                               x->by_role,    x->by_org, INT64_MIN};
    bool ok = told || hold_make(s, a, &wish, NULL, err);
    buf_release(&body);
    if (ok)
        *ret_new = !there;
    return ok;
}

/* ---- reading --------------------------------------------------------------------- */

static const char sql_acute_walk[] = "SELECT walk FROM acute WHERE id = ?1";

bool acute_walk(struct store *s, struct arena *a, const char *id, const char **ret,
                struct err *err)
{
    struct db_rows rows;
    *ret = NULL;
    if (!db_query(&s->db, &rows, err, sql_acute_walk, "s", id))
        return false;
    if (db_next(&rows, err))
        *ret = db_text(&rows, a, 0);
    return db_done(&rows);
}

static const char sql_acute_list[] =
    "SELECT id, walk, observation, called, by_role, by_org, at_ms FROM acute"
    " WHERE walk = ?1 ORDER BY at_ms, id";

bool acute_list(struct store *s, struct arena *a, const char *walk, struct acute **ret,
                size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_acute_list, "s", walk))
        return false;
    while (db_next(&rows, err)) {
        struct acute x = {db_text(&rows, a, 0), db_text(&rows, a, 1),
                          db_text(&rows, a, 2), db_text(&rows, a, 3),
                          db_text(&rows, a, 4), db_text(&rows, a, 5),
                          db_int(&rows, 6),     0};
        buf_add(&list, &x, sizeof x);
    }
    bool ok = db_done(&rows);
    if (ok) {
        *ret_n = list.len / sizeof(struct acute);
        *ret = arena_memdup(a, list.data, list.len);
    }
    buf_release(&list);
    return ok;
}

void acute_json(struct json_out *o, const char *name, const struct acute *x)
{
    char when[32];
    clock_format(x->at_ms, when);
    json_open(o, name, '{');
    json_str(o, "id", x->id);
    json_str(o, "walk", x->walk);
    json_str(o, "observation", x->observation);
    json_str(o, "called", x->called);
    json_str(o, "at", when);
    json_str(o, "role", x->by_role);
    json_str(o, "organisation", x->by_org);
    json_close(o, '}');
}
