/* clock_fix: what time it really was (records.md 1). Kind clock.fix {boot,
 * utc_minus_mono_ms, source}, said by an origin about its own records of one boot;
 * subject "ORIGIN:BOOT". Of several the best source stands (gnss, ntp, set), of equal
 * ones the highest (tick, origin). Owns the folded table clock_fix.
 *
 * The fold dates every record of the boot by it (core/store/fold): the time of the record
 * itself, and times in its body that its device's clock told.
 */
#ifndef LYGTE_STORE_CLOCK_FIX_H
#define LYGTE_STORE_CLOCK_FIX_H

#include "core/store/record.h"
#include "core/store/store.h"

struct clock_fix {
    const char *source; /* gnss | ntp | set, static; NULL: nobody has told */
    int64_t offset_ms;  /* UTC is CLOCK_BOOTTIME plus that                 */
};

/* A record with this clock is dated anew when a fix is known. */
bool clock_fix_wanted(const char *clock);
bool clock_fix_of(struct db *db, const uint8_t origin[RECORD_ORIGIN], const char *boot,
                  struct clock_fix *ret, struct err *err);
/* Of the subject of a clock.fix its origin and its boot (points into it); NULL when it is
 * none. */
const char *clock_fix_about(const char *subject, uint8_t ret_origin[RECORD_ORIGIN]);

/* Writes a clock.fix about our records of this boot, in the caller's transaction, when
 * there are any whose clock was unknown or only set, and nothing as good stands: source
 * is gnss, ntp or set, utc_ms the time just now. *ret_told (may be NULL) tells whether. */
bool clock_fix_tell(struct store *s, const char *source, int64_t utc_ms, bool *ret_told,
                    struct err *err);

#endif
