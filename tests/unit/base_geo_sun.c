/* Places, distances and the sun. The elevations come from NOAA's solar calculator
 * spreadsheet (equation of time and hour angle), computed apart in Python; sun.c goes by
 * right ascension and sidereal time, so the two share only the sun's longitude. */
#include "core/base/geo.h"
#include "core/base/sun.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LAT = 570480000, LON = 99187000 }; /* Aalborg */

static const struct {
    int64_t ms, lat, lon;
    int elevation_c;
} suns[] = {
    {INT64_C(1795089600000), LAT, LON, 1258},                /* 2026-11-19 12:00 UTC */
    {INT64_C(1795099920000), LAT, LON, 9},                   /* 2026-11-19 14:52 */
    {INT64_C(1795104000000), LAT, LON, -782},                /* 2026-11-19 16:00 */
    {INT64_C(1795113000000), LAT, LON, -2774},               /* 2026-11-19 18:30 */
    {INT64_C(1782040800000), LAT, LON, 5639},                /* 2026-06-21 11:20 */
    {INT64_C(1782084000000), LAT, LON, -951},                /* 2026-06-21 23:20 */
    {INT64_C(1797852000000), LAT, LON, 951},                 /* 2026-12-21 11:20 */
    {INT64_C(1773984600000), LAT, LON, 17},                  /* 2026-03-20 05:30 */
    {INT64_C(946728000000), LAT, LON, 955},                  /* 2000-01-01 12:00 */
    {INT64_C(1709193600000), LAT, LON, 1212},                /* 2024-02-29 08:00 */
    {INT64_C(934368000000), LAT, LON, 4740},                 /* 1999-08-11 10:40 */
    {INT64_C(2074907700000), LAT, LON, -1816},               /* 2035-10-02 03:15 */
    {INT64_C(1797854400000), -338700000, 1512100000, -2668}, /* Sydney */
    {INT64_C(1782043200000), 0, -785000000, 1012},           /* Quito  */
    {INT64_C(1773964800000), 641800000, -517200000, -1520},  /* Nuuk   */
    {INT64_C(1797854400000), 782200000, 156500000, -1209},   /* Longyearbyen, noon */
};

static void the_sun_stands_where_noaa_puts_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof suns / sizeof *suns; i++) {
        int got = sun_elevation_c(suns[i].ms, suns[i].lat, suns[i].lon);
        if (abs(got - suns[i].elevation_c) > 10)
            fail_msg("row %zu: %d, not %d", i, got, suns[i].elevation_c);
    }
}

/* The first minute of the hours after noon UTC on 2026-11-19 with another light. */
static int minutes_until_not(const char *light)
{
    int minute = 0;
    while (strcmp(sun_light(INT64_C(1795089600000) + minute * 60000, LAT, LON),
                  light) == 0)
        minute++;
    return minute;
}

static void an_evening_goes_from_daylight_through_dusk_to_dark(void **state)
{
    (void)state;
    static const int64_t noon = INT64_C(1795089600000);
    int sunset = minutes_until_not("daylight");
    assert_in_range(sunset, 178,
                    184); /* -0.833 degrees at 15:01 UTC, 16:01 in Aalborg */
    int minute = sunset;
    while (strcmp(sun_light(noon + minute * 60000, LAT, LON), "dusk") == 0)
        minute++;
    assert_in_range(minute - sunset, 38, 48); /* civil twilight */
    for (; minute < 12 * 60; minute++)
        assert_string_equal(sun_light(noon + minute * 60000, LAT, LON), "dark");
}

static void places_are_read_or_the_fault_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *key;
        int64_t lat, lon, acc;
    } rows[] = {
        {"57.0481,9.9217", NULL, 570481000, 99217000, -1},
        {"57.0481,9.9217,4.5", NULL, 570481000, 99217000, 4500},
        {"-33.87,151.21,0.001", NULL, -338700000, 1512100000, 1},
        {"90,180", NULL, 900000000, 1800000000, -1},
        {"0,9", NULL, 0, 90000000, -1},
        {"0,0", "geo.zero", 0, 0, 0},
        {"0.00000001,-0.00000001", "geo.zero", 0, 0, 0},
        {"90.0000001,9", "geo.outside_world", 0, 0, 0},
        {"57,180.0000001", "geo.outside_world", 0, 0, 0},
        {"57,0481,9,9217", "geo.not_coordinates", 0, 0, 0},
        {"57.0481", "geo.not_coordinates", 0, 0, 0},
        {"57.0481,", "geo.not_coordinates", 0, 0, 0},
        {"", "geo.not_coordinates", 0, 0, 0},
        {"57,9,-1", "geo.not_coordinates", 0, 0, 0},
        {"57,9,", "geo.not_coordinates", 0, 0, 0},
        {"57 9", "geo.not_coordinates", 0, 0, 0},
        {"N57,E9", "geo.not_coordinates", 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = ERR_INIT;
        struct geo_point p = GEO_NOWHERE;
        if (geo_parse(rows[i].text, &p, &err) != (rows[i].key == NULL))
            fail_msg("%s: %s", rows[i].text, err.key ? err.key : "taken");
        if (rows[i].key) {
            assert_string_equal(err.key, rows[i].key);
            assert_false(geo_known(p));
            continue;
        }
        assert_true(p.lat_e7 == rows[i].lat && p.lon_e7 == rows[i].lon);
        assert_true(p.accuracy_mm == rows[i].acc);
    }
}

static void distances_are_those_of_the_sphere(void **state)
{
    (void)state;
    double copenhagen = geo_metres(LAT, LON, 556761000, 125683000);
    assert_true(fabs(copenhagen - 223368.407) < 0.5);
    assert_true(fabs(geo_metres(LAT, LON, LAT + 1, LON) - 0.01112) < 0.0001);
    assert_true(fabs(geo_metres(0, 1799000000, 0, -1799000000) - 22239.016) < 0.5);
    assert_true(geo_metres(LAT, LON, LAT, LON) == 0);
    assert_true(geo_metres(900000000, 0, -900000000, 0) > 20015000);
}

static void inside_counts_rings_and_holes(void **state)
{
    (void)state;
    static const int64_t shape[] = {
        0,   0,   0,   100, 100, 100, 100, 0,  0,  0,  /* outer */
        40,  40,  40,  60,  60,  60,  60,  40, 40, 40, /* hole  */
        200, 200, 200, 300, 300, 200, 200, 200};       /* apart */
    static const size_t ends[] = {5, 10, 14};
    assert_true(geo_inside(shape, ends, 3, 10, 10));
    assert_false(geo_inside(shape, ends, 3, 50, 50));
    assert_true(geo_inside(shape, ends, 3, 220, 220));
    assert_false(geo_inside(shape, ends, 3, 290, 290));
    assert_false(geo_inside(shape, ends, 3, 150, 150));
    assert_false(geo_inside(shape, ends, 0, 10, 10));
    static const size_t empty_first[] = {0, 5};
    assert_true(geo_inside(shape, empty_first, 2, 10, 10));
    /* Squares that share an edge: a point on it is in exactly one of them. */
    static const int64_t left[] = {0, 0, 0, 10, 10, 10, 10, 0, 0, 0};
    static const int64_t right[] = {0, 10, 0, 20, 10, 20, 10, 10, 0, 10};
    static const size_t end[] = {5};
    for (int64_t lat = 1; lat < 10; lat++)
        assert_true(geo_inside(left, end, 1, lat, 10) !=
                    geo_inside(right, end, 1, lat, 10));
}

static void zero_zero_is_how_devices_say_no_fix(void **state)
{
    (void)state;
    assert_false(geo_is_place(0, 0));
    assert_true(geo_is_place(0, 1) && geo_is_place(900000000, -1800000000));
    assert_false(geo_is_place(900000001, 0) || geo_is_place(0, 1800000001));
    assert_false(geo_is_place(GEO_NONE, GEO_NONE));
    assert_false(geo_known((struct geo_point)GEO_NOWHERE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sun_stands_where_noaa_puts_it),
        cmocka_unit_test(an_evening_goes_from_daylight_through_dusk_to_dark),
        cmocka_unit_test(places_are_read_or_the_fault_is_named),
        cmocka_unit_test(distances_are_those_of_the_sphere),
        cmocka_unit_test(inside_counts_rings_and_holes),
        cmocka_unit_test(zero_zero_is_how_devices_say_no_fix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
