/* walker doctor [--rebuild]: is everything on this device whole? */
#include "walker/app.h"

#include "core/store/doctor.h"
#include "sync/server/certificate.h"
#include "sync/server/jail.h"
#include "sync/small.h"

static const struct verb_option options[] = {{"rebuild", false, NULL}};

/* Those of a hub. */
static bool check_tls(struct store *s, check_visit visit, void *data, struct err *err)
{
    char server[1200], ca[1200];
    store_path(s, "tls/server.pem", server, sizeof server);
    store_path(s, "tls/ca.pem", ca, sizeof ca);
    return certificate_check(server, true, visit, data, err) &&
           certificate_check(ca, true, visit, data, err);
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok =
        doctor_run(call, &s, (const doctor_more[]){small_check, check_tls, NULL}, err);
    store_close(&s);
    if (ok)
        jail_check(call);
    return ok;
}

const struct verb doctor_verb = {"doctor", "walker.help.doctor", NULL, options,
                                 1,        0,                    0,    run};
