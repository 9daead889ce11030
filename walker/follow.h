/* follow: what the page is told as it happens: GET /api/v1/events (core/web/events). */
#ifndef LYGTE_WALKER_FOLLOW_H
#define LYGTE_WALKER_FOLLOW_H

#include "walker/app.h"

/* Looks at the folder while a page listens; app->events is set. The pool must be open. */
struct follow;
void follow_start(struct follow **ret, struct walker_app *app);
/* Ends the streams; before http_stop. NULL is fine. */
void follow_end(struct follow *f);
/* After http_stop, before pool_close. NULL is fine. */
void follow_free(struct follow *f);

#endif
