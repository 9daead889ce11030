/* place: see the header. */
#include "walker/place.h"

#include "core/base/clock.h"
#include "core/base/still.h"

#include <math.h>
#include <string.h>

static bool refuse(struct err *err, const char *key, const char *name)
{
    err_set(err, ERR_INPUT, key, name, NULL);
    return err_part(err, name);
}

static bool read_degrees(const cJSON *place, const char *name, struct geo_point *ret,
                         struct err *err)
{
    const cJSON *lat = cJSON_GetObjectItemCaseSensitive(place, "lat");
    const cJSON *lon = cJSON_GetObjectItemCaseSensitive(place, "lon");
    const cJSON *accuracy = cJSON_GetObjectItemCaseSensitive(place, "accuracy_m");
    if (!cJSON_IsNumber(lat) || !cJSON_IsNumber(lon) || !(fabs(lat->valuedouble) <= 90) ||
        !(fabs(lon->valuedouble) <= 180))
        return refuse(err, "geo.outside_world", name);
    struct geo_point p = {llround(lat->valuedouble * 1e7), llround(lon->valuedouble * 1e7),
                          -1};
    if (!geo_is_place(p.lat_e7, p.lon_e7))
        return refuse(err, "geo.zero", name);
    if (accuracy && !cJSON_IsNull(accuracy)) {
        if (!cJSON_IsNumber(accuracy) || !(accuracy->valuedouble >= 0) ||
            !(accuracy->valuedouble <= 1e5))
            return refuse(err, "geo.absurd_accuracy", name);
        p.accuracy_mm = llround(accuracy->valuedouble * 1000);
    }
    *ret = p;
    return true;
}

bool place_read(const cJSON *object, const char *name, struct place *ret, struct err *err)
{
    struct place p = {.at = GEO_NOWHERE, .source = "hand"};
    const cJSON *place = json_object(object, name);
    if (place) {
        const char *source = json_text(place, "source");
        if (!read_degrees(place, name, &p.at, err))
            return false;
        if (source && field_word_in(source, observation_sources))
            p.source = source;
        p.ref = json_text(place, "ref");
        p.override = json_true(place, "override");
    }
    *ret = p;
    return true;
}

bool place_read_fix(const cJSON *item, struct geo_point *ret, int64_t *ret_at_ms,
                    struct err *err)
{
    const char *at = json_text(item, "at");
    int64_t ms = DB_NULL;
    if (at && !clock_parse(at, &ms))
        return err_set(err, ERR_INPUT, "field.not_time", "at", NULL);
    if (!read_degrees(item, "fixes", ret, err))
        return false;
    *ret_at_ms = ms;
    return true;
}

/* ---- edits ----------------------------------------------------------------------- */

static cJSON *record_place(struct geo_point p, const char *source, const char *ref,
                           bool override)
{
    cJSON *place = cJSON_CreateObject();
    cJSON_AddNumberToObject(place, "lat", (double)p.lat_e7);
    cJSON_AddNumberToObject(place, "lon", (double)p.lon_e7);
    if (p.accuracy_mm >= 0)
        cJSON_AddNumberToObject(place, "acc", (double)p.accuracy_mm);
    cJSON_AddStringToObject(place, "source", source);
    if (override)
        cJSON_AddTrueToObject(place, "override");
    if (ref)
        cJSON_AddStringToObject(place, "ref", ref);
    return place;
}

static bool edit_thing(cJSON *fields, const struct observation *o, struct err *err)
{
    const cJSON *thing = json_object(fields, "thing");
    const cJSON *bearing = cJSON_GetObjectItemCaseSensitive(thing, "bearing");
    const cJSON *metres = cJSON_GetObjectItemCaseSensitive(thing, "metres");
    struct place p = {.at = GEO_NOWHERE};
    if (!thing)
        return true;
    if (bearing) {
        if (!geo_known(o->stood))
            return refuse(err, "place.no_stood", "thing");
        if (!cJSON_IsNumber(bearing) || !cJSON_IsNumber(metres) ||
            !(fabs(bearing->valuedouble) <= 360) || !(metres->valuedouble >= 0) ||
            !(metres->valuedouble <= 2000))
            return refuse(err, "place.bad_bearing", "thing");
        p.at = geo_offset(o->stood, bearing->valuedouble, metres->valuedouble);
        p.source = "bearing";
    } else if (!place_read(fields, "thing", &p, err)) {
        return false;
    }
    p.at.accuracy_mm = -1;
    return cJSON_ReplaceItemInObjectCaseSensitive(
        fields, "thing", record_place(p.at, p.source, p.ref, false));
}

static bool average(const cJSON *fixes, const struct observation *o, struct geo_point *ret,
                    struct err *err)
{
    struct still spot = STILL_INIT;
    int64_t at;
    if (cJSON_GetArraySize(fixes) > PLACE_FIXES_MOST)
        return refuse(err, "field.wrong_count", "fixes");
    still_add(&spot, o->stood);
    for (const cJSON *f = fixes->child; f && !spot.over; f = f->next) {
        struct geo_point fix = GEO_NOWHERE;
        if (!place_read_fix(f, &fix, &at, err))
            return false;
        still_add(&spot, fix);
    }
    *ret = still_mean(&spot);
    return true;
}

/* A fifth better at least, or it is not worth a record. */
static bool is_better(struct geo_point mean, struct geo_point known)
{
    return geo_known(mean) &&
           (!geo_known(known) || known.accuracy_mm < 0 ||
            mean.accuracy_mm * 5 <= known.accuracy_mm * 4);
}

static bool edit_stood(cJSON *fields, const struct observation *o, struct err *err)
{
    const cJSON *stood = json_object(fields, "stood");
    const cJSON *fixes = json_array(stood, "fixes");
    bool override = json_true(stood, "override");
    struct geo_point mean = GEO_NOWHERE;
    const char *source = "average";
    if (!cJSON_GetObjectItemCaseSensitive(fields, "stood"))
        return true;
    if (!fixes && !override)
        return refuse(err, "place.stood_stays", "stood");
    if (fixes && !average(fixes, o, &mean, err))
        return false;
    if (!is_better(mean, o->stood)) {
        if (!override || o->stood_override || !geo_known(o->stood)) {
            cJSON_DeleteItemFromObjectCaseSensitive(fields, "stood");
            return true;
        }
        mean = o->stood;
        source = o->stood_source ? o->stood_source : "hand";
    }
    return cJSON_ReplaceItemInObjectCaseSensitive(
        fields, "stood",
        record_place(mean, source, NULL, override || o->stood_override));
}

bool place_edit(cJSON *fields, const struct observation *o, struct err *err)
{
    return edit_thing(fields, o, err) && edit_stood(fields, o, err);
}
