/* A note that looks as if it said something about a person is found, and one that only
 * looks like numbers is not. */
#include "core/base/personal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *text, const char *kind, const char *what)
{
    struct personal found[PERSONAL_MOST];
    size_t n = personal_find(text, found);
    if (!kind) {
        assert_int_equal(n, 0);
        return;
    }
    if (n != 1 || strcmp(found[0].kind, kind) != 0 || found[0].len != strlen(what) ||
        strncmp(text + found[0].at, what, found[0].len) != 0)
        fail_msg("%s: %zu found", text, n);
}

static void civil_registration_numbers_are_found(void **state)
{
    (void)state;
    expect("Manden hedder 010203-1234, siger han", "cpr", "010203-1234");
    expect("3112991234", "cpr", "3112991234");
    expect("290200 0001", "cpr", "290200 0001");
    expect("(010150-0000)", "cpr", "010150-0000");
}

static void numbers_that_are_no_dates_are_not(void **state)
{
    (void)state;
    expect("320199-1234", NULL, NULL);
    expect("011399-1234", NULL, NULL);
    expect("290201-1234", NULL, NULL);
    expect("mast 0102031234567", NULL, NULL);
    expect("A010203-1234", NULL, NULL);
    expect("010203-123", NULL, NULL);
    expect("010203-12345", NULL, NULL);
    expect("tlf. 98 12 34 56", NULL, NULL);
}

static void number_plates_are_found(void **state)
{
    (void)state;
    expect("hvid bil AB 12 345 holder", "plate", "AB 12 345");
    expect("AB12345", "plate", "AB12345");
    expect("ab12345!", "plate", "ab12345");
    expect("ved porten: XY 12345", "plate", "XY 12345");
}

static void what_only_looks_like_a_plate_is_not(void **state)
{
    (void)state;
    expect("kl 19 300 m fremme", NULL, NULL);
    expect("mast 12 345", NULL, NULL);
    expect("CAB 12 345", NULL, NULL);
    expect("\xC3\x86" "AB 12 345", NULL, NULL);
    expect("AB 12 3456", NULL, NULL);
    expect("BEL01 og BEL02", NULL, NULL);
    expect("", NULL, NULL);
    expect(NULL, NULL, NULL);
}

static void more_than_one_is_told_in_order(void **state)
{
    (void)state;
    struct personal found[PERSONAL_MOST];
    assert_int_equal(personal_find("AB 12 345 og 010203-1234", found), 2);
    assert_string_equal(found[0].kind, "plate");
    assert_string_equal(found[1].kind, "cpr");
    assert_int_equal(personal_find("AB12345 AB12345 AB12345 AB12345 AB12345 AB12345 "
                                   "AB12345 AB12345 AB12345 AB12345",
                                   found),
                     PERSONAL_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(civil_registration_numbers_are_found),
        cmocka_unit_test(numbers_that_are_no_dates_are_not),
        cmocka_unit_test(number_plates_are_found),
        cmocka_unit_test(what_only_looks_like_a_plate_is_not),
        cmocka_unit_test(more_than_one_is_told_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
