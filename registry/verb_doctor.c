/* registry doctor [--rebuild]: reads everything again and says what is damaged or
 * missing. Exit 1 when anything is; what is only worth knowing changes nothing. */
#include "core/picture/picture.h"
#include "core/store/doctor.h"
#include "registry/verbs.h"
#include "sync/server/certificate.h"
#include "sync/small.h"

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

static bool check_more(struct store *s, check_visit visit, void *data, struct err *err)
{
    return small_check(s, visit, data, err) && check_tls(s, visit, data, err);
}

static bool run_doctor(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    if (!verbs_open(&s, call, false, err) ||
        !verbs_close(&s, doctor_run(call, &s, check_more, err), err))
        return false;
    check_picture(call);
    return true;
}

const struct verb doctor_verb = {
    "doctor", "registry.help_doctor", NULL, VERB_OPTIONS(options), 0, 0, run_doctor};
