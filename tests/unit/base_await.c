/* Waiting does not depend on the clock that can be set. Here that clock is a day ahead of
 * what the kernel waits by, as it is when it is put back while somebody waits. */
#include "core/base/await.h"

#include "core/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): glibc's are reserved */
int clock_gettime(clockid_t clock, struct timespec *t)
{
    int code = (int)syscall(SYS_clock_gettime, clock, t);
    if (clock == CLOCK_REALTIME)
        t->tv_sec += 86400;
    return code;
}

static void a_wait_ends_although_the_clock_is_put_back(void **state)
{
    (void)state;
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
    alarm(30);
    pthread_mutex_lock(&lock);
    int64_t from = clock_mono_ms();
    while (!await_ms(&wake, &lock, 40))
        assert_true(clock_mono_ms() - from < 20000);
    assert_true(clock_mono_ms() - from >= 39);
    pthread_mutex_unlock(&lock);
    alarm(0);
}

struct other {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool said;
};

static void *say(void *data)
{
    struct other *o = data;
    pthread_mutex_lock(&o->lock);
    o->said = true;
    pthread_cond_signal(&o->wake);
    pthread_mutex_unlock(&o->lock);
    return NULL;
}

static void who_is_woken_is_told_so(void **state)
{
    (void)state;
    struct other o = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    pthread_t thread;
    pthread_mutex_lock(&o.lock);
    assert_int_equal(pthread_create(&thread, NULL, say, &o), 0);
    bool late = false;
    while (!o.said && !late)
        late = await_ms(&o.wake, &o.lock, 20000);
    pthread_mutex_unlock(&o.lock);
    pthread_join(thread, NULL);
    assert_false(late);
    assert_true(o.said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_ends_although_the_clock_is_put_back),
        cmocka_unit_test(who_is_woken_is_told_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
