/* limits: how much lygte-picture may use of the machine, whatever the photo says.
 * Set by the program itself as its first deed, hard and soft alike, so it cannot take
 * them back. Says nothing about what it may do: that is jail.c. */
#include "core/picture/jail.h"

#include "core/picture/report.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static bool limit(__rlimit_resource_t what, rlim_t most)
{
    struct rlimit r;
    if (getrlimit(what, &r) != 0)
        return false;
    if (r.rlim_max != RLIM_INFINITY && r.rlim_max < most)
        most = r.rlim_max; /* somebody was stricter */
    r = (struct rlimit){most, most};
    return setrlimit(what, &r) == 0;
}

bool limits_set(bool whole)
{
    /* The caller may be killed; then this work is for nobody. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return false;
    if (!PICTURE_ASAN && !limit(RLIMIT_AS, (rlim_t)LIMIT_MEMORY_MIB << 20))
        return false;
    rlim_t seconds = whole ? LIMIT_WHOLE_CPU_S : LIMIT_CPU_S;
    return limit(RLIMIT_CPU, seconds * (PICTURE_ASAN ? 4 : 1)) &&
           limit(RLIMIT_FSIZE, whole ? LIMIT_WHOLE_BYTES : LIMIT_FILE_BYTES) &&
           limit(RLIMIT_NOFILE, PICTURE_FD_END) && limit(RLIMIT_CORE, 0);
}
