/* exif_make: the facts of a new photo as an EXIF block, by libexif: what the order says
 * and nothing else. libexif's habit of adding what the standard calls mandatory is left
 * out: a shared copy carries only what is meant. */
#include "core/picture/exif_make.h"

#include "core/base/clock.h"
#include "core/picture/photo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libexif/exif-data.h>

/* Exif 2.32: table 15 (GPS) and table 8; libexif knows them by other names or not. */
enum {
    GPS_VERSION = 0,
    GPS_LAT_REF = 1,
    GPS_LAT = 2,
    GPS_LON_REF = 3,
    GPS_LON = 4,
    GPS_DIRECTION = 17,
    GPS_ERROR = 31,
    TAG_OFFSET_ORIGINAL = 0x9011
};

/* A tag with room for its value. */
static uint8_t *add(ExifData *data, ExifIfd ifd, int tag, ExifFormat format,
                    unsigned count)
{
    ExifMem *mem = exif_mem_new_default();
    ExifEntry *e = mem ? exif_entry_new_mem(mem) : NULL;
    unsigned size = exif_format_get_size(format) * count;
    uint8_t *value = e ? exif_mem_alloc(mem, size) : NULL;
    if (!value)
        refuse(REFUSAL_MEMORY, NULL);
    *e = (ExifEntry){.tag = (ExifTag)tag,
                     .format = format,
                     .components = count,
                     .data = value,
                     .size = size,
                     .priv = e->priv};
    exif_content_add_entry(data->ifd[ifd], e);
    exif_entry_unref(e);
    exif_mem_unref(mem);
    return value;
}

static void add_text(ExifData *data, ExifIfd ifd, int tag, const char *text)
{
    size_t n = strlen(text) + 1;
    memcpy(add(data, ifd, tag, EXIF_FORMAT_ASCII, (unsigned)n), text, n);
}

static void put_rational(ExifData *data, uint8_t *at, int64_t over, int64_t under)
{
    exif_set_rational(at, exif_data_get_byte_order(data),
                      (ExifRational){(ExifLong)over, (ExifLong)under});
}

/* Degrees, minutes, seconds; 1e-7 degrees are kept exactly. */
static void add_degrees(ExifData *data, int tag, int64_t e7)
{
    uint8_t *at = add(data, EXIF_IFD_GPS, tag, EXIF_FORMAT_RATIONAL, 3);
    int64_t minutes = llabs(e7) % 10000000 * 60;
    put_rational(data, at, llabs(e7) / 10000000, 1);
    put_rational(data, at + 8, minutes / 10000000, 1);
    put_rational(data, at + 16, minutes % 10000000 * 60, 10000000);
}

static void add_place(ExifData *data, const struct order *o)
{
    memcpy(add(data, EXIF_IFD_GPS, GPS_VERSION, EXIF_FORMAT_BYTE, 4), "\2\3\0\0", 4);
    if (geo_known(o->at)) {
        add_text(data, EXIF_IFD_GPS, GPS_LAT_REF, o->at.lat_e7 < 0 ? "S" : "N");
        add_degrees(data, GPS_LAT, o->at.lat_e7);
        add_text(data, EXIF_IFD_GPS, GPS_LON_REF, o->at.lon_e7 < 0 ? "W" : "E");
        add_degrees(data, GPS_LON, o->at.lon_e7);
        if (o->at.accuracy_mm > 0)
            put_rational(data,
                         add(data, EXIF_IFD_GPS, GPS_ERROR, EXIF_FORMAT_RATIONAL, 1),
                         o->at.accuracy_mm, 1000);
    }
    if (o->direction_c >= 0)
        put_rational(data,
                     add(data, EXIF_IFD_GPS, GPS_DIRECTION, EXIF_FORMAT_RATIONAL, 1),
                     o->direction_c, 100);
}

static void add_time(ExifData *data, int64_t utc_ms)
{
    int y, mo, d, h, mi;
    char text[64], zone[16];
    clock_local(utc_ms, &y, &mo, &d, &h, &mi);
    if (y < 1 || y > 9999)
        return;
    int64_t into_minute = (utc_ms % 60000 + 60000) % 60000;
    int64_t wall =
        clock_days(y, mo, d) * 86400000 + h * INT64_C(3600000) + mi * INT64_C(60000);
    int ahead = (int)((wall - (utc_ms - into_minute)) / 3600000);
    snprintf(text, sizeof text, "%04d:%02d:%02d %02d:%02d:%02d", y, mo, d, h, mi,
             (int)(into_minute / 1000));
    snprintf(zone, sizeof zone, "+%02d:00", ahead);
    add_text(data, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL, text);
    add_text(data, EXIF_IFD_EXIF, TAG_OFFSET_ORIGINAL, zone);
}

size_t exif_make(const struct order *order, uint8_t **ret)
{
    bool place = geo_known(order->at) || order->direction_c >= 0;
    if (!place && order->taken_ms == INT64_MIN && !order->description[0])
        return 0;
    ExifData *data = exif_data_new();
    unsigned char *block = NULL;
    unsigned n = 0;
    if (!data)
        refuse(REFUSAL_MEMORY, NULL);
    exif_data_set_byte_order(data, EXIF_BYTE_ORDER_INTEL);
    if (order->description[0])
        add_text(data, EXIF_IFD_0, EXIF_TAG_IMAGE_DESCRIPTION, order->description);
    if (order->taken_ms != INT64_MIN)
        add_time(data, order->taken_ms);
    if (place)
        add_place(data, order);
    exif_data_save_data(data, &block, &n);
    exif_data_unref(data);
    if (!block || n > EXIF_BLOCK_MOST)
        refuse(REFUSAL_MEMORY, NULL);
    *ret = block;
    return n;
}
