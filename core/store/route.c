/* route: see the header. */
#include "core/store/route.h"

#include "core/base/geo.h"
#include "core/base/text.h"
#include "core/store/walk.h"

#include <math.h>
#include <string.h>

/* ---- gathering --------------------------------------------------------------------- */

struct line {
    struct buf pairs;
};

static void add_place(struct line *l, int64_t lat, int64_t lon)
{
    int64_t pair[2] = {lat, lon};
    if (geo_is_place(lat, lon))
        buf_add(&l->pairs, pair, sizeof pair);
}

static size_t places(const struct line *l)
{
    return l->pairs.len / (2 * sizeof(int64_t));
}

/* ---- GeoJSON ----------------------------------------------------------------------- */

static bool add_position(struct line *l, const cJSON *position)
{
    const cJSON *lon = position->child, *lat = lon ? lon->next : NULL;
    if (!lon || !lat || !cJSON_IsNumber(lon) || !cJSON_IsNumber(lat) ||
        !(fabs(lat->valuedouble) <= 90) || !(fabs(lon->valuedouble) <= 180))
        return false;
    add_place(l, llround(lat->valuedouble * 1e7), llround(lon->valuedouble * 1e7));
    return true;
}

static void add_positions(struct line *l, const cJSON *list)
{
    for (const cJSON *p = list ? list->child : NULL; p; p = p->next)
        if (!add_position(l, p))
            add_positions(l, cJSON_IsArray(p) ? p : NULL); /* lines of a MultiLineString */
}

static void add_geojson(struct line *l, const cJSON *object)
{
    const char *type = json_text(object, "type");
    const cJSON *features = json_array(object, "features");
    if (!type)
        return;
    if (strcmp(type, "LineString") == 0 || strcmp(type, "MultiLineString") == 0)
        add_positions(l, json_array(object, "coordinates"));
    add_geojson(l, json_object(object, "geometry"));
    for (const cJSON *f = features ? features->child : NULL; f; f = f->next)
        add_geojson(l, f);
}

/* ---- GPX --------------------------------------------------------------------------- */

/* The value of an attribute inside one tag; its length, 0 when it is not there. */
static size_t attribute(const char *tag, const char *end, const char *name,
                        const char **ret)
{
    size_t n = strlen(name);
    for (const char *at = tag; at + n + 2 < end; at++) {
        bool starts = (at[-1] == ' ' || at[-1] == '\n' || at[-1] == '\t' || at[-1] == '\r') &&
                      strncmp(at, name, n) == 0 && at[n] == '=' &&
                      (at[n + 1] == '"' || at[n + 1] == '\'');
        const char *close =
            starts ? memchr(at + n + 2, at[n + 1], (size_t)(end - at) - n - 2) : NULL;
        if (close) {
            *ret = at + n + 2;
            return (size_t)(close - *ret);
        }
    }
    return 0;
}

/* Every <name lat=".." lon="..">, a namespace in front or not. */
static void add_gpx(struct line *l, const char *bytes, const char *end, const char *name)
{
    size_t n = strlen(name);
    for (const char *tag = bytes; (tag = memchr(tag, '<', (size_t)(end - tag)));) {
        const char *close = memchr(tag, '>', (size_t)(end - tag)), *lat, *lon;
        int64_t lat_e7, lon_e7;
        if (!close)
            return;
        const char *colon = memchr(tag, ':', (size_t)(close - tag));
        const char *word = colon && colon - tag < 12 ? colon + 1 : tag + 1;
        size_t lat_n, lon_n;
        if (word + n < close && strncmp(word, name, n) == 0 && strchr(" \t\r\n", word[n]) &&
            (lat_n = attribute(word + 1, close, "lat", &lat)) > 0 &&
            (lon_n = attribute(word + 1, close, "lon", &lon)) > 0 &&
            text_e7(lat, lat_n, &lat_e7) && text_e7(lon, lon_n, &lon_e7))
            add_place(l, lat_e7, lon_e7);
        tag = close;
    }
}

/* ---- thinning ---------------------------------------------------------------------- */

/* Leaves out what is nearer than so many metres to the one kept before; ends stay. */
static size_t thin(int64_t *p, size_t n, double metres)
{
    size_t kept = 1;
    for (size_t i = 1; i < n; i++) {
        const int64_t *before = p + 2 * (kept - 1);
        bool last = i + 1 == n;
        if (!last && geo_metres(before[0], before[1], p[2 * i], p[2 * i + 1]) < metres)
            continue;
        p[2 * kept] = p[2 * i];
        p[2 * kept + 1] = p[2 * i + 1];
        kept++;
    }
    return kept;
}

bool route_of_file(struct arena *a, const char *bytes, size_t n, struct route *ret,
                   struct err *err)
{
    static const char *const kinds[] = {"rtept", "trkpt", "wpt"};
    struct line l = {BUF_INIT};
    const char *first = bytes + text_mark(bytes, n);
    size_t white = strspn(first, " \t\r\n");
    cJSON *tree = NULL;
    if (first[white] == '<') {
        for (size_t i = 0; i < 3 && places(&l) == 0; i++)
            add_gpx(&l, bytes, bytes + n, kinds[i]);
    } else {
        struct err why = ERR_INIT;
        if (!json_parse(first, n - (size_t)(first - bytes), &tree, &why))
            return err_set(err, ERR_INPUT, "route.not_read", NULL);
        add_geojson(&l, tree);
        json_free(tree);
    }
    struct route r = {arena_memdup(a, l.pairs.data, l.pairs.len), places(&l)};
    buf_release(&l.pairs);
    if (r.count < 2)
        return err_set(err, ERR_INPUT, "route.no_line", NULL);
    for (double metres = 2; r.count > WALK_ROUTE_MOST; metres *= 1.5)
        r.count = thin(r.lat_lon_e7, r.count, metres);
    *ret = r;
    return true;
}

const char *route_json(struct arena *a, const struct route *r)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < r->count; i++) {
        json_open(&o, NULL, '[');
        json_num(&o, NULL, r->lat_lon_e7[2 * i]);
        json_num(&o, NULL, r->lat_lon_e7[2 * i + 1]);
        json_close(&o, ']');
    }
    json_close(&o, ']');
    const char *copy = buf_dup(&text, a);
    buf_release(&text);
    return copy;
}
