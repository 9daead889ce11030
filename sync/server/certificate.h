/* certificate: what doctor says of the TLS certificate that a server of ours shows. */
#ifndef LYGTE_SYNC_SERVER_CERTIFICATE_H
#define LYGTE_SYNC_SERVER_CERTIFICATE_H

#include "core/store/check.h"

/* A note "cert.good" with the day it ends, or damage "cert.over" when that is past or the
 * file is no certificate. Nothing when there is no such file and it may be absent. */
bool certificate_check(const char *path, bool may_be_absent, check_visit visit, void *data,
                       struct err *err);

#endif
