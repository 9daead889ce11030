/* api_lamps: the lamp run. One tap an answer, undone by name, joined when three are dead. */
#include "walker/api.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/lamp.h"
#include "core/store/local/lamp_run.h"
#include "core/store/observation.h"
#include "core/store/track.h"
#include "walker/place.h"
#include "walker/query.h"

#include <math.h>
#include <string.h>

static void lamp_json(struct json_out *o, const char *name, const struct place_row *p)
{
    json_open(o, name, '{');
    json_str(o, "id", p->id);
    json_str(o, "number", p->number ? p->number : p->text);
    json_str(o, "street", p->street);
    json_e7(o, "lat", p->at.lat_e7);
    json_e7(o, "lon", p->at.lon_e7);
    if (p->metres >= 0) {
        json_num(o, "distance_m", llround(p->metres));
        json_num(o, "bearing", llround(p->bearing) % 360);
    }
    json_close(o, '}');
}

static void look_json(struct json_out *o, const struct lamp_look *l)
{
    char at[32];
    clock_format(l->at_ms, at);
    json_open(o, NULL, '{');
    json_str(o, "id", l->id);
    json_str(o, "lamp", l->number ? l->number : "");
    json_str(o, "answer", l->answer);
    json_str(o, "at", at);
    json_str(o, "light", l->light);
    json_bool(o, "unconfirmed", lamp_unconfirmed(l));
    json_str(o, "point", l->point);
    if (geo_known(l->at)) {
        json_e7(o, "lat", l->at.lat_e7);
        json_e7(o, "lon", l->at.lon_e7);
    }
    json_close(o, '}');
}

int api_lamps(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct place_row *rows;
    struct geo_point at;
    size_t n = 0;
    int64_t metres;
    const char *number = http_query(q, "number");
    struct json_out o = JSON_OUT(&r->body);
    if (!query_place(q, !number, &at, err) ||
        !query_number(q, "metres", 1, 2000, PLACE_REACH_M, &metres, err))
        return 0;
    if (number ? !place_search(q->worker, q->arena, number, at, &rows, &n, err)
               : !place_near(q->worker, q->arena, "lamp", at, (double)metres, 100, &rows,
                             &n, err))
        return 0;
    json_open(&o, NULL, '{');
    json_open(&o, "lamps", '[');
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].kind, "lamp") == 0 &&
            (!number || text_equal(rows[i].number, number)))
            lamp_json(&o, NULL, &rows[i]);
    json_close(&o, ']');
    json_close(&o, '}');
    return 200;
}

static void run_json(struct json_out *o, const struct lamp_run *run)
{
    json_open(o, NULL, '{');
    if (run->next.id)
        lamp_json(o, "next", &run->next);
    else
        json_null(o, "next");
    if (run->next.id && run->heading >= 0)
        json_num(o, "turn", llround(run->turn));
    json_open(o, "neighbours", '[');
    for (size_t i = 0; i < run->neighbour_count; i++)
        lamp_json(o, NULL, &run->neighbour[i]);
    json_close(o, ']');
    json_num(o, "done", run->done);
    if (run->of >= 0)
        json_num(o, "of", run->of);
    else
        json_null(o, "of");
    json_bool(o, "lamps", run->any_lamps);
    json_bool(o, "daylight", run->daylight);
    json_bool(o, "off_on_purpose", run->off_on_purpose);
    if (run->three[0]) {
        json_open(o, "three_dead", '[');
        for (size_t i = 0; i < 3; i++)
            json_str(o, NULL, run->three[i]);
        json_close(o, ']');
    } else {
        json_null(o, "three_dead");
    }
    json_open(o, "looks", '[');
    for (size_t i = 0; i < run->look_count; i++)
        look_json(o, &run->look[i]);
    json_close(o, ']');
    json_close(o, '}');
}

static int answer_run(struct http_request *q, struct http_reply *r, const char *walk,
                      int status, struct err *err)
{
    struct lamp_run run;
    struct geo_point at;
    struct json_out o = JSON_OUT(&r->body);
    if (!query_place(q, false, &at, err) ||
        !lamp_run_read(q->worker, q->arena, walk, at, &run, err))
        return 0;
    run_json(&o, &run);
    return status;
}

int api_lamp_run(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct walk w;
    if (!walk_find(q->worker, q->arena, q->part[0], &w, err))
        return 0;
    return answer_run(q, r, w.id, 200, err);
}

/* ---- one look -------------------------------------------------------------------- */

struct looking {
    struct http_request *q;
    struct lamp_wish wish;
    struct place_row lamp;
    bool is_new;
};

/* A lamp without a place of its own stands where we do; one looked at some time ago, or by
 * a phone that joined, where the track was then. */
static bool find_spot(struct store *s, struct looking *l, struct err *err)
{
    const struct walker_app *app = l->q->app;
    struct track t;
    if (l->wish.ago_ms == 0 && !walker_pass(l->q)) {
        struct gps_fix fix = gps_now(app->gps);
        if (fix.state >= GPS_2D)
            l->wish.at = fix.at;
        return true;
    }
    if (!track_read(s, l->q->arena, l->wish.walk, &t, err))
        return false;
    l->wish.at = track_place(&t, clock_now().utc_ms - l->wish.ago_ms);
    return true;
}

/* A lamp of the register brings its number and place. */
static bool fill(struct store *s, struct looking *l, struct err *err)
{
    const char *id = json_text(l->q->json, "lamp");
    bool there = false;
    if (id && !place_find(s, l->q->arena, id, &l->lamp, &there, err))
        return false;
    if (id && !there)
        return err_set(err, ERR_NOT_FOUND, "lamp.unknown", id, NULL);
    if (there) {
        l->wish.number = l->lamp.number;
        l->wish.at = l->lamp.at;
    }
    return geo_known(l->wish.at) || find_spot(s, l, err);
}

static bool keep_look(struct store *s, void *data, struct err *err)
{
    struct looking *l = data;
    struct walk w;
    if (!walker_by_of(l->q, &l->wish.by_role, &l->wish.by_org, err) ||
        !walk_find(s, l->q->arena, l->wish.walk, &w, err) ||
        !walker_pass_walk(l->q, w.id, err) || !fill(s, l, err))
        return false;
    return lamp_look_keep(s, l->q->arena, &l->wish, &l->is_new, err);
}

int api_lamp_look(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
        {"answer", FIELD_WORD, 0, 0, FIELD_REQUIRED,
         "lit dead flickering covered timetable absent"},
        {"lamp", FIELD_UID, 0, 0, FIELD_NULLABLE, NULL},
        {"number", FIELD_TEXT, 0, 40, FIELD_NULLABLE, NULL},
        {"at", FIELD_OBJECT, 0, 0, FIELD_NULLABLE, NULL},
        {"ago_ms", FIELD_INT, 0, AGO_MOST_MS, 0, NULL},
    };
    struct place at;
    if (!uid_is(q->part[0])) {
        err_set(err, ERR_INPUT, "field.not_id", "id", NULL);
        return 0;
    }
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err) ||
        !place_read(q->json, "at", &at, err))
        return 0;
    struct looking l = {.q = q,
                        .wish = {.id = q->part[0],
                                 .walk = json_text(q->json, "walk"),
                                 .number = json_text(q->json, "number"),
                                 .answer = json_text(q->json, "answer"),
                                 .at = at.at,
                                 .ago_ms = json_int(q->json, "ago_ms", 0)}};
    if (l.wish.ago_ms < AGO_LEAST_MS)
        l.wish.ago_ms = 0;
    if (!walker_transact(q->worker, keep_look, &l, err))
        return 0;
    return answer_run(q, r, l.wish.walk, l.is_new ? 201 : 200, err);
}

static bool undo_look(struct store *s, void *data, struct err *err)
{
    struct http_request *q = data;
    const char *role, *org;
    return walker_by_of(q, &role, &org, err) &&
           lamp_look_withdraw(s, q->arena, q->part[0], true, role, err);
}

int api_lamp_undo(struct http_request *q, struct http_reply *r, struct err *err)
{
    (void)r;
    return walker_transact(q->worker, undo_look, q, err) ? 204 : 0;
}

/* ---- points of lamps ------------------------------------------------------------- */

struct joining {
    struct http_request *q;
    char walk[UID_SIZE], point[UID_SIZE];
    int64_t made;
};

static bool join(struct store *s, void *data, struct err *err)
{
    struct joining *j = data;
    struct arena *a = j->q->arena;
    const cJSON *looks = json_array(j->q->json, "looks");
    const char *role, *org, *id[100];
    size_t n = 0;
    for (const cJSON *l = looks->child; l && n < 100; l = l->next)
        if (cJSON_IsString(l))
            id[n++] = l->valuestring;
    return walker_by_of(j->q, &role, &org, err) &&
           lamp_join(s, a, j->walk, id, n, i18n_text(j->q->lang, "lamp.joined"), role, org,
                     j->point, err);
}

int api_lamp_join(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {{"looks", FIELD_ARRAY, 1, 100, FIELD_REQUIRED,
                                           NULL}};
    struct walk w;
    struct joining j = {.q = q};
    struct json_out o = JSON_OUT(&r->body);
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err) ||
        !walk_find(q->worker, q->arena, q->part[0], &w, err))
        return 0;
    memcpy(j.walk, w.id, sizeof j.walk);
    if (!walker_transact(q->worker, join, &j, err))
        return 0;
    return api_point_json(q, &o, NULL, j.point, err) ? 201 : 0;
}

struct ending {
    struct joining *j;
    const char *role, *org;
    const struct lamp_look *all; /* as they were listed                            */
    size_t all_count;
    struct lamp_look
        *left; /* looks at lamps that are not done yet, placed ones first */
    size_t left_count;
    struct lamp_look *lamp; /* those at the lamp in hand                       */
    size_t lamp_count;
};

/* Those whose place is known begin the lamps; else as they came. */
static void placed_first(struct ending *e)
{
    e->left_count = 0;
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < e->all_count; i++)
            if (geo_known(e->all[i].at) == (turn == 0))
                e->left[e->left_count++] = e->all[i];
}

/* A look without a place may be of either of two lamps that share its number. */
static bool is_of_two(struct store *s, const struct ending *e,
                      const struct lamp_look *l, bool *ret, struct err *err)
{
    bool same = true;
    for (size_t i = 0; same && i < e->all_count; i++)
        if (e->all[i].number && strcmp(e->all[i].number, l->number) == 0 &&
            geo_known(e->all[i].at) &&
            !lamp_run_same(s, e->j->q->arena, &e->lamp[0], &e->all[i], &same, err))
            return false;
    *ret = !same;
    return true;
}

/* Is l at the lamp in hand? One without a number stands where the person stood, and another
 * answer from there is of another lamp: nobody knows better. */
static bool is_here(struct store *s, const struct ending *e, const struct lamp_look *l,
                    bool *ret, struct err *err)
{
    const struct lamp_look *first = &e->lamp[0];
    bool two = false;
    *ret = false;
    if (!first->number || !l->number)
        return true;
    if (!lamp_run_same(s, e->j->q->arena, first, l, ret, err))
        return false;
    if (*ret && geo_known(first->at) && !geo_known(l->at) &&
        !is_of_two(s, e, l, &two, err))
        return false;
    *ret &= !two;
    return true;
}

/* The first of those left, and all others at that lamp: they go from left to lamp. */
static bool take_lamp(struct store *s, struct ending *e, struct err *err)
{
    size_t kept = 0;
    e->lamp_count = 0;
    for (size_t i = 0; i < e->left_count; i++) {
        bool same = i == 0;
        if (i > 0 && !is_here(s, e, &e->left[i], &same, err))
            return false;
        if (same)
            e->lamp[e->lamp_count++] = e->left[i];
        else
            e->left[kept++] = e->left[i];
    }
    e->left_count = kept;
    return true;
}

/* A point that was taken back is no point of the lamp any more; one of which nothing has
 * come here yet is. */
static bool stands(struct store *s, struct arena *a, const char *point)
{
    struct observation o;
    struct err unknown = ERR_INIT;
    return !observation_find(s, a, point, &o, &unknown) || !o.withdrawn || o.into;
}

/* Two phones and a tablet may all have answered for it: how it is says the last of them, and
 * if it is in a point already, it gets no other. */
static bool end_lamp(struct store *s, struct ending *e, struct err *err)
{
    struct joining *j = e->j;
    struct arena *a = j->q->arena;
    const struct lamp_look *last = &e->lamp[0];
    const char *point = NULL;
    for (size_t i = 0; i < e->lamp_count; i++) {
        if (e->lamp[i].at_ms >= last->at_ms)
            last = &e->lamp[i];
        if (e->lamp[i].point && stands(s, a, e->lamp[i].point))
            point = e->lamp[i].point;
    }
    if (!lamp_is_fault(last) && (!last->point || !point))
        return true;
    if (!point) {
        if (!lamp_join(s, a, j->walk, &last->id, 1,
                       i18n_text(j->q->lang, "lamp.single"), e->role, e->org, j->point,
                       err))
            return false;
        j->made++;
    }
    for (size_t i = 0; i < e->lamp_count; i++) {
        const struct lamp_look *l = &e->lamp[i];
        if (lamp_is_fault(l) && (point || l != last) &&
            !lamp_look_tie(s, a, l, point ? point : j->point, e->role, e->org, err))
            return false;
    }
    return true;
}

/* The lamps whose fault is in no point yet become a point each. */
static bool end_run(struct store *s, void *data, struct err *err)
{
    struct ending e = {.j = data};
    struct arena *a = e.j->q->arena;
    struct lamp_look *all;
    if (!walker_by_of(e.j->q, &e.role, &e.org, err) ||
        !lamp_look_list(s, a, e.j->walk, &all, &e.all_count, err))
        return false;
    e.all = all;
    e.left = arena_array(a, e.all_count + 1, sizeof *e.left);
    e.lamp = arena_array(a, e.all_count + 1, sizeof *e.lamp);
    placed_first(&e);
    while (e.left_count > 0)
        if (!take_lamp(s, &e, err) || !end_lamp(s, &e, err))
            return false;
    return true;
}

int api_lamp_end(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct walk w;
    struct joining j = {.q = q};
    struct json_out o = JSON_OUT(&r->body);
    if (!walk_find(q->worker, q->arena, q->part[0], &w, err))
        return 0;
    memcpy(j.walk, w.id, sizeof j.walk);
    if (!walker_transact(q->worker, end_run, &j, err))
        return 0;
    json_open(&o, NULL, '{');
    json_num(&o, "points", j.made);
    json_close(&o, '}');
    return 200;
}
