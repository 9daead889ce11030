/* registry doctor [--rebuild]: reads everything again and says what is damaged or
 * missing. Exit 1 when anything is; what is only worth knowing changes nothing. */
#include "core/picture/picture.h"
#include "core/store/doctor.h"
#include "registry/verbs.h"

static const struct verb_option options[] = {{"rebuild", false, NULL}};

/* Can photos be looked into here, and inside their jail? */
static void check_picture(struct verb_call *call)
{
    struct err err = ERR_INIT;
    bool jailed;
    if (picture_check(&jailed, &err))
        return;
    verb_complain(call, &err);
    call->partly = true;
}

static bool run_doctor(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    if (!verbs_open(&s, call, false, err) ||
        !verbs_close(&s, doctor_run(call, &s, err), err))
        return false;
    check_picture(call);
    return true;
}

const struct verb doctor_verb = {
    "doctor", "registry.help_doctor", NULL, VERB_OPTIONS(options), 0, 0, run_doctor};
