/* later: requests whose answer waits for something to change (a long poll). A handler that
 * has nothing to tell yet returns HTTP_LATER; its connection sleeps, without a thread, and
 * the handler is asked again every LATER_STEP_MS until it answers. */
#ifndef LYGTE_WEB_LATER_H
#define LYGTE_WEB_LATER_H

#include <stdbool.h>

enum { LATER_STEP_MS = 150 };

struct later;
struct MHD_Connection;

struct later *later_start(void);
/* Wakes all and lets nobody sleep any more; before the daemon ends. NULL is fine. */
void later_end(struct later *l);
void later_free(struct later *l); /* after it; NULL is fine */

/* Puts a connection to sleep, from inside its own callback. False when the end has come, or
 * there is no thread to be had: the handler must answer now. */
bool later_sleep(struct later *l, struct MHD_Connection *connection);

#endif
