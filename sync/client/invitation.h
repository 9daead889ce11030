/* invitation: where to pair, with which code, and by which key the other end is known.
 *
 * Either an address and a code, as a person types them, or what a hub's QR code says:
 *   lygte://192.168.4.1:8443/?code=7K2MQ-4XWTB&pin=<SHA-256 of the TLS key, base64url>
 */
#ifndef LYGTE_SYNC_CLIENT_INVITATION_H
#define LYGTE_SYNC_CLIENT_INVITATION_H

#include "core/base/arena.h"
#include "core/base/err.h"

struct invitation {
    const char *url, *code;
    const char *pin; /* "sha256//BASE64", "" when none was given */
};

/* code and pin may be NULL. ERR_INPUT "pair.no_code" without a code, "pair.bad_pin". */
bool invitation_read(struct arena *a, const char *where, const char *code, const char *pin,
                     struct invitation *ret, struct err *err);

#endif
