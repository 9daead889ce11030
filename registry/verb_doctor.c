/* registry doctor [--rebuild]: reads everything again and says what is damaged or
 * missing. Exit 1 when anything is; what is only worth knowing changes nothing. */
#include "core/store/doctor.h"
#include "registry/verbs.h"
#include "sync/server/certificate.h"
#include "sync/server/jail.h"
#include "sync/small.h"

static const struct verb_option options[] = {{"rebuild", false, NULL}};

/* The certificate that `registry serve` was last started with. */
static bool check_tls(struct store *s, check_visit visit, void *data, struct err *err)
{
    struct arena a = ARENA_INIT;
    const char *path;
    bool ok = store_setting(s, &a, "tls.cert", "", &path, err) &&
              (!*path || certificate_check(path, false, visit, data, err));
    arena_release(&a);
    return ok;
}

static bool run_doctor(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    if (!verbs_open(&s, call, false, err) ||
        !verbs_close(&s,
                     doctor_run(call, &s,
                                (const doctor_more[]){small_check, check_tls, NULL},
                                err),
                     err))
        return false;
    jail_check(call);
    return true;
}

const struct verb doctor_verb = {
    "doctor", "registry.help_doctor", NULL, VERB_OPTIONS(options), 0, 0, run_doctor};
