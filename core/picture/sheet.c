/* sheet: see the header. libjpeg-turbo gets raw planes, whole blocks wide: edges are
 * repeated to the end of their blocks. */
#include "core/picture/sheet.h"

#include "core/picture/burn.h"
#include "core/picture/exif_make.h"
#include "core/picture/photo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

enum { QUALITY = 90, BLACK = 0, NO_COLOUR = 128, LINES_MOST = 4 * DCTSIZE };
enum { BLOCKS_MOST = C_MAX_BLOCKS_IN_MCU, OUT = 65536 };

/* One plane: a band of it, or all of it when the picture must be turned. */
struct face {
    struct plane plane;
    struct lay lay;
    int across, down; /* sampling factors, upright */
    int rows, fed;    /* rows that come            */
};

struct sheet {
    struct jpeg_destination_mgr base;
    uint8_t bytes[OUT];
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct outlet *out;
    const struct order *order;
    struct face face[PLANES_MOST];
    int planes, most_across, most_down;
    int bands, written;
    bool turned, touched;
};

/* ---- the new file ---------------------------------------------------------------- */

static void out_begin(j_compress_ptr jpeg)
{
    struct sheet *s = jpeg->client_data;
    s->base.next_output_byte = s->bytes;
    s->base.free_in_buffer = sizeof s->bytes;
}

static boolean out_empty(j_compress_ptr jpeg)
{
    struct sheet *s = jpeg->client_data;
    outlet_write(s->out, s->bytes, sizeof s->bytes);
    out_begin(jpeg);
    return TRUE;
}

static void out_end(j_compress_ptr jpeg)
{
    struct sheet *s = jpeg->client_data;
    outlet_write(s->out, s->bytes, sizeof s->bytes - s->base.free_in_buffer);
    out_begin(jpeg);
}

static void fail(j_common_ptr common)
{
    refuse(common->err->msg_code == JERR_OUT_OF_MEMORY ? REFUSAL_MEMORY
                                                       : REFUSAL_UNSUPPORTED,
           NULL);
}

struct sheet *sheet_new(struct outlet *out, const struct order *order)
{
    struct sheet *s = take(1, sizeof *s);
    s->out = out;
    s->order = order;
    s->jpeg.err = jpeg_std_error(&s->errors);
    s->errors.error_exit = fail;
    jpeg_create_compress(&s->jpeg);
    s->jpeg.client_data = s;
    s->base.init_destination = out_begin;
    s->base.empty_output_buffer = out_empty;
    s->base.term_destination = out_end;
    s->jpeg.dest = &s->base;
    return s;
}

/* The head. Of EXIF and JFIF both want to be first; EXIF is written when there is any. */
static void start(struct sheet *s, int width, int height)
{
    j_compress_ptr jpeg = &s->jpeg;
    jpeg->image_width = (JDIMENSION)width;
    jpeg->image_height = (JDIMENSION)height;
    jpeg->input_components = s->planes;
    jpeg->in_color_space = s->planes == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, QUALITY, TRUE);
    jpeg->raw_data_in = TRUE;
    jpeg->dct_method = JDCT_ISLOW;
    for (int n = 0; n < s->planes; n++) {
        jpeg->comp_info[n].h_samp_factor = s->face[n].across;
        jpeg->comp_info[n].v_samp_factor = s->face[n].down;
    }
    uint8_t *block = NULL;
    size_t exif = exif_make(s->order, &block);
    jpeg->write_JFIF_header = exif == 0;
    jpeg_start_compress(jpeg, TRUE);
    if (exif)
        jpeg_write_marker(jpeg, JPEG_APP0 + 1, block, (unsigned)exif);
    free(block);
}

/* ---- planes ---------------------------------------------------------------------- */

/* At least 1, also of nothing. */
static int common_divisor(int a, int b)
{
    int divisor = b == 0 ? a : common_divisor(b, a % b);
    return divisor > 0 ? divisor : 1;
}

/* Sampling factors, turned with the picture and made as small as they go. */
static void set_sampling(struct sheet *s, const struct shape *shape, bool swapped)
{
    int across = 0, down = 0, blocks = 0;
    for (int n = 0; n < s->planes; n++) {
        const struct shape_plane *p = &shape->plane[n];
        s->face[n].across = swapped ? p->down : p->across;
        s->face[n].down = swapped ? p->across : p->down;
        across = common_divisor(across, s->face[n].across);
        down = common_divisor(down, s->face[n].down);
    }
    s->most_across = s->most_down = 0;
    for (int n = 0; n < s->planes; n++) {
        struct face *f = &s->face[n];
        f->across /= across;
        f->down /= down;
        blocks += f->across * f->down;
        s->most_across = f->across > s->most_across ? f->across : s->most_across;
        s->most_down = f->down > s->most_down ? f->down : s->most_down;
    }
    if (blocks > BLOCKS_MOST)
        refuse(REFUSAL_UNSUPPORTED, NULL);
}

/* Room for a plane: whole blocks wide; a band high, or all bands. */
static void make_room(const struct sheet *s, struct face *f,
                      const struct shape_plane *from, const struct turn *t)
{
    int lines = f->down * DCTSIZE, block = f->across * DCTSIZE;
    f->plane.width = t->swapped ? from->rows : from->columns;
    f->plane.height = t->swapped ? from->columns : from->rows;
    if (block < 1)
        refuse(REFUSAL_UNSUPPORTED, NULL);
    f->plane.stride = (f->plane.width + block - 1) / block * block;
    f->rows = from->rows;
    size_t rows = (size_t)lines * (size_t)(s->turned ? s->bands : 1);
    f->plane.px = take(rows, (size_t)f->plane.stride);
    f->lay = lay_of(&f->plane, t);
}

void sheet_begin(struct sheet *s, const struct shape *shape)
{
    const struct turn *t = turn_of(shape->orientation);
    int width = t->swapped ? shape->height : shape->width;
    int height = t->swapped ? shape->width : shape->height;
    s->planes = shape->planes;
    s->turned = shape->orientation != 1;
    set_sampling(s, shape, t->swapped);
    int band = s->most_down * DCTSIZE;
    if (band < 1)
        refuse(REFUSAL_UNSUPPORTED, NULL);
    s->bands = (height + band - 1) / band;
    for (int n = 0; n < s->planes; n++)
        make_room(s, &s->face[n], &shape->plane[n], t);
    start(s, width, height);
}

/* ---- burns ----------------------------------------------------------------------- */

/* One row of a plane; every sample a burnt pixel has a part in goes. */
static bool burn_row(const struct sheet *s, const struct face *f, int y, uint8_t *row,
                     uint8_t with)
{
    const struct order *o = s->order;
    int first = y * s->most_down / f->down;
    int end = ((y + 1) * s->most_down + f->down - 1) / f->down;
    bool touched = false;
    for (int i = 0; i < o->burn_count; i++)
        for (int pixel = first; pixel < end; pixel++) {
            int x1, x2;
            if (!burn_span(&o->burn[i], pixel, &x1, &x2) || x2 <= 0)
                continue;
            int64_t from = (int64_t)(x1 < 0 ? 0 : x1) * f->across / s->most_across;
            int64_t to =
                ((int64_t)x2 * f->across + s->most_across - 1) / s->most_across;
            to = to < f->plane.width ? to : f->plane.width;
            if (from < to) {
                memset(row + from, with, (size_t)(to - from));
                touched = true;
            }
        }
    return touched;
}

/* Rows [first, end) of a plane, which lie from px on: burnt, and their last pixel
 * repeated to the end of its blocks. */
static bool finish_rows(struct sheet *s, int n, uint8_t *px, int first, int end)
{
    const struct face *f = &s->face[n];
    bool touched = false;
    for (int y = first; y < end; y++, px += f->plane.stride) {
        touched = burn_row(s, f, y, px, n ? NO_COLOUR : BLACK) || touched;
        memset(px + f->plane.width, px[f->plane.width - 1],
               (size_t)(f->plane.stride - f->plane.width));
    }
    return touched;
}

/* The next band; where a plane has no more rows its last one is repeated. */
static void write_band(struct sheet *s)
{
    JSAMPROW row[PLANES_MOST][LINES_MOST];
    JSAMPARRAY planes[PLANES_MOST];
    for (int n = 0; n < s->planes; n++) {
        struct face *f = &s->face[n];
        int lines = f->down * DCTSIZE, first = s->written * lines;
        int end = first + lines < f->plane.height ? first + lines : f->plane.height;
        uint8_t *px =
            f->plane.px + (size_t)(s->turned ? first : 0) * (size_t)f->plane.stride;
        s->touched = finish_rows(s, n, px, first, end) || s->touched;
        for (int y = 0; y < lines; y++) {
            int at = first + y < end ? y : end - first - 1;
            row[n][y] = px + (ptrdiff_t)(at < 0 ? 0 : at) * f->plane.stride;
        }
        planes[n] = row[n];
    }
    jpeg_write_raw_data(&s->jpeg, planes, (JDIMENSION)(s->most_down * DCTSIZE));
    s->written++;
}

/* Have all planes their rows of the next band? */
static bool band_is_in(const struct sheet *s)
{
    for (int n = 0; n < s->planes; n++) {
        const struct face *f = &s->face[n];
        int end = (s->written + 1) * f->down * DCTSIZE;
        if (f->fed < (end < f->rows ? end : f->rows))
            return false;
    }
    return s->written < s->bands;
}

void sheet_feed(struct sheet *s, int plane, const uint8_t *row)
{
    struct face *f = &s->face[plane];
    if (f->fed >= f->rows)
        return;
    int lines = f->down * DCTSIZE;
    int at = s->turned ? f->fed : f->fed % lines;
    uint8_t *to = f->plane.px + f->lay.begin + at * f->lay.per_row;
    f->fed++;
    if (f->lay.per_column == 1)
        memcpy(to, row, (size_t)f->lay.columns);
    else
        for (int x = 0; x < f->lay.columns; x++, to += f->lay.per_column)
            *to = row[x];
    if (!s->turned && band_is_in(s))
        write_band(s);
}

bool sheet_end(struct sheet *s)
{
    while (s->written < s->bands)
        write_band(s);
    jpeg_finish_compress(&s->jpeg);
    jpeg_destroy_compress(&s->jpeg);
    return s->touched;
}
