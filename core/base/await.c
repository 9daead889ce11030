/* await: see the header. */
#include "core/base/await.h"

#include <errno.h>
#include <time.h>

bool await_ms(pthread_cond_t *wake, pthread_mutex_t *lock, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    return pthread_cond_clockwait(wake, lock, CLOCK_MONOTONIC, &until) == ETIMEDOUT;
}
