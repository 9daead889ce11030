/* locked: a device that was shut out. A status code alone changes nothing here: records
 * do, and they are signed. */
#include "sync/client/session.h"

#include "core/store/admission.h"
#include "core/store/wipe.h"

#include <stdio.h>

bool session_shut_out(struct session *x, struct err *err)
{
    struct err later = ERR_INIT;
    struct wipe_counts c;
    char records[24], photos[24], left[24];
    bool revoked = false;
    if (!session_pull_rights(x, &later) ||
        !admission_is_revoked(x->store, x->store->origin, &revoked, &later) || !revoked)
        return false;
    if (!wipe_verified(x->store, &c, &later)) {
        *err = later;
        return false;
    }
    snprintf(records, sizeof records, "%lld", (long long)c.records);
    snprintf(photos, sizeof photos, "%lld", (long long)c.photos);
    snprintf(left, sizeof left, "%lld", (long long)c.left);
    return err_set(err, ERR_DENIED, "sync.locked", x->peer.name, records, photos, left,
                   NULL);
}
