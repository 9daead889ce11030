/* stride: see the header. */
#include "core/base/stride.h"

enum { STEP_LEAST_MM = 5000, STEP_MOST_MM = 15000, STEP_UNKNOWN_MM = 10000 };

static int64_t error_of(struct geo_point p)
{
    return p.accuracy_mm < 0 ? STEP_UNKNOWN_MM : p.accuracy_mm;
}

static double step_between(struct geo_point a, struct geo_point b)
{
    int64_t mm = (error_of(a) + error_of(b)) / 2;
    if (mm < STEP_LEAST_MM)
        mm = STEP_LEAST_MM;
    if (mm > STEP_MOST_MM)
        mm = STEP_MOST_MM;
    return (double)mm / 1000;
}

static double metres_between(struct geo_point a, struct geo_point b)
{
    return geo_metres(a.lat_e7, a.lon_e7, b.lat_e7, b.lon_e7);
}

static bool leaps(const struct stride *s, int64_t at_ms, struct geo_point fix)
{
    double metres = metres_between(s->last, fix);
    double seconds = (double)(at_ms - s->last_ms) / 1000;
    return metres > 50 && metres > seconds * STRIDE_LEAP_M_S;
}

bool stride_add(struct stride *s, int64_t at_ms, struct geo_point fix, bool lost)
{
    bool anew = !s->any || lost || at_ms < s->last_ms ||
                at_ms - s->last_ms > STRIDE_SILENCE_MS || leaps(s, at_ms, fix);
    if (anew) {
        s->splits += s->any;
        s->anchor = fix;
    } else {
        double metres = metres_between(s->anchor, fix);
        s->within_ms += at_ms - s->last_ms;
        if (metres > step_between(s->anchor, fix)) {
            s->metres += metres;
            s->anchor = fix;
        }
    }
    s->any = true;
    s->last = fix;
    s->last_ms = at_ms;
    return anew;
}
