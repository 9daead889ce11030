/* stride: how far somebody has walked, of fixes that tremble.
 *
 * The rule. Distance is counted from the last place that counted, the anchor. A fix
 * counts when it is farther from the anchor than the step: the mean of the two
 * accuracies, at least 5 m and at most 15 m (10 m where none is known). Then that
 * distance is added and the fix becomes the anchor. So a receiver that trembles or
 * drifts within its own accuracy adds nothing, however long one stands; and a walker
 * loses at most one step where a line ends.
 *
 * The line is split, and nothing is added across, where the fix was lost in between:
 * said so by the receiver, over 30 s of silence, time going backwards, or a leap faster
 * than 50 m/s. Time is only compared between neighbours, so a clock that jumps splits
 * the line and harms nothing else. Order is the order of arrival.
 */
#ifndef LYGTE_BASE_STRIDE_H
#define LYGTE_BASE_STRIDE_H

#include "core/base/geo.h"

enum { STRIDE_SILENCE_MS = 30000, STRIDE_LEAP_M_S = 50 };

struct stride {
    struct geo_point anchor, last;
    int64_t last_ms;
    double metres;
    int64_t within_ms; /* time within the stretches, standing and walking */
    int64_t splits;   /* lost stretches so far                           */
    bool any;
};

#define STRIDE_INIT {.anchor = GEO_NOWHERE, .last = GEO_NOWHERE}

/* lost: the receiver had no fix since the one before. True when the line begins anew at
 * this fix (also for the first one). */
bool stride_add(struct stride *s, int64_t at_ms, struct geo_point fix, bool lost);

#endif
