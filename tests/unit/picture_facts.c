/* A photo's facts are what its EXIF says, and nothing more: places in all hemispheres,
 * values that are no values, times with and without a zone, EXIF in odd places. */
#include "picture_make.h"

#include "core/base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sys/wait.h>

enum { IFD_MAIN = 0, IFD_EXIF = 1, IFD_GPS = 2 };

/* As decoding tells them, and as a look at the frame does: the same. */
static struct picture_facts facts_of_file(const char *path)
{
    struct picture_facts f = {0}, l = {0};
    struct err err = ERR_INIT;
    struct picture_wish none = {NULL, NULL};
    if (!picture_read(path, "photo", &none, &f, &err) ||
        !picture_look(path, "photo", &l, &err))
        fail_msg("%s: %s %s", path, err.key, err.arg[1]);
    assert_string_equal(l.format, f.format);
    assert_string_equal(l.taken_from, f.taken_from);
    assert_true(l.width == f.width && l.height == f.height);
    assert_true(l.orientation == f.orientation && l.direction_c == f.direction_c);
    assert_memory_equal(&l.at, &f.at, sizeof l.at);
    assert_true(l.altitude_mm == f.altitude_mm && l.taken_ms == f.taken_ms);
    assert_true(l.zero_position == f.zero_position && l.bad_gps_date == f.bad_gps_date);
    return f;
}

static struct picture_facts facts_of(const struct tag *tags, size_t n, bool big)
{
    struct buf exif = BUF_INIT, jpeg = BUF_INIT;
    make_exif(&exif, tags, n, big);
    struct jpeg_form form = {.width = 32, .height = 24, .exif = &exif};
    make_jpeg(&jpeg, &form);
    struct picture_facts f = facts_of_file(put_file("facts.jpg", jpeg.data, jpeg.len));
    buf_release(&jpeg);
    buf_release(&exif);
    return f;
}

#define FACTS(big, ...)                                                                \
    facts_of((const struct tag[]){__VA_ARGS__},                                        \
             sizeof((const struct tag[]){__VA_ARGS__}) / sizeof(struct tag), big)
#define LAT(ref, ...) TAG_TEXT(IFD_GPS, 1, ref), TAG_RATIONALS(IFD_GPS, 2, __VA_ARGS__)
#define LON(ref, ...) TAG_TEXT(IFD_GPS, 3, ref), TAG_RATIONALS(IFD_GPS, 4, __VA_ARGS__)
#define AALBORG LAT("N", 57, 1, 2, 1, 5316, 100), LON("E", 9, 1, 55, 1, 840, 100)

static void assert_time(const struct picture_facts *f, const char *utc,
                        const char *from)
{
    int64_t ms = 0;
    assert_true(clock_parse(utc, &ms));
    assert_string_equal(f->taken_from, from);
    assert_int_equal(f->taken_ms, ms);
}

static void a_photo_without_exif_has_no_facts_but_its_size(void **state)
{
    (void)state;
    struct buf jpeg = BUF_INIT;
    struct jpeg_form form = {.width = 40, .height = 30};
    make_jpeg(&jpeg, &form);
    struct picture_facts f = facts_of_file(put_file("bare.jpg", jpeg.data, jpeg.len));
    assert_string_equal(f.format, "jpeg");
    assert_int_equal(f.width, 40);
    assert_int_equal(f.height, 30);
    assert_int_equal(f.orientation, 1);
    assert_false(geo_known(f.at));
    assert_false(f.zero_position || f.bad_gps_date);
    assert_true(f.altitude_mm == INT64_MIN && f.direction_c == -1);
    assert_true(f.taken_ms == INT64_MIN && f.taken_from[0] == '\0');
    buf_release(&jpeg);
}

static void places_are_right_in_every_hemisphere(void **state)
{
    (void)state;
    static const struct {
        const char *lat, *lon;
        int lat_sign, lon_sign;
    } rows[] = {
        {"N", "E", 1, 1}, {"N", "W", 1, -1}, {"S", "E", -1, 1}, {"S", "W", -1, -1}};
    for (size_t i = 0; i < 4; i++)
        for (int big = 0; big < 2; big++) {
            struct picture_facts f =
                FACTS(big, LAT(rows[i].lat, 57, 1, 2, 1, 5316, 100),
                      LON(rows[i].lon, 9, 1, 55, 1, 840, 100));
            assert_int_equal(f.at.lat_e7, rows[i].lat_sign * 570481000);
            assert_int_equal(f.at.lon_e7, rows[i].lon_sign * 99190000);
            assert_int_equal(f.at.accuracy_mm, -1);
        }
}

static void zero_zero_is_no_place_and_said_so(void **state)
{
    (void)state;
    struct picture_facts f =
        FACTS(false, LAT("N", 0, 1, 0, 1, 0, 1), LON("E", 0, 1, 0, 1, 0, 1),
              TAG_RATIONAL(IFD_GPS, 6, 0, 1));
    assert_true(f.zero_position);
    assert_false(geo_known(f.at));
    assert_true(f.altitude_mm == INT64_MIN);
    f = FACTS(false, LAT("N", 0, 1, 0, 1, 0, 1), LON("E", 9, 1, 0, 1, 0, 1));
    assert_false(f.zero_position);
    assert_int_equal(f.at.lon_e7, 90000000);
}

static void values_that_are_none_give_no_place(void **state)
{
    (void)state;
    const unsigned max = 0xFFFFFFFFU;
    struct picture_facts f[] = {
        FACTS(false, LAT("N", 57, 0, 2, 1, 0, 1), LON("E", 9, 1, 0, 1, 0, 1)),
        FACTS(false, LAT("N", 0, 0, 0, 0, 0, 0), LON("E", 0, 0, 0, 0, 0, 0)),
        FACTS(false, LAT("N", 57, 1, 2, 1, 1, 0), LON("E", 9, 1, 0, 1, 0, 1)),
        FACTS(false, LAT("N", max, 1, 0, 1, 0, 1), LON("E", 9, 1, 0, 1, 0, 1)),
        FACTS(false, LAT("N", 90, 1, 0, 1, 1, 1), LON("E", 9, 1, 0, 1, 0, 1)),
        FACTS(false, LAT("N", 57, 1, 0, 1, 0, 1), LON("E", 180, 1, 1, 1, 0, 1)),
        FACTS(false, LAT("N", 57, 1, 61, 1, 0, 1), LON("E", 9, 1, 0, 1, 0, 1)),
        FACTS(false, LAT("", 57, 1, 2, 1, 0, 1), LON("E", 9, 1, 0, 1, 0, 1)),
        FACTS(false, LAT("N", 57, 1, 2, 1, 0, 1)),
    };
    for (size_t i = 0; i < sizeof f / sizeof f[0]; i++) {
        assert_false(geo_known(f[i].at));
        assert_false(f[i].zero_position);
    }
    struct picture_facts limit = FACTS(false, LAT("N", max, max, max, max, max, max),
                                       LON("W", 180, 1, 0, max, 0, max));
    assert_int_equal(limit.at.lat_e7, 10169444);
    assert_int_equal(limit.at.lon_e7, -1800000000);
}

static void accuracy_height_and_direction_are_read(void **state)
{
    (void)state;
    struct picture_facts f =
        FACTS(true, AALBORG, TAG_BYTE(IFD_GPS, 5, 1), TAG_RATIONAL(IFD_GPS, 6, 35, 10),
              TAG_RATIONAL(IFD_GPS, 17, 9341883, 100000),
              TAG_RATIONAL(IFD_GPS, 31, 4215, 1000));
    assert_int_equal(f.altitude_mm, -3500);
    assert_int_equal(f.direction_c, 9342);
    assert_int_equal(f.at.accuracy_mm, 4215);
    f = FACTS(false, AALBORG, TAG_RATIONAL(IFD_GPS, 6, 217, 1),
              TAG_RATIONAL(IFD_GPS, 17, 360, 1));
    assert_int_equal(f.altitude_mm, 217000);
    assert_int_equal(f.direction_c, 0);
    f = FACTS(false, AALBORG, TAG_RATIONAL(IFD_GPS, 6, 20001, 1)); /* what no record has */
    assert_true(f.altitude_mm == INT64_MIN);
    f = FACTS(false, AALBORG, TAG_RATIONAL(IFD_GPS, 6, 1, 0),
              TAG_RATIONAL(IFD_GPS, 17, 361, 1), TAG_RATIONAL(IFD_GPS, 31, 5, 0));
    assert_true(f.altitude_mm == INT64_MIN && f.direction_c == -1);
    assert_int_equal(f.at.accuracy_mm, -1);
    assert_true(geo_known(f.at));
}

#define ORIGINAL(text) TAG_TEXT(IFD_EXIF, 0x9003, text)
#define OFFSET(text) TAG_TEXT(IFD_EXIF, 0x9011, text)
#define GPS_CLOCK TAG_RATIONALS(IFD_GPS, 7, 18, 1, 42, 1, 1050, 100)

static void the_gps_clock_goes_first(void **state)
{
    (void)state;
    struct picture_facts f =
        FACTS(false, ORIGINAL("2026:11:05 19:00:00"), OFFSET("+01:00"), GPS_CLOCK,
              TAG_TEXT(IFD_GPS, 29, "2026:11:05"));
    assert_time(&f, "2026-11-05T18:42:10.5Z", "gps");
    f = FACTS(false, ORIGINAL("2026:11:05 19:00:00"), OFFSET("+01:00"), GPS_CLOCK);
    assert_time(&f, "2026-11-05T18:00:00Z", "offset");
    assert_false(f.bad_gps_date);
}

static void an_impossible_gps_date_spoils_nothing_else(void **state)
{
    (void)state;
    static const char *const bad[] = {"2014:09:259", "2026:02:30", "2026:13:01",
                                      "yesterday"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct picture_facts f =
            FACTS(false, ORIGINAL("2026:11:05 19:00:00"), OFFSET("-09:30"), AALBORG,
                  GPS_CLOCK, TAG_TEXT(IFD_GPS, 29, bad[i]));
        assert_true(f.bad_gps_date);
        assert_int_equal(f.at.lat_e7, 570481000);
        assert_time(&f, "2026-11-06T04:30:00Z", "offset");
    }
}

/* 1,024 weeks before: a receiver whose weeks began anew. A camera whose clock is simply wrong
 * is not believed against the satellites. */
static void a_gps_date_of_old_weeks_gives_way(void **state)
{
    (void)state;
    struct picture_facts f = FACTS(false, ORIGINAL("2026:11:05 19:42:12"), GPS_CLOCK,
                                   AALBORG, TAG_TEXT(IFD_GPS, 29, "2007:03:22"));
    assert_time(&f, "2026-11-05T18:42:12Z", "gps_hour");
    assert_true(f.bad_gps_date && geo_known(f.at));
    f = FACTS(false, ORIGINAL("2026:11:05 20:00:00"), OFFSET("+01:00"), GPS_CLOCK,
              TAG_TEXT(IFD_GPS, 29, "2007:03:22"));
    assert_time(&f, "2026-11-05T19:00:00Z", "offset");
    f = FACTS(false, ORIGINAL("2026:11:05 19:42:12"), GPS_CLOCK,
              TAG_TEXT(IFD_GPS, 29, "2007:04:01"));
    assert_time(&f, "2007-04-01T18:42:10.5Z", "gps");
    f = FACTS(false, ORIGINAL("2000:01:01 00:00:05"), GPS_CLOCK,
              TAG_TEXT(IFD_GPS, 29, "2026:11:05"));
    assert_time(&f, "2026-11-05T18:42:10.5Z", "gps");
    assert_false(f.bad_gps_date);
}

static void a_clock_without_zone_is_danish(void **state)
{
    (void)state;
    static const struct {
        const char *local, *utc;
    } rows[] = {
        {"2026:11:05 19:42:10", "2026-11-05T18:42:10Z"},
        {"2026:07:05 19:42:10", "2026-07-05T17:42:10Z"},
        {"2026:03:29 01:59:59", "2026-03-29T00:59:59Z"},
        {"2026:03:29 02:30:00", "2026-03-29T01:30:00Z"}, /* never comes */
        {"2026:03:29 03:00:00", "2026-03-29T01:00:00Z"},
        {"2026:10:25 02:30:00", "2026-10-25T00:30:00Z"}, /* comes twice */
        {"2026:10:25 03:00:00", "2026-10-25T02:00:00Z"},
        {"2026:01:01 00:30:00", "2025-12-31T23:30:00Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct picture_facts f = FACTS(false, ORIGINAL(rows[i].local));
        assert_time(&f, rows[i].utc, "local");
    }
}

/* A GPS hour without its date tells the zone of the camera's clock. */
static void the_zone_is_told_by_the_gps_hour(void **state)
{
    (void)state;
    static const struct {
        const char *local;
        int64_t h, m, s;
        const char *utc, *from;
    } rows[] = {
        {"2012:09:29 16:11:25", 23, 11, 25, "2012-09-29T23:11:25Z", "gps_hour"},
        {"2014:09:16 14:05:12", 13, 5, 12, "2014-09-16T13:05:12Z", "gps_hour"},
        {"2026:01:01 00:30:00", 18, 45, 40, "2025-12-31T18:45:00Z", "gps_hour"},
        {"2026:01:01 12:00:00", 23, 0, 0, "2025-12-31T23:00:00Z", "gps_hour"},
        {"2026:01:01 12:00:00", 11, 53, 0, "2026-01-01T11:00:00Z", "local"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct picture_facts f =
            FACTS(false, ORIGINAL(rows[i].local),
                  TAG_RATIONALS(IFD_GPS, 7, (uint32_t)rows[i].h, 1, (uint32_t)rows[i].m,
                                1, (uint32_t)rows[i].s, 1));
        assert_time(&f, rows[i].utc, rows[i].from);
    }
}

static void a_clock_that_was_never_set_is_unknown(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "0000:00:00 00:00:00", "    :  :     :  :  ", "2026:02:30 12:00:00",
        "2026:11:05 25:00:00", "2026:11:05T19:00:00", "2026:11:-5 19:00:00"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct picture_facts f = FACTS(false, ORIGINAL(bad[i]));
        assert_true(f.taken_ms == INT64_MIN);
        assert_string_equal(f.taken_from, "");
    }
}

/* SOI, then a comment, an XMP segment and an ICC one, then EXIF. */
static void exif_is_found_behind_other_segments(void **state)
{
    (void)state;
    static const char front[] =
        "\xFF\xFE\0\x07hello\xFF\xE1\0\x0Chttp://ns/\xFF\xE2\0\x06icc.";
    struct buf exif = BUF_INIT, jpeg = BUF_INIT, moved = BUF_INIT;
    make_exif(&exif, (const struct tag[]){AALBORG}, 4, true);
    struct jpeg_form form = {.width = 32, .height = 24, .exif = &exif};
    make_jpeg(&jpeg, &form);
    buf_add(&moved, jpeg.data, 2);
    buf_add(&moved, front, sizeof front - 1);
    buf_add(&moved, jpeg.data + 2, jpeg.len - 2);
    struct picture_facts f =
        facts_of_file(put_file("moved.jpg", moved.data, moved.len));
    assert_int_equal(f.at.lat_e7, 570481000);
    buf_release(&exif);
    buf_release(&jpeg);
    buf_release(&moved);
}

/* Each byte of an EXIF block turned over once: the photo stands whatever it says. */
static void broken_exif_never_costs_the_photo(void **state)
{
    (void)state;
    struct buf exif = BUF_INIT;
    make_exif(&exif, (const struct tag[]){ORIGINAL("2026:11:05 19:00:00"), AALBORG}, 5,
              false);
    for (size_t i = 6; i < exif.len; i += 5) {
        struct buf jpeg = BUF_INIT;
        exif.data[i] = (char)~exif.data[i];
        struct jpeg_form form = {.width = 16, .height = 16, .exif = &exif};
        make_jpeg(&jpeg, &form);
        struct picture_facts f =
            facts_of_file(put_file("bent.jpg", jpeg.data, jpeg.len));
        assert_int_equal(f.width, 16);
        exif.data[i] = (char)~exif.data[i];
        buf_release(&jpeg);
    }
    buf_release(&exif);
}

static void real_photos_agree_with_exiftool(void **state)
{
    (void)state;
    const char *shared = getenv("LYGTE_SHARED");
    char path[2048], line[1024];
    snprintf(path, sizeof path, "%s/data/photos/expected.csv",
             shared ? shared : "../shared");
    FILE *csv = fopen(path, "r");
    if (!csv) {
        print_message("skipped: %s is not there\n", path);
        skip();
        return;
    }
    int seen = 0;
    assert_non_null(fgets(line, sizeof line, csv));
    for (; fgets(line, sizeof line, csv); seen++) {
        double lat = 0, lon = 0;
        assert_int_equal(sscanf(strchr(line, ',') + 1, "%lf,%lf", &lat, &lon), 2);
        *strchr(line, ',') = '\0';
        snprintf(path, sizeof path, "%s/data/photos/%s", shared ? shared : "../shared",
                 line);
        struct picture_facts f = facts_of_file(path);
        assert_int_equal(geo_known(f.at), lat != 0 || lon != 0);
        assert_int_equal(f.zero_position, lat == 0 && lon == 0);
        if (!geo_known(f.at))
            continue;
        assert_true(fabs((double)f.at.lat_e7 - lat * 1e7) <= 10);
        assert_true(fabs((double)f.at.lon_e7 - lon * 1e7) <= 10);
    }
    fclose(csv);
    assert_true(seen > 0);
}

/* It turns the photo, so it must be known before the pixels come (CIPA DC-008, 4.5.4). */
static void exif_behind_the_pixels_is_none(void **state)
{
    (void)state;
    struct buf exif = BUF_INIT, with = BUF_INIT, bare = BUF_INIT, moved = BUF_INIT;
    const struct tag tags[] = {TAG_SHORT(IFD_MAIN, 0x0112, 6)};
    make_exif(&exif, tags, 1, false);
    struct jpeg_form form = {.width = 32, .height = 24};
    make_jpeg(&bare, &form);
    form.exif = &exif;
    make_jpeg(&with, &form);
    const char *app1 = memmem(with.data, with.len, "\xFF\xE1", 2);
    assert_non_null(app1);
    size_t n = 2 + ((size_t)(uint8_t)app1[2] << 8 | (uint8_t)app1[3]);
    buf_add(&moved, bare.data, bare.len - 2);
    buf_add(&moved, app1, n);
    buf_add(&moved, "\xFF\xD9", 2);
    struct picture_facts f =
        facts_of_file(put_file("moved.jpg", moved.data, moved.len));
    assert_true(f.orientation == 1 && f.width == 32 && f.height == 24);
    f = facts_of_file(put_file("with.jpg", with.data, with.len));
    assert_true(f.orientation == 6 && f.width == 24 && f.height == 32);
    buf_release(&exif);
    buf_release(&with);
    buf_release(&bare);
    buf_release(&moved);
}

static void a_year_that_no_record_has_room_for_is_no_time(void **state)
{
    (void)state;
    struct picture_facts f = FACTS(false, AALBORG, ORIGINAL("9999:12:31 23:59:59"));
    assert_true(f.taken_ms == INT64_MIN && f.at.lat_e7 != 0);
    f = FACTS(false, ORIGINAL("4000:12:31 23:59:59"), OFFSET("-12:00"));
    assert_true(f.taken_ms == INT64_C(64092254399000));
    f = FACTS(false, ORIGINAL("0001:01:01 00:00:00"));
    assert_true(f.taken_ms == INT64_MIN);
}

/* Starts before the photo is whole, as walker/intake does, and reads only what is whole. */
static void a_look_that_begins_early_sees_the_whole_photo(void **state)
{
    (void)state;
    struct buf jpeg = BUF_INIT;
    struct jpeg_form form = {.width = 320, .height = 240};
    struct picture_looking *looking;
    struct picture_facts f;
    struct err err = ERR_INIT;
    make_jpeg(&jpeg, &form);
    const char *path = put_file("grows.jpg", jpeg.data, jpeg.len / 2);
    assert_true(picture_look_early(&looking, path, "photo", &err));
    usleep(50000); /* time enough to read half a photo, if it did */
    put_file("grows.jpg", jpeg.data, jpeg.len);
    picture_look_go(looking);
    assert_true(picture_look_end(looking, &f, &err));
    assert_true(f.width == 320 && f.height == 240);
    assert_true(picture_look_early(&looking, path, "photo", &err));
    picture_look_drop(looking); /* waits for the program to end */
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    buf_release(&jpeg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exif_behind_the_pixels_is_none),
        cmocka_unit_test(a_photo_without_exif_has_no_facts_but_its_size),
        cmocka_unit_test(places_are_right_in_every_hemisphere),
        cmocka_unit_test(zero_zero_is_no_place_and_said_so),
        cmocka_unit_test(values_that_are_none_give_no_place),
        cmocka_unit_test(accuracy_height_and_direction_are_read),
        cmocka_unit_test(the_gps_clock_goes_first),
        cmocka_unit_test(an_impossible_gps_date_spoils_nothing_else),
        cmocka_unit_test(a_gps_date_of_old_weeks_gives_way),
        cmocka_unit_test(a_clock_without_zone_is_danish),
        cmocka_unit_test(the_zone_is_told_by_the_gps_hour),
        cmocka_unit_test(a_clock_that_was_never_set_is_unknown),
        cmocka_unit_test(exif_is_found_behind_other_segments),
        cmocka_unit_test(broken_exif_never_costs_the_photo),
        cmocka_unit_test(real_photos_agree_with_exiftool),
        cmocka_unit_test(a_year_that_no_record_has_room_for_is_no_time),
        cmocka_unit_test(a_look_that_begins_early_sees_the_whole_photo),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
