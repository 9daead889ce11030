/* page: a program's index.html and the packed files beside it.
 *
 * Files live under /a/BUILD/NAME, BUILD being the hash of the whole pack, so a browser
 * may keep them for ever. index.html has @A@ for that prefix, and nothing inline: the
 * Content-Security-Policy lets in only what comes from here. */
#ifndef LYGTE_WEB_PAGE_H
#define LYGTE_WEB_PAGE_H

#include "core/web/http.h"

/* Answers with the packed index ("walker/index.html"). */
bool page_index(struct http_request *q, struct http_reply *r, const char *name,
                struct err *err);
/* Answers with another packed text that the browser asks for by a name that never
 * changes, the service worker or the manifest: @A@ as above, and @L@ is a JSON array of
 * the names of all files under that prefix. */
bool page_text(struct http_request *q, struct http_reply *r, const char *name,
               struct err *err);
/* GET /a/BUILD/... for the rows of that pattern in each program's routes.c: 1 to 3
 * parts below. */
int page_asset(struct http_request *q, struct http_reply *r, struct err *err);

#endif
