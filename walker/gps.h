/* gps: the Pi's receiver, by way of gpsd and its JSON socket (gpsd_json(5)): TPV reports
 * are read, nothing is ever written but the wish to watch.
 *
 * A thread of `walker serve` keeps the connection (127.0.0.1:2947, or LYGTE_GPSD
 * "HOST:PORT", "off" for none), comes back with pauses of 1 s to 30 s when gpsd is not
 * there, and hands every fix to the track of the walk under way (core/store/track): a
 * kill -9 loses at most two seconds of it. With no walk under way nothing is kept.
 *
 * Of several receivers one is followed (walker/receivers). A fix is lost when gpsd says so of
 * that one (mode 0 or 1), or is silent for 5 s. Accuracy is gpsd's
 * eph, else epx and epy together, else not known. gpsd guesses eph of NMEA receivers from
 * the satellites' places alone, 19 m times HDOP, at 95 %; so where the receiver itself
 * says how exact it is (GST, at most 3 s old), that goes before it: 1.73 times the root of
 * both deviations' squares, 95 % too, as browsers mean it.
 *
 * GNSS time is believed once five fixes in succession, over 3 s or more, agreed within
 * 1.5 s with the clock that only goes forward. Where the system clock is not kept by NTP
 * it then takes that clock's place (clock_tell), and is written down (clock.fix).
 */
#ifndef LYGTE_WALKER_GPS_H
#define LYGTE_WALKER_GPS_H

#include "core/base/geo.h"
#include "core/store/pool.h"
#include "walker/receivers.h"

enum gps_state { GPS_OFF, GPS_NONE, GPS_2D, GPS_3D };

struct gps_fix {
    enum gps_state state; /* GPS_OFF: no gpsd answers               */
    struct geo_point at;  /* also the last one known, when lost now */
    int64_t age_ms;       /* of that position; -1 when there is none */
    int64_t gnss_ms;      /* its GNSS time, DB_NULL when not said   */
    char device[RECEIVER_NAME]; /* as gpsd calls the receiver, "" when not said */
};

struct gps;

/* NULL where LYGTE_GPSD is "off". */
struct gps *gps_make(struct pool *pool);
/* Starts the thread. One that finds no gpsd is no failure, nor is NULL. */
bool gps_run(struct gps *g, struct err *err);
/* What is not in the track yet goes there first. NULL is fine. */
void gps_stop(struct gps *g);
/* NULL gives GPS_OFF. */
struct gps_fix gps_now(struct gps *g);
/* "off" "none" "2d" "3d" */
const char *gps_word(enum gps_state state);

enum gps_report { GPS_OTHER, GPS_TPV, GPS_GST };
/* One line of gpsd, as the thread reads it; for tests and fuzzing. A TPV fills ret (age_ms
 * 0), a GST only ret->at.accuracy_mm and ret->device. */
enum gps_report gps_read(const char *line, size_t len, struct gps_fix *ret);

#endif
