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

double geo_bearing(int64_t lat1_e7, int64_t lon1_e7, int64_t lat2_e7, int64_t lon2_e7)
{
    double lat1 = radians_of(lat1_e7), lat2 = radians_of(lat2_e7);
    double d = radians_of(lon2_e7 - lon1_e7);
    double east = sin(d) * cos(lat2);
    double north = cos(lat1) * sin(lat2) - sin(lat1) * cos(lat2) * cos(d);
    double degrees = atan2(east, north) * (180.0 / M_PI);
    return degrees < 0 ? degrees + 360.0 : degrees;
}

struct geo_point geo_offset(struct geo_point from, double bearing, double metres)
{
    double lat = radians_of(from.lat_e7), way = metres / 6371008.8;
    double course = bearing * (M_PI / 180.0);
    double to = asin(sin(lat) * cos(way) + cos(lat) * sin(way) * cos(course));
    double east = atan2(sin(course) * sin(way) * cos(lat), cos(way) - sin(lat) * sin(to));
    return (struct geo_point){llround(to * (1800000000.0 / M_PI)),
                              from.lon_e7 + llround(east * (1800000000.0 / M_PI)), -1};
}

/* ---- the plane ------------------------------------------------------------------- */

bool geo_of_utm(int zone, double east, double north, struct geo_point *ret)
{
    /* GRS80: its meridian radius, and Krueger's beta and delta to the fourth power. */
    static const double radius = 6367449.14577105;
    static const double beta[4] = {8.377321681641440e-04, 5.905869626082731e-08,
                                   1.673488904988346e-10, 2.167737805596757e-13};
    static const double delta[4] = {3.356551485596693e-03, 6.571873148458866e-06,
                                    1.764656426454283e-08, 5.400482187759887e-11};
    if ((zone != 32 && zone != 33) || !(east > 100000 && east < 900000) ||
        !(north > 0 && north < 9400000))
        return false;
    double xi = north / (0.9996 * radius), eta = (east - 500000) / (0.9996 * radius);
    double x = xi, y = eta;
    for (int j = 1; j <= 4; j++) {
        x -= beta[j - 1] * sin(2 * j * xi) * cosh(2 * j * eta);
        y -= beta[j - 1] * cos(2 * j * xi) * sinh(2 * j * eta);
    }
    double chi = asin(sin(x) / cosh(y)), lat = chi;
    for (int j = 1; j <= 4; j++)
        lat += delta[j - 1] * sin(2 * j * chi);
    double lon = atan2(sinh(y), cos(x)) + (zone * 6 - 183) * (M_PI / 180.0);
    *ret = (struct geo_point){llround(lat * (1800000000.0 / M_PI)),
                              llround(lon * (1800000000.0 / M_PI)), -1};
    return geo_is_place(ret->lat_e7, ret->lon_e7);
}

/* ---- cells ----------------------------------------------------------------------- */

enum { CELL_LAT = 20000, CELL_LON = 40000, CELLS_A_ROW = 90001 };

static int64_t cell_row(int64_t lat_e7)
{
    return (lat_e7 + 900000000) / CELL_LAT;
}

static int64_t cell_column(int64_t lon_e7)
{
    return (lon_e7 + 1800000000) / CELL_LON;
}

int64_t geo_cell(int64_t lat_e7, int64_t lon_e7)
{
    return cell_row(lat_e7) * CELLS_A_ROW + cell_column(lon_e7);
}

static int64_t within(int64_t value, int64_t most)
{
    return value < -most ? -most : value > most ? most : value;
}

size_t geo_spans(int64_t lat_e7, int64_t lon_e7, double metres,
                 struct geo_span spans[GEO_SPANS])
{
    double reach = metres < 0 ? 0 : metres > 2000 ? 2000 : metres;
    double narrow = cos(radians_of(lat_e7));
    int64_t lat = llround(reach * 89.94); /* 1e-7 degrees a metre, a little over */
    int64_t lon = narrow > 0.01 ? llround(reach * 89.94 / narrow) : 3600000000;
    int64_t low = within(lon_e7 - lon, 1800000000), high = within(lon_e7 + lon, 1800000000);
    int64_t row = cell_row(within(lat_e7 - lat, 900000000));
    int64_t last = cell_row(within(lat_e7 + lat, 900000000));
    size_t n = 0;
    for (; row <= last && n < GEO_SPANS; row++)
        spans[n++] = (struct geo_span){row * CELLS_A_ROW + cell_column(low),
                                       row * CELLS_A_ROW + cell_column(high)};
    return n;
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
