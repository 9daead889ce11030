/* geojson: one FeatureCollection (RFC 7946), one Feature a point. WGS84, longitude
 * before latitude, up to seven decimals, no crs member. The geometry is where the thing
 * is, else where the walker stood, else null: a point without a place is still a point. */
#include "lists/column.h"

#include "core/base/clock.h"

static void geometry(struct json_out *o, struct geo_point p)
{
    if (!geo_known(p)) {
        json_null(o, "geometry");
        return;
    }
    json_open(o, "geometry", '{');
    json_str(o, "type", "Point");
    json_open(o, "coordinates", '[');
    json_e7(o, NULL, p.lon_e7);
    json_e7(o, NULL, p.lat_e7);
    json_close(o, ']');
    json_close(o, '}');
}

static void stood(struct json_out *o, struct geo_point p)
{
    if (geo_known(p) && p.accuracy_mm >= 0)
        json_e7(o, "accuracy_m", p.accuracy_mm * 10000);
    else
        json_null(o, "accuracy_m");
    if (!geo_known(p)) {
        json_null(o, "stood");
        return;
    }
    json_open(o, "stood", '{');
    json_e7(o, "lat", p.lat_e7);
    json_e7(o, "lon", p.lon_e7);
    json_close(o, '}');
}

static void what(struct json_out *o, const struct list_writer *w,
                 const struct list_row *row)
{
    char group[8];
    const char *category = list_category(row);
    const struct catalogue_item *item = catalogue_item(w->catalogue, category);
    observation_group(category, group);
    json_str(o, "category", category);
    json_str(o, "category_da", item ? item->da : NULL);
    json_str(o, "category_en", item ? item->en : NULL);
    json_str(o, "group", group);
    json_num_or_null(o, "severity", list_severity(row));
    json_str(o, "urgency", list_urgency(row));
    json_str(o, "note", row->observation->note ? row->observation->note : "");
    json_str(o, "measure", row->observation->measure);
    json_str(o, "affected", row->observation->affected);
}

static void photos(struct json_out *o, const struct list_row *row)
{
    int64_t direction = list_direction_e7(row);
    json_open(o, "photos", '[');
    for (size_t i = 0; i < row->photo_count; i++)
        if (!row->photos[i].gone)
            json_str(o, NULL, row->photos[i].sha256);
    json_close(o, ']');
    if (direction == DB_NULL)
        json_null(o, "direction");
    else
        json_e7(o, "direction", direction);
}

static void properties(struct json_out *o, const struct list_writer *w,
                       const struct list_row *row)
{
    const struct observation *seen = row->observation;
    json_open(o, "properties", '{');
    if (row->issue)
        json_str(o, "number", row->issue->number);
    else
        json_num_or_null(o, "number", seen->number);
    json_str(o, "id", row->issue ? row->issue->id : seen->id);
    json_str(o, "observation", seen->id);
    what(o, w, row);
    json_time(o, "at", seen->at_ms);
    json_str(o, "light", seen->light);
    json_str(o, "walk", seen->walk);
    json_str(o, "state", list_state(row));
    json_bool(o, "withdrawn", seen->withdrawn);
    json_str(o, "party", list_party(row));
    if (row->issue) {
        json_time(o, "opened", row->issue->opened_ms);
        json_time(o, "changed", row->issue->changed_ms);
    }
    stood(o, seen->stood);
    photos(o, row);
    json_close(o, '}');
}

static void geojson_begin(struct list_writer *w)
{
    json_open(&w->json, NULL, '{');
    json_str(&w->json, "type", "FeatureCollection");
    json_open(&w->json, "features", '[');
}

static void geojson_row(struct list_writer *w, const struct list_row *row)
{
    struct json_out *o = &w->json;
    json_open(o, NULL, '{');
    json_str(o, "type", "Feature");
    json_str(o, "id", row->issue ? row->issue->id : row->observation->id);
    geometry(o, observation_place(row->observation));
    properties(o, w, row);
    json_close(o, '}');
}

static void geojson_end(struct list_writer *w)
{
    json_close(&w->json, ']');
    json_close(&w->json, '}');
    buf_char(w->out, '\n');
}

const struct list_form list_form_geojson = {"geojson",   "application/geo+json",
                                            "geojson",   geojson_begin,
                                            geojson_row, geojson_end};
