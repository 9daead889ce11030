/* api_points: one tap keeps a point; everything after it is an edit. */
#include "walker/api.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/personal.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/local/draft.h"
#include "core/store/local/open_point.h"
#include "core/store/local/operation.h"
#include "core/store/local/standing.h"
#include "core/store/observation.h"
#include "core/store/published.h"
#include "core/store/track.h"
#include "walker/place.h"

#include <stdio.h>
#include <string.h>

/* ---- as the page sees it --------------------------------------------------------- */

struct telling {
    struct standing standing;
    bool for_pass; /* a phone: what is being typed here is none of it */
};

static void photo_more(struct json_out *o, const struct photo *p, void *data)
{
    const struct telling *x = data;
    const struct standing_photo *photo = standing_photo(&x->standing, p->sha256);
    json_str(o, "state", photo ? photo->state : NULL);
    if (photo && *photo->unshown)
        json_str(o, "unshown", photo->unshown);
}

static void point_more(struct json_out *o, const struct observation *w, void *data)
{
    const struct telling *x = data;
    const struct standing_point *p = standing_point(&x->standing, w->id);
    json_str(o, "sent",
             p && p->sent ? "verified" : p && p->carried ? "carried" : "waiting");
    json_num(o, "seen", p ? p->seen : 0);
    if (p && p->draft && !x->for_pass)
        json_raw_unchecked(o, "draft", p->draft);
    else
        json_null(o, "draft");
}

bool api_point_json(struct http_request *q, struct json_out *o, const char *name,
                    const char *id, struct err *err)
{
    struct store *s = q->worker;
    struct arena a = ARENA_INIT;
    struct observation p;
    struct photo *photos;
    struct telling telling = {.for_pass = walker_pass(q) != NULL};
    const struct observation_more more = {photo_more, point_more, &telling};
    size_t n;
    bool ok = observation_find(s, &a, id, &p, err) &&
              photo_list(s, &a, p.id, &photos, &n, err) &&
              standing_of_point(s, &a, p.id, &telling.standing, err);
    if (ok)
        observation_json_more(o, name, &p, photos, n, &more);
    arena_release(&a);
    return ok;
}

int api_point_answer(struct http_request *q, struct http_reply *r, int status,
                     struct err *err)
{
    struct observation p;
    struct json_out o = JSON_OUT(&r->body);
    if (!observation_find(q->worker, q->arena, q->part[0], &p, err))
        return 0;
    if (walker_pass_hides(q, &p))
        return 204;
    return api_point_json(q, &o, NULL, p.id, err) ? status : 0;
}

struct listing {
    struct json_out *o;
    struct observation_more more;
    const struct telling *telling; /* to a phone: not what only the police may see */
};

static bool list_one(const struct observation *p, const struct photo *photos, size_t n,
                     void *data, struct err *err)
{
    struct listing *l = data;
    (void)err;
    if (l->telling->for_pass && observation_police_only(p->category, p->conflicts))
        return true;
    observation_json_more(l->o, NULL, p, photos, n, &l->more);
    return true;
}

/* What a point with a note of a line or two takes; one request of memory in place of ten. */
enum { POINT_BYTES = 800 };

int api_points(struct http_request *q, struct http_reply *r, struct err *err)
{
    const char *walk;
    struct telling telling = {.for_pass = walker_pass(q) != NULL};
    struct json_out o = JSON_OUT(&r->body);
    struct listing l = {&o, {photo_more, point_more, &telling}, &telling};
    const char *withdrawn = http_query(q, "withdrawn");
    if (!walk_id(q->worker, q->arena, q->part[0], &walk, err) ||
        !standing_of_walk(q->worker, q->arena, walk, &telling.standing, err))
        return 0;
    buf_reserve(&r->body, telling.standing.point_count * POINT_BYTES);
    json_open(&o, NULL, '{');
    json_open(&o, "observations", '[');
    if (!observation_each(q->worker, walk, text_equal(withdrawn, "1"), list_one, &l, err))
        return 0;
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}

int api_point(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct json_out o = JSON_OUT(&r->body);
    return api_point_json(q, &o, NULL, q->part[0], err) ? 200 : 0;
}

/* ---- a new point ----------------------------------------------------------------- */

enum { PAGE_NAME_MOST = 40 };

static const struct field put_fields[] = {
    {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"category", FIELD_TEXT, 3, 8, FIELD_REQUIRED, NULL},
    {"severity", FIELD_INT, 0, 4, FIELD_NULLABLE, NULL},
    {"urgency", FIELD_WORD, 0, 0, FIELD_NULLABLE, "A B C D"},
    {"note", FIELD_TEXT, 0, OBSERVATION_NOTE_MOST, FIELD_NULLABLE, NULL},
    {"agree", FIELD_INT, 0, 500, FIELD_NULLABLE, NULL},
    {"agree_of", FIELD_INT, 0, 500, FIELD_NULLABLE, NULL},
    {"affected", FIELD_TEXT, 0, 120, FIELD_NULLABLE, NULL},
    {"stood", FIELD_OBJECT, 0, 0, FIELD_NULLABLE, NULL},
    {"thing", FIELD_OBJECT, 0, 0, FIELD_NULLABLE, NULL},
    {"at", FIELD_TIME, 0, 0, FIELD_NULLABLE, NULL},
    {"ago_ms", FIELD_INT, 0, AGO_MOST_MS, 0, NULL},
    {"role", FIELD_WORD, 0, 0, 0, BY_ROLES},
    {"organisation", FIELD_TEXT, 0, 80, 0, NULL},
    {"page", FIELD_TEXT, 1, PAGE_NAME_MOST, 0, NULL}, /* opens its screen at once */
};

static bool read_wish(struct http_request *q, struct observation_wish *w, struct err *err)
{
    const cJSON *j = q->json;
    const char *at;
    if (!field_check_exact(j, put_fields, FIELD_COUNT(put_fields), err))
        return false;
    int64_t ago = json_int(j, "ago_ms", 0);
    struct clock_reading now = clock_now();
    at = json_text(j, "at");
    *w = (struct observation_wish){.id = q->part[0],
                                   .walk = json_text(j, "walk"),
                                   .category = json_text(j, "category"),
                                   .note = json_text(j, "note"),
                                   .urgency = json_text(j, "urgency"),
                                   .affected = json_text(j, "affected"),
                                   .severity = json_int(j, "severity", DB_NULL),
                                   .agree = json_int(j, "agree", DB_NULL),
                                   .agree_of = json_int(j, "agree_of", DB_NULL),
                                   .stood = GEO_NOWHERE,
                                   .thing = GEO_NOWHERE,
                                   .at_ms = DB_NULL,
                                   .by_role = json_text(j, "role"),
                                   .by_org = json_text(j, "organisation")};
    if (at)
        clock_parse(at, &w->at_ms);
    else if (ago >= AGO_LEAST_MS)
        w->at_ms = now.utc_ms - ago, w->clock = now.trust;
    struct place stood, thing;
    if (!place_read(j, "stood", &stood, err) || !place_read(j, "thing", &thing, err))
        return false;
    w->stood = stood.at;
    w->stood_source = stood.source;
    w->stood_override = stood.override;
    w->thing = thing.at;
    w->thing_source = thing.source;
    w->thing_ref = thing.ref;
    return true;
}

enum { FRESH_MS = 10000 };

/* A tap that brought no place of its own: where this device's receiver says we are. A tap
 * of some time ago, or by a phone that joined: where the track was then, accuracy not
 * known, and never where we are now (records.md 5.10). */
static bool find_place(struct http_request *q, struct store *s, struct observation_wish *w,
                       struct err *err)
{
    const struct walker_app *app = q->app;
    struct track t;
    if (geo_known(w->stood))
        return true;
    if (w->at_ms == DB_NULL && !walker_pass(q)) {
        struct gps_fix fix = gps_now(app->gps);
        if (fix.state >= GPS_2D && fix.age_ms <= FRESH_MS) {
            w->stood = fix.at;
            w->stood_source = "gnss";
        }
        return true;
    }
    if (!track_read(s, q->arena, w->walk, &t, err))
        return false;
    w->stood = track_place(&t, w->at_ms == DB_NULL ? clock_now().utc_ms : w->at_ms);
    w->stood.accuracy_mm = -1;
    w->stood_source = "track";
    return true;
}

struct noting {
    struct http_request *q;
    struct observation_wish wish;
    bool is_new; /* tapped just now, and not out of reach some time ago */
};

static bool note(struct store *s, void *data, struct err *err)
{
    struct noting *n = data;
    const char *role, *org, *walk;
    if (!walker_by_of(n->q, &role, &org, err) ||
        !walk_id(s, n->q->arena, n->wish.walk, &walk, err) ||
        !walker_pass_walk(n->q, walk, err))
        return false;
    if (!n->wish.by_role || walker_pass(n->q))
        n->wish.by_role = role;
    if (!n->wish.by_org || walker_pass(n->q))
        n->wish.by_org = org;
    const char *page = n->is_new ? json_text(n->q->json, "page") : NULL;
    return find_place(n->q, s, &n->wish, err) &&
           observation_note(s, n->q->arena, &n->wish, NULL, err) &&
           (!page || open_point_set(s, n->wish.id, page, true, err));
}

/* The same id again is the retry of a tap whose answer was lost: 200, nothing written. */
int api_point_put(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct noting n = {.q = q};
    if (!uid_is(q->part[0])) {
        err_set(err, ERR_INPUT, "field.not_id", "id", NULL);
        return 0;
    }
    if (!read_wish(q, &n.wish, err) || !published_codes(q->worker, q->json, err))
        return 0;
    n.is_new = json_int(q->json, "ago_ms", 0) < AGO_LEAST_MS;
    if (!walker_transact(q->worker, note, &n, err)) {
        if (err->code != ERR_CONFLICT || !text_equal(err->key, "observation.exists"))
            return 0;
        *err = (struct err)ERR_INIT;
        return api_point_answer(q, r, 200, err);
    }
    struct json_out o = JSON_OUT(&r->body);
    return api_point_json(q, &o, NULL, q->part[0], err) ? 201 : 0;
}

/* ---- edits ----------------------------------------------------------------------- */

struct editing {
    struct http_request *q;
    cJSON *fields;
    const cJSON *withdrawn; /* NULL: not said */
    const cJSON *deed;      /* what the page says about the deed itself */
};

/* Beside the fields: the id of the deed, what the page had seen, its earlier deeds. */
static const struct field deed_fields[] = {
    {"op", FIELD_UID, 0, 0, 0, NULL},
    {"seen", FIELD_INT, 0, INT64_MAX, 0, NULL},
    {"after", FIELD_ARRAY, 0, 200, 0, NULL},
    {"withdrawn", FIELD_BOOL, 0, 0, 0, NULL},
    {"settle", FIELD_OBJECT, 0, 0, 0, NULL}, /* as observation_settle() wants it */
    {"into", FIELD_UID, 0, 0, FIELD_NULLABLE, NULL}, /* withdrawn into that one */
};

/* Takes them out of the body, which then holds the observation's fields alone. */
static bool take_deed(cJSON *body, cJSON *deed, struct err *err)
{
    for (size_t i = 0; i < FIELD_COUNT(deed_fields); i++) {
        const char *name = deed_fields[i].name;
        cJSON *member = cJSON_DetachItemFromObjectCaseSensitive(body, name);
        if (member)
            cJSON_AddItemToObject(deed, name, member);
    }
    return field_check(deed, deed_fields, FIELD_COUNT(deed_fields), err);
}

/* A duplicate is joined with a point that stands, and not with itself: *into is its id. */
static bool can_join(struct http_request *q, const struct observation *o,
                     const char **into, struct err *err)
{
    struct observation other;
    if (!observation_join_target(q->worker, q->arena, o, *into, &other, err))
        return err_part(err, "into");
    *into = other.id;
    return walker_pass_joins(q, other.id, err);
}

/* The point as answered to whoever wrote the note: with "warnings" at its end when the
 * note looks as if it said something about a person. */
static int answer_with_warnings(struct http_request *q, struct http_reply *r,
                                const char *note, struct err *err)
{
    struct personal found[PERSONAL_MOST];
    int status = api_point_answer(q, r, 200, err);
    if (status != 200 || personal_find(note, found) == 0)
        return status;
    r->body.len--; /* the closing brace, to add one more member */
    buf_char(&r->body, ',');
    struct json_out inner = JSON_OUT(&r->body);
    personal_json(&inner, "note", note);
    buf_char(&r->body, '}');
    return 200;
}

/* A phone says its deeds again until they are answered: each must have a name. */
static bool op_given(const struct http_request *q, const cJSON *deed, struct err *err)
{
    return !walker_pass(q) || json_text(deed, "op") ||
           err_set(err, ERR_INPUT, "pass.no_operation", NULL);
}

/* What became the police's stays theirs for a phone, else it could read it that way. */
static bool may_take_back(const struct editing *e, const struct observation *o,
                          struct err *err)
{
    const cJSON *settle = json_object(e->deed, "settle");
    bool changes = cJSON_GetObjectItemCaseSensitive(e->fields, "category") ||
                   cJSON_GetObjectItemCaseSensitive(settle, "category");
    return !changes || !walker_pass_hides(e->q, o) ||
           err_set(err, ERR_CONFLICT, "pass.police_only", NULL);
}

static bool edit(struct store *s, void *data, struct err *err)
{
    struct editing *e = data;
    struct arena *a = e->q->arena;
    struct observation o;
    const char *role, *org;
    if (!walker_by_of(e->q, &role, &org, err) ||
        !observation_find(s, a, e->q->part[0], &o, err))
        return false;
    bool done;
    if (!op_given(e->q, e->deed, err) ||
        !operation_done(s, json_text(e->deed, "op"), &done, err))
        return false;
    if (done)
        return true;
    if (!may_take_back(e, &o, err) || !place_edit(e->fields, &o, err))
        return false;
    int64_t seen = json_int(e->deed, "seen", -1);
    cJSON *over = NULL;
    if (seen >= 0 && !operation_over(s, a, o.id, e->fields, seen,
                                     json_array(e->deed, "after"), &over, err))
        return false;
    bool ok = observation_edit(s, a, o.id, e->fields, over, role, org, err);
    json_free(over);
    if (!ok)
        return false;
    if ((json_text(e->fields, "note") || json_text(e->fields, "measure")) &&
        !draft_end(s, o.id, err))
        return false;
    bool on = cJSON_IsTrue(e->withdrawn);
    const char *into = on ? json_text(e->deed, "into") : NULL;
    if (into && !can_join(e->q, &o, &into, err))
        return false;
    if (e->withdrawn &&
        (on != o.withdrawn || (on && into && !text_equal(into, o.into))) &&
        !observation_withdraw(s, a, o.id, on, into, NULL, role, err))
        return false;
    const cJSON *settle = json_object(e->deed, "settle");
    return (!settle || observation_settle(s, a, o.id, settle, role, org, err)) &&
           operation_keep(s, json_text(e->deed, "op"), err);
}

int api_point_patch(struct http_request *q, struct http_reply *r, struct err *err)
{
    cJSON *deed = cJSON_CreateObject();
    struct editing e = {.q = q, .fields = q->json, .deed = deed};
    if (!cJSON_IsObject(q->json)) {
        err_set(err, ERR_INPUT, "field.whole_not_object", NULL);
        json_free(deed);
        return 0;
    }
    bool ok = take_deed(q->json, deed, err);
    e.withdrawn = cJSON_GetObjectItemCaseSensitive(deed, "withdrawn");
    ok = ok && published_codes(q->worker, q->json, err) &&
         walker_transact(q->worker, edit, &e, err);
    json_free(deed);
    return ok ? answer_with_warnings(q, r, json_text(q->json, "note"), err) : 0;
}

int api_draft(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"note", FIELD_TEXT, 0, OBSERVATION_NOTE_MOST, 0, NULL},
        {"measure", FIELD_TEXT, 0, OBSERVATION_MEASURE_MOST, 0, NULL}};
    struct observation o;
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err) ||
        !observation_find(q->worker, q->arena, q->part[0], &o, err) ||
        !draft_set(q->worker, o.id, q->body.data, err))
        return 0;
    const char *note = json_text(q->json, "note");
    struct personal found[PERSONAL_MOST];
    if (personal_find(note, found) == 0)
        return 204;
    struct json_out j = JSON_OUT(&r->body);
    json_open(&j, NULL, '{');
    personal_json(&j, "note", note);
    json_close(&j, '}');
    return 200;
}

/* {page, open}: that page's screen of this point. 204; what is not written only lets a point
 * be sent while somebody is at it. */
int api_screen(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"page", FIELD_TEXT, 1, PAGE_NAME_MOST, FIELD_REQUIRED, NULL},
        {"open", FIELD_BOOL, 0, 0, FIELD_REQUIRED, NULL}};
    (void)r;
    if (!uid_is(q->part[0])) {
        err_set(err, ERR_INPUT, "field.not_id", "id", NULL);
        return 0;
    }
    return field_check_exact(q->json, fields, FIELD_COUNT(fields), err) &&
                   open_point_set(q->worker, q->part[0], json_text(q->json, "page"),
                                  json_true(q->json, "open"), err)
               ? 204
               : 0;
}

static bool witness(struct store *s, void *data, struct err *err)
{
    struct http_request *q = data;
    struct observation o;
    const char *role, *org, *op = json_text(q->json, "op");
    bool done;
    if (!op_given(q, q->json, err) || !operation_done(s, op, &done, err))
        return false;
    return done || (walker_by_of(q, &role, &org, err) &&
                    observation_find(s, q->arena, q->part[0], &o, err) &&
                    observation_witness(s, q->arena, o.id, role, err) &&
                    operation_keep(s, op, err));
}

int api_witness(struct http_request *q, struct http_reply *r, struct err *err)
{
    return walker_transact(q->worker, witness, q, err)
               ? api_point_answer(q, r, 200, err)
               : 0;
}
