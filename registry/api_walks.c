/* api_walks: walks, and what came home from them. */
#include "registry/app.h"
#include "registry/verbs.h"
#include "registry/visible.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/file.h"
#include "core/store/blob.h"
#include "core/store/walk.h"
#include "registry/photo_state.h"

#include <string.h>

/* ---- walks ----------------------------------------------------------------------- */

struct home {
    struct store *s;
    const struct account *who;
    int64_t points, photos, previews, stored, verified;
};

static bool count_point(const struct observation *o, const struct photo *photos, size_t n,
                        void *data, struct err *err)
{
    struct home *h = data;
    if (!visible(h->who, o, NULL) && strcmp(h->who->role, "department") != 0)
        return true;
    h->points++;
    for (size_t i = 0; i < n; i++) {
        const char *state;
        if (!photo_state(h->s, photos[i].sha256, &state, err))
            return false;
        h->photos++;
        h->previews += strcmp(state, "named") != 0;
        h->stored += strcmp(state, "stored") == 0 || strcmp(state, "verified") == 0;
        h->verified += strcmp(state, "verified") == 0;
    }
    return true;
}

/* walk_json with "home" put in at its end. */
static bool write_walk(struct http_request *q, struct json_out *o, const struct walk *w,
                       struct err *err)
{
    const struct actor *who = q->actor;
    struct home h = {.s = q->worker, .who = &who->account};
    if (!observation_each(q->worker, w->id, false, count_point, &h, err))
        return false;
    walk_json(o, NULL, w);
    o->buf->len--; /* the closing brace, to add one more member */
    buf_str(o->buf, ",\"home\":");
    struct json_out inner = JSON_OUT(o->buf);
    json_open(&inner, NULL, '{');
    json_num(&inner, "points", h.points);
    json_num(&inner, "photos", h.photos);
    json_num(&inner, "previews", h.previews);
    json_num(&inner, "stored", h.stored);
    json_num(&inner, "verified", h.verified);
    json_close(&inner, '}');
    buf_char(o->buf, '}');
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
    for (size_t i = 0; i < n; i++)
        if (!write_walk(q, &o, &walks[i], err))
            return 0;
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}

int api_walk_new(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"title", FIELD_TEXT, 1, 120, FIELD_REQUIRED, NULL},
        {"area", FIELD_TEXT, 0, 80, FIELD_NULLABLE, NULL},
        {"purpose", FIELD_TEXT, 0, 400, FIELD_NULLABLE, NULL},
        {"mode", FIELD_WORD, 0, 0, FIELD_NULLABLE, "foot bicycle car"},
        {"starts", FIELD_TIME, 0, 0, FIELD_NULLABLE, NULL},
    };
    struct store *s = q->worker;
    struct walk_wish wish = {.starts_ms = DB_NULL};
    struct walk w;
    struct json_out o = JSON_OUT(&r->body);
    char id[37];
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    wish.title = json_text(q->json, "title");
    wish.area = json_text(q->json, "area");
    wish.purpose = json_text(q->json, "purpose");
    wish.mode = json_text(q->json, "mode");
    if (json_text(q->json, "starts"))
        clock_parse(json_text(q->json, "starts"), &wish.starts_ms);
    if (!db_begin(&s->db, err) ||
        !walk_plan(s, q->arena, &wish, "coordinator", "", id, err) ||
        !db_commit(&s->db, err) || !walk_find(s, q->arena, id, &w, err))
        return 0;
    return write_walk(q, &o, &w, err) ? 201 : 0;
}

/* ---- the points of a walk -------------------------------------------------------- */

struct listing {
    struct http_request *q;
    struct json_out *o;
};

static bool list_point(const struct observation *p, const struct photo *photos, size_t n,
                       void *data, struct err *err)
{
    struct listing *l = data;
    const struct actor *who = l->q->actor;
    struct arena a = ARENA_INIT;
    struct issue issue;
    bool has_issue;
    bool ok = issue_of_observation(l->q->worker, &a, p->id, &issue, &has_issue, err);
    if (ok && visible(&who->account, p, has_issue ? &issue : NULL))
        ok = photo_state_point(l->q->worker, l->o, NULL, p, photos, n,
                               has_issue ? &issue : NULL, err);
    arena_release(&a);
    return ok;
}

int api_points(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct walk w;
    struct json_out o = JSON_OUT(&r->body);
    struct listing l = {q, &o};
    if (!walk_find(q->worker, q->arena, q->part[0], &w, err))
        return 0;
    json_open(&o, NULL, '{');
    json_open(&o, "observations", '[');
    if (!observation_each(q->worker, w.id, false, list_point, &l, err))
        return 0;
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}
