/* problem: an err as an RFC 9457 problem+json. One table turns codes into statuses. */
#ifndef LYGTE_WEB_PROBLEM_H
#define LYGTE_WEB_PROBLEM_H

#include "core/web/http.h"

int problem_status(enum err_code code);
/* {"type","title","detail","status","key","part"} into r; returns the status. The
 * sentence "what: why: what to do" becomes title and detail. */
int problem_reply(const struct http_request *q, struct http_reply *r,
                  const struct err *err);

#endif
