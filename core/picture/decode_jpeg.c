/* decode_jpeg: JPEG by libjpeg-turbo, read as it comes, reduced while it is decoded.
 *
 * The inverse DCT runs at 1/1, 1/2, 1/4 or 1/8, so that the decoded picture is just as
 * large as the largest copy needs; YCbCr and grey come out as raw planes, without
 * upsampling or colour conversion. All sizes are checked from the header, before any
 * memory is taken. A file that ends before its EOI marker, and entropy data that do not
 * decode, are refused: half a photo must not pass for a whole one. Strange bytes
 * between segments and after EOI (many phones write them) are fine. ICC profiles are
 * not read.
 */
#include "core/picture/photo.h"
#include "core/picture/scale.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jpeglib.h>

#include <jerror.h>

/* LINES_MOST: a sampling factor is at most 4, a block at most 8 lines. */
enum { CHUNK = 65536, LINES_MOST = 32 };

struct source {
    struct jpeg_source_mgr base;
    int fd;
    bool ended; /* the file is over; what follows is an EOI of ours */
    uint8_t bytes[CHUNK];
};

struct reading {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    struct source source;
    struct picture_facts *facts;
    bool exif_seen;
    uint8_t exif[CHUNK];
};

/* The errors that say something about the photo; all others mean it is damaged. */
static void fail(j_common_ptr common)
{
    switch (common->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
        refuse(REFUSAL_MEMORY, NULL);
    case JERR_IMAGE_TOO_BIG:
        refuse(REFUSAL_PIXELS, NULL);
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_ARITH_NOTIMPL:
        refuse(REFUSAL_UNSUPPORTED, NULL);
    default:
        break;
    }
    struct reading *r = common->client_data;
    refuse(r->source.ended ? REFUSAL_TRUNCATED : REFUSAL_DAMAGED, NULL);
}

/* level -1 is a warning, others are traces. */
static void warn(j_common_ptr common, int level)
{
    if (level >= 0)
        return;
    switch (common->err->msg_code) {
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_NOT_SEQUENTIAL:
        fail(common);
        break;
    default:
        break;
    }
}

static void say_nothing(j_common_ptr common)
{
    (void)common;
}

static void source_begin(j_decompress_ptr jpeg)
{
    (void)jpeg;
}

static boolean source_fill(j_decompress_ptr jpeg)
{
    struct reading *r = jpeg->client_data;
    struct source *s = &r->source;
    ssize_t n;
    do
        n = read(s->fd, s->bytes, sizeof s->bytes);
    while (n < 0 && errno == EINTR);
    if (n <= 0) {
        s->ended = true;
        s->bytes[0] = 0xFF;
        s->bytes[1] = JPEG_EOI;
        n = 2;
    }
    s->base.next_input_byte = s->bytes;
    s->base.bytes_in_buffer = (size_t)n;
    return TRUE;
}

static void source_skip(j_decompress_ptr jpeg, long n)
{
    struct jpeg_source_mgr *s = jpeg->src;
    while (n > 0 && (size_t)n > s->bytes_in_buffer) {
        n -= (long)s->bytes_in_buffer;
        source_fill(jpeg);
        if (((struct reading *)jpeg->client_data)->source.ended)
            refuse(REFUSAL_TRUNCATED, NULL);
    }
    if (n > 0) {
        s->next_input_byte += n;
        s->bytes_in_buffer -= (size_t)n;
    }
}

static uint8_t source_byte(j_decompress_ptr jpeg)
{
    struct jpeg_source_mgr *s = jpeg->src;
    if (s->bytes_in_buffer == 0)
        source_fill(jpeg);
    s->bytes_in_buffer--;
    return *s->next_input_byte++;
}

/* An APP1 segment: the first that is EXIF is kept, others (XMP, depth maps) skipped. */
static boolean read_app1(j_decompress_ptr jpeg)
{
    struct reading *r = jpeg->client_data;
    unsigned high = source_byte(jpeg);
    unsigned length = high << 8 | source_byte(jpeg);
    if (length < 2)
        refuse(REFUSAL_DAMAGED, NULL);
    unsigned left = length - 2, n = 0;
    while (left > 0 && n < 6 && !r->exif_seen) {
        r->exif[n++] = source_byte(jpeg);
        left--;
    }
    if (n == 6 && memcmp(r->exif, "Exif\0\0", 6) == 0) {
        for (; left > 0; left--)
            r->exif[n++] = source_byte(jpeg);
        if (r->source.ended)
            refuse(REFUSAL_TRUNCATED, NULL);
        r->exif_seen = true;
        exif_read(r->exif, n, r->facts);
    }
    source_skip(jpeg, (long)left);
    return TRUE;
}

static void count_scans(j_common_ptr common)
{
    j_decompress_ptr jpeg = (j_decompress_ptr)common;
    if (jpeg->input_scan_number > PHOTO_SCANS_MOST)
        refuse(REFUSAL_SCANS, NULL);
}

static void reading_begin(struct reading *r, int fd, struct picture_facts *facts)
{
    r->facts = facts;
    r->jpeg.err = jpeg_std_error(&r->errors);
    r->errors.error_exit = fail;
    r->errors.emit_message = warn;
    r->errors.output_message = say_nothing;
    r->jpeg.client_data = r;
    jpeg_create_decompress(&r->jpeg);
    r->source.fd = fd;
    r->source.base = (struct jpeg_source_mgr){
        .init_source = source_begin,
        .fill_input_buffer = source_fill,
        .skip_input_data = source_skip,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = source_begin,
    };
    r->jpeg.src = &r->source.base;
    r->progress.progress_monitor = count_scans;
    r->jpeg.progress = &r->progress;
    jpeg_set_marker_processor(&r->jpeg, JPEG_APP0 + 1, read_app1);
}

/* Header to facts, limits first. */
static void check_header(struct reading *r)
{
    j_decompress_ptr jpeg = &r->jpeg;
    jpeg_read_header(jpeg, TRUE);
    long width = (long)jpeg->image_width, height = (long)jpeg->image_height;
    if (width * height > PHOTO_PIXELS_MOST)
        refuse_size(REFUSAL_PIXELS, width, height);
    bool many = jpeg->progressive_mode || jpeg_has_multiple_scans(jpeg);
    if (many && width * height > PHOTO_PROGRESSIVE_MOST)
        refuse_size(REFUSAL_PROGRESSIVE, width, height);
    r->exif_seen = true; /* behind the pixels it is too late to turn them */
    bool swapped = r->facts->orientation >= 5;
    snprintf(r->facts->format, sizeof r->facts->format, "jpeg");
    r->facts->width = (int)(swapped ? height : width);
    r->facts->height = (int)(swapped ? width : height);
}

/* The smallest of 1/1, 1/2, 1/4 and 1/8 that leaves the longest side at least side. */
static unsigned reduction(j_decompress_ptr jpeg, int side)
{
    unsigned longest =
        jpeg->image_width > jpeg->image_height ? jpeg->image_width : jpeg->image_height;
    for (unsigned d = 8; d > 1; d /= 2)
        if (longest / d >= (unsigned)side)
            return d;
    return 1;
}

static bool is_planar(j_decompress_ptr jpeg)
{
    return jpeg->jpeg_color_space == JCS_GRAYSCALE ||
           jpeg->jpeg_color_space == JCS_YCbCr;
}

/* Raw planes as they lie in the file: each has its own sampling. */
static void shape_planes(j_decompress_ptr jpeg, struct shape *s)
{
    s->planes = jpeg->num_components;
    for (int i = 0; i < s->planes; i++) {
        const jpeg_component_info *c = &jpeg->comp_info[i];
        double size = c->DCT_scaled_size / (double)DCTSIZE;
        s->plane[i] = (struct shape_plane){
            .columns = (int)c->downsampled_width,
            .rows = (int)c->downsampled_height,
            .wide =
                jpeg->image_width * size * c->h_samp_factor / jpeg->max_h_samp_factor,
            .high =
                jpeg->image_height * size * c->v_samp_factor / jpeg->max_v_samp_factor,
            .across = c->h_samp_factor,
            .down = c->v_samp_factor,
        };
    }
}

static void read_planes(j_decompress_ptr jpeg, struct copies *copies)
{
    JSAMPROW row[PLANES_MOST][LINES_MOST];
    JSAMPARRAY planes[PLANES_MOST];
    int lines[PLANES_MOST] = {0}, n = jpeg->num_components;
    int most = jpeg->max_v_samp_factor * jpeg->min_DCT_scaled_size;
    if (n > PLANES_MOST || most > LINES_MOST)
        refuse(REFUSAL_UNSUPPORTED, NULL);
    for (int i = 0; i < n; i++) {
        const jpeg_component_info *c = &jpeg->comp_info[i];
        size_t blocks = c->width_in_blocks + (unsigned)c->h_samp_factor;
        size_t wide = blocks * (unsigned)c->DCT_scaled_size;
        lines[i] = c->v_samp_factor * c->DCT_scaled_size;
        uint8_t *room = take((size_t)lines[i], wide);
        for (int y = 0; y < lines[i]; y++)
            row[i][y] = room + (size_t)y * wide;
        planes[i] = row[i];
    }
    while (jpeg->output_scanline < jpeg->output_height) {
        jpeg_read_raw_data(jpeg, planes, (JDIMENSION)most);
        for (int i = 0; i < n; i++)
            for (int y = 0; y < lines[i]; y++)
                copies_feed(copies, i, row[i][y]);
    }
}

/* CMYK to RGB, in place over the first three quarters. Photoshop (an Adobe marker)
 * writes ink upside down: 255 is no ink. */
static void paint_over(uint8_t *row, int columns, bool inverted)
{
    uint8_t *to = row;
    for (int x = 0; x < columns; x++, row += 4) {
        unsigned k = inverted ? row[3] : 255U - row[3];
        for (int i = 0; i < 3; i++) {
            unsigned ink = inverted ? row[i] : 255U - row[i];
            *to++ = (uint8_t)((ink * k + 127) / 255);
        }
    }
}

static void read_colours(j_decompress_ptr jpeg, struct copies *copies)
{
    int columns = (int)jpeg->output_width;
    uint8_t *pixels = take(jpeg->output_width, (size_t)jpeg->output_components);
    uint8_t *work = take(jpeg->output_width, 3);
    JSAMPROW row = pixels;
    while (jpeg->output_scanline < jpeg->output_height) {
        jpeg_read_scanlines(jpeg, &row, 1);
        if (jpeg->out_color_space == JCS_CMYK)
            paint_over(pixels, columns, jpeg->saw_Adobe_marker);
        copies_feed_rgb(copies, pixels, columns, work);
    }
}

/* Chooses what the decoder shall give; RGB and inks are converted here, not there. */
static void choose_output(j_decompress_ptr jpeg, int side)
{
    jpeg->scale_num = 1;
    jpeg->scale_denom = reduction(jpeg, side);
    jpeg->dct_method = JDCT_ISLOW; /* the fast one spoils scaled chroma (2.1.5) */
    if (is_planar(jpeg)) {
        jpeg->raw_data_out = TRUE;
        jpeg->out_color_space = jpeg->jpeg_color_space;
    } else if (jpeg->jpeg_color_space == JCS_CMYK ||
               jpeg->jpeg_color_space == JCS_YCCK) {
        jpeg->out_color_space = JCS_CMYK;
    } else if (jpeg->jpeg_color_space == JCS_RGB) {
        jpeg->out_color_space = JCS_RGB;
    } else {
        refuse(REFUSAL_UNSUPPORTED, NULL);
    }
}

/* libjpeg takes three components called R, G and B for colours that are no YCbCr. */
static bool calls_itself_rgb(j_decompress_ptr jpeg)
{
    return jpeg->num_components == 3 && jpeg->comp_info[0].component_id == 'R';
}

bool jpeg_may_carry(int fd, struct picture_facts *facts)
{
    struct reading *r = take(1, sizeof *r);
    reading_begin(r, fd, facts);
    check_header(r);
    bool may = is_planar(&r->jpeg) && !r->jpeg.arith_code && facts->orientation == 1 &&
               !calls_itself_rgb(&r->jpeg);
    jpeg_destroy_decompress(&r->jpeg);
    return may && lseek(fd, 0, SEEK_SET) == 0;
}

void decode_jpeg(int fd, struct picture_facts *facts, struct copies *copies)
{
    struct reading *r = take(1, sizeof *r);
    reading_begin(r, fd, facts);
    check_header(r);
    j_decompress_ptr jpeg = &r->jpeg;
    choose_output(jpeg, copies_side(copies));
    jpeg_start_decompress(jpeg);
    struct shape shape = {.width = (int)jpeg->image_width,
                          .height = (int)jpeg->image_height,
                          .orientation = facts->orientation,
                          .planes = 3};
    if (jpeg->raw_data_out) {
        shape_planes(jpeg, &shape);
        copies_begin(copies, &shape);
        read_planes(jpeg, copies);
    } else {
        double scale = jpeg->scale_denom;
        for (int i = 0; i < 3; i++)
            shape.plane[i] = (struct shape_plane){(int)jpeg->output_width,
                                                  (int)jpeg->output_height,
                                                  jpeg->image_width / scale,
                                                  jpeg->image_height / scale,
                                                  1,
                                                  1};
        copies_begin(copies, &shape);
        read_colours(jpeg, copies);
    }
    jpeg_finish_decompress(jpeg);
    if (r->source.ended)
        refuse(REFUSAL_TRUNCATED, NULL);
    jpeg_destroy_decompress(jpeg);
}
