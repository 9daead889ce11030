/* locked: a device that was shut out. A status code alone changes nothing here: records
 * do, and they are signed. */
#include "sync/client/session.h"

#include "core/base/text.h"
#include "core/store/admission.h"
#include "core/store/feed.h"
#include "core/store/own.h"
#include "core/store/wipe.h"

#include <stdio.h>
#include <string.h>

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

/* ---- a hub that has not heard ---------------------------------------------------- */

static bool is_refusal(const struct session *x, const struct err *err)
{
    return x->courier && err->code == ERR_DENIED &&
           text_equal(err->key, "sync.refused");
}

static bool add_admission(const struct record *r, int64_t arrival, void *data,
                          struct err *err)
{
    struct buf *lines = data;
    (void)arrival, (void)err;
    if (strcmp(r->kind, "origin.admit") == 0) {
        record_line(r, lines);
        buf_char(lines, '\n');
    }
    return true;
}

/* Of the origin we write by, and of those before: the hub may know us by an older one. */
static bool own_admissions(struct session *x, struct buf *lines, struct err *err)
{
    struct own *owns;
    char subject[RECORD_ORIGIN_HEX];
    size_t n = 0;
    bool ok = own_list(x->store, x->arena, &owns, &n, err);
    for (size_t i = 0; ok && i < n; i++) {
        text_hex(owns[i].origin, RECORD_ORIGIN, subject);
        ok = feed_subject(x->store, subject, add_admission, lines, err);
    }
    return ok;
}

/* *ret: it is content. One of before knows no such door, and hears it from the register. */
static bool tell_admissions(struct session *x, const struct buf *lines, bool *ret,
                            struct err *err)
{
    cJSON *answer = NULL;
    const struct remote_call call = {.method = "POST",
                                     .path = "/api/v1/rights",
                                     .type = "application/x-ndjson",
                                     .body = lines->data,
                                     .body_len = lines->len,
                                     .body_fd = -1};
    if (!remote_json(x->remote, &call, &x->answer, &answer, err))
        return false;
    *ret = json_true(answer, "admitted");
    json_free(answer);
    return true;
}

bool session_let_in(struct session *x, const struct err *refusal)
{
    struct err later = ERR_INIT;
    struct buf lines = BUF_INIT;
    bool revoked = false, ret = false;
    if (is_refusal(x, refusal) &&
        admission_is_revoked(x->store, x->store->origin, &revoked, &later) &&
        !revoked && own_admissions(x, &lines, &later) && lines.len > 0)
        tell_admissions(x, &lines, &ret, &later);
    buf_release(&lines);
    return ret;
}

/* A hub that hands on who may write what, and takes nothing, goes by the register's word; ours
 * is newer. To scan its code again would not help. */
static void tell_unheard(const struct session *x, struct err *err)
{
    if (is_refusal(x, err))
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
