/* query: see the header. */
#include "walker/query.h"

#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

bool query_place(const struct http_request *q, bool needed, struct geo_point *ret,
                 struct err *err)
{
    const char *lat = http_query(q, "lat"), *lon = http_query(q, "lon");
    const char *accuracy = http_query(q, "accuracy_m");
    struct geo_point p = GEO_NOWHERE;
    if (!lat && !lon && !needed) {
        *ret = p;
        return true;
    }
    if (!lat || !lon) {
        err_set(err, ERR_INPUT, "field.missing", lat ? "lon" : "lat", NULL);
        return err_part(err, lat ? "lon" : "lat");
    }
    const char *text =
        arena_printf(q->arena, "%s,%s%s%s", lat, lon, accuracy && *accuracy ? "," : "",
                     accuracy && *accuracy ? accuracy : "");
    return geo_parse(text, ret, err) || err_part(err, "lat");
}

bool query_number(const struct http_request *q, const char *name, int64_t least,
                  int64_t most, int64_t fallback, int64_t *ret, struct err *err)
{
    const char *text = http_query(q, name);
    int64_t value = fallback;
    if (text && (!text_int(text, &value) || value < least || value > most)) {
        char low[24], high[24];
        snprintf(low, sizeof low, "%lld", (long long)least);
        snprintf(high, sizeof high, "%lld", (long long)most);
        err_set(err, ERR_INPUT, "field.out_of_range", name, low, high, NULL);
        return err_part(err, name);
    }
    *ret = value;
    return true;
}
