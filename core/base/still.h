/* still: somebody stands still while typing; many fixes of one spot are better than one.
 *
 * Fixes of a still spot are averaged, weighted by 1 / accuracy squared. A fix belongs to
 * the spot when it is no farther from the mean so far than 8 m, or than its own accuracy
 * and the mean's together, whichever is more; two in succession that are farther say
 * that the person walked on, and the spot is over. A fix that knows no accuracy weighs
 * as one of 30 m.
 *
 * The mean's accuracy is 1 / sqrt(sum of weights), but never better than half the best
 * fix's and never better than 1.5 m: errors of one receiver at one spot go together, so
 * a thousand fixes do not make it exact.
 */
#ifndef LYGTE_BASE_STILL_H
#define LYGTE_BASE_STILL_H

#include "core/base/geo.h"

#include <stddef.h>

struct still {
    struct geo_point first; /* the sums are counted from here */
    double weight, lat, lon;
    int64_t best_mm;
    size_t count;   /* fixes averaged                       */
    unsigned away;  /* fixes in succession outside the spot */
    bool over;
};

#define STILL_INIT {.first = GEO_NOWHERE}

/* False when the fix was not averaged: outside the spot, or the spot is over. */
bool still_add(struct still *s, struct geo_point fix);
/* The mean; nowhere while nothing was added. */
struct geo_point still_mean(const struct still *s);

#endif
