/* What cannot be read gets its own sentence and the right code, costs little, and
 * leaves no file behind: foreign formats, broken files, sizes that are traps, a helper
 * that is missing or talks nonsense. */
#include "picture_make.h"

#include <dirent.h>
#include <fcntl.h>

static int files_beginning(const char *begin)
{
    DIR *d = opendir(made_folder);
    assert_non_null(d);
    int n = 0;
    for (struct dirent *e; (e = readdir(d));)
        n += strncmp(e->d_name, begin, strlen(begin)) == 0;
    closedir(d);
    return n;
}

/* The photo is not decoded, with this key; the facts are untouched, no copy is there. */
static void assert_read_refused(const char *path, enum err_code code, const char *key)
{
    struct picture_facts f = {.width = 4711};
    struct err err = ERR_INIT;
    struct picture_wish wish = {made_path("copy.preview"), made_path("copy.thumb")};
    if (picture_read(path, "photo", &wish, &f, &err))
        fail_msg("%s was read, and should give %s", path, key);
    assert_string_equal(err.key, key);
    assert_int_equal(err.code, code);
    assert_string_equal(err.arg[0], "photo");
    assert_int_equal(f.width, 4711);
    assert_int_equal(files_beginning("copy."), 0);
}

/* A look at its frame says the same as decoding, but of coded data, which it does not
 * see: then it takes the photo. */
static void assert_refused(const char *path, enum err_code code, const char *key)
{
    struct picture_facts f = {.width = 4711};
    struct err err = ERR_INIT, decoded = ERR_INIT;
    bool unseen =
        strcmp(key, "picture.damaged") == 0 || strcmp(key, "picture.too_heavy") == 0;
    assert_read_refused(path, code, key);
    assert_false(picture_read(path, "photo", &(struct picture_wish){0}, &f, &decoded));
    if (picture_look(path, "photo", &f, &err)) {
        if (!unseen)
            fail_msg("%s was taken by a look, and should give %s", path, key);
        return;
    }
    assert_string_equal(err.key, key);
    assert_int_equal(err.code, code);
    assert_string_equal(err.arg[1], decoded.arg[1]);
    assert_int_equal(f.width, 4711);
}

static void assert_bytes_refused(const void *bytes, size_t n, enum err_code code,
                                 const char *key)
{
    assert_refused(put_file("photo.jpg", bytes, n), code, key);
}

static void plain_jpeg(struct buf *out, int width, int height, bool progressive)
{
    struct jpeg_form form = {
        .width = width, .height = height, .progressive = progressive};
    make_jpeg(out, &form);
}

static void every_other_format_has_its_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *key, *detail;
    } rows[] = {
        {"\0\0\0\x18"
         "ftypheic\0\0\0\0mif1heic",
         24, "picture.heic", ""},
        {"\0\0\0\x18"
         "ftypmif1\0\0\0\0mif1heic",
         24, "picture.heic", ""},
        {"RIFF\x10\0\0\0WEBPVP8 ", 16, "picture.webp", ""},
        {"GIF89a\1\0\1\0", 10, "picture.gif", ""},
        {"\0\0\0\x1C"
         "ftypavif\0\0\0\0",
         16, "picture.other_kind", "AVIF"},
        {"\0\0\0\x1C"
         "ftypqt  \0\0\0\0",
         16, "picture.video", "MP4"},
        {"\0\0\0\x14moov\0\0\0\0", 12, "picture.video", "MOV"},
        {"RIFF\x10\0\0\0AVI LIST", 16, "picture.video", "AVI"},
        {"\x1A\x45\xDF\xA3\x01\0\0\0", 8, "picture.video", "MKV"},
        {"\0\0\0\x18"
         "ftypcrx \0\0\0\1",
         16, "picture.raw", "CR3"},
        {"II*\0\x10\0\0\0CR\2\0", 12, "picture.raw", "CR2"},
        {"FUJIFILMCCD-RAW 0201", 20, "picture.raw", "RAF"},
        {"II*\0\x08\0\0\0", 8, "picture.raw", "TIFF"},
        {"MM\0*\0\0\0\x08", 8, "picture.raw", "TIFF"},
        {"Dear photo, I am a text.\n", 25, "picture.not_a_photo", ""},
        {"\xFF\xD8", 2, "picture.not_a_photo", ""},
        {"x", 1, "picture.not_a_photo", ""},
        {"", 0, "picture.empty", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_bytes_refused(rows[i].bytes, rows[i].n, ERR_UNREADABLE, rows[i].key);
        struct picture_facts f;
        struct err err = ERR_INIT;
        assert_false(picture_read(made_path("photo.jpg"), "photo",
                                  &(struct picture_wish){0}, &f, &err));
        assert_string_equal(err.arg[1], rows[i].detail);
    }
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    assert_refused(made_folder, ERR_UNREADABLE, "picture.folder");
    assert_refused(made_path("nothing.jpg"), ERR_NOT_FOUND, "picture.cannot_open");
    assert_int_equal(mkfifo(made_path("fifo"), 0600), 0);
    assert_refused(made_path("fifo"), ERR_UNREADABLE, "picture.not_a_file");
}

static void a_truncated_jpeg_is_refused_wherever_it_ends(void **state)
{
    (void)state;
    for (int progressive = 0; progressive < 2; progressive++) {
        struct buf jpeg = BUF_INIT;
        plain_jpeg(&jpeg, 640, 480, progressive);
        for (size_t n = jpeg.len - 1; n > 3; n = n * 3 / 4)
            assert_bytes_refused(jpeg.data, n, ERR_UNREADABLE, "picture.truncated");
        assert_bytes_refused(jpeg.data, jpeg.len - 2, ERR_UNREADABLE,
                             "picture.truncated");
        buf_release(&jpeg);
    }
}

/* An end marker sewn on does not make half a photo whole; bytes after it do no harm. */
static void half_a_jpeg_with_an_end_is_damaged(void **state)
{
    (void)state;
    struct buf jpeg = BUF_INIT, half = BUF_INIT;
    struct jpeg_form form = {.width = 640, .height = 480, .noise = true};
    make_jpeg(&jpeg, &form);
    buf_add(&half, jpeg.data, jpeg.len / 2);
    buf_add(&half, "\xFF\xD9", 2);
    assert_bytes_refused(half.data, half.len, ERR_UNREADABLE, "picture.damaged");
    struct picture_facts f;
    struct err err = ERR_INIT;
    assert_true(picture_look(made_path("photo.jpg"), "photo", &f, &err));
    assert_int_equal(f.width, 640);
    buf_add(&jpeg, "SEFT trailer of a phone", 23);
    assert_true(picture_read(put_file("tail.jpg", jpeg.data, jpeg.len), "photo",
                             &(struct picture_wish){0}, &f, &err));
    buf_release(&jpeg);
    buf_release(&half);
}

/* The size in the frame header (SOF0 or SOF2) of a small JPEG, made a large one. */
static void lie_about_size(struct buf *jpeg, bool progressive, unsigned w, unsigned h)
{
    char *sof = memmem(jpeg->data, jpeg->len, progressive ? "\xFF\xC2" : "\xFF\xC0", 2);
    assert_non_null(sof);
    const uint8_t size[4] = {(uint8_t)(h >> 8), (uint8_t)h, (uint8_t)(w >> 8),
                             (uint8_t)w};
    memcpy(sof + 5, size, 4);
}

static void sizes_are_refused_from_the_header(void **state)
{
    (void)state;
    static const struct {
        bool progressive;
        unsigned width, height;
        const char *key, *detail;
    } rows[] = {
        {false, 60000, 60000, "picture.too_many_pixels", "60000 x 60000"},
        {false, 10001, 10000, "picture.too_many_pixels", "10001 x 10000"},
        {false, 65535, 65535, "picture.too_many_pixels", ""},
        {true, 8000, 6251, "picture.progressive_too_large", "8000 x 6251"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf jpeg = BUF_INIT;
        plain_jpeg(&jpeg, 64, 64, rows[i].progressive);
        lie_about_size(&jpeg, rows[i].progressive, rows[i].width, rows[i].height);
        assert_bytes_refused(jpeg.data, jpeg.len, ERR_TOO_LARGE, rows[i].key);
        struct picture_facts f;
        struct err err = ERR_INIT;
        assert_false(picture_read(made_path("photo.jpg"), "photo",
                                  &(struct picture_wish){0}, &f, &err));
        assert_string_equal(err.arg[1], rows[i].detail);
        buf_release(&jpeg);
    }
}

/* Six bytes a pixel at once: known from the header, not by trying. */
static void a_progressive_jpeg_too_heavy_to_hold_is_refused(void **state)
{
    (void)state;
    struct buf jpeg = BUF_INIT;
    struct picture_facts f;
    struct err err = ERR_INIT;
    struct jpeg_form form = {
        .width = 64, .height = 64, .progressive = true, .full_chroma = true};
    make_jpeg(&jpeg, &form);
    lie_about_size(&jpeg, true, 8000, 6000);
    assert_false(
        picture_look(put_file("photo.jpg", jpeg.data, jpeg.len), "photo", &f, &err));
    assert_string_equal(err.key, "picture.too_heavy");
    buf_release(&jpeg);
}

/* Each coefficient in a scan of its own: 190 scans. */
static void a_jpeg_of_many_scans_is_refused(void **state)
{
    (void)state;
    static jpeg_scan_info scans[190];
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL, row[64 * 3] = {0}, *rows = row;
    unsigned long size = 0;
    scans[0] = (jpeg_scan_info){3, {0, 1, 2}, 0, 0, 0, 0};
    for (int i = 1; i < 190; i++)
        scans[i] = (jpeg_scan_info){1, {(i - 1) % 3}, (i + 2) / 3, (i + 2) / 3, 0, 0};
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &size);
    jpeg.image_width = jpeg.image_height = 64;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg.scan_info = scans;
    jpeg.num_scans = 190;
    jpeg_start_compress(&jpeg, TRUE);
    for (int y = 0; y < 64; y++)
        jpeg_write_scanlines(&jpeg, &rows, 1);
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    assert_bytes_refused(bytes, size, ERR_TOO_LARGE, "picture.too_many_scans");
    free(bytes);
}

static void small_png(struct buf *png, int width, int height)
{
    struct buf rows = BUF_INIT;
    for (int y = 0; y < height; y++) {
        buf_char(&rows, 0);
        for (int x = 0; x < width; x++)
            buf_char(&rows, (char)(x * y));
    }
    make_png(png, width, height, 8, 0, rows.data, rows.len, NULL);
    buf_release(&rows);
}

static void a_broken_png_is_refused(void **state)
{
    (void)state;
    struct buf png = BUF_INIT;
    small_png(&png, 200, 100);
    for (size_t n = png.len - 1; n >= 8; n = n * 3 / 4)
        assert_bytes_refused(png.data, n, ERR_UNREADABLE, "picture.truncated");
    png.data[png.len / 2] ^= 1;
    assert_bytes_refused(png.data, png.len, ERR_UNREADABLE, "picture.damaged");
    buf_release(&png);
}

static void a_large_png_is_refused_from_the_header(void **state)
{
    (void)state;
    static const int rows[][2] = {
        {16385, 1}, {1, 16385}, {5800, 5800}, {0x7FFFFFFF, 0x7FFFFFFF}};
    for (size_t i = 0; i < 4; i++) {
        struct buf png = BUF_INIT;
        make_png(&png, rows[i][0], rows[i][1], 8, 2, "", 1, NULL);
        assert_bytes_refused(png.data, png.len, ERR_TOO_LARGE, "picture.png_too_large");
        buf_release(&png);
    }
}

/* A bomb: ten pixels a side say the header, 256 MB say the packed bytes. */
static void a_png_bomb_is_refused(void **state)
{
    (void)state;
    size_t n = (size_t)256 << 20;
    char *zeros = calloc(n, 1);
    assert_non_null(zeros);
    struct buf png = BUF_INIT;
    make_png(&png, 10, 10, 8, 2, zeros, n, NULL);
    free(zeros);
    assert_true(png.len < 2000000);
    assert_bytes_refused(png.data, png.len, ERR_TOO_LARGE, "picture.too_heavy");
    buf_release(&png);
}

static void an_output_without_folder_is_refused(void **state)
{
    (void)state;
    struct buf jpeg = BUF_INIT;
    plain_jpeg(&jpeg, 64, 64, false);
    const char *path = put_file("good.jpg", jpeg.data, jpeg.len);
    struct picture_wish wish = {made_path("no/such/folder.jpg"), NULL};
    struct picture_facts f;
    struct err err = ERR_INIT;
    assert_false(picture_read(path, "photo", &wish, &f, &err));
    assert_string_equal(err.key, "picture.unwritable");
    buf_release(&jpeg);
}

/* A helper that is not ours is believed in nothing. */
static void a_strange_helper_is_not_believed(void **state)
{
    (void)state;
    static const struct {
        const char *says, *key;
        enum err_code code;
    } rows[] = {
        {"exit 0", "picture.nonsense", ERR_INTERNAL},
        {"exit 3", "picture.crashed", ERR_UNREADABLE},
        {"kill -SEGV $$", "picture.crashed", ERR_UNREADABLE},
        {"kill -XCPU $$", "picture.too_slow", ERR_TOO_LARGE},
        {"while echo x; do :; done", "picture.crashed", ERR_UNREADABLE},
        {"echo 'lygte-picture 2'; echo end", "picture.nonsense", ERR_INTERNAL},
        {"printf 'lygte-picture 2\\njail=on\\nformat=jpeg\\nwidth=10\\nheight=10\\n"
         "orientation=1\\nzero_position=0\\nbad_gps_date=0\\nend\\n'",
         "picture.nonsense", ERR_INTERNAL}, /* good facts, but no copies */
        {"echo 'lygte-picture 2'; echo refused=unheard; echo end", "picture.nonsense",
         ERR_INTERNAL},
    };
    char *kept = getenv("LYGTE_PICTURE") ? strdup(getenv("LYGTE_PICTURE")) : NULL;
    struct buf jpeg = BUF_INIT;
    plain_jpeg(&jpeg, 64, 64, false);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char script[640];
        snprintf(script, sizeof script, "#!/bin/sh\n%s\n", rows[i].says);
        const char *program = put_file("helper", script, strlen(script));
        assert_int_equal(chmod(program, 0700), 0);
        setenv("LYGTE_PICTURE", program, 1);
        assert_read_refused(put_file("photo.jpg", jpeg.data, jpeg.len), rows[i].code,
                            rows[i].key);
    }
    setenv("LYGTE_PICTURE", "/no/such/helper", 1);
    struct picture_facts f;
    struct err err = ERR_INIT;
    assert_false(picture_read(made_path("photo.jpg"), "photo",
                              &(struct picture_wish){0}, &f, &err));
    assert_string_equal(err.key, "picture.no_program");
    assert_int_equal(err.code, ERR_INTERNAL);
    kept ? setenv("LYGTE_PICTURE", kept, 1) : unsetenv("LYGTE_PICTURE");
    free(kept);
    buf_release(&jpeg);
}

/* Reads a photo through a helper that reports this; no copies wished. */
static bool believed(const char *lines)
{
    char script[1024];
    int n = snprintf(script, sizeof script,
                     "#!/bin/sh\nprintf 'lygte-picture 2\\njail=on\\n%s'\n", lines);
    assert_in_range(n, 1, sizeof script - 1);
    const char *program = put_file("helper", script, (size_t)n);
    assert_int_equal(chmod(program, 0700), 0);
    setenv("LYGTE_PICTURE", program, 1);
    struct picture_facts f = {.width = 4711};
    struct err err = ERR_INIT;
    bool ok = picture_read(program, "photo", &(struct picture_wish){0}, &f, &err);
    assert_int_equal(f.width, ok ? 10 : 4711);
    if (!ok)
        assert_string_equal(err.key, "picture.nonsense");
    return ok;
}

#define SOUND "format=jpeg\\nwidth=10\\nheight=10\\nzero_position=0\\nbad_gps_date=0\\n"
#define UPRIGHT "orientation=1\\n"

static void every_value_of_a_report_is_bounded(void **state)
{
    (void)state;
    static const char *const bad[] = {
        SOUND "orientation=9\\nend\\n",
        SOUND UPRIGHT,                     /* no end */
        SOUND UPRIGHT "end\\nwidth=10\\n", /* after the end */
        SOUND UPRIGHT "width=10\\nend\\n", /* twice */
        SOUND "end\\n",                    /* no orientation */
        SOUND UPRIGHT "colour=1\\nend\\n", /* unheard of */
        SOUND UPRIGHT "direction_c=36000\\nend\\n",
        SOUND UPRIGHT "direction_c=1x\\nend\\n",
        SOUND UPRIGHT "lat_e7=570000000\\nend\\n",    /* half a place */
        SOUND UPRIGHT "accuracy_mm=5\\nend\\n",       /* of no place */
        SOUND UPRIGHT "lat_e7=0\\nlon_e7=0\\nend\\n", /* no fix */
        SOUND UPRIGHT "taken_ms=1\\nend\\n",          /* from where? */
        SOUND UPRIGHT "taken_ms=1\\ntaken_from=star\\nend\\n",
        "format=gif\\nwidth=10\\nheight=10\\nzero_position=0\\nbad_gps_date="
        "0\\n" UPRIGHT "end\\n",
    };
    char *kept = getenv("LYGTE_PICTURE") ? strdup(getenv("LYGTE_PICTURE")) : NULL;
    bool sound = believed(SOUND UPRIGHT "end\\n");
    size_t wrong = 0, i;
    for (i = 0; i < sizeof bad / sizeof bad[0] && !wrong; i++)
        wrong = believed(bad[i]) ? i + 1 : 0;
    kept ? setenv("LYGTE_PICTURE", kept, 1) : unsetenv("LYGTE_PICTURE");
    free(kept);
    assert_true(sound);
    if (wrong)
        fail_msg("believed: %s", bad[wrong - 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_other_format_has_its_sentence),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(a_truncated_jpeg_is_refused_wherever_it_ends),
        cmocka_unit_test(half_a_jpeg_with_an_end_is_damaged),
        cmocka_unit_test(sizes_are_refused_from_the_header),
        cmocka_unit_test(a_progressive_jpeg_too_heavy_to_hold_is_refused),
        cmocka_unit_test(a_jpeg_of_many_scans_is_refused),
        cmocka_unit_test(a_broken_png_is_refused),
        cmocka_unit_test(a_large_png_is_refused_from_the_header),
        cmocka_unit_test(a_png_bomb_is_refused),
        cmocka_unit_test(an_output_without_folder_is_refused),
        cmocka_unit_test(a_strange_helper_is_not_believed),
        cmocka_unit_test(every_value_of_a_report_is_bounded),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
