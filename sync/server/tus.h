/* tus: an upload's own address (PROTOCOL 7): which upload it names, and what HEAD, DELETE
 * and OPTIONS answer there. What brings bytes is in upload.c. */
#ifndef LYGTE_SYNC_SERVER_TUS_H
#define LYGTE_SYNC_SERVER_TUS_H

#include "core/store/local/upload.h"
#include "core/web/http.h"

/* ERR_PRECONDITION "upload.version" without Tus-Resumable: 1.0.0. */
bool tus_spoken(const struct http_request *q, struct err *err);
/* Tus-Resumable, Upload-Offset and, unless negative, Upload-Length. */
void tus_headers(struct http_request *q, struct http_reply *r, int64_t offset,
                 int64_t length);
/* The upload that the request's address names. A photo that is held already has a place
 * too, by its hash: clients of other people send on from where HEAD says, whatever POST
 * told. ERR_NOT_FOUND "upload.unknown". */
bool tus_place(struct http_request *q, struct upload *u, bool *already,
               struct err *err);

#endif
