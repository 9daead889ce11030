/* jail: says when photos cannot be looked into here, or only without their jail; the same in
 * every program that takes photos in. */
#ifndef LYGTE_SYNC_SERVER_JAIL_H
#define LYGTE_SYNC_SERVER_JAIL_H

#include "core/base/verb.h"

/* For doctor: complains, and the verb ends with 1. */
void jail_check(struct verb_call *call);
/* For a server, once at its start: a line of the log. */
void jail_warn(const struct verb_call *call);

#endif
