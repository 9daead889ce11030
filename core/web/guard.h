/* guard: is this request meant for us, from us, and of a kind we take?
 *
 * Against DNS rebinding, Host must be localhost, 127.0.0.1 or [::1] (any port), or the
 * program's own name. Against other people's pages, anything but GET and HEAD needs an
 * Origin of ours when one is sent ("null" is refused) and no cross-site Sec-Fetch-Site;
 * and a Content-Type no plain form can send. */
#ifndef LYGTE_WEB_GUARD_H
#define LYGTE_WEB_GUARD_H

#include "core/web/http.h"

bool guard_host(const struct http_request *q, const struct http_app *app,
                struct err *err);
bool guard_origin(const struct http_request *q, const struct http_app *app,
                  struct err *err);
bool guard_type(const struct http_request *q, const struct http_route *route,
                struct err *err);

#endif
