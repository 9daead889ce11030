/* geo: see the header. */
#include "core/base/geo.h"

#include "core/base/text.h"

#include <math.h>
#include <string.h>

bool geo_known(struct geo_point p)
{
    return p.lat_e7 != GEO_NONE && p.lon_e7 != GEO_NONE;
}

bool geo_is_place(int64_t lat_e7, int64_t lon_e7)
{
    if (lat_e7 < -900000000 || lat_e7 > 900000000)
        return false;
    if (lon_e7 < -1800000000 || lon_e7 > 1800000000)
        return false;
    return lat_e7 != 0 || lon_e7 != 0;
}

bool geo_parse(const char *text, struct geo_point *ret, struct err *err)
{
    struct geo_point p = GEO_NOWHERE;
    size_t n = strcspn(text, ",");
    const char *lon = text[n] ? text + n + 1 : "";
    size_t m = strcspn(lon, ",");
    int64_t accuracy_e7 = 0;
    if (!text_e7(text, n, &p.lat_e7) || !text_e7(lon, m, &p.lon_e7))
        return err_set(err, ERR_INPUT, "geo.not_coordinates", text, NULL);
    if (lon[m] == ',') {
        if (!text_e7(lon + m + 1, strlen(lon + m + 1), &accuracy_e7) || accuracy_e7 < 0)
            return err_set(err, ERR_INPUT, "geo.not_coordinates", text, NULL);
        p.accuracy_mm = accuracy_e7 / 10000;
    }
    if (p.lat_e7 == 0 && p.lon_e7 == 0)
        return err_set(err, ERR_INPUT, "geo.zero", text, NULL);
    if (!geo_is_place(p.lat_e7, p.lon_e7))
        return err_set(err, ERR_INPUT, "geo.outside_world", text, NULL);
    *ret = p;
    return true;
}

static double radians_of(int64_t e7)
{
    return (double)e7 * (M_PI / 1800000000.0);
}

double geo_metres(int64_t lat1_e7, int64_t lon1_e7, int64_t lat2_e7, int64_t lon2_e7)
{
    double lat1 = radians_of(lat1_e7), lat2 = radians_of(lat2_e7);
    double a = sin((lat2 - lat1) / 2);
    double b = sin(radians_of(lon2_e7 - lon1_e7) / 2);
    double h = a * a + cos(lat1) * cos(lat2) * b * b;
    return 2 * 6371008.8 * asin(sqrt(h < 1 ? h : 1));
}

static bool crosses(const int64_t *a, const int64_t *b, int64_t lat, int64_t lon)
{
    if ((a[0] > lat) == (b[0] > lat))
        return false;
    double at = (double)(b[1] - a[1]) * (double)(lat - a[0]) / (double)(b[0] - a[0]);
    return (double)(lon - a[1]) < at;
}

bool geo_inside(const int64_t *lat_lon_e7, const size_t *ring_end, size_t rings,
                int64_t lat_e7, int64_t lon_e7)
{
    bool inside = false;
    size_t start = 0;
    for (size_t r = 0; r < rings; r++) {
        size_t end = ring_end[r];
        for (size_t i = start, j = end - 1; i < end; j = i++)
            if (crosses(lat_lon_e7 + 2 * i, lat_lon_e7 + 2 * j, lat_e7, lon_e7))
                inside = !inside;
        start = end;
    }
    return inside;
}
