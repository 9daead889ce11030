/* take: one line from elsewhere (the wire, a stick) into the store. Whoever brings it is
 * only a courier: what counts is the signature and that its origin was admitted. What
 * nobody was admitted for waits (core/store/local/stranger). */
#ifndef LYGTE_SYNC_TAKE_H
#define LYGTE_SYNC_TAKE_H

#include "core/store/hold.h"
#include "sync/wire.h"

/* The key of a line that is right, but moves something else that is not as it should be here.
 * Nothing of it is held; whoever brings it brings it again. */
#define TAKE_NOT_APPLIED "record.not_applied"

enum take_verdict {
    TAKE_KEY,
    TAKE_NEW,
    TAKE_ALREADY,
    TAKE_WAITS,  /* of an origin not admitted: in the waiting room, in no receipt */
    TAKE_REFUSED
};

struct take {
    enum take_verdict verdict;
    struct err why;       /* of TAKE_REFUSED: record.*, json.* or stranger.full */
    bool aside; /* of NEW and ALREADY: it could not be read, and was set aside; then
                   kind and subject of record are "" */
    struct record record; /* of NEW, ALREADY and WAITS; in the arena           */
};

/* In the caller's transaction. False only when the store failed; a wrong line is
 * TAKE_REFUSED and costs the others nothing. One that only this version cannot read is
 * held aside (core/store/local/set_aside). Refused are: lines that are none, wrong
 * signatures, unknown keys, strangers when the waiting room is full ("stranger.full"),
 * another hash at a place that is held ("record.forked"), and TAKE_NOT_APPLIED. courier is
 * whose room a stranger's record takes: a device's id, or "stick". */
bool take_line(struct store *s, struct arena *a, const char *courier, const char *line,
               size_t len, struct take *ret, struct err *err);

/* The same in two steps, of which the first needs no store: any thread may take it. What is
 * read lies in a. */
struct take_read {
    bool ok;
    struct wire_line line; /* when ok  */
    struct err why;        /* when not */
};
void take_read(struct arena *a, const char *line, size_t len, struct take_read *ret);
bool take_as_read(struct store *s, struct arena *a, const char *courier,
                  const char *line, size_t len, const struct take_read *read,
                  struct take *ret, struct err *err);

#endif
