/* tell: what the register's page is told as it happens: GET /api/v1/events
 * (core/web/events). Events name walks and never points or cases: who may see which is
 * another matter, and is judged when the page asks. */
#ifndef LYGTE_REGISTRY_TELL_H
#define LYGTE_REGISTRY_TELL_H

#include "registry/app.h"

/* Sets app->events. The pool must be open. */
struct tell;
void tell_start(struct tell **ret, struct registry_app *app);
/* Ends the streams; before http_stop. NULL is fine. */
void tell_end(struct tell *t);
/* After http_stop, before pool_close. NULL is fine. */
void tell_free(struct tell *t);

#endif
