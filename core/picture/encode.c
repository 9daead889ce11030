/* encode: see the header. An attempt that passes the budget is broken off at once, and
 * how far it came tells which quality to try next. */
#include "core/picture/encode.h"

#include "core/picture/photo.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

enum { QUALITY_BEST = 82, QUALITY_LEAST = 25, MCU = 16 };

/* The budget as a destination; what does not fit is thrown away and remembered. */
struct room {
    struct jpeg_destination_mgr base;
    uint8_t *out;
    size_t size, used;
    bool full;
};

static void room_begin(j_compress_ptr jpeg)
{
    struct room *r = jpeg->client_data;
    r->base.next_output_byte = r->out;
    r->base.free_in_buffer = r->size;
    r->full = false;
}

static boolean room_empty(j_compress_ptr jpeg)
{
    struct room *r = jpeg->client_data;
    room_begin(jpeg);
    r->full = true;
    return TRUE;
}

static void room_end(j_compress_ptr jpeg)
{
    struct room *r = jpeg->client_data;
    r->used = r->size - r->base.free_in_buffer;
}

/* Our own pixels: nothing can be wrong with them but memory. */
static void fail(j_common_ptr common)
{
    refuse(common->err->msg_code == JERR_OUT_OF_MEMORY ? REFUSAL_MEMORY
                                                       : REFUSAL_DAMAGED,
           NULL);
}

/* Repeats the last pixel of each row to the end of its blocks. */
static void pad_rows(const struct copy *copy)
{
    for (int n = 0; n < copy->planes; n++) {
        const struct plane *p = &copy->plane[n];
        for (int y = 0; y < p->height; y++) {
            uint8_t *row = p->px + (ptrdiff_t)y * p->stride;
            memset(row + p->width, row[p->width - 1], (size_t)(p->stride - p->width));
        }
    }
}

/* One band of 16 pixel rows; the last row is repeated under the picture. */
static void write_band(j_compress_ptr jpeg, const struct copy *copy, int top)
{
    JSAMPROW row[PLANES_MOST][MCU];
    JSAMPARRAY planes[PLANES_MOST];
    for (int n = 0; n < copy->planes; n++) {
        const struct plane *p = &copy->plane[n];
        int lines = n ? MCU / 2 : MCU, from = n ? top / 2 : top;
        for (int y = 0; y < lines; y++) {
            int at = from + y < p->height ? from + y : p->height - 1;
            row[n][y] = p->px + (ptrdiff_t)at * p->stride;
        }
        planes[n] = row[n];
    }
    jpeg_write_raw_data(jpeg, planes, (JDIMENSION)(jpeg->max_v_samp_factor * DCTSIZE));
}

static void set_form(j_compress_ptr jpeg, const struct copy *copy, int quality)
{
    jpeg->image_width = (JDIMENSION)copy->width;
    jpeg->image_height = (JDIMENSION)copy->height;
    jpeg->input_components = copy->planes;
    jpeg->in_color_space = copy->planes == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
    jpeg_set_defaults(jpeg); /* 4:2:0 for colour */
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg->raw_data_in = TRUE;
    jpeg->dct_method = JDCT_ISLOW;
}

/* True when it fitted. Else *done is the share of the picture that did. */
static bool attempt(j_compress_ptr jpeg, struct room *room, const struct copy *copy,
                    int quality, double *done)
{
    set_form(jpeg, copy, quality);
    jpeg_start_compress(jpeg, TRUE);
    int band = jpeg->max_v_samp_factor * DCTSIZE;
    for (int top = 0; top < copy->height && !room->full; top += band) {
        *done = top / (double)copy->height;
        write_band(jpeg, copy, top);
    }
    if (!room->full)
        jpeg_finish_compress(jpeg);
    bool fits = !room->full;
    jpeg_abort_compress(jpeg);
    return fits;
}

/* libjpeg's quality as the factor it puts on its tables, and back. */
static double factor_of(int quality)
{
    return quality < 50 ? 50.0 / quality : 2 - quality / 50.0;
}

static int quality_of(double factor)
{
    return (int)floor(factor > 1 ? 50 / factor : 100 - 50 * factor);
}

/* Bytes go about as the factor to the power of -0.7. */
static int quality_next(int quality, double done)
{
    double over = 1 / fmax(0.95 * done, 0.05);
    int next = quality_of(factor_of(quality) * pow(over, 1 / 0.7));
    return next > quality - 2 ? quality - 2 : next;
}

size_t encode_copy(struct copy *copy, uint8_t *out, size_t budget)
{
    struct jpeg_compress_struct jpeg = {0};
    struct jpeg_error_mgr errors;
    struct room room = {.out = out, .size = budget};
    jpeg.err = jpeg_std_error(&errors);
    errors.error_exit = fail;
    jpeg_create_compress(&jpeg);
    room.base.init_destination = room_begin;
    room.base.empty_output_buffer = room_empty;
    room.base.term_destination = room_end;
    jpeg.client_data = &room;
    jpeg.dest = &room.base;
    int quality = QUALITY_BEST;
    double done = 0;
    pad_rows(copy);
    while (!attempt(&jpeg, &room, copy, quality, &done)) {
        if (quality > QUALITY_LEAST) {
            int next = quality_next(quality, done);
            quality = next > QUALITY_LEAST ? next : QUALITY_LEAST;
        } else {
            copy_halve(copy);
            pad_rows(copy);
            quality = QUALITY_BEST;
        }
    }
    jpeg_destroy_compress(&jpeg);
    return room.used;
}
