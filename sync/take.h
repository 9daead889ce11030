/* take: one line from elsewhere (the wire, a stick) into the store. Whoever brings it is
 * only a courier: what counts is the signature and that its origin was admitted. */
#ifndef LYGTE_SYNC_TAKE_H
#define LYGTE_SYNC_TAKE_H

#include "core/store/hold.h"
#include "sync/wire.h"

enum take_verdict { TAKE_KEY, TAKE_NEW, TAKE_ALREADY, TAKE_REFUSED };

struct take {
    enum take_verdict verdict;
    struct err why;       /* of TAKE_REFUSED: record.* or json.*               */
    struct record record; /* of NEW and ALREADY; in the arena                  */
};

/* In the caller's transaction. False only when the store failed; a wrong line is
 * TAKE_REFUSED and costs the others nothing. Refused are: lines that are none, wrong
 * signatures, unknown keys, origins not admitted ("record.unadmitted"), and another
 * hash at a place that is held ("record.forked"). */
bool take_line(struct store *s, struct arena *a, const char *line, size_t len,
               struct take *ret, struct err *err);

#endif
