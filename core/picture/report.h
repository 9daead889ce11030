/* report: the words between lygte-picture and its caller, in one place for both.
 *
 * The program writes one small text on PICTURE_FD_REPORT and ends:
 *     lygte-picture 2
 *     jail=on
 *     width=4032              (key=value, each key at most once, in any order)
 *     end
 * or, in place of facts, "refused=WORD" and perhaps "detail=...". The caller trusts
 * none of it: every key is in a table there with its least and most. This header holds
 * no functions; it is private to core/picture.
 */
#ifndef LYGTE_PICTURE_REPORT_H
#define LYGTE_PICTURE_REPORT_H

#include "core/base/err.h"

#define PICTURE_REPORT_FIRST "lygte-picture 2"
#define PICTURE_REPORT_LAST "end"

enum { PICTURE_REPORT_MOST = 2048 }; /* bytes; more is a broken program */

/* The only descriptors the program is given (2 is /dev/null). */
enum {
    PICTURE_FD_INPUT = 0,
    PICTURE_FD_REPORT = 1,
    PICTURE_FD_PREVIEW = 3,
    PICTURE_FD_THUMB = 4,
    PICTURE_FD_WHOLE = 3, /* a new photo stands where the preview would */
    PICTURE_FD_ORDER = 5,
    PICTURE_FD_END = 6
};

/* What the program may say instead of facts. */
enum refusal {
    REFUSAL_EMPTY,
    REFUSAL_NOT_A_PHOTO,
    REFUSAL_HEIC,
    REFUSAL_WEBP,
    REFUSAL_GIF,
    REFUSAL_RAW,
    REFUSAL_VIDEO,
    REFUSAL_OTHER_KIND,
    REFUSAL_TRUNCATED,
    REFUSAL_DAMAGED,
    REFUSAL_UNSUPPORTED,
    REFUSAL_PIXELS,
    REFUSAL_PROGRESSIVE,
    REFUSAL_SCANS,
    REFUSAL_PNG_SIZE,
    REFUSAL_MEMORY,
    REFUSAL_DISK_FULL,
    REFUSAL_UNWRITTEN,
    REFUSAL_NO_JAIL,
    REFUSAL_UNTOUCHED,
    REFUSAL__MAX
};

/* The word on the wire, and what the caller makes of it. Texts get {1} the photo's name
 * and {2} the detail. */
static const struct picture_refusal {
    const char *word;
    enum err_code code;
    const char *key;
} picture_refusals[REFUSAL__MAX] = {
    [REFUSAL_EMPTY] = {"empty", ERR_UNREADABLE, "picture.empty"},
    [REFUSAL_NOT_A_PHOTO] = {"not_a_photo", ERR_UNREADABLE, "picture.not_a_photo"},
    [REFUSAL_HEIC] = {"heic", ERR_UNREADABLE, "picture.heic"},
    [REFUSAL_WEBP] = {"webp", ERR_UNREADABLE, "picture.webp"},
    [REFUSAL_GIF] = {"gif", ERR_UNREADABLE, "picture.gif"},
    [REFUSAL_RAW] = {"raw", ERR_UNREADABLE, "picture.raw"},
    [REFUSAL_VIDEO] = {"video", ERR_UNREADABLE, "picture.video"},
    [REFUSAL_OTHER_KIND] = {"other_kind", ERR_UNREADABLE, "picture.other_kind"},
    [REFUSAL_TRUNCATED] = {"truncated", ERR_UNREADABLE, "picture.truncated"},
    [REFUSAL_DAMAGED] = {"damaged", ERR_UNREADABLE, "picture.damaged"},
    [REFUSAL_UNSUPPORTED] = {"unsupported", ERR_UNREADABLE, "picture.unsupported"},
    [REFUSAL_PIXELS] = {"pixels", ERR_TOO_LARGE, "picture.too_many_pixels"},
    [REFUSAL_PROGRESSIVE] = {"progressive", ERR_TOO_LARGE,
                             "picture.progressive_too_large"},
    [REFUSAL_SCANS] = {"scans", ERR_TOO_LARGE, "picture.too_many_scans"},
    [REFUSAL_PNG_SIZE] = {"png_size", ERR_TOO_LARGE, "picture.png_too_large"},
    [REFUSAL_MEMORY] = {"memory", ERR_TOO_LARGE, "picture.too_heavy"},
    [REFUSAL_DISK_FULL] = {"disk_full", ERR_FULL, "picture.disk_full"},
    [REFUSAL_UNWRITTEN] = {"unwritten", ERR_INTERNAL, "picture.unwritten"},
    [REFUSAL_UNTOUCHED] = {"untouched", ERR_INPUT, "picture.untouched"},
    [REFUSAL_NO_JAIL] = {"no_jail", ERR_INTERNAL, "picture.no_jail"},
};

/* AddressSanitizer reserves terabytes of address space and wants to be heard. */
#if defined(__SANITIZE_ADDRESS__)
#define PICTURE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PICTURE_ASAN 1
#endif
#endif
#ifndef PICTURE_ASAN
#define PICTURE_ASAN 0
#endif

#endif
