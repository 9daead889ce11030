/* squeeze: an answer made for this request, gzipped when the caller takes that: for long
 * answers that are asked for once, such as the catalogue. Lists that are asked for all the
 * time go as they are: on the device itself nobody waits for the bytes. */
#ifndef LYGTE_WEB_SQUEEZE_H
#define LYGTE_WEB_SQUEEZE_H

#include "core/web/http.h"

/* Compresses r->body in place and says so in its headers; leaves it alone when the caller
 * does not take gzip or nothing is gained. */
void squeeze(const struct http_request *q, struct http_reply *r);

#endif
