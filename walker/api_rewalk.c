/* api_rewalk: last time's points in order along the route, what they are like now, and
 * that the acute page was shown. */
#include "walker/api.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/acute.h"
#include "core/store/last.h"
#include "core/store/observation.h"
#include "core/store/verdict.h"

#include <math.h>
#include <stdlib.h>

/* ---- last time ------------------------------------------------------------------- */

struct seen_again {
    struct http_request *q;
    const char *walk; /* tonight's */
    const struct last_point *last;
    struct json_out *o;
    bool failed;
    struct err *err;
};

static void write_issue(struct json_out *o, const struct issue *i)
{
    char when[32];
    if (!i->id) {
        json_null(o, "issue");
        return;
    }
    clock_format(i->changed_ms, when);
    json_open(o, "issue", '{');
    json_str(o, "number", i->number);
    json_str(o, "state", i->state);
    json_str(o, "party", i->party);
    json_str(o, "answer", i->why);
    json_str(o, "changed", when);
    json_close(o, '}');
}

static void write_verdict(struct json_out *o, struct seen_again *x, const char *observation)
{
    struct verdict *list;
    size_t n = 0;
    if (!verdict_list(x->q->worker, x->q->arena, observation, x->walk, &list, &n, x->err))
        x->failed = true;
    if (x->failed || n == 0)
        json_null(o, "verdict");
    else
        verdict_json(o, "verdict", &list[n - 1]);
}

static void write_walk(struct json_out *o, struct seen_again *x, const char *id)
{
    struct walk w;
    struct err unknown = ERR_INIT;
    char when[32];
    if (!walk_find(x->q->worker, x->q->arena, id, &w, &unknown))
        return; /* its points are known here, the walk itself is not */
    int64_t start = w.begun_ms != DB_NULL ? w.begun_ms : w.starts_ms;
    json_str(o, "walk_title", w.title);
    if (start == DB_NULL)
        return;
    clock_format(start, when);
    json_str(o, "walk_at", when);
}

static void more(struct json_out *o, const struct observation *p, void *data)
{
    struct seen_again *x = data;
    write_walk(o, x, p->walk);
    json_num(o, "along_m", (int64_t)llround(x->last->along));
    json_num(o, "beside_m", (int64_t)llround(x->last->metres));
    write_issue(o, &x->last->issue);
    write_verdict(o, x, p->id);
}

static bool write_last(const struct last_point *p, void *data, struct err *err)
{
    struct seen_again *x = data;
    const struct observation_more extra = {NULL, more, x};
    (void)err;
    x->last = p;
    observation_json_more(x->o, NULL, &p->o, p->photos, p->photo_count, &extra);
    return !x->failed;
}

int api_walk_last(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct walk w;
    struct json_out o = JSON_OUT(&r->body);
    struct seen_again x = {.q = q, .o = &o, .err = err};
    if (!walk_find(q->worker, q->arena, q->part[0], &w, err))
        return 0;
    x.walk = w.id;
    json_open(&o, NULL, '{');
    json_open(&o, "points", '[');
    if (!last_near(q->worker, w.id, write_last, &x, err))
        return 0;
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}

/* ---- verdicts -------------------------------------------------------------------- */

struct judging {
    struct http_request *q;
    struct verdict verdict;
    struct acute acute;
    bool fresh;
};

static bool known(struct store *s, struct judging *x, const char *walk,
                  const char *observation, const char **role, const char **org,
                  struct err *err)
{
    struct walk w;
    struct observation o;
    return walker_by_of(x->q, role, org, err) &&
           walk_find(s, x->q->arena, walk, &w, err) &&
           walker_pass_walk(x->q, w.id, err) &&
           (!observation || observation_find(s, x->q->arena, observation, &o, err));
}

static bool give(struct store *s, void *data, struct err *err)
{
    struct judging *x = data;
    return known(s, x, x->verdict.walk, x->verdict.observation, &x->verdict.by_role,
                 &x->verdict.by_org, err) &&
           walker_pass_last(x->q, x->verdict.observation, err) &&
           verdict_give(s, x->q->arena, &x->verdict, &x->fresh, err);
}

static bool id_fits(struct http_request *q, struct err *err)
{
    return uid_is(q->part[0]) || err_set(err, ERR_INPUT, "field.not_id", "id", NULL);
}

/* What a phone said out of reach of the hub was when it was said, not when it arrived. */
static int64_t ago_of(const struct http_request *q)
{
    int64_t ago = json_int(q->json, "ago_ms", 0);
    return ago < AGO_LEAST_MS ? 0 : ago;
}

int api_verdict_put(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
        {"observation", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
        {"verdict", FIELD_WORD, 0, 0, FIELD_REQUIRED, VERDICT_WORDS},
        {"sha256", FIELD_SHA256, 0, 0, FIELD_NULLABLE, NULL},
        {"ago_ms", FIELD_INT, 0, AGO_MOST_MS, 0, NULL},
    };
    struct verdict *list;
    size_t n = 0;
    struct json_out o = JSON_OUT(&r->body);
    if (!id_fits(q, err) || !field_check_exact(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    struct judging x = {.q = q,
                        .verdict = {.id = q->part[0],
                                    .walk = json_text(q->json, "walk"),
                                    .observation = json_text(q->json, "observation"),
                                    .verdict = json_text(q->json, "verdict"),
                                    .sha256 = json_text(q->json, "sha256"),
                                    .ago_ms = ago_of(q)}};
    if (!walker_transact(q->worker, give, &x, err) ||
        !verdict_list(q->worker, q->arena, x.verdict.observation, x.verdict.walk, &list,
                      &n, err))
        return 0;
    for (size_t i = 0; i < n; i++)
        if (text_equal(list[i].id, q->part[0]))
            verdict_json(&o, NULL, &list[i]);
    return x.fresh ? 201 : 200;
}

/* ---- acute ----------------------------------------------------------------------- */

static bool show(struct store *s, void *data, struct err *err)
{
    struct judging *x = data;
    return known(s, x, x->acute.walk, x->acute.observation, &x->acute.by_role,
                 &x->acute.by_org, err) &&
           walker_pass_point(x->q, x->acute.observation, err) &&
           acute_shown(s, x->q->arena, &x->acute, &x->fresh, err);
}

int api_acute_put(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
        {"observation", FIELD_UID, 0, 0, FIELD_NULLABLE, NULL},
        {"called", FIELD_WORD, 0, 0, FIELD_NULLABLE, ACUTE_CALLED},
        {"ago_ms", FIELD_INT, 0, AGO_MOST_MS, 0, NULL},
    };
    struct acute *list;
    size_t n = 0;
    struct json_out o = JSON_OUT(&r->body);
    if (!id_fits(q, err) || !field_check_exact(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    struct judging x = {.q = q,
                        .acute = {.id = q->part[0],
                                  .walk = json_text(q->json, "walk"),
                                  .observation = json_text(q->json, "observation"),
                                  .called = json_text(q->json, "called"),
                                  .ago_ms = ago_of(q)}};
    if (!walker_transact(q->worker, show, &x, err) ||
        !acute_list(q->worker, q->arena, x.acute.walk, &list, &n, err))
        return 0;
    for (size_t i = 0; i < n; i++)
        if (text_equal(list[i].id, q->part[0]))
            acute_json(&o, NULL, &list[i]);
    return x.fresh ? 201 : 200;
}
