/* clock: what time it is believed to be, how far that is to be trusted, and a clock
 * that only goes forward. UTC milliseconds since 1970; RFC 3339 with "Z" in text. */
#ifndef LYGTE_BASE_CLOCK_H
#define LYGTE_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_NONE INT64_MIN /* "no time" in milliseconds */

struct clock_reading {
    int64_t utc_ms;    /* as believed                                            */
    const char *trust; /* "ntp" when the kernel says so, "set" when after the
                          program was built, else "unknown"; "gnss" is told by the
                          caller that has it                                     */
    int64_t mono_ms;   /* CLOCK_BOOTTIME                                         */
};

struct clock_reading clock_now(void);
/* From now on, in this process: satellites say that UTC is CLOCK_BOOTTIME plus so many ms.
 * clock_now then answers by that, trust "gnss", unless the kernel's clock is kept by NTP.
 * INT64_MIN: they say nothing any more. For the one receiver of positions of a program. */
void clock_tell(int64_t utc_minus_mono_ms);
/* What a satellite receiver says: false for one whose 1,024 weeks have begun anew (IS-GPS-200,
 * 20.3.3.3.1.1), which says a time that many weeks before ours, and for a time that far ahead
 * of this program. now_ms: what the system says, believed when it is after the build. */
bool clock_gnss_fits(int64_t gnss_ms, int64_t now_ms);
int64_t clock_utc_ms(void);
int64_t clock_mono_ms(void);
/* The kernel's boot id (36 characters), "" where there is none. Static. */
const char *clock_boot_id(void);

/* "2026-11-21T18:30:00.123Z" (milliseconds left out when zero). */
void clock_format(int64_t utc_ms, char out[32]);
/* RFC 3339 with zone: "Z" or +hh:mm. Days must exist; second 60 counts as 59.999. */
bool clock_parse(const char *text, int64_t *ret_ms);
/* Days since 1970 of a proleptic Gregorian date. */
int64_t clock_days(int year, int month, int day);
bool clock_date_exists(int year, int month, int day);
/* "lør 21. november 2026 kl. 19.42"-like texts are made by the pages; this is only
 * the date part in Europe/Copenhagen, EU summer time rule, as Y, M, D, h, m. */
void clock_local(int64_t utc_ms, int *year, int *month, int *day, int *hour, int *minute);
/* "2026-11-21 19:30" in Europe/Copenhagen, as people read it; "-" for CLOCK_NONE. */
void clock_minute(int64_t utc_ms, char out[32]);

#endif
