/* api_walks: planning, beginning and ending walks from the page. */
#include "walker/api.h"

#include "core/base/field.h"
#include "core/store/local/answer.h"
#include "core/store/local/draft.h"
#include "core/store/local/wiped.h"
#include "core/store/walk_form.h"

#include <stdio.h>
#include <string.h>

static const struct field step_fields[] = {{"role", FIELD_WORD, 0, 0, 0, BY_ROLES}};

/* Walks that were wiped here and have not come back. */
static bool write_wiped(struct http_request *q, struct json_out *o, const struct walk *walks,
                        size_t n, struct err *err)
{
    struct wiped *list;
    size_t wiped;
    if (!wiped_list(q->worker, q->arena, &list, &wiped, err))
        return false;
    json_open(o, "wiped", '[');
    for (size_t i = 0; i < wiped; i++) {
        bool here = false;
        for (size_t w = 0; w < n; w++)
            here |= strcmp(walks[w].id, list[i].id) == 0;
        if (!here)
            wiped_json(o, NULL, &list[i]);
    }
    json_close(o, ']');
    return true;
}

int api_walks(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct walk *walks;
    size_t n;
    struct json_out o = JSON_OUT(&r->body);
    if (!walk_list(q->worker, q->arena, &walks, &n, err))
        return 0;
    json_open(&o, NULL, '{');
    json_open(&o, "walks", '[');
    const struct pass *p = walker_pass(q);
    for (size_t i = 0; i < n; i++)
        if ((!p || strcmp(p->walk, walks[i].id) == 0) &&
            !api_walk_json(q->worker, q->arena, &o, NULL, &walks[i], err))
            return 0;
    json_close(&o, ']');
    if (!p && !write_wiped(q, &o, walks, n, err))
        return 0;
    json_close(&o, '}');
    return 200;
}

struct planning {
    struct http_request *q;
    char id[37];
    bool is_new;
};

static bool plan(struct store *s, void *data, struct err *err)
{
    struct planning *p = data;
    const char *role, *org;
    return walker_by(s, p->q->arena, &role, &org, err) &&
           walk_form_plan(s, p->q->arena, p->q->json, role, org, p->id, &p->is_new,
                          err);
}

static int answer_walk(struct http_request *q, struct http_reply *r, const char *id,
                       int status, struct err *err)
{
    struct walk w;
    struct json_out o = JSON_OUT(&r->body);
    if (!walk_find(q->worker, q->arena, id, &w, err))
        return 0;
    return api_walk_json(q->worker, q->arena, &o, NULL, &w, err) ? status : 0;
}

int api_walk_new(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct planning p = {.q = q};
    if (!cJSON_IsObject(q->json)) {
        err_set(err, ERR_INPUT, "field.whole_not_object", NULL);
        return 0;
    }
    if (!walk_form_of_json(q->json, err))
        return 0;
    if (!walker_transact(q->worker, plan, &p, err))
        return 0;
    return answer_walk(q, r, p.id, p.is_new ? 201 : 200, err);
}

int api_walk(struct http_request *q, struct http_reply *r, struct err *err)
{
    return answer_walk(q, r, q->part[0], 200, err);
}

struct stepping {
    struct http_request *q;
    const char *deed;
    char id[37];
};

static bool step(struct store *s, void *data, struct err *err)
{
    struct stepping *p = data;
    const char *role, *org, *given = json_text(p->q->json, "role");
    struct walk w;
    if (!walker_by(s, p->q->arena, &role, &org, err) ||
        !walk_find(s, p->q->arena, p->q->part[0], &w, err))
        return false;
    snprintf(p->id, sizeof p->id, "%s", w.id);
    if (strcmp(p->deed, "close") == 0 &&
        !answer_close_all(s, p->q->arena, w.id, given ? given : role, err))
        return false;
    return walk_step(s, p->q->arena, w.id, p->deed, given ? given : role, err);
}

static int take_step(struct http_request *q, struct http_reply *r, const char *deed,
                     struct err *err)
{
    struct stepping p = {.q = q, .deed = deed};
    if (q->json && !field_check_exact(q->json, step_fields, FIELD_COUNT(step_fields), err))
        return 0;
    if (strcmp(deed, "close") == 0)
        walker_settle_drafts(q->worker, DRAFT_OLD_MS);
    if (!walker_transact(q->worker, step, &p, err))
        return 0;
    return answer_walk(q, r, p.id, 200, err);
}

struct fetching {
    struct http_request *q;
    struct wiped one;
};

static bool ask_again(struct store *s, void *data, struct err *err)
{
    struct fetching *f = data;
    return wiped_ask(s, f->q->arena, f->q->part[0], &f->one, err);
}

/* It comes with the next sync. */
int api_walk_fetch(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct fetching f = {.q = q};
    struct json_out o = JSON_OUT(&r->body);
    if (!walker_transact(q->worker, ask_again, &f, err))
        return 0;
    wiped_json(&o, NULL, &f.one);
    return 202;
}

int api_walk_begin(struct http_request *q, struct http_reply *r, struct err *err)
{
    return take_step(q, r, "begin", err);
}

int api_walk_end(struct http_request *q, struct http_reply *r, struct err *err)
{
    return take_step(q, r, "end", err);
}

int api_walk_close(struct http_request *q, struct http_reply *r, struct err *err)
{
    return take_step(q, r, "close", err);
}

int api_walk_pause(struct http_request *q, struct http_reply *r, struct err *err)
{
    return take_step(q, r, "pause", err);
}

int api_walk_resume(struct http_request *q, struct http_reply *r, struct err *err)
{
    return take_step(q, r, "resume", err);
}

int api_walk_reopen(struct http_request *q, struct http_reply *r, struct err *err)
{
    return take_step(q, r, "reopen", err);
}
