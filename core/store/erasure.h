/* erasure: deciding what an erasure of one point names, and writing it down: the erase
 * records a registry makes (core/store/erase says what becomes of them).
 *
 * What is taken out goes by the names of members, in every record of the observation and
 * of its issue, so that a kind of tomorrow is not forgotten:
 *   text      note measure text why words comment answer box
 *   position  stood thing place at (as an object)
 *   photos    photo.* records whole, and the photos they name
 * An edit keeps the field and what it was made over, without its value. Everything else
 * stays: walk, category, severity, times. Whoever invents a member of free text adds its
 * name here, or calls it "text".
 */
#ifndef LYGTE_STORE_ERASURE_H
#define LYGTE_STORE_ERASURE_H

#include "core/base/uid.h"
#include "core/store/store.h"

enum { ERASURE_TEXT = 1, ERASURE_PHOTOS = 2, ERASURE_POSITION = 4, ERASURE_ALL = 7 };

struct erasure_wish {
    const char *observation; /* whole id                                          */
    unsigned what;           /* of the above; 0 with refused                      */
    bool refused;            /* the decision not to erase, for the record         */
    const char *reason;      /* of erase_reasons                                  */
    const char *role;        /* who decided, a role, never a name                 */
};

struct erasure_counts {
    char id[UID_SIZE];       /* of the first erase record                         */
    int64_t records, photos; /* named                                             */
};

/* In the caller's transaction. ERR_NOT_FOUND "erasure.nothing" when there is nothing of
 * that left; the form's own errors ("field.*"). */
bool erasure_write(struct store *s, struct arena *a, const struct erasure_wish *w,
                   struct erasure_counts *ret, struct err *err);

#endif
