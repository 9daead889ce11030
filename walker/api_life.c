/* api_life: what is said of a walk from the page: edits, pause, who came, votes; and the
 * walk as the page sees it, with the n of n of a closed one. */
#include "walker/api.h"

#include "core/base/text.h"
#include "core/store/closing.h"
#include "core/store/issue_outcome.h"
#include "core/store/local/answer.h"
#include "core/store/seal.h"
#include "core/store/walk_form.h"

#include <stdio.h>
#include <string.h>

bool api_walk_json(struct store *s, struct arena *a, struct json_out *o, const char *name,
                   const struct walk *w, struct err *err)
{
    struct closing c;
    int64_t withheld = 0;
    struct issue_outcome of;
    bool here;
    if (!closing_of(s, a, w, &c, err) || !issue_outcome(s, w->id, &of, err) ||
        !seal_count(s, w->id, &withheld, err) || !walk_is_here(s, w->id, &here, err))
        return false;
    json_open(o, name, '{');
    walk_members(o, w);
    json_open(o, "outcome", '{');
    json_num(o, "mended", of.mended);
    json_num(o, "planned", of.planned);
    json_num(o, "waiting", of.waiting);
    json_num(o, "refused", of.refused);
    json_close(o, '}');
    json_num(o, "withheld", withheld);
    json_bool(o, "here", here);
    closing_json(o, "closing", &c);
    json_close(o, '}');
    return true;
}

/* ---- edits ----------------------------------------------------------------------- */

struct telling {
    struct http_request *q;
    const cJSON *what;
    bool (*tell)(struct store *, struct arena *, const char *, const cJSON *, const char *,
                 struct err *);
    char id[37];
};

static bool tell(struct store *s, void *data, struct err *err)
{
    struct telling *t = data;
    struct arena *a = t->q->arena;
    struct walk w;
    const char *role, *org;
    if (!walker_by(s, a, &role, &org, err) || !walk_find(s, a, t->q->part[0], &w, err))
        return false;
    snprintf(t->id, sizeof t->id, "%s", w.id);
    return t->tell(s, a, w.id, t->what, role, err);
}

static int tell_and_answer(struct telling *t, struct http_reply *r, struct err *err)
{
    struct walk w;
    struct json_out o = JSON_OUT(&r->body);
    if (!walker_transact(t->q->worker, tell, t, err) ||
        !walk_find(t->q->worker, t->q->arena, t->id, &w, err))
        return 0;
    return api_walk_json(t->q->worker, t->q->arena, &o, NULL, &w, err) ? 200 : 0;
}

int api_walk_patch(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct telling t = {.q = q, .what = q->json, .tell = walk_edit};
    if (!cJSON_IsObject(q->json)) {
        err_set(err, ERR_INPUT, "field.whole_not_object", NULL);
        return 0;
    }
    if (!walk_form_of_json(q->json, err))
        return 0;
    return tell_and_answer(&t, r, err);
}

/* Who came in one group; nothing is said of the others, whatever the page, which may have been
 * out of reach for an hour, believes of them. */
static bool attend_group(struct store *s, struct arena *a, const char *id,
                         const cJSON *body, const char *by_role, struct err *err)
{
    const char *group = json_text(body, "group");
    cJSON *rows = cJSON_Duplicate(json_array(body, "counts"), true);
    for (cJSON *row = rows->child; row; row = row->next) {
        cJSON_DeleteItemFromObjectCaseSensitive(row, "group");
        if (*group)
            cJSON_AddStringToObject(row, "group", group);
    }
    bool ok = walk_attend_one(s, a, id, group, rows, by_role, err);
    json_free(rows);
    return ok;
}

int api_walk_attendance(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"counts", FIELD_ARRAY, 0, 60, FIELD_REQUIRED, NULL},
        {"group", FIELD_TEXT, 0, 2, 0, NULL},
    };
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    bool one = json_text(q->json, "group") != NULL;
    struct telling t = {.q = q,
                        .what = one ? q->json : json_array(q->json, "counts"),
                        .tell = one ? attend_group : walk_attend};
    return tell_and_answer(&t, r, err);
}

/* What was voted before stands, even for a point that has been taken out of the walk since. */
static bool may_vote(struct store *s, struct arena *a, const struct walk *w,
                     const char *id, struct err *err)
{
    return !id || (w->votes && strstr(w->votes, id)) ||
           walker_point(s, a, w, id, &id, err);
}

static bool vote_for_its_points(struct store *s, struct arena *a, const char *id,
                                const cJSON *votes, const char *by_role,
                                struct err *err)
{
    struct walk w;
    if (!walk_find(s, a, id, &w, err) ||
        !may_vote(s, a, &w, json_text(votes, "best"), err))
        return false;
    const cJSON *stars = json_object(votes, "stars"), *top = json_array(votes, "top");
    for (const cJSON *one = stars ? stars->child : NULL; one; one = one->next)
        if (!may_vote(s, a, &w, one->string, err))
            return false;
    for (const cJSON *one = top ? top->child : NULL; one; one = one->next)
        if (!may_vote(s, a, &w, cJSON_GetStringValue(one), err))
            return false;
    return walk_vote(s, a, id, votes, by_role, err);
}

int api_walk_votes(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct telling t = {.q = q, .what = q->json, .tell = vote_for_its_points};
    return tell_and_answer(&t, r, err);
}

/* ---- ratings --------------------------------------------------------------------- */

static const struct field rating_fields[] = {
    {"id", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"round", FIELD_WORD, 0, 0, FIELD_REQUIRED, RATING_ROUNDS},
    {"observation", FIELD_UID, 0, 0, FIELD_NULLABLE, NULL},
    {"role", FIELD_WORD, 0, 0, FIELD_REQUIRED, WALK_ROLES},
    {"unsafe_1_7", FIELD_INT, 1, TALLY_WORST, FIELD_REQUIRED, NULL},
    {"slip", FIELD_TEXT, 0, ANSWER_SLIP_MOST, FIELD_NULLABLE, NULL},
};

struct round {
    const char *walk, *name, *observation;
};

/* A spot needs its point, and only a spot has one. */
static bool round_fits(const struct round *r, struct err *err)
{
    if ((strcmp(r->name, "spot") == 0) == (r->observation && *r->observation))
        return true;
    return err_set(err, ERR_INPUT, "rating.spot", NULL);
}

/* What is shown: the tables of closed rounds, and how many answers wait in an open one. */
static bool write_round(struct http_request *q, struct json_out *o, const struct round *r,
                        struct err *err)
{
    struct rating x;
    int64_t waiting = 0;
    if (!rating_of(q->worker, r->walk, r->name, r->observation, &x, err) ||
        !answer_count(q->worker, r->walk, r->name, r->observation, &waiting, err))
        return false;
    json_open(o, NULL, '{');
    json_str(o, "round", r->name);
    json_num(o, "waiting", waiting);
    json_num(o, "answers", x.answers);
    json_bool(o, "few", x.answers > 0 && x.shown.rows == 0);
    tally_rows_json(o, "rows", &x.shown);
    json_num(o, "paired", x.paired);
    json_open(o, "pairs", '[');
    for (int before = 0; before < TALLY_WORST; before++)
        for (int after = 0; after < TALLY_WORST; after++) {
            if (!x.pairs[before][after])
                continue;
            json_open(o, NULL, '[');
            json_num(o, NULL, before + 1);
            json_num(o, NULL, after + 1);
            json_num(o, NULL, x.pairs[before][after]);
            json_close(o, ']');
        }
    json_close(o, ']');
    json_close(o, '}');
    return true;
}

int api_ratings(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct walk w;
    struct json_out o = JSON_OUT(&r->body);
    const char *name = http_query(q, "round");
    struct round round = {.name = name ? name : "before",
                          .observation = http_query(q, "observation")};
    if (!field_word_in(round.name, RATING_ROUNDS)) {
        err_set(err, ERR_INPUT, "field.not_word", "round", "", "", RATING_ROUNDS, NULL);
        return 0;
    }
    if (!walk_find(q->worker, q->arena, q->part[0], &w, err) ||
        !round_fits(&round, err) || !walker_pass_sees(q, round.observation, err))
        return 0;
    round.walk = w.id;
    return write_round(q, &o, &round, err) ? 200 : 0;
}

struct answering {
    struct http_request *q;
    struct answer one;
    struct round round;
};

static bool spot_is_of(struct store *s, const struct answering *x, const struct walk *w,
                       struct err *err)
{
    const char *id = x->round.observation;
    return !id || !*id || walker_point(s, x->q->arena, w, id, &id, err);
}

static bool keep_answer(struct store *s, void *data, struct err *err)
{
    struct answering *x = data;
    struct walk w;
    if (!walk_find(s, x->q->arena, x->q->part[0], &w, err))
        return false;
    x->one.walk = x->round.walk = w.id;
    if (!walker_pass_sees(x->q, x->round.observation, err) ||
        !spot_is_of(s, x, &w, err))
        return false;
    return answer_keep(s, &x->one, err);
}

int api_rating_new(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    const cJSON *j = q->json;
    if (!field_check_exact(j, rating_fields, FIELD_COUNT(rating_fields), err))
        return 0;
    struct answering x = {
        .q = q,
        .one = {json_text(j, "id"), NULL, json_text(j, "round"),
                json_text(j, "observation"), json_text(j, "role"), json_text(j, "slip"),
                (int)json_int(j, "unsafe_1_7", 0)},
        .round = {NULL, json_text(j, "round"), json_text(j, "observation")}};
    if (!round_fits(&x.round, err) || !walker_transact(q->worker, keep_answer, &x, err))
        return 0;
    return write_round(q, &o, &x.round, err) ? 201 : 0;
}

static bool close_round(struct store *s, void *data, struct err *err)
{
    struct answering *x = data;
    struct arena *a = x->q->arena;
    struct walk w;
    const char *role, *org;
    int64_t answers;
    if (!walker_by(s, a, &role, &org, err) ||
        !walk_find(s, a, x->q->part[0], &w, err) || !spot_is_of(s, x, &w, err))
        return false;
    x->round.walk = w.id;
    return answer_close(s, a, w.id, x->round.name, x->round.observation, role, &answers,
                        err);
}

int api_rating_close(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"round", FIELD_WORD, 0, 0, FIELD_REQUIRED, RATING_ROUNDS},
        {"observation", FIELD_UID, 0, 0, FIELD_NULLABLE, NULL},
    };
    struct json_out o = JSON_OUT(&r->body);
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    struct answering x = {.q = q,
                          .round = {NULL, json_text(q->json, "round"),
                                    json_text(q->json, "observation")}};
    if (!round_fits(&x.round, err) || !walker_transact(q->worker, close_round, &x, err))
        return 0;
    return write_round(q, &o, &x.round, err) ? 200 : 0;
}
