/* rate: how often somebody may ask. A bucket for each (rule, who): it holds a minute's
 * worth, refills evenly, and an empty one is told how long to wait. The table is of fixed
 * size; of many strangers at once the longest silent are forgotten first.
 *
 * Who is a device's token or, without one and where none is asked for, the address (of IPv6
 * its /64). */
#ifndef LYGTE_WEB_RATE_H
#define LYGTE_WEB_RATE_H

#include "core/web/http.h"

struct rate;

struct rate *rate_make(void);
void rate_free(struct rate *r); /* NULL is fine */
/* One request by `who` under the rule numbered `rule`, of per_minute. False when it is one
 * too many: *ret_wait_s says when the next may come. */
bool rate_allows(struct rate *r, unsigned rule, const char *who, unsigned per_minute,
                 int64_t now_ms, int64_t *ret_wait_s);

/* The address a request comes from, as text; behind a proxy of ours what that says. */
const char *rate_address(const struct http_request *q, bool behind_proxy);

#endif
