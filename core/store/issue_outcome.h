/* issue_outcome: what became of a walk's points, as people who were there ask: mended,
 * planned, waiting, or refused. Reads the folded tables; owns none. Strengths, and what
 * was joined or cancelled, are in no count. */
#ifndef LYGTE_STORE_ISSUE_OUTCOME_H
#define LYGTE_STORE_ISSUE_OUTCOME_H

#include "core/store/store.h"

struct issue_outcome {
    int64_t mended, planned, waiting, refused;
};

/* Of the cases this program knows of the walk's points; all 0 when it knows none. */
bool issue_outcome(struct store *s, const char *walk, struct issue_outcome *ret,
                   struct err *err);

#endif
