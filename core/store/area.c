/* area: see the header. */
#include "core/store/area.h"

#include "core/base/geo.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/fold.h"
#include "core/store/hold.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct field area_fields[] = {
    {"name", FIELD_TEXT, 1, 80, FIELD_REQUIRED, NULL},
    {"valid_from", FIELD_TEXT, 10, 10, FIELD_NULLABLE, NULL},
    {"valid_to", FIELD_TEXT, 10, 10, FIELD_NULLABLE, NULL},
    {"shape", FIELD_ARRAY, 1, 500, FIELD_REQUIRED, NULL},
};

static const char sql_area_set[] =
    "INSERT INTO area (id, founded, name, valid_from, valid_to, shape)"
    " VALUES (?1, 1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET"
    " name = excluded.name, valid_from = excluded.valid_from,"
    " valid_to = excluded.valid_to, shape = excluded.shape";
static const char sql_area_drop[] = "DELETE FROM area WHERE id = ?1";

static bool area_fold(const struct fold_call *call, struct err *err)
{
    if (call->count == 0)
        return db_run(call->db, err, sql_area_drop, "s", call->subject);
    const cJSON *b = call->entry[call->count - 1].body;
    struct buf shape = BUF_INIT;
    struct json_out o = JSON_OUT(&shape);
    json_tree(&o, NULL, json_array(b, "shape"));
    bool ok = db_run(call->db, err, sql_area_set, "sssss", call->subject,
                     json_text(b, "name"), json_text(b, "valid_from"),
                     json_text(b, "valid_to"), shape.data);
    buf_release(&shape);
    return ok;
}

static const struct fold_kind area_kinds[] = {
    {"area.set", area_fields, FIELD_COUNT(area_fields), FOLD_REGISTRY},
};
const struct fold_noun area_noun = {area_kinds, FIELD_COUNT(area_kinds), area_fold};

/* ---- import ---------------------------------------------------------------------- */

struct ring_walk {
    struct json_out *out;
    size_t points;
    const char *part; /* name of the feature, for sentences */
};

static bool refuse(const struct ring_walk *w, const char *key, struct err *err)
{
    err_set(err, ERR_INPUT, key, w->part, NULL);
    return err_part(err, w->part);
}

static bool to_e7(const cJSON *number, int64_t *ret)
{
    if (!cJSON_IsNumber(number) || !(fabs(number->valuedouble) <= 180.0))
        return false;
    *ret = llround(number->valuedouble * 1e7);
    return true;
}

static bool take_point(struct ring_walk *w, int64_t lat, int64_t lon, struct err *err)
{
    if (++w->points > AREA_POINTS_MOST)
        return refuse(w, "area.too_many_points", err);
    json_open(w->out, NULL, '[');
    json_num(w->out, NULL, lat);
    json_num(w->out, NULL, lon);
    json_close(w->out, ']');
    return true;
}

/* Some programs leave out the last point, which is the first one again (RFC 7946 3.1.6); it
 * is put in, so that the ring that goes out is one. */
static bool write_ring(struct ring_walk *w, const cJSON *ring, struct err *err)
{
    size_t before = w->points;
    int64_t lat = 0, lon = 0, first_lat = 0, first_lon = 0;
    json_open(w->out, NULL, '[');
    for (const cJSON *p = ring->child; p; p = p->next) {
        if (!cJSON_IsArray(p) || !to_e7(cJSON_GetArrayItem(p, 0), &lon) ||
            !to_e7(cJSON_GetArrayItem(p, 1), &lat) || !geo_is_place(lat, lon))
            return refuse(w, "area.bad_coordinates", err);
        if (p == ring->child)
            first_lat = lat, first_lon = lon;
        if (!take_point(w, lat, lon, err))
            return false;
    }
    if ((lat != first_lat || lon != first_lon) &&
        !take_point(w, first_lat, first_lon, err))
        return false;
    json_close(w->out, ']');
    return w->points - before >= 4 || refuse(w, "area.ring_too_short", err);
}

static bool write_polygon(struct ring_walk *w, const cJSON *polygon, struct err *err)
{
    if (!cJSON_IsArray(polygon))
        return refuse(w, "area.bad_coordinates", err);
    json_open(w->out, NULL, '[');
    for (const cJSON *ring = polygon->child; ring; ring = ring->next)
        if (!cJSON_IsArray(ring))
            return refuse(w, "area.bad_coordinates", err);
        else if (!write_ring(w, ring, err))
            return false;
    json_close(w->out, ']');
    return true;
}

static bool write_shape(struct ring_walk *w, const cJSON *geometry, struct err *err)
{
    const char *type = json_text(geometry, "type");
    const cJSON *coordinates = json_array(geometry, "coordinates");
    if (!type || !coordinates)
        return refuse(w, "area.no_geometry", err);
    json_open(w->out, "shape", '[');
    if (strcmp(type, "Polygon") == 0) {
        if (!write_polygon(w, coordinates, err))
            return false;
    } else if (strcmp(type, "MultiPolygon") == 0) {
        for (const cJSON *p = coordinates->child; p; p = p->next)
            if (!write_polygon(w, p, err))
                return false;
    } else {
        return refuse(w, "area.not_polygon", err);
    }
    json_close(w->out, ']');
    return w->points > 0 || refuse(w, "area.no_geometry", err);
}

static const char *name_of(const cJSON *properties)
{
    static const char *const names[] = {"name", "navn", "NAVN", "Name"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *name = json_text(properties, names[i]);
        if (name && *name)
            return name;
    }
    return NULL;
}

static bool body_of(const cJSON *feature, const char *name, struct buf *out,
                    struct err *err)
{
    const cJSON *properties = json_object(feature, "properties");
    struct json_out o = JSON_OUT(out);
    struct ring_walk w = {&o, 0, name};
    json_open(&o, NULL, '{');
    json_str(&o, "name", name);
    json_str(&o, "valid_from", json_text(properties, "valid_from"));
    json_str(&o, "valid_to", json_text(properties, "valid_to"));
    if (!write_shape(&w, json_object(feature, "geometry"), err))
        return false;
    json_close(&o, '}');
    return true;
}

static bool same_date(const char *wished, const char *held)
{
    return strcmp(wished ? wished : "", held) == 0;
}

static const char sql_area_of[] =
    "SELECT name, shape, valid_from, valid_to FROM area WHERE id = ?1";

/* Is the area there with just this shape and these dates? Keeps a second import from
 * writing. */
static bool unchanged(struct store *s, const char *id, const cJSON *properties,
                      const struct buf *body, bool *ret, struct err *err)
{
    struct db_rows rows;
    *ret = false;
    if (!db_query(&s->db, &rows, err, sql_area_of, "s", id))
        return false;
    if (db_next(&rows, err))
        *ret = strstr(body->data, db_peek(&rows, 1)) != NULL &&
               same_date(json_text(properties, "valid_from"), db_peek(&rows, 2)) &&
               same_date(json_text(properties, "valid_to"), db_peek(&rows, 3));
    return db_done(&rows);
}

/* Did one before it in the file have this name, and so this id? */
static bool is_second(const cJSON *feature, const char *name)
{
    for (const cJSON *f = feature->prev; f && f->next; f = f->prev)
        if (text_equal(name_of(json_object(f, "properties")), name))
            return true;
    return false;
}

static bool import_one(struct store *s, struct arena *a, const cJSON *feature,
                       size_t index, size_t *n_new, size_t *n_same, struct err *err)
{
    const char *name = name_of(json_object(feature, "properties"));
    char part[32], id[UID_SIZE];
    if (!name) {
        snprintf(part, sizeof part, "feature %zu", index + 1);
        err_set(err, ERR_INPUT, "area.no_name", part, NULL);
        return err_part(err, part);
    }
    if (is_second(feature, name))
        return err_set(err, ERR_INPUT, "area.twice", name, NULL);
    struct buf body = BUF_INIT;
    bool same = false;
    uid_derive("area", name, id);
    bool ok = body_of(feature, name, &body, err) &&
              unchanged(s, id, json_object(feature, "properties"), &body, &same, err);
    if (ok && !same) {
        struct record_wish wish = {"area.set", id, body.data, "coordinator", "",
                                   INT64_MIN};
        ok = hold_make(s, a, &wish, NULL, err);
    }
    buf_release(&body);
    if (ok)
        ++*(same ? n_same : n_new);
    return ok;
}

bool area_import(struct store *s, struct arena *a, const char *geojson, size_t len,
                 size_t *ret_new, size_t *ret_same, struct err *err)
{
    cJSON *tree;
    size_t index = 0, n_new = 0, n_same = 0;
    const size_t mark = text_mark(geojson, len);
    if (!json_parse(geojson + mark, len - mark, &tree, err))
        return false;
    const char *type = json_text(tree, "type");
    const cJSON *features = json_array(tree, "features");
    bool ok = type && strcmp(type, "FeatureCollection") == 0 && features;
    if (!ok)
        err_set(err, ERR_INPUT, "area.not_geojson", NULL);
    ok = ok && db_begin(&s->db, err);
    for (const cJSON *f = ok ? features->child : NULL; ok && f; f = f->next)
        ok = import_one(s, a, f, index++, &n_new, &n_same, err);
    json_free(tree);
    if (ok)
        ok = db_commit(&s->db, err);
    else
        db_rollback(&s->db);
    if (ok) {
        *ret_new = n_new;
        *ret_same = n_same;
    }
    return ok;
}

/* ---- reading --------------------------------------------------------------------- */

static const char sql_areas[] =
    "SELECT id, name, valid_from, valid_to, shape FROM area WHERE founded = 1";

static int by_name(const void *a, const void *b)
{
    return text_compare_danish(((const struct area *)a)->name,
                               ((const struct area *)b)->name);
}

bool area_list(struct store *s, struct arena *a, struct area **ret, size_t *ret_n,
               struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_areas, ""))
        return false;
    while (db_next(&rows, err)) {
        struct area r = {db_text(&rows, a, 0), db_text(&rows, a, 1),
                         db_text(&rows, a, 2), db_text(&rows, a, 3),
                         db_text(&rows, a, 4)};
        buf_add(&list, &r, sizeof r);
    }
    bool ok = db_done(&rows);
    if (ok) {
        *ret_n = list.len / sizeof(struct area);
        *ret = arena_memdup(a, list.data, list.len);
        if (*ret_n > 1)
            qsort(*ret, *ret_n, sizeof **ret, by_name);
    }
    buf_release(&list);
    return ok;
}

struct area_shape {
    int64_t *lat_lon;
    size_t *ring_end;
    size_t rings, points;
};

static const char sql_area_shape[] =
    "SELECT shape FROM area WHERE founded = 1 AND (id = ?1 OR name = ?1) ORDER BY id";
static const char sql_area_by_tail[] =
    "SELECT shape FROM area WHERE founded = 1 AND id LIKE ?1 ORDER BY id LIMIT 2";

/* One whose name or id that is, else the only one whose id ends like that. */
static bool shape_text(struct store *s, struct arena *a, const char *of, char **ret,
                       struct err *err)
{
    struct db_rows rows;
    size_t n = 0;
    *ret = NULL;
    if (!db_query(&s->db, &rows, err, sql_area_shape, "s", of))
        return false;
    if (db_next(&rows, err))
        *ret = db_text(&rows, a, 0);
    if (!db_done(&rows))
        return false;
    if (*ret)
        return true;
    if (!uid_is_tail(of))
        return err_set(err, ERR_NOT_FOUND, "area.unknown", of, NULL);
    if (!db_query(&s->db, &rows, err, sql_area_by_tail, "s",
                  arena_printf(a, "%%%s", of)))
        return false;
    for (; db_next(&rows, err); n++)
        *ret = db_text(&rows, a, 0);
    return db_done(&rows) &&
           uid_found_one(n, of, "area.unknown", "area.ambiguous", err) && *ret;
}

bool area_called(struct store *s, struct arena *a, const char *name, const char **ret,
                 struct err *err)
{
    struct area *list = NULL;
    size_t n = 0;
    *ret = name;
    if (!name || !*name)
        return true;
    name += strspn(name, " \t");
    size_t len = strlen(name);
    while (len > 0 && (name[len - 1] == ' ' || name[len - 1] == '\t'))
        len--;
    char *bare = arena_strndup(a, name, len), *low = text_lowered(a, bare);
    *ret = bare;
    if (!area_list(s, a, &list, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (text_equal(text_lowered(a, list[i].name), low))
            *ret = list[i].name;
    return true;
}

static void add_ring(struct area_shape *shape, const cJSON *ring)
{
    for (const cJSON *p = ring->child; p; p = p->next) {
        json_as_int(cJSON_GetArrayItem(p, 0), &shape->lat_lon[2 * shape->points]);
        json_as_int(cJSON_GetArrayItem(p, 1), &shape->lat_lon[2 * shape->points + 1]);
        shape->points++;
    }
    shape->ring_end[shape->rings++] = shape->points;
}

bool area_shape_of(struct store *s, struct arena *a, const char *name_or_id,
                   struct area_shape **ret, struct err *err)
{
    char *text;
    cJSON *tree;
    if (!shape_text(s, a, name_or_id, &text, err))
        return false;
    if (!json_parse(text, strlen(text), &tree, err))
        return false;
    struct area_shape *shape = arena_alloc(a, sizeof *shape);
    shape->lat_lon = arena_array(a, (size_t)AREA_POINTS_MOST * 2 + 2, sizeof(int64_t));
    shape->ring_end = arena_array(a, AREA_POINTS_MOST, sizeof(size_t));
    for (const cJSON *polygon = tree->child; polygon; polygon = polygon->next)
        for (const cJSON *ring = polygon->child; ring; ring = ring->next)
            if (shape->rings < AREA_POINTS_MOST &&
                shape->points + (size_t)cJSON_GetArraySize(ring) <= AREA_POINTS_MOST)
                add_ring(shape, ring);
    json_free(tree);
    *ret = shape;
    return true;
}

bool area_holds(const struct area_shape *shape, struct geo_point p)
{
    return geo_known(p) && geo_inside(shape->lat_lon, shape->ring_end, shape->rings,
                                      p.lat_e7, p.lon_e7);
}

static void write_point(struct json_out *o, const cJSON *p)
{
    int64_t lat = 0, lon = 0;
    json_as_int(cJSON_GetArrayItem(p, 0), &lat);
    json_as_int(cJSON_GetArrayItem(p, 1), &lon);
    json_open(o, NULL, '[');
    json_e7(o, NULL, lon);
    json_e7(o, NULL, lat);
    json_close(o, ']');
}

/* Polygons of rings of [lat, lon] in e7 become a MultiPolygon in lon, lat. */
static void write_geometry(struct json_out *o, const char *shape)
{
    struct err ignored = ERR_INIT;
    cJSON *tree;
    if (!json_parse(shape, strlen(shape), &tree, &ignored)) {
        json_null(o, "geometry");
        return;
    }
    json_open(o, "geometry", '{');
    json_str(o, "type", "MultiPolygon");
    json_open(o, "coordinates", '[');
    for (const cJSON *polygon = tree->child; polygon; polygon = polygon->next) {
        json_open(o, NULL, '[');
        for (const cJSON *ring = polygon->child; ring; ring = ring->next) {
            json_open(o, NULL, '[');
            for (const cJSON *p = ring->child; p; p = p->next)
                write_point(o, p);
            json_close(o, ']');
        }
        json_close(o, ']');
    }
    json_close(o, ']');
    json_close(o, '}');
    json_free(tree);
}

void area_geojson(struct buf *out, const struct area *areas, size_t n)
{
    struct json_out o = JSON_OUT(out);
    json_open(&o, NULL, '{');
    json_str(&o, "type", "FeatureCollection");
    json_open(&o, "features", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&o, NULL, '{');
        json_str(&o, "type", "Feature");
        json_str(&o, "id", areas[i].id);
        json_open(&o, "properties", '{');
        json_str(&o, "name", areas[i].name);
        json_str(&o, "valid_from", areas[i].valid_from);
        json_str(&o, "valid_to", areas[i].valid_to);
        json_close(&o, '}');
        write_geometry(&o, areas[i].shape);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
}
