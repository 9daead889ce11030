/* The copy that is given away: pixels and the facts that are meant, nothing else. Each
 * segment a camera or a program may have written, what lies between segments and what
 * follows the end is marked here, and looked for in the copy. */
#include "picture_make.h"

static const char mark[] = "GEHEIM";
static const struct picture_tags tags = {
    {570391000, 99727000, -1}, -1, INT64_MIN, "Hul i stien"};

static void add_segment(struct buf *b, int code, const char *begin)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%s%c%s", begin, '\0', mark);
    buf_char(b, (char)0xFF);
    buf_char(b, (char)code);
    tiff_add(b, (unsigned)n + 2, 2, true);
    buf_add(b, text, (size_t)n);
}

/* The JPEG with marked segments of every kind after its SOI, and bytes after its end. */
static const char *put_marked(const char *name, const struct buf *jpeg)
{
    struct buf b = BUF_INIT;
    buf_add(&b, jpeg->data, 2);
    for (int app = 0; app < 16; app++)
        if (app != 14)
            add_segment(&b, 0xE0 + app,
                        app == 1 ? "http://ns.adobe.com/xap/1.0/" : "X");
    add_segment(&b, 0xFE, "comment");
    buf_str(&b, mark); /* between segments: decoders pass over it */
    buf_add(&b, jpeg->data + 2, jpeg->len - 2);
    buf_str(&b, mark);
    buf_add(&b, jpeg->data, jpeg->len); /* a second picture, as MPF has it */
    const char *path = put_file(name, b.data, b.len);
    buf_release(&b);
    return path;
}

static void assert_unmarked(const char *path)
{
    struct buf bytes = BUF_INIT;
    get_file(path, &bytes);
    assert_null(memmem(bytes.data, bytes.len, mark, strlen(mark)));
    buf_release(&bytes);
}

/* *ret_copy is where the copy lies. */
static void share(const char *photo, const char **ret_copy)
{
    struct picture_facts f;
    struct err err = ERR_INIT;
    struct picture_wish none = {NULL, NULL};
    *ret_copy = made_path("shared.jpg");
    if (!picture_share(photo, "photo", &tags, *ret_copy, &f, &err))
        fail_msg("%s", err.key);
    assert_unmarked(*ret_copy);
    assert_true(picture_read(*ret_copy, "copy", &none, &f, &err));
    assert_int_equal(f.at.lat_e7, 570391000);
    assert_int_equal(f.orientation, 1);
    assert_int_equal(f.taken_ms, INT64_MIN);
}

static void check_exact(const struct jpeg_form *how)
{
    const struct tag secret[] = {TAG_TEXT(0, 0x010F, mark), TAG_SHORT(0, 0x0112, 1),
                                 TAG_TEXT(1, 0xA431, mark)};
    struct buf exif = BUF_INIT, jpeg = BUF_INIT;
    struct jpeg_form form = *how;
    const char *copy;
    make_exif(&exif, secret, 3, true);
    form.exif = &exif;
    make_jpeg(&jpeg, &form);
    const char *photo = put_marked("photo.jpg", &jpeg);
    share(photo, &copy);
    struct pixels a = read_jpeg(photo), b = read_jpeg(copy);
    assert_int_equal(a.width, b.width);
    assert_int_equal(a.height, b.height);
    assert_memory_equal(a.rgb, b.rgb, (size_t)a.width * (size_t)a.height * 3);
    free(a.rgb);
    free(b.rgb);
    buf_release(&exif);
    buf_release(&jpeg);
}

static void a_photo_that_lies_upright_keeps_its_pixels_exactly(void **state)
{
    (void)state;
    check_exact(&(struct jpeg_form){.width = 333, .height = 217, .noise = true});
    check_exact(&(struct jpeg_form){.width = 64, .height = 17, .full_chroma = true});
    check_exact(&(struct jpeg_form){.width = 99, .height = 98, .progressive = true});
    check_exact(&(struct jpeg_form){.width = 50, .height = 40, .space = JCS_GRAYSCALE});
}

static void a_photo_that_must_be_turned_is_turned(void **state)
{
    (void)state;
    const struct tag turned[] = {TAG_TEXT(0, 0x010F, mark), TAG_SHORT(0, 0x0112, 6)};
    struct buf exif = BUF_INIT, jpeg = BUF_INIT;
    struct jpeg_form form = {.width = 300, .height = 200, .exif = &exif};
    const char *copy;
    make_exif(&exif, turned, 2, false);
    make_jpeg(&jpeg, &form);
    share(put_marked("photo.jpg", &jpeg), &copy);
    assert_corners(copy, (const int[4]){2, 0, 3, 1}, 12);
    struct pixels p = read_jpeg(copy);
    assert_int_equal(p.width, 200);
    assert_int_equal(p.height, 300);
    free(p.rgb);
    buf_release(&exif);
    buf_release(&jpeg);
}

/* Colours that only an Adobe segment explains do not survive without it. */
static void rgb_and_inks_come_out_in_their_colours(void **state)
{
    (void)state;
    static const J_COLOR_SPACE spaces[] = {JCS_RGB, JCS_CMYK, JCS_YCCK};
    for (size_t i = 0; i < 3; i++) {
        struct buf jpeg = BUF_INIT;
        struct jpeg_form form = {.width = 300, .height = 200, .space = spaces[i]};
        const char *copy;
        make_jpeg(&jpeg, &form);
        share(put_marked("photo.jpg", &jpeg), &copy);
        assert_corners(copy, (const int[4]){0, 1, 2, 3}, 12);
        buf_release(&jpeg);
    }
}

static void a_png_becomes_a_jpeg(void **state)
{
    (void)state;
    enum { WIDE = 60, HIGH = 40 };
    const struct jpeg_form form = {.width = WIDE, .height = HIGH};
    struct buf rows = BUF_INIT, png = BUF_INIT, extra = BUF_INIT;
    uint8_t row[WIDE * 3];
    const char *copy;
    for (int y = 0; y < HIGH; y++) {
        corner_row(&form, y, 3, row);
        buf_char(&rows, 0);
        buf_add(&rows, row, sizeof row);
    }
    png_chunk(&extra, "tEXt", "Owner\0GEHEIM", 12);
    make_png(&png, WIDE, HIGH, 8, 2, rows.data, rows.len, &extra);
    share(put_file("photo.png", png.data, png.len), &copy);
    assert_corners(copy, (const int[4]){0, 1, 2, 3}, 12);
    buf_release(&rows);
    buf_release(&png);
    buf_release(&extra);
}

static void half_a_photo_is_refused(void **state)
{
    (void)state;
    struct buf jpeg = BUF_INIT;
    struct jpeg_form form = {.width = 300, .height = 200, .noise = true};
    struct picture_facts f;
    struct err err = ERR_INIT;
    make_jpeg(&jpeg, &form);
    const char *photo = put_file("half.jpg", jpeg.data, jpeg.len / 2);
    const char *to = made_path("never.jpg");
    assert_false(picture_share(photo, "photo", &tags, to, &f, &err));
    assert_string_equal(err.key, "picture.truncated");
    assert_int_equal(access(to, F_OK), -1);
    buf_release(&jpeg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_photo_that_lies_upright_keeps_its_pixels_exactly),
        cmocka_unit_test(a_photo_that_must_be_turned_is_turned),
        cmocka_unit_test(rgb_and_inks_come_out_in_their_colours),
        cmocka_unit_test(a_png_becomes_a_jpeg),
        cmocka_unit_test(half_a_photo_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
