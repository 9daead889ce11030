/* sun: how high the sun stands, and the word for the light it gives.
 * NOAA's solar position equations (Meeus, Astronomical Algorithms, ch. 25), good to
 * about 0.1 degree; refraction is left out. */
#ifndef LYGTE_BASE_SUN_H
#define LYGTE_BASE_SUN_H

#include <stdint.h>

/* Hundredths of a degree above the horizon. */
int sun_elevation_c(int64_t utc_ms, int64_t lat_e7, int64_t lon_e7);
/* "daylight" above -0.8 degrees, "dusk" down to -6 (civil twilight), else "dark". */
const char *sun_light(int64_t utc_ms, int64_t lat_e7, int64_t lon_e7);

#endif
