/* backoff: the wait between two tries grows, is spread, and keeps what the registry asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sync/client/backoff.h"

static void the_wait_doubles_up_to_five_minutes(void **state)
{
    (void)state;
    int64_t whole = BACKOFF_FIRST_MS;
    for (unsigned tries = 1; tries < 40; tries++) {
        int64_t least = backoff_ms(tries, 0, -1);
        assert_int_equal(least, whole / 2);
        whole = whole * 2 > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : whole * 2;
    }
    assert_int_equal(backoff_ms(4000000000u, 0, -1), BACKOFF_MOST_MS / 2);
}

static void two_tablets_do_not_come_back_together(void **state)
{
    (void)state;
    assert_int_not_equal(backoff_ms(3, 1, -1), backoff_ms(3, 2000, -1));
    for (uint32_t r = 0; r < 100000; r += 7) {
        int64_t wait = backoff_ms(2, r * 48271u, -1);
        assert_true(wait >= BACKOFF_FIRST_MS && wait <= 2 * BACKOFF_FIRST_MS);
    }
}

static void retry_after_is_kept_but_not_for_ever(void **state)
{
    (void)state;
    assert_int_equal(backoff_ms(1, 0, 60), 60000);
    assert_int_equal(backoff_ms(30, 0, 1), BACKOFF_MOST_MS / 2);
    assert_int_equal(backoff_ms(1, 0, 1000000), 3600000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wait_doubles_up_to_five_minutes),
        cmocka_unit_test(two_tablets_do_not_come_back_together),
        cmocka_unit_test(retry_after_is_kept_but_not_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
