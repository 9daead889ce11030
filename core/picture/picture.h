/* picture: facts and small copies of a photo, by a process that can do little else.
 *
 * Decoding meets hostile bytes, so it never happens in walker or registry: this call
 * starts build/libexec/lygte-picture by posix_spawn with only its descriptors (input,
 * report, outputs). Before the first byte of input that program limits its memory, CPU
 * and files and puts itself behind a seccomp filter (records.md 4). What it reports is
 * checked value by value here. A crash, a refusal or a time-out is a sentence here.
 *
 * JPEG by libjpeg-turbo, PNG by stb_image, EXIF by libexif. Refused before any memory
 * is taken: more than 100 megapixels, progressive JPEG over 50 megapixels, 100 scans,
 * PNG over 16384 a side or 64 MB of pixels, anything that is neither JPEG nor PNG. A
 * JPEG whose end is missing, and a PNG with a wrong checksum, are refused as well.
 *
 * Two depths: picture_look walks the photo's frame from mark to mark, which is what must
 * be known to keep it, in a few milliseconds; picture_read decodes it to its last byte.
 *
 * The program is LYGTE_PICTURE, else ../libexec/lygte-picture from the folder of the
 * running program, else lygte-picture in that folder.
 */
#ifndef LYGTE_PICTURE_H
#define LYGTE_PICTURE_H

#include "core/base/err.h"
#include "core/base/geo.h"

#include <stdint.h>

enum { PICTURE_PREVIEW = 1600, PICTURE_THUMB = 320 }; /* longest side, pixels */
enum { PICTURE_PREVIEW_BYTES = 250000, PICTURE_THUMB_BYTES = 20000 }; /* at the most */

struct picture_facts {
    char format[8];      /* "jpeg" or "png"                                         */
    int width, height;   /* upright, after orientation                              */
    int orientation;     /* EXIF 1..8 as found; 1 when absent                       */
    struct geo_point at; /* GEO_NOWHERE when EXIF has none; accuracy from
                            GPSHPositioningError                                    */
    bool zero_position;  /* EXIF said 0,0: a phone without a fix                    */
    bool bad_gps_date;   /* a GPS date that is no date; the position stands         */
    int64_t altitude_mm; /* above sea level; INT64_MIN when unknown                 */
    int direction_c;     /* hundredths of a degree, 0..35999; -1 unknown; from
                            magnetic or true north, as the camera wrote it          */
    int64_t taken_ms;    /* UTC; INT64_MIN when unknown                             */
    char taken_from[16]; /* "gps", "offset" (DateTimeOriginal with OffsetTime),
                              "gps_hour" (DateTimeOriginal in the zone that the GPS
                              hour of the same moment tells),
                            "local" (no zone given: read as Europe/Copenhagen), ""  */
};

/* Where to put the small copies, in the place of what is there, or NULL for none. They are
 * complete on the disk when the call returns true (the folder is not fsynced);
 * when it returns false after a full disk, one of them may already be there. JPEG,
 * longest side at most 1600 or 320, upright, no metadata; never enlarged. */
struct picture_wish {
    const char *preview;
    const char *thumb;
};

/* Looks at the photo at path without decoding it. What picture_read takes it takes, with
 * the same facts; a photo whose coded data are damaged it takes as well. Errors as
 * picture_read. */
bool picture_look(const char *path, const char *name, struct picture_facts *ret,
                  struct err *err);

/* The same in two steps, so that the caller can do something else meanwhile, as waiting for
 * the disk. The path may change its meaning as soon as it has begun. Whatever was begun must
 * be ended, once, by end or by drop. */
struct picture_looking;
bool picture_look_begin(struct picture_looking **ret, const char *path,
                        const char *name, struct err *err);
/* Begins before the photo at path is whole: the program starts and closes its jail while the
 * rest is still written, and reads nothing before picture_look_go. */
bool picture_look_early(struct picture_looking **ret, const char *path,
                        const char *name, struct err *err);
void picture_look_go(struct picture_looking *l);
bool picture_look_end(struct picture_looking *l, struct picture_facts *ret,
                      struct err *err);
/* Without an answer; NULL is fine. */
void picture_look_drop(struct picture_looking *l);

/* Reads the photo at path. name is what a sentence calls it. May be called from many
 * threads. ERR_UNREADABLE ("picture.*") when the bytes are no photo we can show,
 * ERR_TOO_LARGE over a limit (memory and CPU seconds too), ERR_NOT_FOUND when there is
 * no file, ERR_FULL when the disk is, ERR_INTERNAL when the helper cannot run. */
bool picture_read(const char *path, const char *name, const struct picture_wish *wish,
                  struct picture_facts *ret, struct err *err);

/* ---- new photos out of old ones -------------------------------------------------- */

enum {
    PICTURE_BURNS_MOST = 4096,
    PICTURE_WHOLE_BYTES = 64 << 20 /* of a new photo, at the most */
};

/* Pixels to be burnt away: the box [x1, x2) x [y1, y2) when radius is -1, else all that
 * is no farther than radius from the line between the two points (a piece of a brush
 * stroke). In pixels of the upright photo; what lies outside of it is no matter. */
struct picture_burn {
    int x1, y1, x2, y2, radius;
};

/* The only facts a new photo carries, as EXIF. GEO_NOWHERE, -1, INT64_MIN and NULL leave
 * their tag out. The description (UTF-8) is cut at 16383 bytes. */
struct picture_tags {
    struct geo_point at; /* with its accuracy                          */
    int direction_c;     /* hundredths of a degree                     */
    int64_t taken_ms;    /* UTC; written with Danish time and its zone */
    const char *description;
};

/* A new JPEG at `to` (no file yet), full size and upright, the burns black in its very
 * pixels, without anything of the old file but pixels. facts are those of the old photo.
 * Every pixel that shares a colour sample with a burn is burnt as well. Errors as
 * picture_read; ERR_INPUT "picture.untouched" when no burn touches the photo. */
bool picture_cover(const char *path, const char *name, const struct picture_tags *tags,
                   const struct picture_burn *burn, size_t n, const char *to,
                   struct picture_facts *ret, struct err *err);
/* The copy that is given away: as picture_cover, with no burns. A JPEG that lies upright
 * keeps its pixels exactly: its coded data are carried over, all else is left behind. */
bool picture_share(const char *path, const char *name, const struct picture_tags *tags,
                   const char *to, struct picture_facts *ret, struct err *err);

/* Says by a sentence when lygte-picture cannot start, runs without its jail
 * (LYGTE_JAIL=off), or its jail does not hold: for doctor, and for mains to log when
 * they start. jailed is set either way. */
bool picture_check(bool *jailed, struct err *err);

#endif
