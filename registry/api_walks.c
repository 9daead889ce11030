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
#include "registry/joined.h"
#include "registry/photo_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- walks ----------------------------------------------------------------------- */

/* What came home of a walk, of that which the caller may see. */
struct home {
    struct store *s;
    const struct account *who;
    int64_t points, photos, previews, stored, verified;
    struct buf hidden; /* struct hidden: neither counted nor named, sorted by id */
    struct arena ids;
};
struct hidden {
    const char *id;
    int64_t photos, left; /* left: without those that went on purpose */
    bool withdrawn;
};

static bool is_hidden(struct home *h, const struct observation *o, bool *ret,
                      struct err *err)
{
    struct arena a = ARENA_INIT;
    struct issue issue;
    bool has_issue = false;
    bool ok = !visible_by_issue(h->who) ||
              issue_of_observation(h->s, &a, o->id, &issue, &has_issue, err);
    if (ok)
        *ret = !visible(h->who, o, has_issue ? &issue : NULL);
    arena_release(&a);
    return ok;
}

static bool count_photos(struct home *h, const struct photo *photos, size_t n,
                         struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        const char *state;
        if (photos[i].gone)
            continue;
        if (!photo_state(h->s, photos[i].sha256, &state, err))
            return false;
        h->photos++;
        h->previews += strcmp(state, "named") != 0;
        h->stored += strcmp(state, "stored") == 0 || strcmp(state, "verified") == 0;
        h->verified += strcmp(state, "verified") == 0;
    }
    return true;
}

static bool count_point(const struct observation *o, const struct photo *photos,
                        size_t n, void *data, struct err *err)
{
    struct home *h = data;
    bool hidden = false;
    if (!is_hidden(h, o, &hidden, err))
        return false;
    if (hidden) {
        struct hidden one = {arena_strdup(&h->ids, o->id), (int64_t)n, 0, o->withdrawn};
        for (size_t i = 0; i < n; i++)
            one.left += !photos[i].gone;
        buf_add(&h->hidden, &one, sizeof one);
        return true;
    }
    if (o->withdrawn)
        return true;
    h->points++;
    return count_photos(h, photos, n, err);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct hidden *)a)->id, ((const struct hidden *)b)->id);
}

static struct hidden *hidden_of(const struct home *h, const char *id)
{
    const struct hidden key = {.id = id};
    size_t n = h->hidden.len / sizeof key;
    return n > 0 ? bsearch(&key, h->hidden.data, n, sizeof key, by_id) : NULL;
}

static void take_from(int64_t *count, int64_t n)
{
    *count = *count > n ? *count - n : 0;
}

/* Both lists are sorted and stay so. */
static size_t without_hidden(const struct home *h, const char **ids, size_t n)
{
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        if (!hidden_of(h, ids[i]))
            ids[left++] = ids[i];
    return left;
}

static bool is_in(const char *id, const char **ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(ids[i], id) == 0)
            return true;
    return false;
}

/* Takes what is hidden out of the walk's own counts and of its closing's, where only those
 * that were there when it was closed are counted. */
static void leave_out(const struct home *h, struct walk *w, struct closing *c)
{
    const struct hidden *all = (const struct hidden *)h->hidden.data;
    for (size_t i = 0; i < h->hidden.len / sizeof *all; i++) {
        if (all[i].withdrawn)
            continue;
        take_from(&w->points, 1);
        take_from(&w->photos, all[i].left);
        if (is_in(all[i].id, c->after, c->after_count))
            continue;
        take_from(&c->points, 1);
        take_from(&c->points_here, 1);
        take_from(&c->photos, all[i].photos);
        take_from(&c->photos_here, all[i].photos);
    }
    c->after_count = without_hidden(h, c->after, c->after_count);
    c->later_count = without_hidden(h, c->later, c->later_count);
}

static bool look_home(struct home *h, const char *walk, struct err *err)
{
    if (!observation_each(h->s, walk, true, count_point, h, err))
        return false;
    if (h->hidden.len > 0)
        qsort(h->hidden.data, h->hidden.len / sizeof(struct hidden),
              sizeof(struct hidden), by_id);
    return true;
}

static void write_home(struct json_out *o, const struct home *h)
{
    json_open(o, NULL, '{');
    json_num(o, "points", h->points);
    json_num(o, "photos", h->photos);
    json_num(o, "previews", h->previews);
    json_num(o, "stored", h->stored);
    json_num(o, "verified", h->verified);
    json_close(o, '}');
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
    bool ok = look_home(&h, w->id, err) &&
              closing_of(q->worker, q->arena, w, &c, err) &&
              seal_count(q->worker, w->id, &withheld, err);
    if (ok) {
        leave_out(&h, &seen, &c);
        walk_json(o, NULL, &seen);
        o->buf->len--; /* the closing brace, to add more members */
        buf_str(o->buf, ",\"home\":");
        struct json_out inner = JSON_OUT(o->buf);
        write_home(&inner, &h);
        buf_printf(o->buf, ",\"withheld\":%lld,\"closing\":", (long long)withheld);
        struct json_out last = JSON_OUT(o->buf);
        closing_json(&last, NULL, &c);
        buf_char(o->buf, '}');
    }
    buf_release(&h.hidden);
    arena_release(&h.ids);
    return ok;
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
    bool is_new;
    if (!read_form(q, err) || !db_begin(&s->db, err) ||
        !walk_form_plan(s, q->arena, q->json, "coordinator", "", id, &is_new, err) ||
        !db_commit(&s->db, err))
        return 0;
    return answer_walk(q, r, id, is_new ? 201 : 200, err);
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
    struct issue_groups groups;
};

/* A point that was taken back after a person took its case up stays with the desk as long as
 * the case is open: nobody else can tell whoever works on it (records.md 2). */
static bool is_listed(const struct observation *p, const struct issue *i)
{
    return !p->withdrawn || (i && i->touched && !issue_state_is_closed(i->state));
}

/* The point with its issue put in at its end, and with what that was joined with. */
static bool write_point(struct listing *l, const struct observation *p,
                        const struct photo *photos, size_t n, const struct issue *i,
                        struct err *err)
{
    const struct actor *who = l->q->actor;
    struct buf *buf = l->o->buf;
    struct json_out inner = JSON_OUT(buf);
    if (!photo_state_point(l->q->worker, l->o, NULL, p, photos, n, NULL, err))
        return false;
    if (!i)
        return true;
    buf->len--; /* the closing brace, to add more members */
    buf_str(buf, ",\"issue\":");
    issue_json(&inner, NULL, i);
    buf->len--;
    if (!joined_json(l->q->worker, &inner, &who->account, &l->groups, i->id, err))
        return false;
    buf_str(buf, "}}");
    return true;
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
        ok = write_point(l, p, photos, n, i, err);
    arena_release(&a);
    return ok;
}

int api_points(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct walk w;
    struct json_out o = JSON_OUT(&r->body);
    struct listing l = {.q = q, .o = &o};
    if (!walk_find(q->worker, q->arena, q->part[0], &w, err) ||
        !issue_groups_read(q->worker, q->arena, &l.groups, err))
        return 0;
    json_open(&o, NULL, '{');
    json_open(&o, "observations", '[');
    if (!observation_each(q->worker, w.id, true, list_point, &l, err))
        return 0;
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}
