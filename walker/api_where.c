/* api_where: where we are, where we have been, and how much light there is. */
#include "walker/api.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/sun.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/track.h"
#include "walker/place.h"
#include "walker/query.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- here ------------------------------------------------------------------------ */

int api_position(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct walker_app *app = q->app;
    struct json_out o = JSON_OUT(&r->body);
    struct gps_fix f = gps_now(app->gps);
    struct clock_reading now = clock_now();
    const char *gate;
    char at[32];
    if (!store_setting(q->worker, q->arena, "gate_m", "15", &gate, err))
        return 0;
    json_open(&o, NULL, '{');
    json_str(&o, "fix", gps_word(f.state));
    if (f.age_ms >= 0) {
        clock_format(now.utc_ms - f.age_ms, at);
        json_e7(&o, "lat", f.at.lat_e7);
        json_e7(&o, "lon", f.at.lon_e7);
        if (f.at.accuracy_mm >= 0)
            json_e7(&o, "accuracy_m", f.at.accuracy_mm * 10000);
        json_num(&o, "age_s", f.age_ms / 1000);
        json_str(&o, "at", at);
    }
    json_num(&o, "gate_m", strtoll(gate, NULL, 10));
    json_str(&o, "clock", now.trust);
    json_close(&o, '}');
    return 200;
}

/* ---- the track ------------------------------------------------------------------- */

int api_track(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct walk w;
    struct track t;
    if (!walk_find(q->worker, q->arena, q->part[0], &w, err) ||
        !track_read(q->worker, q->arena, w.id, &t, err))
        return 0;
    track_geojson(&r->body, &t);
    return 200;
}

struct adding {
    struct http_request *q;
    struct track_fix *fix;
    size_t count;
    char walk[37], line[UID_SIZE];
};

/* The phone's own clock may be anything: "now" says what it reads, and its times are
 * moved to ours. */
static bool read_fixes(struct adding *add, struct err *err)
{
    static const struct field fields[] = {
        {"fixes", FIELD_ARRAY, 1, PLACE_FIXES_MOST, FIELD_REQUIRED, NULL},
        {"line", FIELD_UID, 0, 0, 0, NULL},
        {"now", FIELD_TIME, 0, 0, 0, NULL},
    };
    struct clock_reading now = clock_now();
    int64_t shift = 0;
    const cJSON *j = add->q->json, *list = json_array(j, "fixes");
    if (!field_check_exact(j, fields, FIELD_COUNT(fields), err))
        return false;
    if (json_text(j, "now") && clock_parse(json_text(j, "now"), &shift))
        shift = now.utc_ms - shift;
    add->fix = arena_array(add->q->arena, (size_t)cJSON_GetArraySize(list),
                           sizeof *add->fix);
    for (const cJSON *f = list->child; f; f = f->next) {
        struct track_fix *to = &add->fix[add->count++];
        if (!place_read_fix(f, &to->at, &to->at_ms, err))
            return false;
        to->at_ms = to->at_ms == DB_NULL ? now.utc_ms : to->at_ms + shift;
        to->lost = json_true(f, "lost");
    }
    return true;
}

/* A page may tell the last of its fixes when the walk has ended already: nothing flushes
 * the draft any more after that, so they become a record at once. */
static bool add_fixes(struct store *s, void *data, struct err *err)
{
    struct adding *add = data;
    struct arena *a = add->q->arena;
    struct walk w;
    const char *role, *org, *line = json_text(add->q->json, "line");
    if (!walk_find(s, a, add->q->part[0], &w, err) || !walker_by(s, a, &role, &org, err))
        return false;
    memcpy(add->walk, w.id, sizeof add->walk);
    if (line)
        memcpy(add->line, line, sizeof add->line);
    else
        uid_derive("line", w.id, add->line);
    struct track_source t = {add->walk, add->line, "browser", clock_now().trust, role};
    return track_keep(s, a, &t, add->fix, add->count, err) &&
           (strcmp(w.state, "begun") == 0 ||
            track_flush(s, a, w.id, INT64_MAX, role, err));
}

int api_track_add(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct adding add = {.q = q};
    struct track t;
    struct json_out o = JSON_OUT(&r->body);
    if (!read_fixes(&add, err) || !walker_transact(q->worker, add_fixes, &add, err) ||
        !track_read(q->worker, q->arena, add.walk, &t, err))
        return 0;
    json_open(&o, NULL, '{');
    json_num(&o, "metres", llround(t.metres));
    json_num(&o, "seconds", t.within_ms / 1000);
    json_close(&o, '}');
    return 200;
}

/* ---- points without a place ------------------------------------------------------- */

struct placing {
    struct http_request *q;
    struct track track;
    struct buf ids; /* of struct placed */
    int64_t offset_ms, placed, left;
};

struct placed {
    char id[UID_SIZE];
    struct geo_point at;
    int64_t when_ms; /* DB_NULL: as the point says */
    const char *light;
};

/* Did a camera's clock say when? What was tapped has ours, which lacks nothing. */
static bool is_of_camera(const struct observation *o, const struct photo *photos,
                         size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (photos[i].taken_ms == o->at_ms && !text_equal(photos[i].time_from, "gps"))
            return true;
    return false;
}

static bool look_for_place(const struct observation *o, const struct photo *photos,
                           size_t n, void *data, struct err *err)
{
    struct placing *p = data;
    struct placed one = {.at = GEO_NOWHERE, .when_ms = DB_NULL};
    bool camera = is_of_camera(o, photos, n);
    int64_t when = o->at_ms != DB_NULL && camera ? o->at_ms + p->offset_ms : o->at_ms;
    (void)err;
    if (geo_known(o->stood) || geo_known(o->thing))
        return true;
    if (when != DB_NULL)
        one.at = track_place(&p->track, when);
    if (geo_known(one.at)) {
        if (when != o->at_ms)
            one.when_ms = when;
        if (camera || !text_equal(o->clock, "unknown"))
            one.light = sun_light(when, one.at.lat_e7, one.at.lon_e7);
        memcpy(one.id, o->id, strnlen(o->id, UID_SIZE - 1));
        buf_add(&p->ids, &one, sizeof one);
    } else {
        p->left++;
    }
    return true;
}

static bool place_all(struct store *s, void *data, struct err *err)
{
    struct placing *p = data;
    struct arena *a = p->q->arena;
    struct walk w;
    const char *role, *org;
    if (!walk_find(s, a, p->q->part[0], &w, err) || !walker_by(s, a, &role, &org, err) ||
        !track_read(s, a, w.id, &p->track, err) ||
        !observation_each(s, w.id, false, look_for_place, p, err))
        return false;
    const struct placed *one = (const struct placed *)(void *)p->ids.data;
    for (; p->placed < (int64_t)(p->ids.len / sizeof *one); p->placed++)
        if (!observation_track_place(s, a, one[p->placed].id, one[p->placed].at,
                                     one[p->placed].when_ms, one[p->placed].light, role,
                                     org, err))
            return false;
    return true;
}

int api_track_place(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"clock_offset_s", FIELD_INT, -86400, 86400, 0, NULL}};
    struct placing p = {.q = q};
    struct json_out o = JSON_OUT(&r->body);
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    p.offset_ms = json_int(q->json, "clock_offset_s", 0) * 1000;
    bool ok = walker_transact(q->worker, place_all, &p, err);
    buf_release(&p.ids);
    if (!ok)
        return 0;
    json_open(&o, NULL, '{');
    json_num(&o, "placed", p.placed);
    json_num(&o, "left", p.left);
    json_close(&o, '}');
    return 200;
}

/* ---- the sun --------------------------------------------------------------------- */

int api_sun(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct geo_point p;
    struct json_out o = JSON_OUT(&r->body);
    const char *at = http_query(q, "at");
    int64_t ms = clock_now().utc_ms;
    if (!query_place(q, true, &p, err))
        return 0;
    if (at && !clock_parse(at, &ms)) {
        err_set(err, ERR_INPUT, "field.not_time", "at", NULL);
        return 0;
    }
    json_open(&o, NULL, '{');
    json_e7(&o, "elevation",
            INT64_C(100000) * sun_elevation_c(ms, p.lat_e7, p.lon_e7));
    json_str(&o, "light", sun_light(ms, p.lat_e7, p.lon_e7));
    json_close(&o, '}');
    return 200;
}
