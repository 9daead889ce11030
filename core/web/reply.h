/* reply: an http_reply on its way out, with the headers every answer carries. */
#ifndef LYGTE_WEB_REPLY_H
#define LYGTE_WEB_REPLY_H

#include "core/web/http.h"

#include <microhttpd.h>

/* Takes r's body and fd. */
enum MHD_Result reply_send(struct MHD_Connection *connection, int status,
                           struct http_reply *r);
/* Once for each server, before it answers; and after it has stopped, which with the last one
 * frees the answers kept for packed files. */
void reply_use(void);
void reply_forget(void);

#endif
