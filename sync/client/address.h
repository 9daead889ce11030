/* address: whom we speak to. https:// anywhere; http:// to this machine alone, because a token
 * and photos in clear on a network are everybody's. */
#ifndef LYGTE_SYNC_CLIENT_ADDRESS_H
#define LYGTE_SYNC_CLIENT_ADDRESS_H

#include "core/base/err.h"

#include <stdbool.h>

/* ERR_INPUT "sync.bad_url", "sync.plain_http". */
bool address_fits(const char *url, struct err *err);

#endif
