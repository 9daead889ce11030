/* sun: see the header. */
#include "core/base/sun.h"

#include <math.h>

static double rad(double degrees)
{
    return degrees * (M_PI / 180.0);
}

int sun_elevation_c(int64_t utc_ms, int64_t lat_e7, int64_t lon_e7)
{
    double days = (double)utc_ms / 86400000.0 - 10957.5; /* since J2000.0 */
    double t = days / 36525.0;
    double mean_long = fmod(280.46646 + t * (36000.76983 + t * 0.0003032), 360.0);
    double mean_anom = rad(357.52911 + t * (35999.05029 - 0.0001537 * t));
    double centre = sin(mean_anom) * (1.914602 - t * (0.004817 + 0.000014 * t)) +
                    sin(2 * mean_anom) * (0.019993 - 0.000101 * t) +
                    sin(3 * mean_anom) * 0.000289;
    double omega = rad(125.04 - 1934.136 * t);
    double apparent = rad(mean_long + centre - 0.00569 - 0.00478 * sin(omega));
    double tilt = rad(23.439291 - 0.0130042 * t + 0.00256 * cos(omega));
    double declination = asin(sin(tilt) * sin(apparent));
    double ascension = atan2(cos(tilt) * sin(apparent), cos(apparent));
    double sidereal = rad(fmod(280.46061837 + 360.98564736629 * days, 360.0));
    double hour = sidereal + rad((double)lon_e7 / 1e7) - ascension;
    double lat = rad((double)lat_e7 / 1e7);
    double up = sin(lat) * sin(declination) + cos(lat) * cos(declination) * cos(hour);
    return (int)lround(asin(fmax(-1, fmin(1, up))) * (18000.0 / M_PI));
}

const char *sun_light(int64_t utc_ms, int64_t lat_e7, int64_t lon_e7)
{
    int elevation = sun_elevation_c(utc_ms, lat_e7, lon_e7);
    if (elevation > -80)
        return "daylight";
    return elevation > -600 ? "dusk" : "dark";
}
