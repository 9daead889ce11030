/* Standing still adds no distance and gives one better place; a lost stretch splits the
 * line; cells find every neighbour. The distances are those of the made path itself. */
#include "core/base/still.h"
#include "core/base/stride.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct geo_point home = {570480000, 99187000, 5000};
static uint64_t dice = 88172645463325252u;

/* -1 .. 1 */
static double roll(void)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (double)(dice % 2000001) / 1000000 - 1;
}

/* So many metres north-east of home, trembling by at most `noise` metres. */
static struct geo_point walked(double metres, double noise, int64_t accuracy_mm)
{
    struct geo_point p = geo_offset(home, 45, metres);
    p = geo_offset(p, 0, noise * roll());
    p = geo_offset(p, 90, noise * roll());
    p.accuracy_mm = accuracy_mm;
    return p;
}

static void a_straight_walk_is_as_long_as_it_is(void **state)
{
    (void)state;
    struct stride s = STRIDE_INIT;
    for (int i = 0; i <= 1000; i++)
        stride_add(&s, i * INT64_C(1000), walked(i * 1.4, 1.0, 4000), false);
    assert_true(fabs(s.metres - 1400) < 0.02 * 1400);
    assert_int_equal(s.within_ms, 1000000);
    assert_int_equal(s.splits, 0);
}

static void standing_still_adds_no_distance(void **state)
{
    (void)state;
    struct stride s = STRIDE_INIT;
    for (int i = 0; i < 3600; i++)
        stride_add(&s, i * INT64_C(1000), walked(3 * sin(i / 200.0), 2.5, 9000), false);
    assert_true(s.metres == 0.0);
    assert_int_equal(s.within_ms, 3599000);
}

static void what_was_lost_is_not_counted(void **state)
{
    (void)state;
    struct stride s = STRIDE_INIT;
    assert_true(stride_add(&s, 0, walked(0, 0, 4000), false));
    assert_false(stride_add(&s, 1000, walked(10, 0, 4000), false));
    assert_true(stride_add(&s, 2000, walked(300, 0, 4000), true));    /* said lost     */
    assert_true(stride_add(&s, 62000, walked(330, 0, 4000), false));  /* a minute mute */
    assert_true(stride_add(&s, 31000, walked(331, 0, 4000), false));  /* backwards     */
    assert_true(stride_add(&s, 32000, walked(5000, 0, 4000), false)); /* a leap        */
    assert_false(stride_add(&s, 33000, walked(5008, 0, 4000), false));
    assert_int_equal(s.splits, 4);
    assert_true(fabs(s.metres - 18) < 0.1);
}

static void a_still_spot_becomes_more_exact(void **state)
{
    (void)state;
    struct still s = STILL_INIT;
    assert_false(geo_known(still_mean(&s)));
    for (int i = 0; i < 60; i++)
        assert_true(still_add(&s, walked(0, 6, 12000)));
    struct geo_point mean = still_mean(&s);
    double off = geo_metres(mean.lat_e7, mean.lon_e7, home.lat_e7, home.lon_e7);
    assert_true(off < 2);
    assert_int_equal(mean.accuracy_mm, 6000); /* never better than half the best */
}

static void a_good_fix_weighs_more_than_a_poor_one(void **state)
{
    (void)state;
    struct still s = STILL_INIT;
    assert_true(still_add(&s, walked(0, 0, 30000)));
    assert_true(still_add(&s, walked(20, 0, 3000)));
    struct geo_point mean = still_mean(&s);
    double to_good = geo_metres(mean.lat_e7, mean.lon_e7, geo_offset(home, 45, 20).lat_e7,
                                geo_offset(home, 45, 20).lon_e7);
    assert_true(to_good < 0.3);
}

static void walking_on_ends_the_spot(void **state)
{
    (void)state;
    struct still s = STILL_INIT;
    assert_true(still_add(&s, walked(0, 0, 4000)));
    assert_false(still_add(&s, walked(40, 0, 4000))); /* one stray fix is no walk */
    assert_true(still_add(&s, walked(1, 0, 4000)));
    assert_false(still_add(&s, walked(30, 0, 4000)));
    assert_false(still_add(&s, walked(33, 0, 4000)));
    assert_false(still_add(&s, walked(0, 0, 4000))); /* it is over */
    assert_int_equal(s.count, 2);
    assert_false(still_add(&s, (struct geo_point)GEO_NOWHERE));
}

/* Bearings and ways there and back, at any place of the country. */
static void an_offset_is_where_its_bearing_and_distance_say(void **state)
{
    (void)state;
    for (int i = 0; i < 500; i++) {
        struct geo_point from = {560000000 + llround(roll() * 1e7),
                                 100000000 + llround(roll() * 2e7), -1};
        double bearing = 180 + 180 * roll(), metres = 200 + 199 * roll();
        struct geo_point to = geo_offset(from, bearing, metres);
        double way = geo_metres(from.lat_e7, from.lon_e7, to.lat_e7, to.lon_e7);
        double back = geo_bearing(from.lat_e7, from.lon_e7, to.lat_e7, to.lon_e7);
        double turn = fabs(back - bearing);
        assert_true(fabs(way - metres) < 0.05);
        assert_true((turn > 180 ? 360 - turn : turn) * metres < 3);
    }
}

/* PROJ's cs2cs and GDAL gave these. */
static void utm_is_what_proj_says(void **state)
{
    (void)state;
    static const struct {
        double east, north;
        int64_t lat, lon;
    } row[] = {{500000.000, 6317385.921, 570000000, 90000000},
               {555917.026, 6323195.552, 570488000, 99217000},
               {555736.078, 6323115.182, 570481000, 99187000},
               {578757.531, 6329267.775, 571000000, 103000000},
               {721429.389, 6175201.052, 556720333, 125214300}};
    struct geo_point p;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        assert_true(geo_of_utm(32, row[i].east, row[i].north, &p));
        assert_true(llabs(p.lat_e7 - row[i].lat) <= 1);
        assert_true(llabs(p.lon_e7 - row[i].lon) <= 1);
    }
    assert_false(geo_of_utm(31, 500000, 6317385, &p));
    assert_false(geo_of_utm(32, NAN, 6317385, &p));
}

static bool in_spans(int64_t cell, const struct geo_span *span, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cell >= span[i].first && cell <= span[i].last)
            return true;
    return false;
}

static void the_spans_hold_every_neighbour(void **state)
{
    (void)state;
    struct geo_span span[GEO_SPANS];
    for (int i = 0; i < 20000; i++) {
        struct geo_point at = {llround(roll() * 89e7), llround(roll() * 179e7), -1};
        double reach = 1000 + 1000 * roll();
        struct geo_point other = geo_offset(at, 180 + 180 * roll(), reach * 0.999);
        size_t n = geo_spans(at.lat_e7, at.lon_e7, reach, span);
        if (llabs(other.lon_e7) < 1800000000 && llabs(at.lat_e7) < 850000000)
            assert_true(in_spans(geo_cell(other.lat_e7, other.lon_e7), span, n));
    }
    assert_in_range(geo_spans(home.lat_e7, home.lon_e7, 100, span), 1, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_straight_walk_is_as_long_as_it_is),
        cmocka_unit_test(standing_still_adds_no_distance),
        cmocka_unit_test(what_was_lost_is_not_counted),
        cmocka_unit_test(a_still_spot_becomes_more_exact),
        cmocka_unit_test(a_good_fix_weighs_more_than_a_poor_one),
        cmocka_unit_test(walking_on_ends_the_spot),
        cmocka_unit_test(an_offset_is_where_its_bearing_and_distance_say),
        cmocka_unit_test(utm_is_what_proj_says),
        cmocka_unit_test(the_spans_hold_every_neighbour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
