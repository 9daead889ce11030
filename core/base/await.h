/* await: waiting for a condition, but not for ever. By a clock that only goes forward: a
 * device whose clock jumps back a year (a flat battery, satellites that know better) must
 * not wait a year. banned.h keeps pthread_cond_timedwait, which waits by the other one, out.
 */
#ifndef LYGTE_BASE_AWAIT_H
#define LYGTE_BASE_AWAIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* The lock is held before and after. True: so many milliseconds have passed. False: woken,
 * or for no reason, as condition variables may: look again at what was waited for. */
bool await_ms(pthread_cond_t *wake, pthread_mutex_t *lock, int64_t ms);

#endif
