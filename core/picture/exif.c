/* exif: place, time and orientation out of an EXIF block, by libexif.
 *
 * CIPA DC-008 (Exif 2.32) sections 4.6.4 to 4.6.6. Phones write much that the standard
 * does not know, so each fact stands alone: a date that is no date spoils no position,
 * a zero denominator spoils only its own value. What is not certain is left unknown.
 */
#include "core/base/clock.h"
#include "core/picture/photo.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libexif/exif-data.h>
#include <libexif/exif-loader.h>

/* GPS tags of the standard (Exif 2.32, table 15); libexif lacks the last. */
enum gps_tag {
    GPS_LAT_REF = 1,
    GPS_LAT = 2,
    GPS_LON_REF = 3,
    GPS_LON = 4,
    GPS_ALT_REF = 5,
    GPS_ALT = 6,
    GPS_TIME = 7,
    GPS_DIRECTION = 17,
    GPS_DATE = 29,
    GPS_ERROR = 31
};

enum { TAG_OFFSET = 0x9010, TAG_OFFSET_ORIGINAL = 0x9011, TEXT = 32 };

static const int64_t second = 1000, minute = 60000, hour = 3600000, day_ms = 86400000;

static ExifEntry *entry_of(ExifData *data, ExifIfd ifd, int tag)
{
    return exif_content_get_entry(data->ifd[ifd], (ExifTag)tag);
}

/* An ASCII value, cut at the size, without the blanks around it; "" when none. */
static void text_of(ExifData *data, ExifIfd ifd, int tag, char out[TEXT])
{
    memset(out, 0, TEXT);
    const ExifEntry *e = entry_of(data, ifd, tag);
    if (!e || !e->data || e->format != EXIF_FORMAT_ASCII)
        return;
    size_t n = e->size < TEXT - 1 ? e->size : TEXT - 1, begin = 0;
    n = strnlen((const char *)e->data, n);
    while (begin < n && e->data[begin] == ' ')
        begin++;
    while (n > begin && e->data[n - 1] == ' ')
        n--;
    memcpy(out, e->data + begin, n - begin);
}

/* `count` unsigned rationals; false when there are fewer or a denominator is zero. */
static bool rationals(ExifData *data, int tag, int count, double *out)
{
    const ExifEntry *e = entry_of(data, EXIF_IFD_GPS, tag);
    if (!e || !e->data || e->format != EXIF_FORMAT_RATIONAL)
        return false;
    if (e->components < (unsigned)count || e->size < (unsigned)count * 8)
        return false;
    ExifByteOrder order = exif_data_get_byte_order(data);
    for (int i = 0; i < count; i++) {
        ExifRational r = exif_get_rational(e->data + 8 * (size_t)i, order);
        if (r.denominator == 0)
            return false;
        out[i] = (double)r.numerator / r.denominator;
    }
    return true;
}

/* Degrees, minutes, seconds and a letter to 1e-7 degrees. */
static bool degrees_of(ExifData *data, int tag, int ref_tag, const char *letters,
                       double most, int64_t *ret_e7)
{
    double part[3];
    char ref[TEXT];
    text_of(data, EXIF_IFD_GPS, ref_tag, ref);
    char letter = (char)toupper((unsigned char)ref[0]);
    if (letter != letters[0] && letter != letters[1])
        return false;
    if (!rationals(data, tag, 3, part) || part[1] > 60 || part[2] > 60)
        return false;
    double degrees = part[0] + part[1] / 60 + part[2] / 3600;
    if (degrees > most)
        return false;
    int64_t e7 = llround(degrees * 1e7);
    *ret_e7 = letter == letters[1] ? -e7 : e7;
    return true;
}

static void read_place(ExifData *data, struct picture_facts *f)
{
    int64_t lat, lon;
    if (!degrees_of(data, GPS_LAT, GPS_LAT_REF, "NS", 90, &lat) ||
        !degrees_of(data, GPS_LON, GPS_LON_REF, "EW", 180, &lon))
        return;
    if (lat == 0 && lon == 0) {
        f->zero_position = true;
        return;
    }
    double error;
    f->at = (struct geo_point){lat, lon, -1};
    if (rationals(data, GPS_ERROR, 1, &error) && error > 0 && error <= 1e6)
        f->at.accuracy_mm = llround(error * 1000);
}

/* Reference 0 is above, 1 below the sea; Exif 3 adds ellipsoid heights (2, 3), which
 * are no heights above the sea. Without a fix a height means nothing. */
static void read_altitude(ExifData *data, struct picture_facts *f)
{
    const ExifEntry *ref = entry_of(data, EXIF_IFD_GPS, GPS_ALT_REF);
    int below = ref && ref->data && ref->size > 0 ? ref->data[0] : 0;
    double metres;
    if (below > 1 || f->zero_position || !rationals(data, GPS_ALT, 1, &metres))
        return;
    if (metres <= (below ? 12000 : 20000))
        f->altitude_mm = llround(metres * 1000) * (below ? -1 : 1);
}

static void read_direction(ExifData *data, struct picture_facts *f)
{
    double degrees;
    if (rationals(data, GPS_DIRECTION, 1, &degrees) && degrees <= 360)
        f->direction_c = (int)(llround(degrees * 100) % 36000);
}

/* Exactly n digits at s, no sign; -1 when they are not. */
static int number(const char *s, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

/* Years a photo may be of; a record has no room for much later ones. */
enum { YEAR_LEAST = 1800, YEAR_MOST = 4000 };

bool exif_date(const char *text, int *year, int *month, int *day)
{
    if (strlen(text) < 10 || text[4] != ':' || text[7] != ':')
        return false;
    *year = number(text, 4);
    *month = number(text + 5, 2);
    *day = number(text + 8, 2);
    return *year >= YEAR_LEAST && *year <= YEAR_MOST && *month > 0 && *day > 0 &&
           clock_date_exists(*year, *month, *day);
}

/* GPS date and time are UTC. An hour without a date, or the reverse, is no time. */
static void read_gps_time(ExifData *data, struct picture_facts *f)
{
    char text[TEXT];
    int y, m, d;
    double t[3];
    text_of(data, EXIF_IFD_GPS, GPS_DATE, text);
    if (!text[0])
        return;
    if (strlen(text) != 10 || !exif_date(text, &y, &m, &d)) {
        f->bad_gps_date = true;
        return;
    }
    if (!rationals(data, GPS_TIME, 3, t) || t[0] >= 24 || t[1] >= 60 || t[2] >= 61)
        return;
    f->taken_ms = clock_days(y, m, d) * day_ms + llround(t[0] * (double)hour) +
                  llround(t[1] * (double)minute) + llround(t[2] * (double)second);
    snprintf(f->taken_from, sizeof f->taken_from, "gps");
}

/* "+02:00", "-09:30" or "Z" in milliseconds. */
static bool offset_of(const char *text, int64_t *ret)
{
    if (strcmp(text, "Z") == 0) {
        *ret = 0;
        return true;
    }
    if (strlen(text) != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
        return false;
    int hours = number(text + 1, 2), minutes = number(text + 4, 2);
    if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59)
        return false;
    *ret = (hours * hour + minutes * minute) * (text[0] == '-' ? -1 : 1);
    return true;
}

/* "YYYY:MM:DD hh:mm:ss" as if it were UTC. */
static bool wall_of(const char *text, int64_t *ret)
{
    int y = 0, mo = 0, d = 0;
    if (strlen(text) != 19 || text[10] != ' ' || text[13] != ':' || text[16] != ':')
        return false;
    int h = number(text + 11, 2), mi = number(text + 14, 2), s = number(text + 17, 2);
    if (!exif_date(text, &y, &mo, &d) || h < 0 || h > 23 || mi < 0 || mi > 59 ||
        s < 0 || s > 60)
        return false;
    *ret = clock_days(y, mo, d) * day_ms + h * hour + mi * minute + s * second;
    return true;
}

/* SubSecTimeOriginal: digits after the decimal point. */
static int64_t subsecond_of(ExifData *data)
{
    char text[TEXT];
    text_of(data, EXIF_IFD_EXIF, EXIF_TAG_SUB_SEC_TIME_ORIGINAL, text);
    int64_t ms = 0, scale = 100;
    for (const char *s = text; *s >= '0' && *s <= '9' && scale > 0; s++, scale /= 10)
        ms += (*s - '0') * scale;
    return ms;
}

/* A GPS hour without a date is no time, but it tells the zone of the camera's clock:
 * zones lie on quarters of an hour between -12:00 and +14:00, and a clock that is more
 * than two minutes off a quarter is not trusted for it. */
static bool offset_of_gps_hour(ExifData *data, int64_t wall, int64_t *ret)
{
    const int64_t quarter = 15 * minute;
    double t[3];
    if (!rationals(data, GPS_TIME, 3, t) || t[0] >= 24 || t[1] >= 60 || t[2] >= 61)
        return false;
    int64_t utc = llround(t[0] * (double)hour) + llround(t[1] * (double)minute) +
                  llround(t[2] * (double)second);
    int64_t ahead = ((wall - utc) % day_ms + day_ms) % day_ms;
    int64_t rounded = (ahead + quarter / 2) / quarter * quarter;
    if (llabs(ahead - rounded) > 2 * minute)
        return false;
    *ret = rounded > 14 * hour ? rounded - day_ms : rounded;
    return *ret >= -12 * hour;
}

/* A receiver that counts the satellites' weeks with ten bits begins anew after 1,024 of them,
 * and is 19.6 years behind from then on. Told by the camera's own clock, whatever its zone. */
static bool is_of_wrong_weeks(int64_t gps, int64_t wall)
{
    const int64_t round = 1024 * 7 * day_ms;
    int64_t apart = wall - gps, rounds = (apart + round / 2) / round;
    return rounds > 0 && llabs(apart - rounds * round) <= day_ms;
}

/* Such a date is as good as none. */
static void check_gps_time(ExifData *data, struct picture_facts *f)
{
    char text[TEXT];
    int64_t wall;
    text_of(data, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL, text);
    if (f->taken_ms == INT64_MIN || !wall_of(text, &wall) ||
        !is_of_wrong_weeks(f->taken_ms, wall))
        return;
    f->bad_gps_date = true;
    f->taken_ms = INT64_MIN;
    f->taken_from[0] = '\0';
}

static void read_camera_time(ExifData *data, struct picture_facts *f)
{
    char text[TEXT], zone[TEXT];
    int64_t wall, offset;
    text_of(data, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL, text);
    if (!wall_of(text, &wall))
        return;
    wall += subsecond_of(data);
    text_of(data, EXIF_IFD_EXIF, TAG_OFFSET_ORIGINAL, zone);
    if (!zone[0])
        text_of(data, EXIF_IFD_EXIF, TAG_OFFSET, zone);
    bool known = offset_of(zone, &offset);
    bool by_gps = !known && offset_of_gps_hour(data, wall, &offset);
    f->taken_ms = known || by_gps ? wall - offset : utc_of_copenhagen(wall);
    snprintf(f->taken_from, sizeof f->taken_from,
             known    ? "offset"
             : by_gps ? "gps_hour"
                      : "local");
}

int64_t utc_of_copenhagen(int64_t wall_ms)
{
    int y, mo, d, h, mi;
    int64_t summer = wall_ms - 2 * hour;
    clock_local(summer, &y, &mo, &d, &h, &mi);
    int64_t back = clock_days(y, mo, d) * day_ms + h * hour + mi * minute;
    int64_t into_minute = (wall_ms % minute + minute) % minute;
    return back == wall_ms - into_minute ? summer : wall_ms - hour;
}

static void read_orientation(ExifData *data, struct picture_facts *f)
{
    const ExifEntry *e = entry_of(data, EXIF_IFD_0, EXIF_TAG_ORIENTATION);
    if (!e || !e->data || e->format != EXIF_FORMAT_SHORT || e->size < 2)
        return;
    int value = exif_get_short(e->data, exif_data_get_byte_order(data));
    if (value >= 1 && value <= 8)
        f->orientation = value;
}

/* The loader wants a JPEG around the block (SOI, APP1, length). The data are read
 * without libexif's own repairs, which would invent tags that were not there. */
static ExifData *load(const uint8_t *block, size_t n)
{
    enum { FRONT = 6 };
    ExifLoader *loader = exif_loader_new();
    ExifData *data = exif_data_new();
    if (!loader || !data)
        refuse(REFUSAL_MEMORY, NULL);
    uint8_t *jpeg = take(n + FRONT, 1);
    memcpy(jpeg, "\xFF\xD8\xFF\xE1", 4);
    jpeg[4] = (uint8_t)((n + 2) >> 8);
    jpeg[5] = (uint8_t)(n + 2);
    memcpy(jpeg + FRONT, block, n);
    exif_loader_write(loader, jpeg, (unsigned)(n + FRONT));
    const unsigned char *bytes = NULL;
    unsigned size = 0;
    exif_loader_get_buf(loader, &bytes, &size);
    exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_unset_option(data, EXIF_DATA_OPTION_IGNORE_UNKNOWN_TAGS);
    if (bytes && size > 0)
        exif_data_load_data(data, bytes, size);
    exif_loader_unref(loader);
    free(jpeg);
    return data;
}

void exif_read(const uint8_t *block, size_t n, struct picture_facts *facts)
{
    if (n > EXIF_BLOCK_MOST)
        return;
    ExifData *data = load(block, n);
    read_orientation(data, facts);
    read_place(data, facts);
    read_altitude(data, facts);
    read_direction(data, facts);
    read_gps_time(data, facts);
    check_gps_time(data, facts);
    if (facts->taken_ms == INT64_MIN)
        read_camera_time(data, facts);
    exif_data_unref(data);
}
