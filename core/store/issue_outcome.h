/* issue_outcome: what became of a walk's points, as people who were there ask: mended,
 * planned, waiting, or refused. Reads the folded tables; owns none. A case that was joined
 * with another one is as far as the one that is shown for both. Strengths, and what was
 * cancelled or called a duplicate, are in no count. */
#ifndef LYGTE_STORE_ISSUE_OUTCOME_H
#define LYGTE_STORE_ISSUE_OUTCOME_H

#include "core/store/issue_merge.h"
#include "core/store/store.h"

struct issue_outcome {
    int64_t mended, planned, waiting, refused;
};

/* Puts the state of the case that is shown for this one into *state, when that is another
 * one and is here; else leaves it as it is. */
bool issue_outcome_state(struct store *s, struct arena *a,
                         const struct issue_groups *groups, const char *issue,
                         const char **state, struct err *err);
/* Of the cases this program knows of the walk's points; all 0 when it knows none. */
bool issue_outcome(struct store *s, const char *walk, struct issue_outcome *ret,
                   struct err *err);

#endif
