/* watch: `walker sync --watch`. */
#include "sync/client/session.h"

#include "core/base/log.h"
#include "core/base/sign.h"
#include "sync/client/backoff.h"
#include "sync/client/wake.h"

#include <stdio.h>

/* Trying again does not help against these; a person must do something first. */
static bool is_final(const struct err *e)
{
    return e->code == ERR_UNAUTHENTICATED || e->code == ERR_DENIED ||
           e->code == ERR_INPUT || e->code == ERR_DAMAGED || e->code == ERR_VERSION;
}

static bool watch(struct verb_call *call, struct store *s, struct wake *w,
                  struct err *err)
{
    unsigned failures = 0;
    enum wake_why why = WAKE_TIME;
    while (why != WAKE_END) {
        struct err failure = ERR_INIT;
        int64_t retry_after_s = -1;
        uint32_t random;
        if (!wake_look(w, s, err))
            return false;
        bool ok = round_run(call, s, &retry_after_s, &failure);
        fflush(stdout);
        failures = ok ? 0 : failures + 1;
        if (!ok && is_final(&failure)) {
            *err = failure;
            return false;
        }
        if (!ok)
            verb_complain(call, &failure);
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
