/* Areas: polygons come in from GeoJSON once, all of a file or none of it, hold the
 * points that lie inside, and go out as they came. */
#include "tests/unit/desk_ground.h"

#include "core/base/file.h"
#include "core/store/area.h"
#include "core/store/hold.h"

#define AREA(name, type, coordinates)                                                  \
    "{\"type\":\"Feature\",\"properties\":{\"name\":\"" name                           \
    "\"},\"geometry\":{\"type\":\"" type "\",\"coordinates\":" coordinates "}}"
#define FILE_OF(features) "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"
#define SQUARE "[[[9,57],[10,57],[10,58],[9,58],[9,57]]]"

static bool import(struct desk *d, const char *text, size_t *n_new, size_t *n_same)
{
    return area_import(&d->s, &d->a, text, strlen(text), n_new, n_same, &d->err);
}

static size_t count(struct desk *d)
{
    struct area *rows;
    size_t n = 999;
    DESK_OK(d, area_list(&d->s, &d->a, &rows, &n, &d->err));
    return n;
}

static bool holds(struct desk *d, const char *name, int64_t lat_e7, int64_t lon_e7)
{
    struct area_shape *shape = NULL;
    DESK_OK(d, area_shape_of(&d->s, &d->a, name, &shape, &d->err));
    return area_holds(shape, (struct geo_point){lat_e7, lon_e7, -1});
}

static void importing_twice_makes_each_once(void **state)
{
    static const char one[] = FILE_OF(AREA("Gug", "Polygon", SQUARE));
    static const char moved[] =
        FILE_OF(AREA("Gug", "Polygon", "[[[9,57],[11,57],[11,58],[9,58],[9,57]]]"));
    struct desk *d = *state;
    size_t n_new, n_same;
    DESK_OK(d, import(d, one, &n_new, &n_same));
    assert_true(n_new == 1 && n_same == 0);
    DESK_OK(d, import(d, one, &n_new, &n_same));
    assert_true(n_new == 0 && n_same == 1);
    assert_false(holds(d, "Gug", 575000000, 105000000));
    DESK_OK(d, import(d, moved, &n_new, &n_same));
    assert_true(n_new == 1 && n_same == 0);
    assert_true(holds(d, "Gug", 575000000, 105000000));
    assert_int_equal(count(d), 1);
}

static void a_hole_is_outside_and_every_part_inside(void **state)
{
    static const char
        text[] = FILE_OF(AREA("Ring", "Polygon",
                              "[[[9,57],[10,57],[10,58],[9,58],[9,57]],"
                              "[[9.4,57.4],[9.6,57.4],[9.6,57.6],[9.4,57.6],[9.4,57.4]]"
                              "]") "," AREA("To", "MultiPolygon",
                                            "[" SQUARE ",[[[12,57],[13,57],[13,58],[12,"
                                                       "58],[12,57]]]]"));
    struct desk *d = *state;
    size_t n_new, n_same;
    DESK_OK(d, import(d, text, &n_new, &n_same));
    assert_true(holds(d, "Ring", 571000000, 91000000));
    assert_false(holds(d, "Ring", 575000000, 95000000));
    assert_true(holds(d, "To", 575000000, 95000000));
    assert_true(holds(d, "To", 575000000, 125000000));
    assert_false(holds(d, "To", 575000000, 115000000));
    assert_false(holds(d, "To", GEO_NONE, GEO_NONE));
}

static void real_danish_files_are_tolerated(void **state)
{
    static const char text[] =
        "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":"
        "{\"name\":\"urn:ogc:def:crs:OGC:1.3:CRS84\"}},\"features\":[{\"type\":"
        "\"Feature\",\"id\":7,\"properties\":{\"navn\":\"Nørre "
        "Tranders\",\"kode\":8400},"
        "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[9,57,-999],[10,57,-999],"
        "[10,58,-999],[9,57,-999]]]}}]}";
    struct desk *d = *state;
    size_t n_new, n_same;
    DESK_OK(d, import(d, text, &n_new, &n_same));
    assert_int_equal(n_new, 1);
    assert_true(holds(d, "Nørre Tranders", 571000000, 98000000));
    static const char marked[] = "\xEF\xBB\xBF" FILE_OF(AREA("Gug", "Polygon", SQUARE));
    DESK_OK(d, import(d, marked, &n_new, &n_same)); /* as Windows saves "UTF-8" */
    assert_int_equal(n_new, 1);
}

static void an_open_ring_is_closed(void **state)
{
    static const char text[] =
        FILE_OF(AREA("Gug", "Polygon", "[[[9,57],[10,57],[10,58],[9,58]]]"));
    struct desk *d = *state;
    struct area *rows;
    size_t n_new, n_same, n;
    DESK_OK(d, import(d, text, &n_new, &n_same));
    DESK_OK(d, import(d, FILE_OF(AREA("Gug", "Polygon", SQUARE)), &n_new, &n_same));
    assert_true(n_new == 0 && n_same == 1);
    DESK_OK(d, area_list(&d->s, &d->a, &rows, &n, &d->err));
    assert_true(text_ends(rows[0].shape, "[570000000,90000000]]]]"));
    assert_true(holds(d, "Gug", 575000000, 95000000));
}

static void an_area_is_found_by_a_tail_of_its_id(void **state)
{
    struct desk *d = *state;
    struct area *rows;
    struct area_shape *shape;
    size_t n_new, n_same, n;
    DESK_OK(d, import(d, FILE_OF(AREA("Gug", "Polygon", SQUARE)), &n_new, &n_same));
    DESK_OK(d, area_list(&d->s, &d->a, &rows, &n, &d->err));
    assert_true(holds(d, rows[0].id, 575000000, 95000000));
    assert_true(holds(d, rows[0].id + 28, 575000000, 95000000));
    DESK_FAILS(d, ERR_NOT_FOUND, "area.unknown",
               area_shape_of(&d->s, &d->a, rows[0].id + 31, &shape, &d->err));
}

static void a_bad_area_keeps_the_whole_file_out(void **state)
{
    static const struct {
        const char *key, *features;
    } bad[] = {
        {"area.bad_coordinates", AREA("B", "Polygon", "[[[9,57],[10,\"57\"],[9,57]]]")},
        {"area.bad_coordinates", AREA("B", "Polygon", "[[[556000,6323000],[1,1]]]")},
        {"area.bad_coordinates", AREA("B", "Polygon", "[7]")},
        {"area.ring_too_short", AREA("B", "Polygon", "[[[9,57],[10,57],[9,57]]]")},
        {"area.not_polygon", AREA("B", "Point", "[9,57]")},
        {"area.no_geometry", AREA("B", "Polygon", "[]")},
        {"area.no_geometry",
         "{\"type\":\"Feature\",\"properties\":{\"name\":\"B\"},\"geometry\":null}"},
        {"area.no_name", AREA("", "Polygon", SQUARE)},
    };
    struct desk *d = *state;
    size_t n_new = 7, n_same = 7;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *text =
            arena_printf(&d->a, "{\"type\":\"FeatureCollection\",\"features\":[%s,%s]}",
                         AREA("Good", "Polygon", SQUARE), bad[i].features);
        assert_false(import(d, text, &n_new, &n_same));
        assert_true(*d->err.part);
        DESK_FAILS(d, ERR_INPUT, bad[i].key, false);
    }
    DESK_FAILS(d, ERR_INPUT, "area.not_geojson", import(d, "[]", &n_new, &n_same));
    DESK_FAILS(d, ERR_INPUT, "json.cut_short",
               import(d, "{\"type\": [", &n_new, &n_same));
    assert_true(n_new == 7 && n_same == 7);
    assert_int_equal(count(d), 0);
}

static void unknown_areas_are_said_so(void **state)
{
    struct desk *d = *state;
    struct area_shape *shape;
    DESK_FAILS(d, ERR_NOT_FOUND, "area.unknown",
               area_shape_of(&d->s, &d->a, "Atlantis", &shape, &d->err));
}

/* ---- the parishes of Aalborg ------------------------------------------------------- */

static char *parishes(struct desk *d)
{
    const char *shared = getenv("LYGTE_SHARED");
    char *path = arena_printf(&d->a, "%s/data/areas/aalborg-parishes.geojson",
                              shared && *shared ? shared : "../shared");
    char *text = NULL;
    if (file_exists(path))
        DESK_OK(d, file_read(&d->a, path, 64 << 20, &text, NULL, &d->err));
    else
        printf("skipped: %s is not here\n", path);
    return text;
}

static void all_parishes_come_in_and_go_out(void **state)
{
    struct desk *d = *state;
    struct area *rows;
    size_t n, n_new, n_same;
    cJSON *tree;
    struct buf out = BUF_INIT;
    char *text = parishes(d);
    if (!text)
        skip();
    DESK_OK(d, import(d, text, &n_new, &n_same));
    assert_true(n_new == 57 && n_same == 0);
    DESK_OK(d, import(d, text, &n_new, &n_same));
    assert_true(n_new == 0 && n_same == 57);
    DESK_OK(d, area_list(&d->s, &d->a, &rows, &n, &d->err));
    assert_int_equal(n, 57);
    for (size_t i = 1; i < n; i++)
        assert_true(text_compare_danish(rows[i - 1].name, rows[i].name) <= 0);
    area_geojson(&out, rows, n);
    DESK_OK(d, json_parse(out.data, out.len, &tree, &d->err));
    assert_int_equal(cJSON_GetArraySize(json_array(tree, "features")), 57);
    json_free(tree);
    struct store twin;
    char folder[200];
    desk_folder(folder, sizeof folder);
    DESK_OK(d, store_open(&twin, folder, STORE_REGISTRY, true, &d->err));
    DESK_OK(d, area_import(&twin, &d->a, out.data, out.len, &n_new, &n_same, &d->err));
    assert_int_equal(n_new, 57);
    store_close(&twin);
    desk_remove(folder);
    buf_release(&out);
}

/* Budolfi church stands in Budolfi parish and in no other. */
static void a_point_lies_in_its_parish_alone(void **state)
{
    struct desk *d = *state;
    struct area *rows;
    size_t n, n_new, n_same, held = 0;
    char *text = parishes(d);
    if (!text)
        skip();
    DESK_OK(d, import(d, text, &n_new, &n_same));
    DESK_OK(d, area_list(&d->s, &d->a, &rows, &n, &d->err));
    for (size_t i = 0; i < n; i++)
        if (holds(d, rows[i].id, 570481000, 99187000)) {
            assert_string_equal(rows[i].name, "Budolfi");
            held++;
        }
    assert_int_equal(held, 1);
}

/* A record may carry more rings than an area has points; empty ones cost no point. */
static void rings_without_end_are_cut_off(void **state)
{
    struct desk *d = *state;
    struct buf body = BUF_INIT;
    buf_str(&body, "{\"name\":\"Mange\",\"shape\":[[");
    for (int i = 0; i < 6 * AREA_POINTS_MOST; i++)
        buf_str(&body, "[],");
    buf_str(&body, "[]]]}");
    struct record_wish wish = {"area.set", "018c2f10-0000-7000-8000-00000000000a",
                               body.data,  "coordinator", "", INT64_MIN};
    DESK_OK(d, db_begin(&d->s.db, &d->err));
    DESK_OK(d, hold_make(&d->s, &d->a, &wish, NULL, &d->err));
    DESK_OK(d, db_commit(&d->s.db, &d->err));
    struct arena fresh = ARENA_INIT; /* small blocks: writing past one is seen */
    struct area_shape *shape = NULL;
    struct geo_point here = {570481000, 99187000, -1};
    DESK_OK(d, area_shape_of(&d->s, &fresh, "Mange", &shape, &d->err));
    assert_false(area_holds(shape, here));
    arena_release(&fresh);
    buf_release(&body);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)
    const struct CMUnitTest tests[] = {
        CLAIM(importing_twice_makes_each_once),
        CLAIM(a_hole_is_outside_and_every_part_inside),
        CLAIM(real_danish_files_are_tolerated),
        CLAIM(an_open_ring_is_closed),
        CLAIM(an_area_is_found_by_a_tail_of_its_id),
        CLAIM(a_bad_area_keeps_the_whole_file_out),
        CLAIM(unknown_areas_are_said_so),
        CLAIM(all_parishes_come_in_and_go_out),
        CLAIM(a_point_lies_in_its_parish_alone),
        CLAIM(rings_without_end_are_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
