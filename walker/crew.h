/* crew: threads that make small pictures beside a verb that keeps photos, one for each core.
 * Jobs are planned and settled by the thread that has the store (sync/small). */
#ifndef LYGTE_WALKER_CREW_H
#define LYGTE_WALKER_CREW_H

#include "sync/small.h"

struct crew;

enum { CREW_OUT = 64 }; /* jobs that may be out at once */

struct crew *crew_start(void);
/* At most CREW_OUT are out. The job stays the caller's and must not move until crew_take
 * gives it back. */
void crew_give(struct crew *c, struct small_job *j);
/* One that was run, in any order. wait: until there is one; NULL when none is out, or none
 * is ready. */
struct small_job *crew_take(struct crew *c, bool wait);
/* Jobs that nobody began are left; NULL is fine. */
void crew_end(struct crew *c);

#endif
