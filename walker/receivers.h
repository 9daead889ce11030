/* receivers: gpsd may have more than one, a HAT without an aerial beside a USB one with it.
 * Each report names its device; of them all one is followed, and only what that one says is
 * the position, the time, and the track.
 *
 * It is left when it says that it has no fix, or was silent for RECEIVER_SILENT_MS, and
 * another has one; or when another is clearly more exact: by a third of its own figure, so
 * that two alike do not take turns. How exact a receiver is by its own word (GST, at most 3 s
 * old) counts for it alone. A report that names no device, as an older gpsd writes them, is
 * of the one device there is. No clock of its own: times are the caller's, ms.
 */
#ifndef LYGTE_WALKER_RECEIVERS_H
#define LYGTE_WALKER_RECEIVERS_H

#include <stdbool.h>
#include <stdint.h>

enum { RECEIVER_SILENT_MS = 5000, RECEIVER_NAME = 64, RECEIVER_MOST = 4 };

struct receiver {
    char device[RECEIVER_NAME]; /* "": not named                              */
    int64_t heard_ms, fixed_ms; /* of its last report, and fix; 0: none (now) */
    int64_t accuracy_mm;        /* of that fix, -1: not known                 */
    int64_t own_mm, own_ms;     /* as GST said it last, and when              */
};

/* All zeros: none heard yet. */
struct receivers {
    struct receiver one[RECEIVER_MOST];
    struct receiver *followed;
};

/* It says how exact it is. */
void receivers_own(struct receivers *all, const char *device, int64_t accuracy_mm,
                   int64_t now_ms);
/* A report of this device: is it the one that is followed (now)? Else nothing is to be made of
 * the report. Of a fix *accuracy_mm becomes the receiver's own word where there is one. */
bool receivers_follow(struct receivers *all, const char *device, bool has_fix,
                      int64_t *accuracy_mm, int64_t now_ms);

#endif
