/* What is covered is gone from the very pixels, at the right place whatever way the
 * photo lies, and the rest stands as it was; the new photo carries the facts it is given
 * and nothing else. */
#include "picture_make.h"

static const struct picture_tags no_tags = {GEO_NOWHERE, -1, INT64_MIN, NULL};

static void make_orientation(struct buf *exif, unsigned orientation)
{
    const struct tag tags[] = {TAG_TEXT(0, 0x010F, "GEHEIM"),
                               TAG_SHORT(0, 0x0112, orientation)};
    make_exif(exif, tags, 2, orientation % 2);
}

/* All pixels of [x1, x2) x [y1, y2) are black, and those two blocks away from them, and
 * from the corner burnt in `like`, as bright as there. */
static void assert_covered(const struct pixels *p, const struct pixels *like,
                           const struct picture_burn *b, int most)
{
    static const uint8_t black[3] = {0, 0, 0};
    assert_int_equal(p->width, like->width);
    assert_int_equal(p->height, like->height);
    for (int y = 0; y < p->height; y += 3)
        for (int x = 0; x < p->width; x += 3) {
            bool inside = x >= b->x1 && x < b->x2 && y >= b->y1 && y < b->y2;
            bool near =
                x >= b->x1 - 16 && x < b->x2 + 16 && y >= b->y1 - 16 && y < b->y2 + 16;
            const uint8_t *was =
                like->rgb + ((size_t)y * (size_t)p->width + (size_t)x) * 3;
            if (inside)
                assert_colour(p, x, y, black, 64); /* an edge of noise rings */
            else if (!near && (x > 16 || y > 16))
                assert_colour(p, x, y, was, most);
        }
}

/* Covers the box in the photo and looks at the new one beside an uncovered one. */
static void check_cover(const char *photo, const struct picture_burn *b, int most)
{
    struct picture_facts f;
    struct err err = ERR_INIT;
    const char *to = made_path("covered.jpg"), *beside = made_path("beside.jpg");
    const struct picture_burn corner = {0, 0, 1, 1, -1};
    if (!picture_cover(photo, "photo", &no_tags, b, 1, to, &f, &err) ||
        !picture_cover(photo, "photo", &no_tags, &corner, 1, beside, &f, &err))
        fail_msg("%s %s", err.key, err.arg[1]);
    struct pixels p = read_jpeg(to), like = read_jpeg(beside);
    assert_int_equal(p.width, f.width);
    assert_int_equal(p.height, f.height);
    assert_covered(&p, &like, b, most);
    free(p.rgb);
    free(like.rgb);
    struct buf bytes = BUF_INIT;
    get_file(to, &bytes);
    assert_null(memmem(bytes.data, bytes.len, "GEHEIM", 6));
    buf_release(&bytes);
}

static void check_jpeg(const struct jpeg_form *how, unsigned orientation)
{
    struct buf exif = BUF_INIT, jpeg = BUF_INIT;
    struct jpeg_form form = *how;
    const struct picture_burn box = {33, 41, 150, 120, -1};
    make_orientation(&exif, orientation);
    form.exif = &exif;
    make_jpeg(&jpeg, &form);
    check_cover(put_file("photo.jpg", jpeg.data, jpeg.len), &box, 6);
    buf_release(&exif);
    buf_release(&jpeg);
}

static void jpegs_are_covered_whatever_way_they_lie(void **state)
{
    (void)state;
    for (unsigned o = 1; o <= 8; o++) {
        check_jpeg(&(struct jpeg_form){.width = 301, .height = 203, .noise = true}, o);
        check_jpeg(
            &(struct jpeg_form){.width = 301, .height = 203, .full_chroma = true}, o);
        check_jpeg(
            &(struct jpeg_form){.width = 203, .height = 307, .progressive = true}, o);
    }
}

static void grey_and_inks_are_covered(void **state)
{
    (void)state;
    for (unsigned o = 1; o <= 6; o += 5) {
        check_jpeg(
            &(struct jpeg_form){.width = 300, .height = 201, .space = JCS_GRAYSCALE},
            o);
        check_jpeg(&(struct jpeg_form){.width = 300, .height = 201, .space = JCS_RGB},
                   o);
        check_jpeg(&(struct jpeg_form){.width = 300, .height = 201, .space = JCS_CMYK},
                   o);
        check_jpeg(&(struct jpeg_form){.width = 300, .height = 201, .space = JCS_YCCK},
                   o);
    }
}

static void pngs_are_covered(void **state)
{
    (void)state;
    enum { WIDE = 211, HIGH = 180 };
    const struct jpeg_form form = {.width = WIDE, .height = HIGH};
    struct buf rows = BUF_INIT, png = BUF_INIT;
    uint8_t row[WIDE * 3];
    for (int y = 0; y < HIGH; y++) {
        corner_row(&form, y, 3, row);
        buf_char(&rows, 0);
        buf_add(&rows, row, sizeof row);
    }
    make_png(&png, WIDE, HIGH, 8, 2, rows.data, rows.len, NULL);
    const struct picture_burn box = {20, 90, 150, 180, -1};
    check_cover(put_file("photo.png", png.data, png.len), &box, 6);
    buf_release(&rows);
    buf_release(&png);
}

/* The corners of the upright photo, as picture_upright has them, with the last black. */
static void the_place_is_that_of_the_upright_photo(void **state)
{
    (void)state;
    static const int seen[9][4] = {
        [1] = {0, 1, 2, 3}, [2] = {1, 0, 3, 2}, [3] = {3, 2, 1, 0}, [4] = {2, 3, 0, 1},
        [5] = {0, 2, 1, 3}, [6] = {2, 0, 3, 1}, [7] = {3, 1, 2, 0}, [8] = {1, 3, 0, 2},
    };
    for (int o = 1; o <= 8; o++) {
        struct buf exif = BUF_INIT, jpeg = BUF_INIT;
        struct jpeg_form form = {.width = 320, .height = 200, .exif = &exif};
        struct picture_facts f;
        struct err err = ERR_INIT;
        make_orientation(&exif, (unsigned)o);
        make_jpeg(&jpeg, &form);
        const char *photo = put_file("photo.jpg", jpeg.data, jpeg.len);
        const char *to = made_path("covered.jpg");
        int wide = o >= 5 ? 200 : 320, high = o >= 5 ? 320 : 200;
        const struct picture_burn box = {wide / 2, high / 2, 4000, 4000, -1};
        assert_true(picture_cover(photo, "photo", &no_tags, &box, 1, to, &f, &err));
        struct pixels p = read_jpeg(to);
        for (int i = 0; i < 3; i++)
            assert_colour(&p, i % 2 ? wide - wide / 8 : wide / 8,
                          i / 2 ? high - high / 8 : high / 8,
                          corner_colours[seen[o][i]], 12);
        assert_colour(&p, wide - wide / 8, high - high / 8, (const uint8_t[3]){0, 0, 0},
                      8);
        free(p.rgb);
        buf_release(&exif);
        buf_release(&jpeg);
    }
}

static void a_brush_stroke_covers_its_width(void **state)
{
    (void)state;
    struct buf jpeg = BUF_INIT;
    struct jpeg_form form = {.width = 400, .height = 400};
    struct picture_facts f;
    struct err err = ERR_INIT;
    make_jpeg(&jpeg, &form);
    const char *photo = put_file("photo.jpg", jpeg.data, jpeg.len);
    const char *to = made_path("covered.jpg");
    const struct picture_burn stroke[] = {{50, 50, 300, 350, 10},
                                          {-30, 390, -30, 390, 60}};
    assert_true(picture_cover(photo, "photo", &no_tags, stroke, 2, to, &f, &err));
    struct pixels p = read_jpeg(to);
    static const uint8_t black[3] = {0, 0, 0};
    for (int i = 0; i <= 10; i++)
        for (int side = -9; side <= 9; side += 3) /* across the stroke: (6, -5) / 7.8 */
            assert_colour(&p, 50 + 25 * i + side * 6 / 8, 50 + 30 * i - side * 5 / 8,
                          black, 24);
    assert_colour(&p, 1, 385, black, 24);
    assert_colour(&p, 175 + 30, 200 - 25, corner_colours[1], 12);
    assert_colour(&p, 100, 30, corner_colours[0], 12);
    free(p.rgb);
    buf_release(&jpeg);
}

static void the_new_photo_carries_the_facts_it_is_given(void **state)
{
    (void)state;
    struct buf jpeg = BUF_INIT;
    struct jpeg_form form = {.width = 64, .height = 48};
    struct picture_facts f;
    struct err err = ERR_INIT;
    struct picture_wish none = {NULL, NULL};
    make_jpeg(&jpeg, &form);
    const char *photo = put_file("photo.jpg", jpeg.data, jpeg.len);
    const char *to = made_path("covered.jpg");
    const struct picture_tags tags = {{-570391234, -99727001, 7250},
                                      27125,
                                      INT64_C(1763750415000),
                                      "Lampen ved åen er slukket"};
    const struct picture_burn box = {0, 0, 9, 9, -1};
    assert_true(picture_cover(photo, "photo", &tags, &box, 1, to, &f, &err));
    assert_true(picture_read(to, "covered", &none, &f, &err));
    assert_int_equal(f.at.lat_e7, -570391234);
    assert_int_equal(f.at.lon_e7, -99727001);
    assert_int_equal(f.at.accuracy_mm, 7250);
    assert_int_equal(f.direction_c, 27125);
    assert_int_equal(f.taken_ms, INT64_C(1763750415000));
    assert_string_equal(f.taken_from, "offset");
    assert_int_equal(f.orientation, 1);
    buf_release(&jpeg);
}

static void burns_that_touch_nothing_are_refused(void **state)
{
    (void)state;
    struct buf jpeg = BUF_INIT;
    struct jpeg_form form = {.width = 64, .height = 48};
    struct picture_facts f;
    struct err err = ERR_INIT;
    make_jpeg(&jpeg, &form);
    const char *photo = put_file("photo.jpg", jpeg.data, jpeg.len);
    const char *to = made_path("never.jpg");
    const struct picture_burn outside[] = {
        {64, 0, 90, 48, -1}, {10, 10, 10, 40, -1}, {-50, -50, -40, -40, 5}};
    assert_false(picture_cover(photo, "photo", &no_tags, outside, 3, to, &f, &err));
    assert_string_equal(err.key, "picture.untouched");
    assert_int_equal(access(to, F_OK), -1);
    assert_false(picture_cover(photo, "photo", &no_tags, outside, 0, to, &f, &err));
    assert_string_equal(err.key, "picture.untouched");
    buf_release(&jpeg);
}

static void one_pixel_is_covered(void **state)
{
    (void)state;
    struct buf jpeg = BUF_INIT;
    struct jpeg_form form = {.width = 1, .height = 1};
    struct picture_facts f;
    struct err err = ERR_INIT;
    make_jpeg(&jpeg, &form);
    const char *photo = put_file("photo.jpg", jpeg.data, jpeg.len);
    const char *to = made_path("covered.jpg");
    const struct picture_burn box = {0, 0, 1, 1, 0};
    assert_true(picture_cover(photo, "photo", &no_tags, &box, 1, to, &f, &err));
    struct pixels p = read_jpeg(to);
    assert_colour(&p, 0, 0, (const uint8_t[3]){0, 0, 0}, 2);
    free(p.rgb);
    buf_release(&jpeg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jpegs_are_covered_whatever_way_they_lie),
        cmocka_unit_test(grey_and_inks_are_covered),
        cmocka_unit_test(pngs_are_covered),
        cmocka_unit_test(the_place_is_that_of_the_upright_photo),
        cmocka_unit_test(a_brush_stroke_covers_its_width),
        cmocka_unit_test(the_new_photo_carries_the_facts_it_is_given),
        cmocka_unit_test(burns_that_touch_nothing_are_refused),
        cmocka_unit_test(one_pixel_is_covered),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
