/* certificate: see the header. */
#include "sync/server/certificate.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/web/cert.h"

#include <stdio.h>

bool certificate_check(const char *path, bool may_be_absent, check_visit visit, void *data,
                       struct err *err)
{
    struct check_finding f = {.kind = "certificate", .name = path, .err = ERR_INIT};
    int64_t ends = 0;
    char day[32];
    if (may_be_absent && !file_exists(path))
        return true;
    f.damage = true;
    if (cert_ends(path, &ends, &f.err)) {
        f.damage = ends < clock_utc_ms();
        clock_format(ends, day);
        day[10] = '\0'; /* the date alone */
        err_set(&f.err, f.damage ? ERR_DAMAGED : ERR_NONE,
                f.damage ? "cert.over" : "cert.good", path, day, NULL);
    }
    return visit(&f, data, err);
}
