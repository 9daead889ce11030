/* walk_form: see the header. */
#include "core/store/walk_form.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/uid.h"
#include "core/store/area.h"
#include "core/store/route.h"

#include <math.h>
#include <string.h>

enum { ROUTE_FILE_MOST = 16 << 20 };

/* ---- the command line ----------------------------------------------------------------- */

const struct verb_option walk_form_options[WALK_FORM_OPTIONS] = {
    {"title", true, "TEXT"},
    {"area", true, "TEXT"},
    {"purpose", true, "TEXT"},
    {"mode", true, "foot|bicycle|car"},
    {"start", true, "RFC3339"},
    {"route", true, "FILE.gpx|FILE.geojson"},
    {"weather", true, "WORDS"},
    {"light", true, "daylight|dusk|dark"},
    {"group", true, "A[=LEADER/NOTES]"},
    {"briefed", false, NULL},
    {"data-text", false, NULL},
};

static bool add_route(const struct verb_call *call, cJSON *form, struct err *err)
{
    const char *file = verb_value(call, "route");
    char *bytes;
    size_t n;
    struct route r;
    cJSON *route = NULL;
    if (!file)
        return true;
    if (!file_read(call->arena, file, ROUTE_FILE_MOST, &bytes, &n, err) ||
        !route_of_file(call->arena, bytes, n, &r, err))
        return false;
    const char *json = route_json(call->arena, &r);
    if (!json_parse(json, strlen(json), &route, err))
        return false;
    cJSON_AddItemToObject(form, "route", route);
    return true;
}

/* "A=council/resident": the letter, the leader's role, the note-taker's. */
static void add_group(struct arena *a, cJSON *groups, const char *text)
{
    const char *is = strchr(text, '='), *slash = is ? strchr(is, '/') : NULL;
    cJSON *g = cJSON_CreateObject();
    size_t letter = is ? (size_t)(is - text) : strlen(text);
    cJSON_AddStringToObject(g, "letter", arena_strndup(a, text, letter));
    if (is && is[1] && is[1] != '/')
        cJSON_AddStringToObject(
            g, "leader_role",
            arena_strndup(a, is + 1, slash ? (size_t)(slash - is - 1) : strlen(is + 1)));
    if (slash && slash[1])
        cJSON_AddStringToObject(g, "note_role", slash + 1);
    cJSON_AddItemToArray(groups, g);
}

bool walk_form_of_verb(const struct verb_call *call, cJSON *form, struct err *err)
{
    static const char *const texts[] = {"title", "area", "purpose", "mode", "weather", "light"};
    const char *start = verb_value(call, "start");
    int64_t ms;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (verb_value(call, texts[i]))
            cJSON_AddStringToObject(form, texts[i], verb_value(call, texts[i]));
    if (start && !clock_parse(start, &ms))
        return err_set(err, ERR_INPUT, "walk.bad_start", start, NULL);
    if (start)
        cJSON_AddNumberToObject(form, "starts_ms", (double)ms);
    if (verb_flag(call, "briefed"))
        cJSON_AddTrueToObject(form, "briefed");
    if (verb_flag(call, "data-text"))
        cJSON_AddTrueToObject(form, "data_text");
    if (verb_value(call, "group")) {
        cJSON *groups = cJSON_AddArrayToObject(form, "groups");
        for (size_t i = 0; verb_value_at(call, "group", i); i++)
            add_group(call->arena, groups, verb_value_at(call, "group", i));
    }
    return add_route(call, form, err);
}

/* ---- JSON ----------------------------------------------------------------------------- */

/* [[57.04, 9.91], ...] in degrees becomes [[570400000, 99100000], ...]. */
static bool convert_route(cJSON *fields, struct err *err)
{
    const cJSON *route = json_array(fields, "route");
    if (!route)
        return true;
    cJSON *out = cJSON_CreateArray();
    for (const cJSON *p = route->child; p; p = p->next) {
        const cJSON *lat = p->child, *lon = lat ? lat->next : NULL;
        if (!lat || !lon || !cJSON_IsNumber(lat) || !cJSON_IsNumber(lon) ||
            !(fabs(lat->valuedouble) <= 90) || !(fabs(lon->valuedouble) <= 180)) {
            json_free(out);
            err_set(err, ERR_INPUT, "walk.bad_route", NULL);
            return err_part(err, "route");
        }
        cJSON *pair = cJSON_CreateArray();
        cJSON_AddItemToArray(pair, cJSON_CreateNumber((double)llround(lat->valuedouble * 1e7)));
        cJSON_AddItemToArray(pair, cJSON_CreateNumber((double)llround(lon->valuedouble * 1e7)));
        cJSON_AddItemToArray(out, pair);
    }
    cJSON_ReplaceItemInObjectCaseSensitive(fields, "route", out);
    return true;
}

/* "starts" as a text becomes "starts_ms". */
static bool convert_starts(cJSON *fields, struct err *err)
{
    static const struct field row = {"starts", FIELD_TIME, 0, 0, FIELD_NULLABLE, NULL};
    int64_t ms;
    if (!field_check(fields, &row, 1, err))
        return false;
    cJSON *starts = cJSON_DetachItemFromObjectCaseSensitive(fields, "starts");
    if (starts && cJSON_IsNull(starts))
        cJSON_AddNullToObject(fields, "starts_ms");
    else if (starts && clock_parse(starts->valuestring, &ms))
        cJSON_AddNumberToObject(fields, "starts_ms", (double)ms);
    json_free(starts);
    return true;
}

bool walk_form_of_json(cJSON *fields, struct err *err)
{
    return convert_route(fields, err) && convert_starts(fields, err);
}

/* ---- planning ------------------------------------------------------------------------- */

static const char *text_of(struct arena *a, const cJSON *form, const char *name)
{
    const cJSON *array = json_array(form, name);
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    if (!array)
        return NULL;
    json_tree(&o, NULL, array);
    const char *copy = buf_dup(&text, a);
    buf_release(&text);
    return copy;
}

static bool check_plan(struct arena *a, const cJSON *form, struct err *err)
{
    struct field *rows = arena_array(a, walk_field_count + 1, sizeof *rows);
    memcpy(rows, walk_fields, walk_field_count * sizeof *rows);
    rows[walk_field_count] = (struct field){"id", FIELD_UID, 0, 0, 0, NULL};
    return field_check_exact(form, rows, walk_field_count + 1, err) &&
           walk_form_fits(form, err);
}

/* Is a walk of that id here? id NULL: none is. */
static bool stands(struct store *s, struct arena *a, const char *id, bool *ret,
                   struct err *err)
{
    struct walk w;
    struct err why = ERR_INIT;
    *ret = id && walk_find(s, a, id, &w, &why);
    if (*ret)
        return w.own || err_set(err, ERR_CONFLICT, "walk.exists", w.title, NULL);
    if (!id || why.code == ERR_NOT_FOUND)
        return true;
    *err = why;
    return false;
}

bool walk_form_plan(struct store *s, struct arena *a, const cJSON *form,
                    const char *by_role, const char *by_org, char ret_id[37],
                    bool *ret_new, struct err *err)
{
    const char *id = json_text(form, "id");
    bool there;
    if (!check_plan(a, form, err) || !stands(s, a, id, &there, err))
        return false;
    *ret_new = !there;
    if (there) {
        memcpy(ret_id, id, UID_SIZE);
        return true;
    }
    struct walk_wish wish = {.id = id,
                             .title = json_text(form, "title"),
                             .area = json_text(form, "area"),
                             .purpose = json_text(form, "purpose"),
                             .mode = json_text(form, "mode"),
                             .letter = json_text(form, "letter"),
                             .route = text_of(a, form, "route"),
                             .groups = text_of(a, form, "groups"),
                             .weather = json_text(form, "weather"),
                             .light = json_text(form, "light"),
                             .briefed = json_true(form, "briefed"),
                             .data_text = json_true(form, "data_text"),
                             .starts_ms = json_int(form, "starts_ms", DB_NULL)};
    return area_called(s, a, wish.area, &wish.area, err) &&
           walk_plan(s, a, &wish, by_role, by_org, ret_id, err);
}
