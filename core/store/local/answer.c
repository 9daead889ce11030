/* answer: see the header. */
#include "core/store/local/answer.h"

#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/hold.h"
#include "core/store/local/operation.h"
#include "core/store/rating.h"

#include <string.h>

static const char sql_answer_keep[] =
    "INSERT INTO answer (id, walk, round, observation, role, unsafe, slip)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET"
    " role = excluded.role, unsafe = excluded.unsafe, slip = excluded.slip"
    " WHERE answer.role IS NOT NULL AND answer.walk = excluded.walk"
    " AND answer.round = excluded.round AND answer.observation = excluded.observation";
static const char sql_answer_count[] =
    "SELECT count(*) FROM answer WHERE walk = ?1 AND round = ?2 AND observation = ?3"
    " AND role IS NOT NULL";

static const char *place_of(const char *round, const char *observation)
{
    return strcmp(round, "spot") == 0 && observation ? observation : "";
}

static const char sql_answer_there[] = "SELECT count(*) FROM answer WHERE id = ?1";

/* What was kept once and is here no more was counted when its round was closed. */
bool answer_keep(struct store *s, const struct answer *one, struct err *err)
{
    const char *slip = one->slip && *one->slip ? one->slip : NULL;
    bool known = false;
    int64_t open = 0;
    if (!operation_done(s, one->id, &known, err) ||
        !db_number(&s->db, &open, 0, err, sql_answer_there, "s", one->id))
        return false;
    if (known && open == 0)
        return true;
    return (known || operation_keep(s, one->id, err)) &&
           db_run(&s->db, err, sql_answer_keep, "sssssis", one->id, one->walk,
                  one->round, place_of(one->round, one->observation), one->role,
                  (int64_t)one->unsafe_1_7, slip);
}

bool answer_count(struct store *s, const char *walk, const char *round,
                  const char *observation, int64_t *ret, struct err *err)
{
    return db_number(&s->db, ret, 0, err, sql_answer_count, "sss", walk, round,
                     place_of(round, observation));
}

static const char sql_answer_waiting[] =
    "SELECT count(*) FROM answer WHERE walk = ?1 AND role IS NOT NULL";

bool answer_waiting(struct store *s, const char *walk, int64_t *ret, struct err *err)
{
    return db_number(&s->db, ret, 0, err, sql_answer_waiting, "s", walk);
}

static const char sql_answer_waiting_all[] =
    "SELECT count(*) FROM answer WHERE role IS NOT NULL";

bool answer_waiting_all(struct store *s, int64_t *ret, struct err *err)
{
    return db_number(&s->db, ret, 0, err, sql_answer_waiting_all, "");
}

static const char sql_answer_forget[] = "DELETE FROM answer WHERE walk = ?1";

bool answer_forget(struct store *s, const char *walk, struct err *err)
{
    return db_run(&s->db, err, sql_answer_forget, "s", walk);
}

/* ---- closing --------------------------------------------------------------------- */

static const char sql_answer_rows[] =
    "SELECT role, unsafe, count(*) FROM answer WHERE walk = ?1 AND round = ?2"
    " AND observation = ?3 AND role IS NOT NULL GROUP BY role, unsafe"
    " ORDER BY role, unsafe";
/* A slip that was written twice on one side pairs nobody. "before" may be open still: who
 * shows "after" first pairs all the same. */
static const char sql_answer_pairs[] =
    "SELECT b.unsafe, n.unsafe, count(*) FROM answer b JOIN answer n"
    " ON n.walk = b.walk AND n.slip = b.slip AND n.round = 'after' AND b.round = "
    "'before'"
    " WHERE b.walk = ?1 AND n.role IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM answer x WHERE x.walk = b.walk AND x.slip = b.slip"
    " AND x.round = b.round AND x.id <> b.id) AND NOT EXISTS"
    " (SELECT 1 FROM answer y WHERE y.walk = n.walk AND y.slip = n.slip"
    " AND y.round = n.round AND y.id <> n.id)"
    " GROUP BY b.unsafe, n.unsafe ORDER BY b.unsafe, n.unsafe";
static const char sql_answer_drop[] =
    "DELETE FROM answer WHERE walk = ?1 AND round = ?2 AND observation = ?3"
    " AND (slip IS NULL OR round <> 'before')";
/* Of a "before" only the slip and the answer stay. */
static const char sql_answer_bare[] =
    "UPDATE answer SET role = NULL"
    " WHERE walk = ?1 AND round = 'before' AND role IS NOT NULL";
static const char sql_answer_slips[] =
    "DELETE FROM answer WHERE walk = ?1 AND round = 'before' AND role IS NULL";
static const char sql_answer_unslip[] =
    "UPDATE answer SET slip = NULL WHERE walk = ?1 AND round = 'before'";

static bool count_rows(struct store *s, const char *walk, const char *round,
                       const char *place, struct tally *t, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_answer_rows, "sss", walk, round, place))
        return false;
    while (db_next(&rows, err))
        tally_add(t, db_peek(&rows, 0), (int)db_int(&rows, 1), db_int(&rows, 2));
    return db_done(&rows);
}

/* "paired": n, and the table of pairs unless they are too few to be shown. */
static bool write_pairs(struct store *s, struct json_out *o, const char *walk,
                        struct err *err)
{
    struct db_rows rows;
    struct buf text = BUF_INIT;
    struct json_out p = JSON_OUT(&text);
    int64_t paired = 0;
    if (!db_query(&s->db, &rows, err, sql_answer_pairs, "s", walk))
        return false;
    json_open(&p, NULL, '[');
    while (db_next(&rows, err)) {
        json_open(&p, NULL, '[');
        for (int i = 0; i < 3; i++)
            json_num(&p, NULL, db_int(&rows, i));
        json_close(&p, ']');
        paired += db_int(&rows, 2);
    }
    json_close(&p, ']');
    if (paired > 0)
        json_num(o, "paired", paired);
    if (paired >= TALLY_FEWEST)
        json_raw_unchecked(o, "pairs", text.data);
    buf_release(&text);
    return db_done(&rows);
}

static bool write_tally(struct store *s, struct arena *a, const char *walk,
                        const char *round, const char *place, const struct tally *all,
                        const char *by_role, struct err *err)
{
    char id[UID_SIZE];
    struct tally shown = tally_published(all);
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    uid_new(id);
    json_open(&o, NULL, '{');
    json_str(&o, "walk", walk);
    json_str(&o, "round", round);
    if (*place)
        json_str(&o, "observation", place);
    json_num(&o, "answers", shown.answers);
    tally_rows_json(&o, "unsafe_1_7", &shown);
    bool ok = strcmp(round, "after") != 0 || write_pairs(s, &o, walk, err);
    json_close(&o, '}');
    struct record_wish wish = {"rating.tally", id, body.data, by_role, "", INT64_MIN};
    ok = ok && hold_make(s, a, &wish, NULL, err);
    buf_release(&body);
    return ok;
}

bool answer_close(struct store *s, struct arena *a, const char *walk, const char *round,
                  const char *observation, const char *by_role, int64_t *ret_answers,
                  struct err *err)
{
    struct tally all = {.rows = 0};
    const char *place = place_of(round, observation);
    if (!count_rows(s, walk, round, place, &all, err))
        return false;
    if (all.answers > 0 &&
        (!write_tally(s, a, walk, round, place, &all, by_role, err) ||
         !db_run(&s->db, err, sql_answer_drop, "sss", walk, round, place) ||
         (strcmp(round, "before") == 0 &&
          !db_run(&s->db, err, sql_answer_bare, "s", walk)) ||
         (strcmp(round, "after") == 0 &&
          (!db_run(&s->db, err, sql_answer_slips, "s", walk) ||
           !db_run(&s->db, err, sql_answer_unslip, "s", walk)))))
        return false;
    *ret_answers = all.answers;
    return true;
}

static const char sql_answer_open[] =
    "SELECT DISTINCT round, observation FROM answer WHERE walk = ?1"
    " AND role IS NOT NULL ORDER BY round DESC, observation";

struct round {
    const char *name, *place;
};

static bool open_rounds(struct store *s, struct arena *a, const char *walk,
                        struct buf *rounds, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_answer_open, "s", walk))
        return false;
    while (db_next(&rows, err)) {
        struct round r = {db_text(&rows, a, 0), db_text(&rows, a, 1)};
        buf_add(rounds, &r, sizeof r);
    }
    return db_done(&rows);
}

bool answer_close_all(struct store *s, struct arena *a, const char *walk,
                      const char *by_role, struct err *err)
{
    struct buf rounds = BUF_INIT;
    int64_t ignored;
    bool ok = open_rounds(s, a, walk, &rounds, err);
    const struct round *round = (const struct round *)(const void *)rounds.data;
    /* "spot" and "before" first, so that "after" can still be paired */
    for (int after = 0; after < 2; after++)
        for (size_t i = 0; ok && i < rounds.len / sizeof *round; i++)
            if ((strcmp(round[i].name, "after") == 0) == after)
                ok = answer_close(s, a, walk, round[i].name, round[i].place, by_role,
                                  &ignored, err);
    buf_release(&rounds);
    return ok && answer_forget(s, walk, err);
}
