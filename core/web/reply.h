/* reply: an http_reply on its way out, with the headers every answer carries. */
#ifndef LYGTE_WEB_REPLY_H
#define LYGTE_WEB_REPLY_H

#include "core/web/http.h"

#include <microhttpd.h>

/* Takes r's body and fd. */
enum MHD_Result reply_send(struct MHD_Connection *connection, int status,
                           struct http_reply *r);
/* Frees the answers kept for packed files; after the server has stopped. */
void reply_forget(void);

#endif
