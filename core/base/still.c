/* still: see the header. */
#include "core/base/still.h"

#include <math.h>

enum { SPOT_MM = 8000, UNKNOWN_MM = 30000, LEAST_MM = 1500 };

static int64_t accuracy_of(struct geo_point fix)
{
    if (fix.accuracy_mm < 0)
        return UNKNOWN_MM;
    return fix.accuracy_mm < LEAST_MM ? LEAST_MM : fix.accuracy_mm;
}

static bool belongs(const struct still *s, struct geo_point fix)
{
    struct geo_point mean = still_mean(s);
    double mm = 1000 * geo_metres(mean.lat_e7, mean.lon_e7, fix.lat_e7, fix.lon_e7);
    double room = (double)(accuracy_of(fix) + mean.accuracy_mm);
    return mm <= (room > SPOT_MM ? room : SPOT_MM);
}

bool still_add(struct still *s, struct geo_point fix)
{
    if (s->over || !geo_known(fix) || !geo_is_place(fix.lat_e7, fix.lon_e7))
        return false;
    if (s->count == 0) {
        s->first = fix;
        s->best_mm = accuracy_of(fix);
    } else if (!belongs(s, fix)) {
        s->over = ++s->away >= 2;
        return false;
    }
    double metres = (double)accuracy_of(fix) / 1000, weight = 1 / (metres * metres);
    s->weight += weight;
    s->lat += weight * (double)(fix.lat_e7 - s->first.lat_e7);
    s->lon += weight * (double)(fix.lon_e7 - s->first.lon_e7);
    if (accuracy_of(fix) < s->best_mm)
        s->best_mm = accuracy_of(fix);
    s->count++;
    s->away = 0;
    return true;
}

struct geo_point still_mean(const struct still *s)
{
    struct geo_point mean = GEO_NOWHERE;
    if (s->count == 0)
        return mean;
    int64_t accuracy = llround(1000 / sqrt(s->weight));
    if (accuracy < s->best_mm / 2)
        accuracy = s->best_mm / 2;
    if (accuracy < LEAST_MM)
        accuracy = LEAST_MM;
    mean.lat_e7 = s->first.lat_e7 + llround(s->lat / s->weight);
    mean.lon_e7 = s->first.lon_e7 + llround(s->lon / s->weight);
    mean.accuracy_mm = accuracy;
    return mean;
}
