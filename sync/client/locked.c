/* locked: a device that was shut out. A status code alone changes nothing here: records
 * do, and they are signed. */
#include "sync/client/session.h"

#include "core/base/text.h"
#include "core/store/admission.h"
#include "core/store/wipe.h"

#include <stdio.h>

/* Lets go of what is verified, and says what has become of this device. Always false. From a
 * hub we do not hear which epoch the registry is in: what is verified may be so by an older
 * one, and stays until the registry itself is met. */
static bool lock(struct session *x, struct err *err)
{
    struct wipe_counts c;
    char records[24], photos[24], left[24];
    if (x->courier)
        return err_set(err, ERR_DENIED, "hub.locked", peer_called(&x->peer), NULL);
    if (!wipe_verified(x->store, &c, err))
        return false;
    snprintf(records, sizeof records, "%lld", (long long)c.records);
    snprintf(photos, sizeof photos, "%lld", (long long)c.photos);
    snprintf(left, sizeof left, "%lld", (long long)c.left);
    return err_set(err, ERR_DENIED, "sync.locked", x->peer.name, records, photos, left,
                   NULL);
}

/* A hub that hands on who may write what, and takes nothing, goes by the register's word; ours
 * is newer. To scan its code again would not help. */
static void tell_unheard(const struct session *x, struct err *err)
{
    if (x->courier && text_equal(err->key, "sync.refused"))
        err_set(err, ERR_DENIED, "hub.not_heard", peer_called(&x->peer), NULL);
}

bool session_shut_out(struct session *x, struct err *err)
{
    struct err later = ERR_INIT;
    bool revoked = false;
    /* What a registry of an older epoch confirmed this one may not have: greeting tells. */
    if (!session_greet(x, &later) || !session_pull_rights(x, &later) ||
        !admission_is_revoked(x->store, x->store->origin, &revoked, &later))
        return false;
    if (!revoked) {
        tell_unheard(x, err);
        return false;
    }
    *err = (struct err)ERR_INIT;
    return lock(x, err);
}

bool session_still_admitted(struct session *x, struct err *err)
{
    bool revoked = false;
    return admission_is_revoked(x->store, x->store->origin, &revoked, err) &&
           (!revoked || lock(x, err));
}
