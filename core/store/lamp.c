/* lamp: see the header. */
#include "core/store/lamp.h"

#include "core/base/clock.h"
#include "core/base/sun.h"
#include "core/base/text.h"
#include "core/store/clock_fix.h"
#include "core/store/fold.h"
#include "core/store/hold.h"
#include "core/store/observation.h"

#include <stdio.h>
#include <string.h>

static const struct field look_fields[] = {
    {"walk", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"number", FIELD_TEXT, 0, 40, FIELD_NULLABLE, NULL},
    {"lat", FIELD_INT, -900000000, 900000000, FIELD_NULLABLE, NULL},
    {"lon", FIELD_INT, -1800000000, 1800000000, FIELD_NULLABLE, NULL},
    {"answer", FIELD_WORD, 0, 0, FIELD_REQUIRED,
     "lit dead flickering covered timetable absent"},
    {"at", FIELD_INT, -(INT64_C(1) << 46), INT64_C(1) << 46, FIELD_REQUIRED, NULL},
    {"clock", FIELD_WORD, 0, 0, 0, "gnss ntp set unknown"},
    {"light", FIELD_WORD, 0, 0, FIELD_NULLABLE, "daylight dusk dark"},
    {"withdrawn", FIELD_BOOL, 0, 0, 0, NULL},
    {"point", FIELD_UID, 0, 0, FIELD_NULLABLE, NULL},
};

/* ---- the fold -------------------------------------------------------------------- */

static const char sql_look_set[] =
    "INSERT INTO lamp_look (id, founded, walk, number, lat, lon, answer, at_ms, clock,"
    " light, withdrawn, point, origin, tick)"
    " VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    " ON CONFLICT (id) DO UPDATE SET walk = excluded.walk, number = excluded.number,"
    " lat = excluded.lat, lon = excluded.lon, answer = excluded.answer,"
    " at_ms = excluded.at_ms, clock = excluded.clock, light = excluded.light,"
    " withdrawn = excluded.withdrawn, point = excluded.point, origin = excluded.origin,"
    " tick = excluded.tick";
static const char sql_look_drop[] = "DELETE FROM lamp_look WHERE id = ?1";

/* The record that told the time first: later ones repeat it, maybe in another boot. NULL
 * when the device's clock was good. */
static const struct fold_entry *told_by(const struct fold_call *call, const cJSON *body)
{
    int64_t at = json_int(body, "at", 0);
    for (size_t i = 0; clock_fix_wanted(json_text(body, "clock")) && i < call->count; i++)
        if (json_int(call->entry[i].body, "at", 0) == at)
            return &call->entry[i];
    return NULL;
}

/* Each record says all there is to say, so the newest in (tick, origin) stands; the
 * first one says who began, and where in the order the look has its place. */
static bool look_fold(const struct fold_call *call, struct err *err)
{
    if (call->count == 0)
        return db_run(call->db, err, sql_look_drop, "s", call->subject);
    const cJSON *b = call->entry[call->count - 1].body;
    const struct record *first = &call->entry[0].record;
    int64_t lat = json_int(b, "lat", DB_NULL), lon = json_int(b, "lon", DB_NULL);
    const struct fold_entry *told = told_by(call, b);
    int64_t shift = told ? told->shift_ms : 0;
    if (lat == DB_NULL || lon == DB_NULL || !geo_is_place(lat, lon))
        lat = lon = DB_NULL;
    return db_run(call->db, err, sql_look_set, "sssxxsissisbi", call->subject,
                  json_text(b, "walk"), json_text(b, "number"), lat, lon,
                  json_text(b, "answer"), json_int(b, "at", 0) + shift,
                  shift != 0 ? told->record.clock : json_text(b, "clock"),
                  json_text(b, "light"), (int64_t)json_true(b, "withdrawn"),
                  json_text(b, "point"), first->origin, (size_t)RECORD_ORIGIN,
                  first->tick);
}

static const struct fold_kind lamp_kinds[] = {
    {"lamp.look", look_fields, FIELD_COUNT(look_fields), FOLD_BOTH},
};
const struct fold_noun lamp_noun = {lamp_kinds, FIELD_COUNT(lamp_kinds), look_fold};

/* ---- reading --------------------------------------------------------------------- */

#define LOOK_COLUMNS                                                                     \
    "SELECT id, walk, number, lat, lon, answer, at_ms, clock, light, withdrawn, point,"  \
    " origin, tick FROM lamp_look WHERE founded = 1 AND"

static const char sql_look_by_id[] = LOOK_COLUMNS " id = ?1";
static const char sql_looks_of_walk[] =
    LOOK_COLUMNS " walk = ?1 AND withdrawn = 0 ORDER BY tick, id";

static struct lamp_look read_row(const struct store *s, struct arena *a,
                                 struct db_rows *rows)
{
    const void *origin = sqlite3_column_blob(rows->statement, 11);
    return (struct lamp_look){
        .id = db_text(rows, a, 0),
        .walk = db_text(rows, a, 1),
        .number = db_text(rows, a, 2),
        .at = {db_int_or(rows, 3, GEO_NONE), db_int_or(rows, 4, GEO_NONE), -1},
        .answer = db_text(rows, a, 5),
        .at_ms = db_int(rows, 6),
        .clock = db_text(rows, a, 7),
        .light = db_text(rows, a, 8),
        .withdrawn = db_int(rows, 9) != 0,
        .point = db_text(rows, a, 10),
        .own = origin && memcmp(origin, s->origin, RECORD_ORIGIN) == 0,
        .tick = db_int(rows, 12),
    };
}

static bool find(struct store *s, struct arena *a, const char *id, struct lamp_look *ret,
                 bool *ret_there, struct err *err)
{
    struct db_rows rows;
    *ret_there = false;
    if (!db_query(&s->db, &rows, err, sql_look_by_id, "s", id))
        return false;
    if (db_next(&rows, err)) {
        *ret = read_row(s, a, &rows);
        *ret_there = true;
    }
    return db_done(&rows);
}

bool lamp_look_find(struct store *s, struct arena *a, const char *id,
                    struct lamp_look *ret, struct err *err)
{
    bool there;
    if (!find(s, a, id, ret, &there, err))
        return false;
    return there || err_set(err, ERR_NOT_FOUND, "lamp.unknown_look", id, NULL);
}

bool lamp_look_list(struct store *s, struct arena *a, const char *walk,
                    struct lamp_look **ret, size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_looks_of_walk, "s", walk))
        return false;
    while (db_next(&rows, err)) {
        struct lamp_look l = read_row(s, a, &rows);
        buf_add(&list, &l, sizeof l);
    }
    bool ok = db_done(&rows);
    *ret_n = list.len / sizeof(struct lamp_look);
    *ret = arena_memdup(a, list.data, list.len);
    buf_release(&list);
    return ok;
}

static bool wants_mending(const char *answer)
{
    return field_word_in(answer, "dead flickering covered");
}

bool lamp_unconfirmed(const struct lamp_look *l)
{
    return wants_mending(l->answer) && text_equal(l->light, "daylight");
}

bool lamp_is_fault(const struct lamp_look *l)
{
    return !l->withdrawn && !l->point && wants_mending(l->answer);
}

/* ---- writing --------------------------------------------------------------------- */

static bool write_look(struct store *s, struct arena *a, const struct lamp_look *l,
                       const char *by_role, const char *by_org, struct err *err)
{
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    json_open(&o, NULL, '{');
    json_str(&o, "walk", l->walk);
    if (l->number && *l->number)
        json_str(&o, "number", l->number);
    if (geo_known(l->at)) {
        json_num(&o, "lat", l->at.lat_e7);
        json_num(&o, "lon", l->at.lon_e7);
    }
    json_str(&o, "answer", l->answer);
    json_num(&o, "at", l->at_ms);
    if (l->clock)
        json_str(&o, "clock", l->clock);
    if (l->light)
        json_str(&o, "light", l->light);
    if (l->withdrawn)
        json_bool(&o, "withdrawn", true);
    if (l->point)
        json_str(&o, "point", l->point);
    json_close(&o, '}');
    struct record_wish wish = {"lamp.look", l->id, body.data, by_role, by_org, INT64_MIN};
    bool ok = hold_make(s, a, &wish, NULL, err);
    buf_release(&body);
    return ok;
}

bool lamp_look_keep(struct store *s, struct arena *a, const struct lamp_wish *w,
                    bool *ret_new, struct err *err)
{
    struct clock_reading now = clock_now();
    struct lamp_look before;
    bool there;
    if (!find(s, a, w->id, &before, &there, err))
        return false;
    *ret_new = !there;
    if (there && !before.withdrawn && text_equal(before.answer, w->answer))
        return true;
    struct lamp_look l = {.id = w->id,
                          .walk = w->walk,
                          .number = w->number,
                          .answer = w->answer,
                          .clock = now.trust,
                          .at = w->at,
                          .at_ms = now.utc_ms - w->ago_ms,
                          .point = there ? before.point : NULL};
    if (geo_known(w->at) && strcmp(now.trust, "unknown") != 0)
        l.light = sun_light(l.at_ms, w->at.lat_e7, w->at.lon_e7);
    return write_look(s, a, &l, w->by_role, w->by_org, err);
}

bool lamp_look_withdraw(struct store *s, struct arena *a, const char *id, bool on,
                        const char *by_role, struct err *err)
{
    struct lamp_look l;
    if (!lamp_look_find(s, a, id, &l, err))
        return false;
    if (l.withdrawn == on)
        return true;
    l.withdrawn = on;
    return write_look(s, a, &l, by_role, "", err);
}

bool lamp_look_tie(struct store *s, struct arena *a, const struct lamp_look *look,
                   const char *point, const char *by_role, const char *by_org,
                   struct err *err)
{
    struct lamp_look l = *look;
    l.point = point;
    return write_look(s, a, &l, by_role, by_org, err);
}

/* ---- joining --------------------------------------------------------------------- */

static bool read_looks(struct store *s, struct arena *a, const char *walk,
                       const char *const *id, size_t n, struct lamp_look *ret,
                       struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!lamp_look_find(s, a, id[i], &ret[i], err))
            return false;
        if (!lamp_is_fault(&ret[i]) || strcmp(ret[i].walk, walk) != 0)
            return err_set(err, ERR_INPUT, "lamp.cannot_join", id[i], NULL);
    }
    return true;
}

/* "0415, 0416, 0417"; a lamp without a number is left out. */
static const char *numbers_of(struct arena *a, const struct lamp_look *l, size_t n)
{
    struct buf out = BUF_INIT;
    for (size_t i = 0; i < n; i++)
        if (l[i].number && *l[i].number && out.len < 100)
            buf_printf(&out, "%s%s", out.len ? ", " : "", l[i].number);
    const char *text = out.len ? buf_dup(&out, a) : NULL;
    buf_release(&out);
    return text;
}

static const char *category_of(const struct lamp_look *l, size_t n)
{
    if (n > 1)
        return "BEL02";
    if (strcmp(l->answer, "flickering") == 0)
        return "BEL04";
    return strcmp(l->answer, "covered") == 0 ? "BEL06" : "BEL01";
}

bool lamp_join(struct store *s, struct arena *a, const char *walk,
               const char *const *look, size_t n, const char *note, const char *by_role,
               const char *by_org, char ret_point[37], struct err *err)
{
    struct lamp_look *l = arena_array(a, n ? n : 1, sizeof *l);
    if (n == 0)
        return err_set(err, ERR_INPUT, "field.missing", "looks", NULL);
    if (!read_looks(s, a, walk, look, n, l, err))
        return false;
    const char *numbers = numbers_of(a, l, n);
    const struct lamp_look *middle = &l[n / 2];
    const char *words = NULL;
    if (numbers && note)
        words = arena_printf(a, "%s: %s", note, numbers);
    struct observation_wish w = {.walk = walk,
                                 .category = category_of(l, n),
                                 .note = words,
                                 .severity = DB_NULL,
                                 .agree = DB_NULL,
                                 .agree_of = DB_NULL,
                                 .stood = GEO_NOWHERE,
                                 .thing = middle->at,
                                 .thing_source = "lamp",
                                 .thing_ref = middle->number,
                                 .at_ms = middle->at_ms,
                                 .clock = middle->clock,
                                 .by_role = by_role,
                                 .by_org = by_org};
    char id[37];
    if (!observation_note(s, a, &w, id, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        l[i].point = id;
        if (!write_look(s, a, &l[i], by_role, by_org, err))
            return false;
    }
    memcpy(ret_point, id, sizeof id);
    return true;
}

/* ---- timetables ------------------------------------------------------------------ */

static bool minutes_of(const char *text, int *ret)
{
    int h = (text[0] - '0') * 10 + text[1] - '0', m = (text[3] - '0') * 10 + text[4] - '0';
    *ret = h * 60 + m;
    return h <= 24 && m < 60 && *ret <= 1440;
}

bool lamp_hours(const char *text, int *ret_from, int *ret_to)
{
    static const char form[] = "00:00-00:00";
    int from, to;
    if (strlen(text) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i]; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    if (!minutes_of(text, &from) || !minutes_of(text + 6, &to) || from == to)
        return false;
    *ret_from = from;
    *ret_to = to;
    return true;
}

bool lamp_off_on_purpose(int64_t utc_ms, int from, int to)
{
    int year, month, day, hour, minute;
    if (from < 0 || to < 0)
        return false;
    clock_local(utc_ms, &year, &month, &day, &hour, &minute);
    int now = hour * 60 + minute;
    return from < to ? now >= from && now < to : now >= from || now < to;
}
