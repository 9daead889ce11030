/* walker doctor [--rebuild]: is everything on this device whole? */
#include "walker/app.h"

#include "core/picture/picture.h"
#include "core/store/doctor.h"

static const struct verb_option options[] = {{"rebuild", false, NULL}};

/* Can photos be looked into here, and inside their jail? */
static void check_picture(struct verb_call *call)
{
    struct err err = ERR_INIT;
    bool jailed = true;
    if (picture_check(&jailed, &err))
        return;
    verb_complain(call, &err);
    call->partly = true;
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = doctor_run(call, &s, err);
    store_close(&s);
    if (ok)
        check_picture(call);
    return ok;
}

const struct verb doctor_verb = {"doctor", "walker.help.doctor", NULL, options,
                                 1,        0,                    0,    run};
