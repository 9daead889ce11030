/* Of two receivers at one gpsd the one with a fix is followed, whatever the other says; of
 * two with a fix the clearly more exact one, and two alike take no turns. */
#include "walker/receivers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define USB "/dev/ttyACM0"
#define HAT "/dev/serial0"

static struct receivers all;

static bool fix(const char *device, int64_t accuracy_mm, int64_t now_ms)
{
    return receivers_follow(&all, device, true, &accuracy_mm, now_ms);
}

static bool no_fix(const char *device, int64_t now_ms)
{
    int64_t accuracy_mm = -1;
    return receivers_follow(&all, device, false, &accuracy_mm, now_ms);
}

static int begin(void **state)
{
    (void)state;
    all = (struct receivers){0};
    return 0;
}

static void one_without_a_fix_takes_nothing_from_one_with_it(void **state)
{
    (void)state;
    assert_true(no_fix(HAT, 1000)); /* there is no other yet */
    assert_true(fix(USB, 4000, 1100));
    for (int64_t now = 2000; now < 20000; now += 1000) {
        assert_false(no_fix(HAT, now));
        assert_true(fix(USB, 4000, now + 30));
    }
    assert_false(no_fix(HAT, 24029));
    assert_true(
        no_fix(HAT, 24031)); /* silent for five seconds, as when it was pulled out */
}

static void one_that_loses_its_fix_gives_way_to_the_other(void **state)
{
    (void)state;
    assert_true(fix(USB, 4000, 1000));
    assert_false(fix(HAT, 5000, 1100));
    assert_false(
        no_fix(USB, 2000)); /* the position there is holds until the other speaks */
    assert_true(fix(HAT, 5000, 2100));
    assert_false(no_fix(USB, 3000));
    assert_true(no_fix(HAT, 3100)); /* now neither has one */
    assert_true(fix(USB, 9000, 4000));
}

static void two_alike_take_no_turns(void **state)
{
    (void)state;
    assert_true(fix(USB, 6000, 1000));
    for (int64_t now = 1000; now < 60000; now += 1000) {
        assert_false(fix(HAT, 4001 + now % 3000, now + 50));
        assert_true(fix(USB, 6000, now + 900));
    }
    assert_true(fix(HAT, 4000, 60050)); /* by a third */
    assert_false(fix(USB, 3000, 60900));
    assert_true(fix(HAT, -1, 61050)); /* says no more how exact it is */
    assert_false(fix(USB, -1, 61900));
    assert_true(fix(USB, 3000, 62900));
}

static void its_own_word_counts_for_it_alone(void **state)
{
    (void)state;
    int64_t usb = 19000, hat = 25000;
    receivers_own(&all, USB, 3000, 1000);
    assert_true(receivers_follow(&all, USB, true, &usb, 1100));
    assert_int_equal(usb, 3000);
    assert_false(receivers_follow(&all, HAT, true, &hat, 1200));
    assert_int_equal(hat, 25000);
    usb = 19000;
    assert_true(receivers_follow(&all, USB, true, &usb, 4100)); /* too old a word */
    assert_int_equal(usb, 19000);
}

static void a_device_without_a_name_is_one_and_many_are_no_harm(void **state)
{
    (void)state;
    assert_true(fix("", 4000, 1000));
    assert_true(no_fix("", 2000));
    assert_true(fix("", 4000, 3000));
    char name[] = "/dev/ttyUSB0";
    for (int64_t i = 0; i < 20; i++) {
        name[11] = (char)('0' + i % 10);
        assert_false(no_fix(name, 3010 + i));
    }
    assert_true(fix("", 4000, 4000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_without_a_fix_takes_nothing_from_one_with_it, begin),
        cmocka_unit_test_setup(one_that_loses_its_fix_gives_way_to_the_other, begin),
        cmocka_unit_test_setup(two_alike_take_no_turns, begin),
        cmocka_unit_test_setup(its_own_word_counts_for_it_alone, begin),
        cmocka_unit_test_setup(a_device_without_a_name_is_one_and_many_are_no_harm,
                               begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
