/* judge: may a record have its effect? The reasons it may be held for without one are
 * those of core/store/hold. */
#ifndef LYGTE_STORE_JUDGE_H
#define LYGTE_STORE_JUDGE_H

#include "core/store/fold.h"

/* What is found out about a record before it is held. */
struct judged {
    struct fold_entry entry; /* the record, or the one it carries, and its body when it
                                was read; freed by judged_free                       */
    bool carries;            /* entry is of the record inside                        */
    const char *reason;      /* NULL when it may be applied, else why it is held so  */
    struct err unfit;        /* with reason "body": what is wrong with it            */
};

/* tick: the highest applied one. */
bool judge(struct store *s, struct arena *a, const struct record *r, int64_t tick,
           struct judged *ret, struct err *err);
void judged_free(struct judged *j);

#endif
