/* registry doctor [--rebuild]: reads everything again and says what is damaged or
 * missing. Exit 1 when anything is; what is only worth knowing changes nothing. */
#include "core/store/doctor.h"
#include "registry/verbs.h"

static const struct verb_option options[] = {{"rebuild", false, NULL}};

static bool run_doctor(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    if (!verbs_open(&s, call, false, err))
        return false;
    return verbs_close(&s, doctor_run(call, &s, err), err);
}

const struct verb doctor_verb = {
    "doctor", "registry.help_doctor", NULL, VERB_OPTIONS(options), 0, 0, run_doctor};
