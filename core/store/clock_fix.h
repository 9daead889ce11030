/* clock_fix: what time it really was (records.md 1). Kind clock.fix {boot,
 * utc_minus_mono_ms, source}, said by an origin about its own records of one boot;
 * subject "ORIGIN:BOOT". Of several the best source stands (gnss, ntp, set), of equal
 * ones the highest (tick, origin). Owns the folded table clock_fix.
 *
 * A row may hang on its own subject's records only, so it keeps origin, boot and mono, and
 * the time is put right where it is read, with the pieces of SQL below.
 */
#ifndef LYGTE_STORE_CLOCK_FIX_H
#define LYGTE_STORE_CLOCK_FIX_H

#include "core/store/store.h"

/* Of table t (with the columns origin, boot, mono, clock and at_ms): the time and the
 * clock as they are known now. boot is NULL where the time was told by a person or a
 * picture, and nothing is put right. */
#define CLOCK_FIX_OF(t, what, otherwise)                                                 \
    "COALESCE((SELECT " what " FROM clock_fix f WHERE f.origin = " t ".origin"           \
    " AND f.boot = " t ".boot AND " t ".clock IN ('unknown', 'set')), " t "." otherwise ")"
#define CLOCK_FIX_AT(t) CLOCK_FIX_OF(t, "f.offset_ms + " t ".mono", "at_ms")
#define CLOCK_FIX_CLOCK(t) CLOCK_FIX_OF(t, "f.source", "clock")

/* Writes a clock.fix about our records of this boot, in the caller's transaction, when
 * there are any whose clock was unknown or only set, and nothing as good stands: source
 * is gnss, ntp or set, utc_ms the time just now. *ret_told (may be NULL) tells whether. */
bool clock_fix_tell(struct store *s, const char *source, int64_t utc_ms, bool *ret_told,
                    struct err *err);

#endif
