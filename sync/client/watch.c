/* watch: `walker sync --watch`. */
#include "sync/client/session.h"

#include "core/base/log.h"
#include "core/base/sign.h"
#include "core/base/text.h"
#include "sync/client/backoff.h"
#include "sync/client/wake.h"

#include <stdio.h>
#include <string.h>

/* A photo or a record of ours that a disk has spoilt; all else came home. */
static bool is_spoilt(const struct err *e)
{
    return e->code == ERR_CHECKSUM ||
           (e->code == ERR_DAMAGED && (text_starts(e->key, "photo.") ||
                                       text_equal(e->key, "sync.record_spoilt")));
}

/* Trying again does not help against these; a person must do something first. */
static bool is_final(const struct err *e)
{
    return e->code == ERR_UNAUTHENTICATED || e->code == ERR_DENIED ||
           e->code == ERR_INPUT || e->code == ERR_VERSION ||
           (e->code == ERR_DAMAGED && !is_spoilt(e));
}

/* What is spoilt stays so: it is said once, not at each round. */
static void complain(struct verb_call *call, const struct err *e, struct err *said)
{
    if (is_spoilt(e) && text_equal(e->key, said->key) &&
        strcmp(e->arg[0], said->arg[0]) == 0)
        return;
    if (is_spoilt(e))
        *said = *e;
    verb_complain(call, e);
}

static bool watch(struct verb_call *call, struct store *s, struct wake *w,
                  struct err *err)
{
    unsigned failures = 0;
    enum wake_why why = WAKE_TIME;
    struct err said = ERR_INIT;
    while (why != WAKE_END) {
        struct err failure = ERR_INIT;
        int64_t retry_after_s = -1;
        uint32_t random;
        if (!wake_look(w, s, err))
            return false;
        bool may_pass = false;
        bool ok = round_run(call, s, &retry_after_s, &may_pass, &failure);
        fflush(stdout);
        failures = ok ? 0 : failures + 1;
        if (!ok && !may_pass && is_final(&failure)) {
            *err = failure;
            return false;
        }
        if (!ok)
            complain(call, &failure, &said);
        sign_random(&random, sizeof random);
        int64_t wait = ok ? BACKOFF_MOST_MS : backoff_ms(failures, random, retry_after_s);
        if (!wake_wait(w, s, wait, &why, err))
            return false;
        if (why == WAKE_NETWORK)
            failures = 0;
    }
    return true;
}

bool session_watch(struct verb_call *call, struct store *s, struct err *err)
{
    struct wake w;
    wake_open(&w);
    bool ok = watch(call, s, &w, err);
    wake_close(&w);
    return ok;
}
