/* api_issues: issues as people see and change them, and lists to take away. */
#include "registry/app.h"
#include "registry/joined.h"
#include "registry/photo_state.h"
#include "registry/visible.h"

#include "core/base/field.h"
#include "core/base/text.h"
#include "core/store/blob.h"
#include "core/store/party.h"
#include "core/store/verdict.h"
#include "lists/list.h"

#include <stdio.h>
#include <string.h>

/* ---- listing --------------------------------------------------------------------- */

static const char *wish(const struct http_request *q, const char *name)
{
    const char *value = http_query(q, name);
    return value && *value ? value : NULL;
}

static struct issue_filter filter_of(struct http_request *q)
{
    const struct actor *who = q->actor;
    const char *asked = wish(q, "party"), *party = visible_party(&who->account, asked);
    return (struct issue_filter){
        .party = party,
        .none = asked && !text_equal(asked, party),
        .walk = wish(q, "walk"),
        .area = wish(q, "area"),
        .state = wish(q, "state"),
        .closed_too = text_equal(wish(q, "closed"), "1"),
        .joined_too = text_equal(wish(q, "joined"), "1"),
        .no_police = !visible_police(&who->account),
    };
}

struct listing {
    struct http_request *q;
    struct json_out *o;
    struct issue_groups groups;
};

/* What else a case is: joined with others, and how it was when it was seen again. */
static bool write_more(struct listing *l, const struct issue *i, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct json_out more = JSON_OUT(l->o->buf);
    const struct actor *who = l->q->actor;
    struct verdict *list;
    size_t n = 0;
    bool ok = verdict_list(l->q->worker, &a, i->observation, NULL, &list, &n, err);
    json_open(&more, "verdicts", '[');
    for (size_t v = 0; ok && v < n; v++)
        verdict_json(&more, NULL, &list[v]);
    json_close(&more, ']');
    arena_release(&a);
    return ok &&
           joined_json(l->q->worker, &more, &who->account, &l->groups, i->id, err);
}

static bool list_issue(const struct issue *i, const struct observation *p,
                       const struct photo *photos, size_t n, void *data,
                       struct err *err)
{
    struct listing *l = data;
    const struct actor *who = l->q->actor;
    if (!visible(&who->account, p, i))
        return true;
    issue_json(l->o, NULL, i);
    l->o->buf->len--; /* the closing brace, to add more members */
    buf_char(l->o->buf, ',');
    if (!write_more(l, i, err))
        return false;
    buf_str(l->o->buf, ",\"observation\":");
    struct json_out inner = JSON_OUT(l->o->buf);
    bool ok = photo_state_point(l->q->worker, &inner, NULL, p, photos, n, NULL, err);
    buf_char(l->o->buf, '}');
    return ok;
}

int api_issues(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    struct listing l = {.q = q, .o = &o};
    struct issue_filter filter = filter_of(q);
    if (!list_filter_fits(q->worker, q->arena, &filter, err) ||
        !issue_groups_read(q->worker, q->arena, &l.groups, err))
        return 0;
    json_open(&o, NULL, '{');
    json_open(&o, "issues", '[');
    if (!issue_each(q->worker, &filter, list_issue, &l, err))
        return 0;
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}

int api_issue(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    struct listing l = {.q = q, .o = &o};
    struct issue i;
    struct observation p;
    struct photo *photos;
    size_t n;
    if (!issue_groups_read(q->worker, q->arena, &l.groups, err) ||
        !issue_find(q->worker, q->arena, q->part[0], &i, err) ||
        !observation_find(q->worker, q->arena, i.observation, &p, err) ||
        !photo_list(q->worker, q->arena, p.id, &photos, &n, err) ||
        !list_issue(&i, &p, photos, n, &l, err))
        return 0;
    if (r->body.len > 0)
        return 200;
    err_set(err, ERR_NOT_FOUND, "issue.unknown", q->part[0], NULL); /* not for them */
    return 0;
}

/* ---- changing -------------------------------------------------------------------- */

/* If-Match: "HEAD"; the quotes are HTTP's. */
static const char *if_match(struct http_request *q)
{
    const char *value = http_header(q, "If-Match");
    size_t n = value ? strlen(value) : 0;
    if (n >= 2 && value[0] == '"' && value[n - 1] == '"')
        return arena_strndup(q->arena, value + 1, n - 2);
    return value;
}

static bool change(struct http_request *q, struct err *err)
{
    const struct actor *who = q->actor;
    struct store *s = q->worker;
    const char *party = json_text(q->json, "party"),
               *state = json_text(q->json, "state");
    const char *head = if_match(q), *role = who->account.role;
    bool there = true;
    if (party && (!party_exists(s, party, &there, err) ||
                  (!there && !err_set(err, ERR_INPUT, "party.unknown", party, NULL))))
        return false;
    if (state && !issue_state_exists(state))
        return err_set(err, ERR_INPUT, "issue.unknown_state", state, NULL);
    if (party)
        return issue_assign(s, q->arena, q->part[0], head, party, role, err);
    return issue_state_set(s, q->arena, q->part[0], head, state,
                           json_text(q->json, "why"), role, err);
}

int api_issue_patch(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"party", FIELD_TEXT, 2, 8, 0, NULL},
        {"state", FIELD_TEXT, 2, 20, 0, NULL},
        {"why", FIELD_TEXT, 0, 1000, FIELD_NULLABLE, NULL},
    };
    struct store *s = q->worker;
    struct issue i;
    struct json_out o = JSON_OUT(&r->body);
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    if (!json_text(q->json, "party") == !json_text(q->json, "state")) {
        err_set(err, ERR_INPUT, "issue.one_change", NULL);
        return 0;
    }
    if (json_text(q->json, "why") && !json_text(q->json, "state")) {
        err_set(err, ERR_INPUT, "issue.why_alone", NULL);
        return 0;
    }
    if (!db_begin(&s->db, err) || !change(q, err) || !db_commit(&s->db, err) ||
        !issue_find(s, q->arena, q->part[0], &i, err))
        return 0;
    issue_json(&o, NULL, &i);
    return 200;
}

/* ---- downloads -------------------------------------------------------- */

static const struct {
    const char *file, *form;
} downloads[] = {
    {"issues.csv", "csv"},
    {"issues.rfc4180.csv", "csv-rfc4180"},
    {"issues.geojson", "geojson"},
    {"issues.json", "json"},
};

/* The page says which language it speaks; a link sends the browser's own alone. */
static enum i18n_lang lang_of(const struct http_request *q)
{
    const char *lang = wish(q, "lang");
    return lang ? i18n_from_header(lang) : q->lang;
}

int api_list(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct issue_filter filter = filter_of(q);
    size_t rows;
    for (size_t i = 0; i < sizeof downloads / sizeof downloads[0]; i++) {
        if (strcmp(downloads[i].file, q->part[0]) != 0)
            continue;
        const struct list_form *form = list_form(downloads[i].form);
        if (!list_issues(q->worker, &filter, form, lang_of(q), &r->body, &rows, err))
            return 0;
        r->type = form->type;
        http_reply_header(
            r, "Content-Disposition",
            arena_printf(q->arena, "attachment; filename=\"%s\"", downloads[i].file));
        return 200;
    }
    err_set(err, ERR_NOT_FOUND, "http.no_such_place", q->path, NULL);
    return 0;
}
