/* Times as RFC 3339 text, leap days, zones, and the two nights a year when the clocks of
 * Denmark are moved. Expected milliseconds come from Python's datetime. */
#include "core/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *text;
    int64_t ms;
    const char *again; /* NULL: the same */
} times[] = {
    {"1970-01-01T00:00:00Z", 0, NULL},
    {"1969-12-31T00:00:00Z", -86400000, NULL},
    {"1969-12-31T23:59:59.999Z", -1, NULL},
    {"1600-02-29T00:00:00Z", -INT64_C(11670998400000), NULL},
    {"2000-02-29T00:00:00Z", INT64_C(951782400000), NULL},
    {"2024-02-29T00:00:00Z", INT64_C(1709164800000), NULL},
    {"2100-03-01T00:00:00Z", INT64_C(4107542400000), NULL},
    {"9999-12-31T00:00:00Z", INT64_C(253402214400000), NULL},
    {"2026-03-29T01:00:00Z", INT64_C(1774746000000), NULL},
    {"2026-03-29T02:00:00+01:00", INT64_C(1774746000000), "2026-03-29T01:00:00Z"},
    {"2026-03-28T20:30:00-04:30", INT64_C(1774746000000), "2026-03-29T01:00:00Z"},
    {"2026-03-29t01:00:00z", INT64_C(1774746000000), "2026-03-29T01:00:00Z"},
    {"2026-03-29 01:00:00.5Z", INT64_C(1774746000500), "2026-03-29T01:00:00.500Z"},
    {"2026-03-29T01:00:00.1239Z", INT64_C(1774746000123), "2026-03-29T01:00:00.123Z"},
    {"2026-03-29T00:59:60Z", INT64_C(1774745999999), "2026-03-29T00:59:59.999Z"},
};

static void times_are_read_and_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        int64_t ms = 77;
        char text[32];
        if (!clock_parse(times[i].text, &ms) || ms != times[i].ms)
            fail_msg("%s gives %lld", times[i].text, (long long)ms);
        clock_format(ms, text);
        assert_string_equal(text, times[i].again ? times[i].again : times[i].text);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-02-29T00:00:00Z",
                                      "2100-02-29T00:00:00Z",
                                      "2026-04-31T00:00:00Z",
                                      "2026-13-01T00:00:00Z",
                                      "2026-00-10T00:00:00Z",
                                      "2026-01-00T00:00:00Z",
                                      "0000-01-01T00:00:00Z",
                                      "2026-01-01T24:00:00Z",
                                      "2026-01-01T00:60:00Z",
                                      "2026-01-01T00:00:61Z",
                                      "2026-01-01T00:00:00",
                                      "2026-01-01T00:00:00+1:00",
                                      "2026-01-01T00:00:00+24:00",
                                      "2026-01-01T00:00:00+01:60",
                                      "2026-01-01T00:00:00.Z",
                                      "2026-01-01T00:00:00Zx",
                                      "2026-1-01T00:00:00Z",
                                      " 2026-01-01T00:00:00Z",
                                      "2026-01-01T00:00:00 Z",
                                      "26-01-01T00:00:00Z",
                                      "2026-01-01",
                                      "-026-01-01T00:00:00Z"};
    int64_t ms = 77;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (clock_parse(bad[i], &ms))
            fail_msg("%s was taken as %lld", bad[i], (long long)ms);
    assert_true(ms == 77);
}

static void days_follow_one_another_for_four_hundred_years(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day = clock_days(1800, 1, 1);
    for (int y = 1800; y <= 2200; y++)
        for (int m = 1; m <= 12; m++) {
            bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
            int length = lengths[m - 1] + (m == 2 && leap);
            assert_false(clock_date_exists(y, m, length + 1));
            for (int d = 1; d <= length; d++, day++) {
                assert_true(clock_date_exists(y, m, d));
                assert_true(clock_days(y, m, d) == day);
            }
        }
    assert_true(clock_days(1970, 1, 1) == 0);
}

static const struct {
    const char *utc;
    int y, mo, d, h, mi;
} nights[] = {
    {"2026-03-29T00:59:59Z", 2026, 3, 29, 1, 59},  /* the last winter minute       */
    {"2026-03-29T01:00:00Z", 2026, 3, 29, 3, 0},   /* 2 o'clock does not exist     */
    {"2026-10-25T00:30:00Z", 2026, 10, 25, 2, 30}, /* half past two, the first     */
    {"2026-10-25T00:59:59Z", 2026, 10, 25, 2, 59},
    {"2026-10-25T01:00:00Z", 2026, 10, 25, 2, 0}, /* and again                    */
    {"2026-10-25T01:30:00Z", 2026, 10, 25, 2, 30},
    {"2027-03-28T01:00:00Z", 2027, 3, 28, 3, 0},
    {"2024-03-31T00:59:00Z", 2024, 3, 31, 1, 59}, /* the Sunday is the 31st       */
    {"2024-03-31T01:00:00Z", 2024, 3, 31, 3, 0},
    {"2026-11-19T14:52:00Z", 2026, 11, 19, 15, 52},
    {"2026-07-01T22:30:00Z", 2026, 7, 2, 0, 30},
    {"2026-12-31T23:30:00Z", 2027, 1, 1, 0, 30},
    {"1970-01-01T00:00:00Z", 1970, 1, 1, 1, 0},
};

static void denmark_moves_its_clocks_at_one_utc(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof nights / sizeof *nights; i++) {
        int64_t ms;
        int y, mo, d, h, mi;
        assert_true(clock_parse(nights[i].utc, &ms));
        clock_local(ms, &y, &mo, &d, &h, &mi);
        if (y != nights[i].y || mo != nights[i].mo || d != nights[i].d ||
            h != nights[i].h || mi != nights[i].mi)
            fail_msg("%s is %d-%d-%d %d:%d", nights[i].utc, y, mo, d, h, mi);
    }
}

static void people_read_the_local_minute(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof nights / sizeof *nights; i++) {
        int64_t ms;
        char text[32], wanted[64];
        assert_true(clock_parse(nights[i].utc, &ms));
        clock_minute(ms, text);
        snprintf(wanted, sizeof wanted, "%04d-%02d-%02d %02d:%02d", nights[i].y,
                 nights[i].mo, nights[i].d, nights[i].h, nights[i].mi);
        assert_string_equal(text, wanted);
    }
    char text[32];
    clock_minute(CLOCK_NONE, text);
    assert_string_equal(text, "-");
}

static void extremes_stay_inside_the_buffer(void **state)
{
    (void)state;
    static const int64_t ends[] = {INT64_MIN, INT64_MAX, -INT64_C(62135596800001),
                                   INT64_C(253402300800000), INT64_C(1) << 52};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char text[33];
        memset(text, '#', sizeof text);
        clock_format(ends[i], text);
        assert_true(memchr(text, '\0', 32) != NULL);
        assert_true(text[32] == '#');
        if (ends[i] == INT64_MAX) /* local time lies beyond what can be counted */
            continue;
        clock_minute(ends[i], text);
        assert_true(memchr(text, '\0', 32) != NULL);
        assert_true(text[32] == '#');
    }
}

static void now_is_now_and_only_goes_forward(void **state)
{
    (void)state;
    struct clock_reading a = clock_now(), b = clock_now();
    int64_t built;
    assert_true(clock_parse("2026-01-01T00:00:00Z", &built));
    assert_true(b.mono_ms >= a.mono_ms && a.mono_ms > 0);
    assert_true(strcmp(a.trust, "ntp") == 0 || strcmp(a.trust, "set") == 0 ||
                strcmp(a.trust, "unknown") == 0);
    if (a.utc_ms < built)
        assert_string_equal(a.trust, "unknown");
    const char *boot = clock_boot_id();
    assert_true(strlen(boot) == 36 || strlen(boot) == 0);
    assert_string_equal(boot, clock_boot_id());
}

/* One era is 1,024 weeks, 19.6 years. */
static void a_receiver_whose_weeks_began_anew_is_not_believed(void **state)
{
    const int64_t day = 86400000, era = 1024 * 7 * day;
    const int64_t now = clock_utc_ms();
    (void)state;
    assert_true(clock_gnss_fits(now, now));
    assert_true(clock_gnss_fits(now + 3600000, now));
    assert_true(clock_gnss_fits(now - 700 * day, now)); /* a recording */
    assert_false(clock_gnss_fits(now - era, now));
    assert_false(clock_gnss_fits(now - era + 2 * day, now));
    assert_false(clock_gnss_fits(now - 2 * era - 2 * day, now));
    assert_true(clock_gnss_fits(now - era, 86400000)); /* nobody knows better */
    assert_true(clock_gnss_fits(now, 86400000));
    assert_false(clock_gnss_fits(now + era, now));
    assert_false(clock_gnss_fits(INT64_C(253402300799000), 86400000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_and_written),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(days_follow_one_another_for_four_hundred_years),
        cmocka_unit_test(denmark_moves_its_clocks_at_one_utc),
        cmocka_unit_test(people_read_the_local_minute),
        cmocka_unit_test(extremes_stay_inside_the_buffer),
        cmocka_unit_test(now_is_now_and_only_goes_forward),
        cmocka_unit_test(a_receiver_whose_weeks_began_anew_is_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
