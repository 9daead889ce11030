/* report: the words between lygte-picture and its caller, in one place for both.
 *
 * The program writes one small text on PICTURE_FD_REPORT and ends:
 *     lygte-picture 1
 *     jail=on
 *     width=4032              (key=value, each key at most once, in any order)
 *     end
 * or, in place of facts, "refused=WORD" and perhaps "detail=...". The caller trusts none
 * of it: every key is in a table there with its least and most. This header holds no
 * functions; it is private to core/picture.
 */
#ifndef LYGTE_PICTURE_REPORT_H
#define LYGTE_PICTURE_REPORT_H

#define PICTURE_REPORT_FIRST "lygte-picture 1"
#define PICTURE_REPORT_LAST "end"

enum { PICTURE_REPORT_MOST = 2048 }; /* bytes; more is a broken program */

/* The only descriptors the program is given (2 is /dev/null). */
enum {
    PICTURE_FD_INPUT = 0,
    PICTURE_FD_REPORT = 1,
    PICTURE_FD_PREVIEW = 3,
    PICTURE_FD_THUMB = 4,
    PICTURE_FD_END = 5
};

/* What the program may say instead of facts: the word on the wire, the code, the text.
 * Texts get {1} the photo's name and {2} the detail. */
#define PICTURE_REFUSALS(row)                                                              \
    row(EMPTY, "empty", ERR_UNREADABLE, "picture.empty")                                   \
    row(NOT_A_PHOTO, "not_a_photo", ERR_UNREADABLE, "picture.not_a_photo")                 \
    row(HEIC, "heic", ERR_UNREADABLE, "picture.heic")                                      \
    row(WEBP, "webp", ERR_UNREADABLE, "picture.webp")                                      \
    row(GIF, "gif", ERR_UNREADABLE, "picture.gif")                                         \
    row(OTHER_KIND, "other_kind", ERR_UNREADABLE, "picture.other_kind")                    \
    row(TRUNCATED, "truncated", ERR_UNREADABLE, "picture.truncated")                       \
    row(DAMAGED, "damaged", ERR_UNREADABLE, "picture.damaged")                             \
    row(UNSUPPORTED, "unsupported", ERR_UNREADABLE, "picture.unsupported")                 \
    row(PIXELS, "pixels", ERR_TOO_LARGE, "picture.too_many_pixels")                        \
    row(PROGRESSIVE, "progressive", ERR_TOO_LARGE, "picture.progressive_too_large")        \
    row(SCANS, "scans", ERR_TOO_LARGE, "picture.too_many_scans")                           \
    row(PNG_SIZE, "png_size", ERR_TOO_LARGE, "picture.png_too_large")                      \
    row(MEMORY, "memory", ERR_TOO_LARGE, "picture.too_heavy")                              \
    row(DISK_FULL, "disk_full", ERR_FULL, "picture.disk_full")                             \
    row(UNWRITTEN, "unwritten", ERR_INTERNAL, "picture.unwritten")                         \
    row(NO_LIMITS, "no_limits", ERR_INTERNAL, "picture.no_jail")                           \
    row(NO_JAIL, "no_jail", ERR_INTERNAL, "picture.no_jail")

enum refusal {
#define PICTURE_REFUSAL_NAME(name, word, code, key) REFUSAL_##name,
    PICTURE_REFUSALS(PICTURE_REFUSAL_NAME)
#undef PICTURE_REFUSAL_NAME
    REFUSAL__MAX
};

/* Address and other sanitizers reserve terabytes of address space and want to be heard. */
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
