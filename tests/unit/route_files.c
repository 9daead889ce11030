/* A route comes from what people have, GPX or GeoJSON, and a file that is neither, or has
 * no line, gets a sentence. */
#include "core/store/route.h"
#include "core/store/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena a;

static size_t places(const char *text, const char **key)
{
    struct err err = ERR_INIT;
    struct route r = {NULL, 0};
    bool ok = route_of_file(&a, text, strlen(text), &r, &err);
    *key = ok ? "" : err.key;
    return ok ? r.count : 0;
}

static void expect(const char *text, size_t wanted, const char *wanted_key)
{
    const char *key;
    size_t n = places(text, &key);
    if (n != wanted || strcmp(key, wanted_key) != 0)
        fail_msg("%s: %zu places, %s", text, n, key);
}

#define A "lat=\"57.04\" lon=\"9.97\""
#define B "lon='9.98'\n lat='57.05'"

static void gpx_gives_its_route_else_its_track(void **state)
{
    (void)state;
    expect("<gpx><rte><rtept " A "/><rtept " B "></rtept></rte></gpx>", 2, "");
    expect("\xEF\xBB\xBF<?xml version='1.0'?><gpx><trk><trkseg><trkpt " A "><ele>1</ele>"
           "</trkpt><trkpt " B "/></trkseg></trk></gpx>",
           2, "");
    expect("<gpx:gpx><gpx:trkpt " A "/><gpx:trkpt " B "/></gpx:gpx>", 2, "");
    expect("<gpx><trkpt " A "/><trkpt " A "/><rtept " A "/><rtept " B "/></gpx>", 2, "");
    expect("<gpx><trkpt " A "/></gpx>", 0, "route.no_line");
    expect("<gpx><trkpt lat=\"97\" lon=\"9\"/><trkpt " A "/></gpx>", 0, "route.no_line");
    expect("<gpx><trkpt lat=57 lon=9/><trkpt lat='' lon=''/><trkpt", 0, "route.no_line");
}

static void geojson_gives_its_lines(void **state)
{
    (void)state;
    expect("{\"type\":\"LineString\",\"coordinates\":[[9.97,57.04],[9.98,57.05]]}", 2, "");
    expect(" {\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
           "\"geometry\":{\"type\":\"MultiLineString\",\"coordinates\":[[[9.97,57.04,3],"
           "[9.98,57.05]],[[9.99,57.06]]]}}]}",
           3, "");
    expect("{\"type\":\"Point\",\"coordinates\":[9.97,57.04]}", 0, "route.no_line");
    expect("{\"type\":\"LineString\",\"coordinates\":[[999,57.04],[\"x\",1],[],{}]}", 0,
           "route.no_line");
    expect("{\"type\":\"LineString\",\"coordinates\":\"no\"}", 0, "route.no_line");
}

static void what_is_neither_is_refused(void **state)
{
    (void)state;
    expect("", 0, "route.not_read");
    expect("PK\x03\x04", 0, "route.not_read");
    expect("{\"type\":", 0, "route.not_read");
    expect("<", 0, "route.no_line");
}

static void a_long_track_is_thinned_and_keeps_its_ends(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct route r;
    struct buf text = BUF_INIT;
    buf_str(&text, "<gpx>");
    for (int i = 0; i < 9000; i++)
        buf_printf(&text, "<trkpt lat=\"57.%06d\" lon=\"9.97\"/>", 40000 + 10 * i);
    buf_str(&text, "</gpx>");
    assert_true(route_of_file(&a, text.data, text.len, &r, &err));
    assert_in_range(r.count, 1000, WALK_ROUTE_MOST);
    assert_true(r.lat_lon_e7[0] == 570400000);
    assert_true(r.lat_lon_e7[2 * (r.count - 1)] == 570400000 + 8999 * INT64_C(100));
    buf_release(&text);
}

static int drop(void **state)
{
    (void)state;
    arena_release(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gpx_gives_its_route_else_its_track),
        cmocka_unit_test(geojson_gives_its_lines),
        cmocka_unit_test(what_is_neither_is_refused),
        cmocka_unit_test(a_long_track_is_thinned_and_keeps_its_ends),
    };
    return cmocka_run_group_tests(tests, NULL, drop);
}
