/* api_walks: walks, and what came home from them. */
#include "registry/app.h"
#include "registry/verbs.h"
#include "registry/visible.h"

#include "core/base/field.h"
#include "core/base/file.h"
#include "core/store/blob.h"
#include "core/store/closing.h"
#include "core/store/seal.h"
#include "core/store/walk_form.h"
#include "registry/photo_state.h"

#include <string.h>

/* ---- walks ----------------------------------------------------------------------- */

struct home {
    struct store *s;
    const struct account *who;
    int64_t points, photos, previews, stored, verified;
    int64_t hidden,
        hidden_photos; /* not for the caller's eyes, nor to be counted there */
};

static bool count_point(const struct observation *o, const struct photo *photos, size_t n,
                        void *data, struct err *err)
{
    struct home *h = data;
    if (!visible(h->who, o, NULL) && strcmp(h->who->role, "department") != 0) {
        h->hidden++;
        h->hidden_photos += (int64_t)n;
        return true;
    }
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

static void hide(int64_t *count, int64_t hidden)
{
    *count = *count > hidden ? *count - hidden : 0;
}

/* walk_json with "home" and "closing" put in at its end. */
static bool write_walk(struct http_request *q, struct json_out *o, const struct walk *w,
                       struct err *err)
{
    const struct actor *who = q->actor;
    struct home h = {.s = q->worker, .who = &who->account};
    struct walk seen = *w;
    struct closing c;
    int64_t withheld = 0;
    if (!observation_each(q->worker, w->id, false, count_point, &h, err) ||
        !closing_of(q->worker, q->arena, w, &c, err) ||
        !seal_count(q->worker, w->id, &withheld, err))
        return false;
    seen.points -= h.hidden;
    seen.photos -= h.hidden_photos;
    hide(&c.points, h.hidden);
    hide(&c.points_here, h.hidden);
    hide(&c.photos, h.hidden_photos);
    hide(&c.photos_here, h.hidden_photos);
    walk_json(o, NULL, &seen);
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
    buf_printf(o->buf, ",\"withheld\":%lld,\"closing\":", (long long)withheld);
    struct json_out last = JSON_OUT(o->buf);
    closing_json(&last, NULL, &c);
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

static int answer_walk(struct http_request *q, struct http_reply *r, const char *id,
                       int status, struct err *err)
{
    struct walk w;
    struct json_out o = JSON_OUT(&r->body);
    if (!walk_find(q->worker, q->arena, id, &w, err))
        return 0;
    return write_walk(q, &o, &w, err) ? status : 0;
}

static bool read_form(struct http_request *q, struct err *err)
{
    if (!cJSON_IsObject(q->json))
        return err_set(err, ERR_INPUT, "field.whole_not_object", NULL);
    return walk_form_of_json(q->json, err);
}

int api_walk_new(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct store *s = q->worker;
    char id[37];
    if (!read_form(q, err) || !db_begin(&s->db, err) ||
        !walk_form_plan(s, q->arena, q->json, "coordinator", "", id, err) ||
        !db_commit(&s->db, err))
        return 0;
    return answer_walk(q, r, id, 201, err);
}

int api_walk(struct http_request *q, struct http_reply *r, struct err *err)
{
    return answer_walk(q, r, q->part[0], 200, err);
}

int api_walk_patch(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct store *s = q->worker;
    struct walk w;
    if (!read_form(q, err) || !db_begin(&s->db, err) ||
        !walk_find(s, q->arena, q->part[0], &w, err) ||
        !walk_edit(s, q->arena, w.id, q->json, "coordinator", err) ||
        !db_commit(&s->db, err))
        return 0;
    return answer_walk(q, r, w.id, 200, err);
}

/* ---- the points of a walk -------------------------------------------------------- */

struct listing {
    struct http_request *q;
    struct json_out *o;
};

/* A point that was taken back after a person took its case up stays with the desk as long as
 * the case is open: nobody else can tell whoever works on it (records.md 2). */
static bool is_listed(const struct observation *p, const struct issue *i)
{
    return !p->withdrawn || (i && i->touched && !issue_state_is_closed(i->state));
}

static bool list_point(const struct observation *p, const struct photo *photos, size_t n,
                       void *data, struct err *err)
{
    struct listing *l = data;
    const struct actor *who = l->q->actor;
    struct arena a = ARENA_INIT;
    struct issue issue;
    bool has_issue;
    bool ok = issue_of_observation(l->q->worker, &a, p->id, &issue, &has_issue, err);
    const struct issue *i = ok && has_issue ? &issue : NULL;
    if (ok && is_listed(p, i) && visible(&who->account, p, i))
        ok = photo_state_point(l->q->worker, l->o, NULL, p, photos, n, i, err);
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
    if (!observation_each(q->worker, w.id, true, list_point, &l, err))
        return 0;
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}
