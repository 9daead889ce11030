/* Small copies are upright, whatever EXIF orientation the photo has, in JPEG of every
 * sampling and in PNG, and no orientation is left in them to be applied twice. */
#include "picture_make.h"

/* Where the stored corners (0 top left, 1 top right, 2 bottom left, 3 bottom right) are
 * seen in the upright picture (Exif 2.32, 4.6.4 A, Orientation). */
static const int seen[9][4] = {
    [1] = {0, 1, 2, 3}, [2] = {1, 0, 3, 2}, [3] = {3, 2, 1, 0}, [4] = {2, 3, 0, 1},
    [5] = {0, 2, 1, 3}, [6] = {2, 0, 3, 1}, [7] = {3, 1, 2, 0}, [8] = {1, 3, 0, 2},
};

static void make_orientation(struct buf *exif, unsigned orientation)
{
    const struct tag tags[] = {TAG_SHORT(0, 0x0112, orientation)};
    make_exif(exif, tags, 1, orientation % 2);
}

/* Reads the photo, checks facts, sizes and corners of both copies. */
static void check_upright(const char *path, int orientation, int width, int height)
{
    struct picture_facts f;
    struct err err = ERR_INIT;
    struct picture_wish wish = {made_path("preview.jpg"), made_path("thumb.jpg")};
    if (!picture_read(path, "photo", &wish, &f, &err))
        fail_msg("orientation %d: %s", orientation, err.key);
    bool turned = orientation >= 5;
    assert_int_equal(f.orientation, orientation);
    assert_int_equal(f.width, turned ? height : width);
    assert_int_equal(f.height, turned ? width : height);
    assert_corners(wish.preview, seen[orientation], 12);
    assert_corners(wish.thumb, seen[orientation], 12);
    struct pixels p = read_jpeg(wish.preview);
    assert_int_equal(p.width, turned ? height : width);
    assert_int_equal(p.height, turned ? width : height);
    free(p.rgb);
    struct picture_wish none = {NULL, NULL};
    assert_true(picture_read(wish.preview, "copy", &none, &f, &err));
    assert_int_equal(f.orientation, 1);
}

static void check_jpegs(bool full_chroma, J_COLOR_SPACE space, bool progressive)
{
    for (int o = 1; o <= 8; o++) {
        struct buf exif = BUF_INIT, jpeg = BUF_INIT;
        make_orientation(&exif, (unsigned)o);
        struct jpeg_form form = {.width = 701,
                                 .height = 395,
                                 .full_chroma = full_chroma,
                                 .space = space,
                                 .progressive = progressive,
                                 .exif = &exif};
        make_jpeg(&jpeg, &form);
        check_upright(put_file("turned.jpg", jpeg.data, jpeg.len), o, 701, 395);
        buf_release(&jpeg);
        buf_release(&exif);
    }
}

static void jpegs_of_phones_are_upright(void **state)
{
    (void)state;
    check_jpegs(false, JCS_UNKNOWN, false);
}

static void jpegs_of_full_chroma_are_upright(void **state)
{
    (void)state;
    check_jpegs(true, JCS_UNKNOWN, true);
}

static void jpegs_of_rgb_are_upright(void **state)
{
    (void)state;
    check_jpegs(false, JCS_RGB, false);
}

static void pngs_are_upright(void **state)
{
    (void)state;
    enum { WIDE = 401, HIGH = 303 };
    struct jpeg_form form = {.width = WIDE, .height = HIGH};
    struct buf rows = BUF_INIT;
    uint8_t row[WIDE * 3];
    for (int y = 0; y < HIGH; y++) {
        corner_row(&form, y, 3, row);
        buf_char(&rows, 0);
        buf_add(&rows, row, sizeof row);
    }
    for (int o = 1; o <= 8; o++) {
        struct buf exif = BUF_INIT, extra = BUF_INIT, png = BUF_INIT;
        make_orientation(&exif, (unsigned)o);
        png_chunk(&extra, "eXIf", exif.data + 6, exif.len - 6);
        make_png(&png, WIDE, HIGH, 8, 2, rows.data, rows.len, &extra);
        check_upright(put_file("turned.png", png.data, png.len), o, WIDE, HIGH);
        buf_release(&exif);
        buf_release(&extra);
        buf_release(&png);
    }
    buf_release(&rows);
}

/* The scaled decoding of large photos is another path than that of small ones. */
static void large_photos_are_upright(void **state)
{
    (void)state;
    for (int o = 1; o <= 8; o++) {
        struct buf exif = BUF_INIT, jpeg = BUF_INIT;
        make_orientation(&exif, (unsigned)o);
        struct jpeg_form form = {.width = 3401, .height = 1903, .exif = &exif};
        make_jpeg(&jpeg, &form);
        const char *path = put_file("large.jpg", jpeg.data, jpeg.len);
        struct picture_facts f;
        struct err err = ERR_INIT;
        struct picture_wish wish = {made_path("preview.jpg"), made_path("thumb.jpg")};
        assert_true(picture_read(path, "photo", &wish, &f, &err));
        assert_corners(wish.preview, seen[o], 12);
        assert_corners(wish.thumb, seen[o], 12);
        buf_release(&jpeg);
        buf_release(&exif);
    }
}

static void an_orientation_that_is_none_is_upright(void **state)
{
    (void)state;
    static const unsigned none[] = {0, 9, 65535};
    for (size_t i = 0; i < 3; i++) {
        struct buf exif = BUF_INIT, jpeg = BUF_INIT;
        make_orientation(&exif, none[i]);
        struct jpeg_form form = {.width = 400, .height = 300, .exif = &exif};
        make_jpeg(&jpeg, &form);
        check_upright(put_file("none.jpg", jpeg.data, jpeg.len), 1, 400, 300);
        buf_release(&jpeg);
        buf_release(&exif);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jpegs_of_phones_are_upright),
        cmocka_unit_test(jpegs_of_full_chroma_are_upright),
        cmocka_unit_test(jpegs_of_rgb_are_upright),
        cmocka_unit_test(pngs_are_upright),
        cmocka_unit_test(large_photos_are_upright),
        cmocka_unit_test(an_orientation_that_is_none_is_upright),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
