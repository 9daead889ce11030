/* jail: the seccomp filter, and the proof that it holds. See the header. The list is
 * what glibc's malloc, read and write need after start-up, nothing for convenience. */
#include "core/picture/jail.h"

#include "core/picture/report.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const int allowed[] = {
    SCMP_SYS(read),        SCMP_SYS(pread64),         SCMP_SYS(write),
    SCMP_SYS(lseek),       SCMP_SYS(_llseek),         SCMP_SYS(fstat),
    SCMP_SYS(fstat64),     SCMP_SYS(newfstatat),      SCMP_SYS(brk),
    SCMP_SYS(munmap),      SCMP_SYS(mremap),          SCMP_SYS(madvise),
    SCMP_SYS(futex),       SCMP_SYS(rt_sigreturn),    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(getrandom),   SCMP_SYS(clock_gettime),   SCMP_SYS(exit),
    SCMP_SYS(exit_group),  SCMP_SYS(restart_syscall),
#if PICTURE_ASAN
    SCMP_SYS(sigaltstack), SCMP_SYS(sched_yield),     SCMP_SYS(gettid),
    SCMP_SYS(getpid),      SCMP_SYS(rt_sigaction),
#endif
};

/* Memory may be mapped, never executed. */
static bool allow_plain_memory(scmp_filter_ctx filter)
{
    static const int calls[] = {SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(mprotect)};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 1,
                                  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
        if (rc != 0)
            return false;
    }
    return true;
}

bool jail_close(void)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return false;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return false;
    bool ok = allow_plain_memory(filter);
    for (size_t i = 0; ok && i < sizeof allowed / sizeof allowed[0]; i++)
        ok = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    ok = ok && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return ok;
}

bool jail_holds(void)
{
    if (!PICTURE_ASAN) {
        /* volatile: a compiler may leave out an allocation nobody looks at */
        void *volatile much = malloc((size_t)LIMIT_MEMORY_MIB << 20);
        bool given = much != NULL;
        free(much);
        if (given)
            return false;
    }
    if (open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0 || errno != EPERM)
        return false;
    if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || errno != EPERM)
        return false;
    void *code =
        mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return code == MAP_FAILED && errno == EPERM;
}
