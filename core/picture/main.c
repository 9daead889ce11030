/* main: lygte-picture, the process that meets hostile bytes and can do nothing else.
 *
 *     lygte-picture look                        input, report and outputs on the
 *     lygte-picture read [preview] [thumb]      descriptors of report.h
 *     lygte-picture cover whole
 *     lygte-picture share whole
 *     lygte-picture check
 *
 * Started by call.c, never by people. It limits itself and closes its jail before the
 * first byte of input is read, does one photo, says what it found on the report and
 * ends. Without a jail it refuses, unless LYGTE_JAIL=off. It opens and names no file.
 */
#include "core/picture/carry.h"
#include "core/picture/encode.h"
#include "core/picture/jail.h"
#include "core/picture/photo.h"
#include "core/picture/scale.h"
#include "core/picture/sheet.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The one global thing of the program: what it says at the end. */
static struct report {
    char text[PICTURE_REPORT_MOST];
    size_t len;
} report;

#if PICTURE_ASAN
/* Its leak check needs threads and ptrace, which the jail has not; we free nothing. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif

static bool write_all(int fd, const void *bytes, size_t n)
{
    const char *p = bytes;
    while (n > 0) {
        ssize_t w = write(fd, p, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return false;
        p += w;
        n -= (size_t)w;
    }
    return true;
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    size_t left = sizeof report.text - report.len;
    int n = vsnprintf(report.text + report.len, left, format, ap);
    va_end(ap);
    if (n > 0 && (size_t)n < left)
        report.len += (size_t)n;
}

static _Noreturn void finish(void)
{
    say("%s\n", PICTURE_REPORT_LAST);
    _exit(write_all(PICTURE_FD_REPORT, report.text, report.len) ? 0 : 1);
}

_Noreturn void refuse(enum refusal why, const char *detail)
{
    say("refused=%s\n", picture_refusals[why].word);
    if (detail)
        say("detail=%s\n", detail);
    finish();
}

_Noreturn void refuse_size(enum refusal why, long width, long height)
{
    char detail[64];
    snprintf(detail, sizeof detail, "%ld x %ld", width, height);
    refuse(why, detail);
}

void *take(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        refuse(REFUSAL_MEMORY, NULL);
    return p;
}

void facts_clear(struct picture_facts *f)
{
    *f = (struct picture_facts){.orientation = 1,
                                .at = GEO_NOWHERE,
                                .altitude_mm = INT64_MIN,
                                .direction_c = -1,
                                .taken_ms = INT64_MIN};
}

static void say_facts(const struct picture_facts *f)
{
    say("format=%s\nwidth=%d\nheight=%d\norientation=%d\n", f->format, f->width,
        f->height, f->orientation);
    if (f->at.lat_e7 != GEO_NONE)
        say("lat_e7=%" PRId64 "\nlon_e7=%" PRId64 "\n", f->at.lat_e7, f->at.lon_e7);
    if (f->at.accuracy_mm >= 0)
        say("accuracy_mm=%" PRId64 "\n", f->at.accuracy_mm);
    say("zero_position=%d\nbad_gps_date=%d\n", f->zero_position, f->bad_gps_date);
    if (f->altitude_mm != INT64_MIN)
        say("altitude_mm=%" PRId64 "\n", f->altitude_mm);
    if (f->direction_c >= 0)
        say("direction_c=%d\n", f->direction_c);
    if (f->taken_ms != INT64_MIN)
        say("taken_ms=%" PRId64 "\ntaken_from=%s\n", f->taken_ms, f->taken_from);
}

static const uint8_t jpeg_magic[3] = {0xFF, 0xD8, 0xFF};

/* The input's first bytes; zeros after its end. */
static void read_magic(int fd, uint8_t magic[PHOTO_MAGIC])
{
    memset(magic, 0, PHOTO_MAGIC);
    if (pread(fd, magic, PHOTO_MAGIC, 0) <= 0)
        refuse(REFUSAL_EMPTY, NULL);
}

/* True: a JPEG; false: a PNG; what is neither is refused. */
static bool is_jpeg(int fd)
{
    uint8_t magic[PHOTO_MAGIC];
    read_magic(fd, magic);
    bool jpeg = memcmp(magic, jpeg_magic, sizeof jpeg_magic) == 0;
    if (!jpeg && memcmp(magic, "\x89PNG\r\n\x1A\n", 8) != 0)
        refuse_kind(magic);
    return jpeg;
}

static void decode(int fd, struct picture_facts *facts, struct copies *copies)
{
    if (is_jpeg(fd))
        decode_jpeg(fd, facts, copies);
    else
        decode_png(fd, facts, copies);
}

static void write_copy(struct copy *copy, size_t budget, int fd)
{
    if (!copy->wanted)
        return;
    uint8_t *bytes = take(budget, 1);
    size_t n = encode_copy(copy, bytes, budget);
    if (!write_all(fd, bytes, n))
        refuse(errno == ENOSPC || errno == EDQUOT ? REFUSAL_DISK_FULL
                                                  : REFUSAL_UNWRITTEN,
               NULL);
    free(bytes);
}

/* A photo may still be written when we start; its end is the end of the order. */
static void await_photo(void)
{
    char none;
    ssize_t n;
    while ((n = read(PICTURE_FD_ORDER, &none, 1)) > 0 || (n < 0 && errno == EINTR))
        ;
}

/* What must be known before a photo is kept, and no more. */
static _Noreturn void look_at_photo(void)
{
    struct picture_facts facts;
    await_photo();
    facts_clear(&facts);
    if (is_jpeg(PICTURE_FD_INPUT))
        look_jpeg(PICTURE_FD_INPUT, &facts);
    else
        look_png(PICTURE_FD_INPUT, &facts);
    say_facts(&facts);
    finish();
}

static _Noreturn void read_photo(bool preview, bool thumb)
{
    struct picture_facts facts;
    struct copies copies = {
        .copy[COPY_PREVIEW] = {.wanted = preview, .side = PICTURE_PREVIEW},
        .copy[COPY_THUMB] = {.wanted = thumb, .side = PICTURE_THUMB},
    };
    facts_clear(&facts);
    decode(PICTURE_FD_INPUT, &facts, &copies);
    write_copy(&copies.copy[COPY_PREVIEW], PICTURE_PREVIEW_BYTES, PICTURE_FD_PREVIEW);
    write_copy(&copies.copy[COPY_THUMB], PICTURE_THUMB_BYTES, PICTURE_FD_THUMB);
    say_facts(&facts);
    finish();
}

/* ---- new photos ------------------------------------------------------------------ */

static struct order *read_order(void)
{
    struct order *o = take(1, sizeof *o);
    size_t at = 0;
    ssize_t n;
    while ((n = read(PICTURE_FD_ORDER, (char *)o + at, sizeof *o - at)) > 0)
        at += (size_t)n;
    if (at != sizeof *o || o->burn_count < 0 || o->burn_count > PICTURE_BURNS_MOST)
        refuse(REFUSAL_UNWRITTEN, NULL);
    o->description[ORDER_TEXT - 1] = '\0';
    return o;
}

/* All pixels anew: for burns, for what must be turned, and for what is no plain JPEG. */
static bool renew(const struct order *order, struct picture_facts *facts)
{
    struct outlet out = {.fd = PICTURE_FD_WHOLE};
    struct copies copies = {.sheet = sheet_new(&out, order)};
    decode(PICTURE_FD_INPUT, facts, &copies);
    return sheet_end(copies.sheet);
}

static _Noreturn void cover_photo(void)
{
    struct picture_facts facts;
    facts_clear(&facts);
    if (!renew(read_order(), &facts))
        refuse(REFUSAL_UNTOUCHED, NULL);
    say_facts(&facts);
    finish();
}

static _Noreturn void share_photo(void)
{
    struct picture_facts facts;
    struct order *order = read_order();
    struct outlet out = {.fd = PICTURE_FD_WHOLE};
    uint8_t magic[PHOTO_MAGIC];
    facts_clear(&facts);
    order->burn_count = 0;
    read_magic(PICTURE_FD_INPUT, magic);
    if (memcmp(magic, jpeg_magic, sizeof jpeg_magic) == 0 &&
        jpeg_may_carry(PICTURE_FD_INPUT, &facts)) {
        carry(PICTURE_FD_INPUT, &out, order);
    } else {
        facts_clear(&facts);
        if (lseek(PICTURE_FD_INPUT, 0, SEEK_SET) != 0)
            refuse(REFUSAL_DAMAGED, NULL);
        renew(order, &facts);
    }
    say_facts(&facts);
    finish();
}

/* True inside; false when the environment says to go without. Refuses otherwise. */
static bool close_in(void)
{
    const char *wish = getenv("LYGTE_JAIL");
    if (wish && strcmp(wish, "off") == 0)
        return false;
    if (!jail_close())
        refuse(REFUSAL_NO_JAIL, NULL);
    return true;
}

static bool has_word(int argc, char **argv, const char *word)
{
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], word) == 0)
            return true;
    return false;
}

static _Noreturn void check_jail(bool jailed)
{
    say("holds=%d\n", jailed && jail_holds());
    finish();
}

int main(int argc, char **argv)
{
    static const char *const deeds[] = {"look", "read", "check", "cover", "share"};
    const char *deed = argc > 1 ? argv[1] : "";
    bool known = false;
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++)
        known = known || strcmp(deed, deeds[i]) == 0;
    if (!known)
        return 2;
    bool whole = deed[0] == 's' || strcmp(deed, "cover") == 0;
    say("%s\n", PICTURE_REPORT_FIRST);
    if (!limits_set(whole))
        refuse(REFUSAL_NO_JAIL, NULL);
    bool jailed = close_in();
    say("jail=%s\n", jailed ? "on" : "off");
    if (strcmp(deed, "check") == 0)
        check_jail(jailed);
    if (strcmp(deed, "look") == 0)
        look_at_photo();
    if (strcmp(deed, "cover") == 0)
        cover_photo();
    if (strcmp(deed, "share") == 0)
        share_photo();
    read_photo(has_word(argc, argv, "preview"), has_word(argc, argv, "thumb"));
}
