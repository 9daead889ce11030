/* near: is it the same one? Points of the same group close by, without a network.
 *
 * Two points may be one when their places are no farther apart than 25 m plus the errors
 * of both: what the receiver said (30 m where it said nothing), 3 m for a pin somebody
 * put. At most 150 m. Looked at are tonight's points (this walk, and others of the last
 * twelve hours), those of the walk before (the newest other walk that has one close by),
 * and those whose case is open. Withdrawn points and closed cases are no duplicates.
 *
 * A phone with a walk pass gets its walk's and, of the others, those it is shown as last
 * time's (last.h); of what the police keep none.
 *
 * Nearness is a plain index on the cell of a point (core/base/geo). Reads observation,
 * issue and walk; owns nothing.
 */
#ifndef LYGTE_STORE_NEAR_H
#define LYGTE_STORE_NEAR_H

#include "core/store/observation.h"

enum { NEAR_LEAST_M = 25, NEAR_MOST_M = 150, NEAR_RESULTS = 20 };

enum near_from { NEAR_TONIGHT, NEAR_LAST, NEAR_OPEN };

struct near_point {
    const char *id;
    double metres;
    enum near_from from;
};

struct near_wish {
    const char *walk;
    const char *category; /* any code of the group; NULL: every group          */
    const char *without;  /* a point that is no duplicate of itself; NULL       */
    struct geo_point at;
    bool pinned;          /* at is a pin, not where somebody stood              */
    bool for_pass;        /* a phone asks                                       */
};

/* Nearest first, at most NEAR_RESULTS. */
bool near_find(struct store *s, struct arena *a, const struct near_wish *w,
               struct near_point **ret, size_t *ret_n, struct err *err);
/* "tonight" "last" "open" */
const char *near_word(enum near_from from);

#endif
