/* draw_photo: draws one of the demo's sample photos, a JPEG as a phone would make it.
 *
 *     draw_photo --scene lamp_out --at 57.0325,9.9912 --direction 45
 *                --time 2026-11-19T18:42:10Z -o lamp.jpg
 *
 * The picture is drawn (draw_scene), lit (draw_light) and grained (draw_film) next
 * door; this file reads the options, turns the pixels for the EXIF orientation, and
 * writes EXIF and JPEG. A tool of the demo and of tests: its few sentences are English
 * and stand here, not in the catalogue. The same options give the same bytes from the
 * same build.
 */
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/file.h"
#include "core/base/geo.h"
#include "core/base/text.h"
#include "tools/draw_light.h"
#include "tools/draw_scene.h"

#include <getopt.h>
#include <libexif/exif-data.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

enum { SIDE_MOST = 8192, SIDE_LEAST = 64, QUALITY = 88 };

struct request {
    const char *scene, *out;
    struct geo_point at;
    int64_t direction_c; /* hundredths of a degree, -1 not given */
    int64_t taken_ms;
    int64_t orientation;
    int64_t width, height; /* as a viewer shows it, after the orientation */
    int64_t seed;
    bool gps, timed;
};

static const char usage[] =
    "draw_photo --scene NAME --at LAT,LON[,ACCURACY] --direction DEG --time RFC3339\n"
    "           [--orientation 1..8] [--size WxH] [--seed N] [--no-gps] -o FILE.jpg\n"
    "Draws a night picture with EXIF. --size is as seen, 2048x1536 when not given.\n"
    "With --no-gps neither --at nor --direction is needed.\n"
    "Scenes:";

static void print_usage(FILE *to)
{
    fputs(usage, to);
    for (size_t i = 0; draw_scene_name(i); i++)
        fprintf(to, " %s", draw_scene_name(i));
    fputc('\n', to);
}

static bool complain(const char *what, const char *value)
{
    fprintf(stderr, "draw_photo: %s%s%s: see draw_photo --help\n", what,
            value ? ": " : "", value ? value : "");
    return false;
}

/* Options */

static bool read_size(const char *text, struct request *r)
{
    char wide[16];
    size_t n = strcspn(text, "x");
    if (n >= sizeof wide || text[n] != 'x')
        return false;
    memcpy(wide, text, n);
    wide[n] = '\0';
    return text_int(wide, &r->width) && text_int(text + n + 1, &r->height) &&
           r->width >= SIDE_LEAST && r->width <= SIDE_MOST && r->height >= SIDE_LEAST &&
           r->height <= SIDE_MOST;
}

static bool read_direction(const char *text, struct request *r)
{
    int64_t e7;
    if (!text_e7(text, strlen(text), &e7) || e7 < 0 || e7 >= 3600000000)
        return false;
    r->direction_c = (e7 + 50000) / 100000 % 36000;
    return true;
}

static bool read_option(int option, const char *value, struct request *r)
{
    struct err err = ERR_INIT;
    switch (option) {
    case 's':
        r->scene = value;
        return true;
    case 'o':
        r->out = value;
        return true;
    case 'g':
        r->gps = false;
        return true;
    case 'a':
        return geo_parse(value, &r->at, &err) || complain("no such place", value);
    case 'd':
        return read_direction(value, r) || complain("not 0 to 360 degrees", value);
    case 't':
        r->timed = clock_parse(value, &r->taken_ms);
        return r->timed || complain("not a time with zone", value);
    case 'r':
        return (text_int(value, &r->orientation) && r->orientation >= 1 &&
                r->orientation <= 8) ||
               complain("not an orientation from 1 to 8", value);
    case 'z':
        return read_size(value, r) || complain("not WxH of 64 to 8192", value);
    case 'n':
        return (text_int(value, &r->seed) && r->seed >= 0 && r->seed <= UINT32_MAX) ||
               complain("not a seed from 0 to 4294967295", value);
    case 'h':
        print_usage(stdout);
        exit(0);
    default:
        return complain("unknown option", NULL);
    }
}

static bool read_options(int argc, char **argv, struct request *r)
{
    static const struct option table[] = {{"scene", required_argument, NULL, 's'},
                                          {"at", required_argument, NULL, 'a'},
                                          {"direction", required_argument, NULL, 'd'},
                                          {"time", required_argument, NULL, 't'},
                                          {"orientation", required_argument, NULL, 'r'},
                                          {"size", required_argument, NULL, 'z'},
                                          {"seed", required_argument, NULL, 'n'},
                                          {"no-gps", no_argument, NULL, 'g'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(argc, argv, "o:h", table, NULL)) != -1)
        if (!read_option(option, optarg, r))
            return false;
    if (optind < argc)
        return complain("one argument too many", argv[optind]);
    if (!r->scene || !r->out || !r->timed)
        return complain("--scene, --time and -o must be given", NULL);
    if (r->gps && (!geo_known(r->at) || r->direction_c < 0))
        return complain("--at and --direction (or --no-gps) must be given", NULL);
    return true;
}

/* EXIF: libexif keeps the entries, their bytes are set here in Intel order. */

static const ExifByteOrder ORDER = EXIF_BYTE_ORDER_INTEL;

static unsigned char *add_entry(ExifData *exif, ExifIfd ifd, int tag, ExifFormat format,
                                unsigned long components)
{
    ExifMem *mem = exif_mem_new_default();
    ExifEntry *entry = exif_entry_new_mem(mem);
    unsigned int size = (unsigned int)(exif_format_get_size(format) * components);
    unsigned char *data = exif_mem_alloc(mem, size);
    if (!entry || !data)
        err_die("draw_photo", "out of memory");
    entry->tag = (ExifTag)tag; /* before adding: a second entry of a tag is refused */
    entry->format = format;
    entry->components = components;
    entry->data = data;
    entry->size = size;
    exif_content_add_entry(exif->ifd[ifd], entry);
    exif_entry_unref(entry);
    exif_mem_unref(mem);
    return data;
}

static void add_text(ExifData *exif, ExifIfd ifd, int tag, const char *text)
{
    size_t n = strlen(text) + 1;
    memcpy(add_entry(exif, ifd, tag, EXIF_FORMAT_ASCII, n), text, n);
}

static void add_short(ExifData *exif, ExifIfd ifd, int tag, int64_t value)
{
    exif_set_short(add_entry(exif, ifd, tag, EXIF_FORMAT_SHORT, 1), ORDER,
                   (ExifShort)value);
}

static void add_bytes(ExifData *exif, ExifIfd ifd, int tag, ExifFormat format,
                      const char *bytes, size_t n)
{
    memcpy(add_entry(exif, ifd, tag, format, n), bytes, n);
}

static void set_rational(unsigned char *data, int place, int64_t over, int64_t under)
{
    ExifRational value = {(ExifLong)over, (ExifLong)under};
    exif_set_rational(data + 8 * place, ORDER, value);
}

static void add_rational(ExifData *exif, ExifIfd ifd, int tag, int64_t over,
                         int64_t under)
{
    set_rational(add_entry(exif, ifd, tag, EXIF_FORMAT_RATIONAL, 1), 0, over, under);
}

/* Degrees, minutes and exact seconds: 1e-7 degrees are 3/500000 of 1/60 of a second. */
static void add_angle(ExifData *exif, int tag, int64_t e7, const char *ref)
{
    int64_t all = e7 < 0 ? -e7 : e7, minutes = all % 10000000 * 60;
    unsigned char *data = add_entry(exif, EXIF_IFD_GPS, tag, EXIF_FORMAT_RATIONAL, 3);
    add_text(exif, EXIF_IFD_GPS, tag - 1, ref);
    set_rational(data, 0, all / 10000000, 1);
    set_rational(data, 1, minutes / 10000000, 1);
    set_rational(data, 2, minutes % 10000000 * 3, 500000);
}

static void add_gps_time(ExifData *exif, int64_t utc_ms)
{
    char text[32], date[11];
    unsigned char *data =
        add_entry(exif, EXIF_IFD_GPS, EXIF_TAG_GPS_TIME_STAMP, EXIF_FORMAT_RATIONAL, 3);
    int64_t day_ms = (utc_ms % 86400000 + 86400000) % 86400000;
    set_rational(data, 0, day_ms / 3600000, 1);
    set_rational(data, 1, day_ms / 60000 % 60, 1);
    set_rational(data, 2, day_ms % 60000, 1000);
    clock_format(utc_ms, text);
    snprintf(date, sizeof date, "%.4s:%.2s:%.2s", text, text + 5, text + 8);
    add_text(exif, EXIF_IFD_GPS, EXIF_TAG_GPS_DATE_STAMP, date);
}

static void add_gps(ExifData *exif, const struct request *r)
{
    uint32_t seed = (uint32_t)r->seed;
    int64_t accuracy_mm = r->at.accuracy_mm;
    if (accuracy_mm < 0)
        accuracy_mm = 3000 + (int64_t)(draw_chance(seed, 1) * 6000);
    add_bytes(exif, EXIF_IFD_GPS, EXIF_TAG_GPS_VERSION_ID, EXIF_FORMAT_BYTE, "\2\3\0\0",
              4);
    add_angle(exif, EXIF_TAG_GPS_LATITUDE, r->at.lat_e7, r->at.lat_e7 < 0 ? "S" : "N");
    add_angle(exif, EXIF_TAG_GPS_LONGITUDE, r->at.lon_e7, r->at.lon_e7 < 0 ? "W" : "E");
    add_bytes(exif, EXIF_IFD_GPS, EXIF_TAG_GPS_ALTITUDE_REF, EXIF_FORMAT_BYTE, "\0", 1);
    add_rational(exif, EXIF_IFD_GPS, EXIF_TAG_GPS_ALTITUDE,
                 80 + (int64_t)(draw_chance(seed, 2) * 250), 10);
    add_gps_time(exif, r->taken_ms);
    add_text(exif, EXIF_IFD_GPS, EXIF_TAG_GPS_IMG_DIRECTION_REF, "T");
    add_rational(exif, EXIF_IFD_GPS, EXIF_TAG_GPS_IMG_DIRECTION, r->direction_c, 100);
    add_text(exif, EXIF_IFD_GPS, EXIF_TAG_GPS_MAP_DATUM, "WGS-84");
    add_rational(exif, EXIF_IFD_GPS, EXIF_TAG_GPS_H_POSITIONING_ERROR, accuracy_mm,
                 1000);
}

static void add_local_time(ExifData *exif, int64_t utc_ms)
{
    int year, month, day, hour, minute;
    char text[80], offset[16];
    clock_local(utc_ms, &year, &month, &day, &hour, &minute);
    int64_t second = (utc_ms % 60000 + 60000) % 60000 / 1000;
    int64_t local = (clock_days(year, month, day) * 24 + hour) * 60 + minute;
    int64_t ahead = local - (utc_ms - (utc_ms % 60000 + 60000) % 60000) / 60000;
    snprintf(text, sizeof text, "%04d:%02d:%02d %02d:%02d:%02d", year, month, day, hour,
             minute, (int)second);
    snprintf(offset, sizeof offset, "%c%02d:%02d", ahead < 0 ? '-' : '+',
             (int)(llabs(ahead) / 60), (int)(llabs(ahead) % 60));
    add_text(exif, EXIF_IFD_0, EXIF_TAG_DATE_TIME, text);
    add_text(exif, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL, text);
    add_text(exif, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_DIGITIZED, text);
    add_text(exif, EXIF_IFD_EXIF, EXIF_TAG_OFFSET_TIME_ORIGINAL, offset);
}

/* What EXIF 2.31 asks of every JPEG and nobody reads. */
static void add_required(ExifData *exif)
{
    add_rational(exif, EXIF_IFD_0, EXIF_TAG_X_RESOLUTION, 72, 1);
    add_rational(exif, EXIF_IFD_0, EXIF_TAG_Y_RESOLUTION, 72, 1);
    add_short(exif, EXIF_IFD_0, EXIF_TAG_RESOLUTION_UNIT, 2);
    add_short(exif, EXIF_IFD_0, EXIF_TAG_YCBCR_POSITIONING, 1);
    add_bytes(exif, EXIF_IFD_EXIF, EXIF_TAG_EXIF_VERSION, EXIF_FORMAT_UNDEFINED, "0231",
              4);
    add_bytes(exif, EXIF_IFD_EXIF, EXIF_TAG_COMPONENTS_CONFIGURATION,
              EXIF_FORMAT_UNDEFINED, "\1\2\3\0", 4);
    add_bytes(exif, EXIF_IFD_EXIF, EXIF_TAG_FLASH_PIX_VERSION, EXIF_FORMAT_UNDEFINED,
              "0100", 4);
}

/* The bytes of an APP1 segment, from "Exif\0\0" on. free() them. */
static unsigned char *exif_of(const struct request *r, int width, int height,
                              unsigned *ret_n)
{
    unsigned char *bytes = NULL;
    ExifData *exif = exif_data_new();
    if (!exif)
        err_die("draw_photo", "out of memory");
    exif_data_set_byte_order(exif, ORDER);
    exif_data_set_data_type(exif, EXIF_DATA_TYPE_COMPRESSED);
    add_text(exif, EXIF_IFD_0, EXIF_TAG_MAKE, "Lygte");
    add_text(exif, EXIF_IFD_0, EXIF_TAG_MODEL, "tegnet");
    add_short(exif, EXIF_IFD_0, EXIF_TAG_ORIENTATION, r->orientation);
    add_required(exif);
    add_short(exif, EXIF_IFD_EXIF, EXIF_TAG_COLOR_SPACE, 1);
    add_short(exif, EXIF_IFD_EXIF, EXIF_TAG_PIXEL_X_DIMENSION, width);
    add_short(exif, EXIF_IFD_EXIF, EXIF_TAG_PIXEL_Y_DIMENSION, height);
    add_local_time(exif, r->taken_ms);
    if (r->gps)
        add_gps(exif, r);
    exif_data_save_data(exif, &bytes, ret_n);
    exif_data_unref(exif);
    if (!bytes)
        err_die("draw_photo", "EXIF could not be made");
    return bytes;
}

/* Pixels */

/* Where the stored pixel x, y is seen; the stored picture is w by h. */
static size_t seen_at(int64_t orientation, size_t x, size_t y, size_t w, size_t h)
{
    size_t rx = w - 1 - x, ry = h - 1 - y;
    switch (orientation) {
    case 2:
        return y * w + rx;
    case 3:
        return ry * w + rx;
    case 4:
        return ry * w + x;
    case 5:
        return x * h + y;
    case 6:
        return x * h + ry;
    case 7:
        return rx * h + ry;
    case 8:
        return rx * h + y;
    default:
        return y * w + x;
    }
}

static uint8_t *turned_copy(const uint8_t *seen, const struct request *r, size_t w,
                            size_t h)
{
    uint8_t *stored = malloc(w * h * 3);
    if (!stored)
        err_die("draw_photo", "out of memory");
    for (size_t y = 0; y < h; y++)
        for (size_t x = 0; x < w; x++)
            memcpy(stored + (y * w + x) * 3,
                   seen + seen_at(r->orientation, x, y, w, h) * 3, 3);
    return stored;
}

/* The whole JPEG. libjpeg ends the program when it cannot go on. free() it. */
static unsigned char *jpeg_of(const struct request *r, uint8_t *rgb, int w, int h,
                              unsigned long *ret_n)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr manager;
    unsigned char *bytes = NULL;
    unsigned exif_n = 0;
    unsigned char *exif = exif_of(r, w, h, &exif_n);
    jpeg.err = jpeg_std_error(&manager);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, ret_n);
    jpeg.image_width = (JDIMENSION)w;
    jpeg.image_height = (JDIMENSION)h;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg.write_JFIF_header = FALSE;
    jpeg_set_quality(&jpeg, QUALITY, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, exif, exif_n);
    while (jpeg.next_scanline < jpeg.image_height) {
        JSAMPROW row = rgb + (size_t)jpeg.next_scanline * (size_t)w * 3;
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    free(exif);
    return bytes;
}

static uint8_t *draw(const struct request *r, const struct draw_world *world)
{
    int w = (int)r->width, h = (int)r->height;
    size_t half = (size_t)((w + 1) / 2) * (size_t)((h + 1) / 2);
    struct vec *light = calloc(half, sizeof *light);
    uint8_t *rgb = malloc((size_t)w * (size_t)h * 3);
    if (!light || !rgb)
        err_die("draw_photo", "out of memory");
    draw_render(world, (w + 1) / 2, (h + 1) / 2, light);
    draw_develop(light, w, h, world->exposure, (uint32_t)r->seed, rgb);
    free(light);
    return rgb;
}

int main(int argc, char **argv)
{
    static struct draw_world world;
    struct request r = {.at = GEO_NOWHERE,
                        .direction_c = -1,
                        .orientation = 1,
                        .width = 2048,
                        .height = 1536,
                        .seed = 1,
                        .gps = true};
    struct err err = ERR_INIT;
    unsigned long n = 0;
    if (!read_options(argc, argv, &r))
        return 2;
    if (!draw_scene_build(r.scene, (uint32_t)r.seed, &world)) {
        complain("no such scene", r.scene);
        return 2;
    }
    uint8_t *seen = draw(&r, &world);
    bool lies = r.orientation >= 5;
    int w = (int)(lies ? r.height : r.width), h = (int)(lies ? r.width : r.height);
    uint8_t *stored = turned_copy(seen, &r, (size_t)w, (size_t)h);
    unsigned char *jpeg = jpeg_of(&r, stored, w, h, &n);
    bool ok = file_write_whole(r.out, jpeg, n, 0644, &err);
    if (!ok)
        fprintf(stderr, "draw_photo: %s was not written: %s: choose another place\n",
                r.out, err.arg[1][0] ? err.arg[1] : err.key);
    free(jpeg);
    free(stored);
    free(seen);
    return ok ? 0 : 1;
}
