/* rating: see the header. */
#include "core/store/rating.h"

#include "core/store/fold.h"

#include <string.h>

static const struct field tally_fields[] = {
    {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"round", FIELD_WORD, 0, 0, FIELD_REQUIRED, RATING_ROUNDS},
    {"observation", FIELD_UID, 0, 0, FIELD_NULLABLE, NULL},
    {"answers", FIELD_INT, 1, 10000, FIELD_REQUIRED, NULL},
    {"unsafe_1_7", FIELD_ARRAY, 0, TALLY_ROLES, 0, NULL},
    {"paired", FIELD_INT, 0, 10000, 0, NULL},
    {"pairs", FIELD_ARRAY, 0, TALLY_WORST * TALLY_WORST, 0, NULL},
};

static const char sql_rating_set[] =
    "INSERT INTO rating (id, walk, round, observation, answers, counts, paired, pairs)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    " ON CONFLICT (id) DO UPDATE SET walk = excluded.walk, round = excluded.round,"
    " observation = excluded.observation, answers = excluded.answers,"
    " counts = excluded.counts, paired = excluded.paired, pairs = excluded.pairs";
static const char sql_rating_drop[] = "DELETE FROM rating WHERE id = ?1";

static const char *tree_of(struct arena *a, const cJSON *tree)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    if (!tree)
        return NULL;
    json_tree(&o, NULL, tree);
    const char *copy = buf_dup(&text, a);
    buf_release(&text);
    return copy;
}

/* The first tally of a subject stands: a table once told is not told otherwise. */
static bool rating_fold(const struct fold_call *call, struct err *err)
{
    struct tally t = {.rows = 0};
    if (call->count == 0)
        return db_run(call->db, err, sql_rating_drop, "s", call->subject);
    const cJSON *b = call->entry[0].body, *rows = json_array(b, "unsafe_1_7");
    bool fits = rows && tally_rows_read(&t, rows) && t.answers <= json_int(b, "answers", 0);
    return db_run(call->db, err, sql_rating_set, "ssssisis", call->subject,
                  json_text(b, "walk"), json_text(b, "round"), json_text(b, "observation"),
                  json_int(b, "answers", 0), fits ? tree_of(call->arena, rows) : NULL,
                  json_int(b, "paired", 0),
                  tree_of(call->arena, json_array(b, "pairs")));
}

static const struct fold_kind rating_kinds[] = {
    {"rating.tally", tally_fields, FIELD_COUNT(tally_fields), FOLD_BOTH},
};
const struct fold_noun rating_noun = {rating_kinds, FIELD_COUNT(rating_kinds),
                                      rating_fold};

/* ---- reading --------------------------------------------------------------------- */

static const char sql_rating_of[] =
    "SELECT answers, counts, paired, pairs FROM rating WHERE walk = ?1 AND round = ?2"
    " AND (?2 <> 'spot' OR observation = ?3) ORDER BY id";

static bool add_rows(struct tally *t, const char *counts, struct err *err)
{
    cJSON *rows = NULL;
    if (!json_parse(counts, strlen(counts), &rows, err))
        return false;
    tally_rows_read(t, rows);
    json_free(rows);
    return true;
}

static bool add_pairs(struct rating *r, const char *pairs, struct err *err)
{
    cJSON *list = NULL;
    if (!json_parse(pairs, strlen(pairs), &list, err))
        return false;
    for (const cJSON *p = list->child; p; p = p->next) {
        int64_t before, after, n;
        if (cJSON_GetArraySize(p) == 3 && json_as_int(p->child, &before) &&
            json_as_int(p->child->next, &after) &&
            json_as_int(p->child->next->next, &n) && before >= 1 &&
            before <= TALLY_WORST && after >= 1 && after <= TALLY_WORST && n > 0 &&
            n <= 10000)
            r->pairs[before - 1][after - 1] += n;
    }
    json_free(list);
    return true;
}

bool rating_of(struct store *s, const char *walk, const char *round,
               const char *observation, struct rating *ret, struct err *err)
{
    struct rating r = {.answers = 0};
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_rating_of, "sss", walk, round,
                  observation ? observation : ""))
        return false;
    bool ok = true;
    while (ok && db_next(&rows, err)) {
        r.answers += db_int(&rows, 0);
        r.paired += db_int(&rows, 2);
        ok = (db_is_null(&rows, 1) || add_rows(&r.shown, db_peek(&rows, 1), err)) &&
             (db_is_null(&rows, 3) || add_pairs(&r, db_peek(&rows, 3), err));
    }
    ok = db_done(&rows) && ok;
    if (ok)
        *ret = r;
    return ok;
}
