/* Small copies keep their sizes and budgets, are never enlarged, carry no metadata, and
 * have the colours of the photo in every form a JPEG or a PNG can have. */
#include "picture_make.h"

static struct picture_facts read_both(const char *path, struct picture_wish *wish)
{
    struct picture_facts f = {0}, looked;
    struct err err = ERR_INIT;
    wish->preview = made_path("preview.jpg");
    wish->thumb = made_path("thumb.jpg");
    if (!picture_look(path, "photo", &looked, &err) ||
        !picture_read(path, "photo", wish, &f, &err))
        fail_msg("%s: %s", path, err.key);
    return f;
}

static const char *put_jpeg(const struct jpeg_form *form)
{
    struct buf jpeg = BUF_INIT;
    make_jpeg(&jpeg, form);
    const char *path = put_file("photo.jpg", jpeg.data, jpeg.len);
    buf_release(&jpeg);
    return path;
}

static void assert_size(const char *path, int width, int height, long most)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size <= most);
    struct pixels p = read_jpeg(path);
    assert_int_equal(p.width, width);
    assert_int_equal(p.height, height);
    free(p.rgb);
}

static void the_longest_side_is_1600_and_320(void **state)
{
    (void)state;
    static const int rows[][6] = {
        {4000, 3000, 1600, 1200, 320, 240}, {3000, 4000, 1200, 1600, 240, 320},
        {1601, 400, 1600, 400, 320, 80},    {1600, 400, 1600, 400, 320, 80},
        {5000, 2, 1600, 1, 320, 1},         {2, 5000, 1, 1600, 1, 320},
        {300, 200, 300, 200, 300, 200},     {1, 1, 1, 1, 1, 1},
        {321, 17, 321, 17, 320, 17},        {3200, 1799, 1600, 900, 320, 180},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jpeg_form form = {.width = rows[i][0], .height = rows[i][1]};
        struct picture_wish wish;
        struct picture_facts f = read_both(put_jpeg(&form), &wish);
        assert_int_equal(f.width, rows[i][0]);
        assert_int_equal(f.height, rows[i][1]);
        assert_size(wish.preview, rows[i][2], rows[i][3], PICTURE_PREVIEW_BYTES);
        assert_size(wish.thumb, rows[i][4], rows[i][5], PICTURE_THUMB_BYTES);
    }
}

/* Noise is the worst there is; what no quality saves becomes smaller, in proportion. */
static void noise_keeps_the_budgets(void **state)
{
    (void)state;
    struct jpeg_form form = {
        .width = 1600, .height = 1200, .noise = true, .full_chroma = true};
    struct picture_wish wish;
    read_both(put_jpeg(&form), &wish);
    struct stat st;
    assert_int_equal(stat(wish.preview, &st), 0);
    assert_in_range(st.st_size, 50000, PICTURE_PREVIEW_BYTES);
    assert_int_equal(stat(wish.thumb, &st), 0);
    assert_in_range(st.st_size, 4000, PICTURE_THUMB_BYTES);
    struct pixels p = read_jpeg(wish.preview);
    assert_int_equal(p.width * 3, p.height * 4);
    free(p.rgb);
}

static void one_copy_may_be_wished_alone(void **state)
{
    (void)state;
    struct jpeg_form form = {.width = 2000, .height = 1000};
    const char *path = put_jpeg(&form);
    const int upright[4] = {0, 1, 2, 3};
    struct picture_wish one[2] = {{made_path("only.jpg"), NULL},
                                  {NULL, made_path("small.jpg")}};
    for (int i = 0; i < 2; i++) {
        struct picture_facts f;
        struct err err = ERR_INIT;
        assert_true(picture_read(path, "photo", &one[i], &f, &err));
        assert_corners(i ? one[i].thumb : one[i].preview, upright, 12);
    }
    assert_size(one[0].preview, 1600, 800, PICTURE_PREVIEW_BYTES);
    assert_size(one[1].thumb, 320, 160, PICTURE_THUMB_BYTES);
}

static void copies_carry_no_metadata(void **state)
{
    (void)state;
    struct buf exif = BUF_INIT, copy = BUF_INIT;
    const struct tag tags[] = {TAG_TEXT(0, 0x010F, "SECRETMAKER"), TAG_TEXT(2, 1, "N")};
    make_exif(&exif, tags, 2, false);
    struct jpeg_form form = {.width = 800, .height = 600, .exif = &exif};
    struct picture_wish wish;
    read_both(put_jpeg(&form), &wish);
    get_file(wish.preview, &copy);
    get_file(wish.thumb, &copy);
    assert_null(memmem(copy.data, copy.len, "SECRETMAKER", 11));
    assert_null(memmem(copy.data, copy.len, "Exif", 4));
    buf_release(&copy);
    buf_release(&exif);
}

static void every_kind_of_jpeg_has_its_colours(void **state)
{
    (void)state;
    static const struct jpeg_form forms[] = {
        {.width = 900, .height = 700, .space = JCS_YCbCr},
        {.width = 900, .height = 700, .space = JCS_YCbCr, .progressive = true},
        {.width = 900, .height = 700, .space = JCS_YCbCr, .full_chroma = true},
        {.width = 900, .height = 700, .space = JCS_RGB},
        {.width = 900, .height = 700, .space = JCS_CMYK},
        {.width = 900, .height = 700, .space = JCS_YCCK},
        {.width = 3600, .height = 2800, .space = JCS_YCCK},
        {.width = 3600, .height = 2800, .space = JCS_RGB},
    };
    const int upright[4] = {0, 1, 2, 3};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct picture_wish wish;
        read_both(put_jpeg(&forms[i]), &wish);
        assert_corners(wish.preview, upright, 12);
        assert_corners(wish.thumb, upright, 12);
    }
}

static void grey_stays_grey(void **state)
{
    (void)state;
    struct jpeg_form form = {.width = 900, .height = 700, .space = JCS_GRAYSCALE};
    struct picture_wish wish;
    read_both(put_jpeg(&form), &wish);
    struct pixels p = read_jpeg(wish.preview);
    const uint8_t red[3] = {86, 86, 86}, grey[3] = {128, 128, 128};
    assert_colour(&p, 100, 100, red, 4);
    assert_colour(&p, 800, 600, grey, 4);
    free(p.rgb);
}

/* A 200 x 100 PNG, the left half one pixel, the right half another; both given as the
 * bytes of the file. */
static struct pixels read_halves(int depth, int colour, const char *left,
                                 const char *right, size_t bytes,
                                 const struct buf *extra)
{
    struct buf rows = BUF_INIT, png = BUF_INIT;
    for (int y = 0; y < 100; y++) {
        buf_char(&rows, 0);
        for (int x = 0; x < 200; x++)
            buf_add(&rows, x < 100 ? left : right, bytes);
    }
    make_png(&png, 200, 100, depth, colour, rows.data, rows.len, extra);
    struct picture_wish wish;
    struct picture_facts f =
        read_both(put_file("halves.png", png.data, png.len), &wish);
    assert_string_equal(f.format, "png");
    buf_release(&rows);
    buf_release(&png);
    return read_jpeg(wish.preview);
}

static void every_kind_of_png_has_its_colours(void **state)
{
    (void)state;
    struct buf palette = BUF_INIT, clear = BUF_INIT;
    png_chunk(&palette, "PLTE", "\xDC\x1E\x1E\x28\x32\xD2", 6);
    buf_add(&clear, palette.data, palette.len);
    png_chunk(&clear, "tRNS", "\xFF\x80", 2);
    const struct {
        int depth, colour;
        const char *left, *right;
        size_t bytes;
        const struct buf *extra;
        uint8_t sees[2][3];
    } rows[] = {
        {8, 2, "\xDC\x1E\x1E", "\x28\x32\xD2", 3, NULL, {{220, 30, 30}, {40, 50, 210}}},
        {16,
         2,
         "\xDC\xFF\x1E\xFF\x1E\xFF",
         "\x28\0\x32\0\xD2\0",
         6,
         NULL,
         {{220, 30, 30}, {40, 50, 210}}},
        {8, 3, "\0", "\1", 1, &palette, {{220, 30, 30}, {40, 50, 210}}},
        {8, 3, "\0", "\1", 1, &clear, {{220, 30, 30}, {147, 152, 232}}},
        {8, 0, "\x10", "\xF0", 1, NULL, {{16, 16, 16}, {240, 240, 240}}},
        {16, 0, "\x10\0", "\xF0\0", 2, NULL, {{16, 16, 16}, {240, 240, 240}}},
        {8, 4, "\x10\xFF", "\x10\0", 2, NULL, {{16, 16, 16}, {255, 255, 255}}},
        {8,
         6,
         "\xDC\x1E\x1E\xFF",
         "\0\0\0\x80",
         4,
         NULL,
         {{220, 30, 30}, {127, 127, 127}}},
        {16,
         6,
         "\xDC\0\x1E\0\x1E\0\xFF\xFF",
         "\0\0\0\0\0\0\0\0",
         8,
         NULL,
         {{220, 30, 30}, {255, 255, 255}}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pixels p = read_halves(rows[i].depth, rows[i].colour, rows[i].left,
                                      rows[i].right, rows[i].bytes, rows[i].extra);
        assert_colour(&p, 40, 50, rows[i].sees[0], 6);
        assert_colour(&p, 160, 50, rows[i].sees[1], 6);
        free(p.rgb);
    }
    buf_release(&palette);
    buf_release(&clear);
}

/* A grey ramp must stay one: no step, no shift, the same mean. */
static void a_ramp_is_reduced_without_shift(void **state)
{
    (void)state;
    enum { WIDE = 2550, HIGH = 40 };
    struct buf rows = BUF_INIT, png = BUF_INIT;
    for (int y = 0; y < HIGH; y++) {
        buf_char(&rows, 0);
        for (int x = 0; x < WIDE; x++)
            buf_char(&rows, (char)(x / 10));
    }
    make_png(&png, WIDE, HIGH, 8, 0, rows.data, rows.len, NULL);
    struct picture_wish wish;
    read_both(put_file("ramp.png", png.data, png.len), &wish);
    struct pixels p = read_jpeg(wish.preview);
    assert_int_equal(p.width, 1600);
    for (int x = 20; x < p.width - 20; x++) {
        double wanted = ((x + 0.5) * WIDE / 1600.0 - 0.5) / 10 - 0.45;
        double got = p.rgb[((size_t)(p.height / 2) * 1600 + (size_t)x) * 3];
        if (got < wanted - 3 || got > wanted + 3)
            fail_msg("column %d is %.0f and not %.1f", x, got, wanted);
    }
    free(p.rgb);
    buf_release(&rows);
    buf_release(&png);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_side_is_1600_and_320),
        cmocka_unit_test(noise_keeps_the_budgets),
        cmocka_unit_test(one_copy_may_be_wished_alone),
        cmocka_unit_test(copies_carry_no_metadata),
        cmocka_unit_test(every_kind_of_jpeg_has_its_colours),
        cmocka_unit_test(grey_stays_grey),
        cmocka_unit_test(every_kind_of_png_has_its_colours),
        cmocka_unit_test(a_ramp_is_reduced_without_shift),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
