/* picture_make: photos for the picture_* tests, made by hand and by libjpeg, and read
 * back. EXIF is written here as bytes, not by libexif, so that reader and writer are
 * not the same code. A made photo has four corners of four colours (corner_colours).
 * Only for tests/unit/picture_*.c.
 */
#ifndef LYGTE_TESTS_PICTURE_MAKE_H
#define LYGTE_TESTS_PICTURE_MAKE_H

#include "core/base/buf.h"
#include "core/picture/picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpeglib.h>
#include <zlib.h>

#define UNUSED __attribute__((unused))

/* Top left, top right, bottom left, bottom right. */
static const uint8_t corner_colours[4][3] = {
    {220, 30, 30}, {30, 200, 40}, {40, 50, 210}, {128, 128, 128}};

static char made_folder[64];

/* A folder of the test's own; qemu-user knows no seccomp, so there the jail is off. */
static UNUSED int make_folder(void **state)
{
    (void)state;
    snprintf(made_folder, sizeof made_folder, "/tmp/lygte-picture-XXXXXX");
    if (getenv("LYGTE_EMULATED"))
        setenv("LYGTE_JAIL", "off", 1);
    return mkdtemp(made_folder) ? 0 : -1;
}

static UNUSED int drop_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", made_folder);
    return system(command);
}

/* One of eight names in turn, so that a few may be in use at a time. */
static UNUSED const char *made_path(const char *name)
{
    static char paths[8][160];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", made_folder, name);
    return path;
}

static UNUSED const char *put_file(const char *name, const void *bytes, size_t n)
{
    const char *path = made_path(name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    return path;
}

static UNUSED void get_file(const char *path, struct buf *out)
{
    char bytes[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
        buf_add(out, bytes, n);
    fclose(f);
}

/* ---- EXIF by hand (TIFF 6.0, Exif 2.32), in either byte order ----------------- */

enum {
    TIFF_BYTE = 1,
    TIFF_ASCII = 2,
    TIFF_SHORT = 3,
    TIFF_LONG = 4,
    TIFF_RATIONAL = 5
};

struct tag {
    int ifd; /* 0 main, 1 Exif, 2 GPS */
    unsigned tag, type;
    const char *text;         /* ASCII                                   */
    unsigned count, value[6]; /* others: rationals as pairs, count pairs */
};

#define TAG_TEXT(ifd, tag, text)                                                       \
    {                                                                                  \
        ifd, tag, TIFF_ASCII, text, 0,                                                 \
        {                                                                              \
            0                                                                          \
        }                                                                              \
    }
#define TAG_SHORT(ifd, tag, n)                                                         \
    {                                                                                  \
        ifd, tag, TIFF_SHORT, NULL, 1,                                                 \
        {                                                                              \
            n                                                                          \
        }                                                                              \
    }
#define TAG_BYTE(ifd, tag, n)                                                          \
    {                                                                                  \
        ifd, tag, TIFF_BYTE, NULL, 1,                                                  \
        {                                                                              \
            n                                                                          \
        }                                                                              \
    }
#define TAG_RATIONAL(ifd, tag, a, b)                                                   \
    {                                                                                  \
        ifd, tag, TIFF_RATIONAL, NULL, 1,                                              \
        {                                                                              \
            a, b                                                                       \
        }                                                                              \
    }
#define TAG_RATIONALS(ifd, tag, ...)                                                   \
    {                                                                                  \
        ifd, tag, TIFF_RATIONAL, NULL, 3,                                              \
        {                                                                              \
            __VA_ARGS__                                                                \
        }                                                                              \
    }

static void tiff_add(struct buf *b, unsigned value, int bytes, bool big)
{
    for (int i = 0; i < bytes; i++)
        buf_char(b, (char)(value >> 8 * (big ? bytes - 1 - i : i)));
}

/* The value's own bytes. */
static void tiff_value(struct buf *b, const struct tag *t, bool big)
{
    if (t->type == TIFF_ASCII)
        buf_add(b, t->text, strlen(t->text) + 1);
    for (unsigned i = 0; t->type == TIFF_RATIONAL && i < 2 * t->count; i++)
        tiff_add(b, t->value[i], 4, big);
    int size = t->type == TIFF_BYTE ? 1 : t->type == TIFF_SHORT ? 2 : 4;
    for (unsigned i = 0;
         t->type != TIFF_ASCII && t->type != TIFF_RATIONAL && i < t->count; i++)
        tiff_add(b, t->value[i], size, big);
}

/* Entry and, when over four bytes, its value into data, which will lie at `at`. */
static void tiff_entry(struct buf *b, struct buf *data, unsigned at,
                       const struct tag *t, bool big)
{
    struct buf value = BUF_INIT;
    tiff_value(&value, t, big);
    tiff_add(b, t->tag, 2, big);
    tiff_add(b, t->type, 2, big);
    tiff_add(b, t->type == TIFF_ASCII ? (unsigned)value.len : t->count, 4, big);
    if (value.len <= 4) {
        buf_add(&value, "\0\0\0", 4 - value.len);
        buf_add(b, value.data, 4);
    } else {
        tiff_add(b, at + (unsigned)data->len, 4, big);
        buf_add(data, value.data, value.len);
    }
    buf_release(&value);
}

static unsigned tags_in(const struct tag *tags, size_t n, int ifd)
{
    unsigned count = 0;
    for (size_t i = 0; i < n; i++)
        count += tags[i].ifd == ifd;
    return count;
}

/* "Exif\0\0" and a TIFF with the tags, which are in order within their IFD. */
static UNUSED void make_exif(struct buf *out, const struct tag *tags, size_t n,
                             bool big)
{
    unsigned count[3] = {tags_in(tags, n, 0) + 2, tags_in(tags, n, 1),
                         tags_in(tags, n, 2)};
    unsigned begin[3] = {8, 0, 0};
    begin[1] = begin[0] + 6 + 12 * count[0];
    begin[2] = begin[1] + 6 + 12 * count[1];
    unsigned data_at = begin[2] + 6 + 12 * count[2];
    struct buf data = BUF_INIT;
    const struct tag pointers[2] = {{0, 0x8769, TIFF_LONG, NULL, 1, {begin[1]}},
                                    {0, 0x8825, TIFF_LONG, NULL, 1, {begin[2]}}};
    buf_add(out, "Exif\0\0", 6);
    buf_str(out, big ? "MM" : "II");
    tiff_add(out, 42, 2, big);
    tiff_add(out, 8, 4, big);
    for (int ifd = 0; ifd < 3; ifd++) {
        tiff_add(out, count[ifd], 2, big);
        for (size_t i = 0; i < n; i++)
            if (tags[i].ifd == ifd)
                tiff_entry(out, &data, data_at, &tags[i], big);
        for (int i = 0; ifd == 0 && i < 2; i++)
            tiff_entry(out, &data, data_at, &pointers[i], big);
        tiff_add(out, 0, 4, big);
    }
    buf_add(out, data.data ? data.data : "", data.len);
    buf_release(&data);
}

/* ---- JPEG ---------------------------------------------------------------------- */

struct jpeg_form {
    int width, height;
    J_COLOR_SPACE space; /* of the file; JCS_UNKNOWN is YCbCr                       */
    bool full_chroma;    /* 4:4:4 in place of 4:2:0                                 */
    bool progressive;
    bool noise; /* no corners: noise that does not compress                */
    const struct buf *exif;
};

static void corner_pixel(const struct jpeg_form *f, int x, int y, uint8_t rgb[3])
{
    int corner = (x >= f->width / 2) + 2 * (y >= f->height / 2);
    memcpy(rgb, corner_colours[corner], 3);
    if (!f->noise)
        return;
    uint32_t h = (uint32_t)x * 2654435761U ^ (uint32_t)y * 2246822519U;
    h = (h ^ h >> 15) * 2246822519U;
    h = (h ^ h >> 13) * 3266489917U;
    rgb[0] = h & 1 ? 255 : 0;
    rgb[1] = h & 2 ? 255 : 0;
    rgb[2] = h & 4 ? 255 : 0;
}

static void corner_row(const struct jpeg_form *f, int y, int samples, uint8_t *row)
{
    for (int x = 0; x < f->width; x++) {
        uint8_t rgb[4];
        corner_pixel(f, x, y, rgb);
        rgb[3] = 255; /* ink as Photoshop writes it: upside down, no black */
        if (samples == 1)
            rgb[0] = (uint8_t)((rgb[0] * 299U + rgb[1] * 587U + rgb[2] * 114U) / 1000U);
        memcpy(row, rgb, (size_t)samples);
        row += samples;
    }
}

static UNUSED void make_jpeg(struct buf *out, const struct jpeg_form *f)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    J_COLOR_SPACE space = f->space == JCS_UNKNOWN ? JCS_YCbCr : f->space;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &size);
    jpeg.image_width = (JDIMENSION)f->width;
    jpeg.image_height = (JDIMENSION)f->height;
    jpeg.input_components = space == JCS_GRAYSCALE ? 1 : space >= JCS_CMYK ? 4 : 3;
    jpeg.in_color_space = jpeg.input_components == 1   ? JCS_GRAYSCALE
                          : jpeg.input_components == 4 ? JCS_CMYK
                                                       : JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_colorspace(&jpeg, space);
    jpeg_set_quality(&jpeg, 95, TRUE);
    if (f->full_chroma)
        jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
    if (f->progressive)
        jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    if (f->exif)
        jpeg_write_marker(&jpeg, JPEG_APP0 + 1, (const JOCTET *)f->exif->data,
                          (unsigned)f->exif->len);
    uint8_t *row = malloc((size_t)f->width * 4);
    for (int y = 0; y < f->height; y++) {
        corner_row(f, y, jpeg.input_components, row);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    free(row);
    buf_add(out, bytes, size);
    free(bytes);
}

/* A JPEG read by libjpeg alone, as RGB. */
struct pixels {
    int width, height;
    uint8_t *rgb;
};

static UNUSED struct pixels read_jpeg(const char *path)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_stdio_src(&jpeg, f);
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = JCS_RGB;
    jpeg_start_decompress(&jpeg);
    struct pixels p = {(int)jpeg.output_width, (int)jpeg.output_height, NULL};
    p.rgb = calloc((size_t)p.width * (size_t)p.height, 3);
    while (jpeg.output_scanline < jpeg.output_height) {
        JSAMPROW row = p.rgb + (size_t)jpeg.output_scanline * (size_t)p.width * 3;
        jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
    fclose(f);
    return p;
}

/* Is the pixel within `most` of the colour in each channel? Says so when it is not. */
static UNUSED void assert_colour(const struct pixels *p, int x, int y,
                                 const uint8_t rgb[3], int most)
{
    assert_true(x >= 0 && x < p->width && y >= 0 && y < p->height);
    const uint8_t *at = p->rgb + ((size_t)y * (size_t)p->width + (size_t)x) * 3;
    for (int i = 0; i < 3; i++)
        if (abs(at[i] - rgb[i]) > most)
            fail_msg("pixel %d,%d is %d,%d,%d and not %d,%d,%d", x, y, at[0], at[1],
                     at[2], rgb[0], rgb[1], rgb[2]);
}

/* The four corners of the picture, as indexes of corner_colours in reading order. */
static UNUSED void assert_corners(const char *path, const int order[4], int most)
{
    struct pixels p = read_jpeg(path);
    for (int i = 0; i < 4; i++)
        assert_colour(&p, i % 2 ? p.width - 1 - p.width / 8 : p.width / 8,
                      i / 2 ? p.height - 1 - p.height / 8 : p.height / 8,
                      corner_colours[order[i]], most);
    free(p.rgb);
}

/* ---- PNG ----------------------------------------------------------------------- */

static UNUSED void png_chunk(struct buf *out, const char *type, const void *body,
                             size_t n)
{
    tiff_add(out, (unsigned)n, 4, true);
    size_t from = out->len;
    buf_add(out, type, 4);
    buf_add(out, n ? body : "", n);
    unsigned long crc = crc32(0, (const Bytef *)out->data + from, (uInt)(n + 4));
    tiff_add(out, (unsigned)crc, 4, true);
}

/* rows: each with its filter byte in front. extra: chunks before IDAT, or NULL. */
static UNUSED void make_png(struct buf *out, int width, int height, int depth,
                            int colour, const void *rows, size_t n,
                            const struct buf *extra)
{
    struct buf head = BUF_INIT;
    tiff_add(&head, (unsigned)width, 4, true);
    tiff_add(&head, (unsigned)height, 4, true);
    buf_char(&head, (char)depth);
    buf_char(&head, (char)colour);
    buf_add(&head, "\0\0\0", 3);
    uLongf packed = compressBound(n);
    Bytef *bytes = malloc(packed);
    assert_int_equal(compress2(bytes, &packed, rows, n, 6), Z_OK);
    buf_add(out, "\x89PNG\r\n\x1A\n", 8);
    png_chunk(out, "IHDR", head.data, head.len);
    if (extra)
        buf_add(out, extra->data, extra->len);
    png_chunk(out, "IDAT", bytes, packed);
    png_chunk(out, "IEND", NULL, 0);
    free(bytes);
    buf_release(&head);
}

#endif
