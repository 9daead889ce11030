/* fuzz_picture: what core/picture/main.c gives its room, for a program that goes on after
 * a refusal. refuse() leaves the decoder by longjmp instead of exiting; what take() gave
 * out is remembered and freed by the harness, because the room frees nothing. One target
 * includes this once.
 */
#ifndef LYGTE_TESTS_FUZZ_PICTURE_H
#define LYGTE_TESTS_FUZZ_PICTURE_H

#include "core/picture/encode.h"
#include "core/picture/photo.h"
#include "core/picture/scale.h"
#include "tests/fuzz/fuzz.h"

#include <setjmp.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TAKEN_MOST = 4096 };

static jmp_buf refused_at;
static enum refusal refused_why;
static bool may_refuse; /* a refusal of our own pixels, after decoding, is a finding */
static void *taken[TAKEN_MOST];
static size_t taken_n;

_Noreturn void refuse(enum refusal why, const char *detail)
{
    (void)detail;
    fuzz_must(may_refuse);
    refused_why = why;
    longjmp(refused_at, 1);
}

_Noreturn void refuse_size(enum refusal why, long width, long height)
{
    (void)width;
    (void)height;
    refuse(why, NULL);
}

/* Large blocks are kept for the next run: they would each be mapped and unmapped. */
enum { LARGE = 32768, KEPT_MOST = 4 };
static struct {
    void *p;
    size_t n;
    bool busy;
} kept[KEPT_MOST];

static void *take_large(size_t n)
{
    for (size_t i = 0; i < KEPT_MOST; i++) {
        if (!kept[i].p) {
            kept[i].p = malloc(n);
            kept[i].n = n;
        }
        if (kept[i].n == n && !kept[i].busy) {
            kept[i].busy = true;
            return kept[i].p ? memset(kept[i].p, 0, n) : NULL;
        }
    }
    return calloc(1, n);
}

static inline void free_or_keep(void *p)
{
    for (size_t i = 0; i < KEPT_MOST; i++)
        if (kept[i].p == p && p) {
            kept[i].busy = false;
            return;
        }
    free(p);
}

static void *remember(void *p)
{
    fuzz_must(p && taken_n < TAKEN_MOST);
    return taken[taken_n++] = p;
}

void *take(size_t n, size_t size)
{
    size_t all = n && size && n <= SIZE_MAX / size ? n * size : 1;
    return remember(all >= LARGE ? take_large(all) : calloc(1, all));
}

static inline void forget(void *p)
{
    for (size_t i = taken_n; p && i > 0; i--)
        if (taken[i - 1] == p) {
            taken[i - 1] = taken[--taken_n];
            break;
        }
    free_or_keep(p);
}

static inline void give_back(void)
{
    while (taken_n)
        free_or_keep(taken[--taken_n]);
}

void facts_clear(struct picture_facts *f)
{
    *f = (struct picture_facts){.orientation = 1,
                                .at = GEO_NOWHERE,
                                .altitude_mm = INT64_MIN,
                                .direction_c = -1,
                                .taken_ms = INT64_MIN};
}

/* What the caller of lygte-picture refuses to believe (call.c) must not be said. */
static inline void check_facts(const struct picture_facts *f)
{
    fuzz_must(f->orientation >= 1 && f->orientation <= 8);
    fuzz_must(f->direction_c >= -1 && f->direction_c <= 35999);
    if (geo_known(f->at))
        fuzz_must(geo_is_place(f->at.lat_e7, f->at.lon_e7) && !f->zero_position);
    fuzz_must(f->at.accuracy_mm >= -1 && f->at.accuracy_mm <= 1000000000);
    fuzz_must(f->altitude_mm == INT64_MIN || llabs(f->altitude_mm) <= 100000000);
    fuzz_must((f->taken_ms == INT64_MIN) == (f->taken_from[0] == '\0'));
}

/* Of the room only this file frees what it took; it stands here so that it says so. */
#define free(p) forget(p)
#include "core/picture/exif.c" /* NOLINT(bugprone-suspicious-include) */
#undef free

#if defined(FUZZ_PICTURE_DECODES)
/* Small sides, so that a run takes some tens of microseconds and still reduces twice. */
enum { FUZZ_PREVIEW = 64, FUZZ_THUMB = 24, FUZZ_PIXELS_MOST = 128 * 128 };

/* A copy must fit its budget and be a JPEG to its end. */
static inline void check_copy(struct copy *copy, size_t budget)
{
    static uint8_t out[PICTURE_PREVIEW_BYTES];
    fuzz_must(budget <= sizeof out && copy->width > 0 && copy->height > 0);
    fuzz_must(copy->width <= copy->side && copy->height <= copy->side);
    size_t n = encode_copy(copy, out, budget);
    fuzz_must(n > 4 && n <= budget && out[0] == 0xFF && out[1] == 0xD8);
    fuzz_must(out[n - 2] == 0xFF && out[n - 1] == 0xD9);
}

/* The photo of this run, and what was said of it. */
static int photo_fd = -1;
static struct picture_facts photo_facts;

static inline void put_photo(const uint8_t *data, size_t size)
{
    if (photo_fd < 0)
        photo_fd = memfd_create("photo", MFD_CLOEXEC);
    fuzz_must(photo_fd >= 0 && ftruncate(photo_fd, 0) == 0);
    fuzz_must(pwrite(photo_fd, data, size, 0) == (ssize_t)size &&
              lseek(photo_fd, 0, SEEK_SET) == 0);
    facts_clear(&photo_facts);
}

/* A photo that was decoded, looked at only: nothing is refused, and the facts are those. */
static inline void must_look_the_same(void (*look)(int fd, struct picture_facts *f))
{
    struct picture_facts seen;
    facts_clear(&seen);
    fuzz_must(!may_refuse);
    look(photo_fd, &seen);
    fuzz_must(strcmp(seen.format, photo_facts.format) == 0 &&
              seen.width == photo_facts.width && seen.height == photo_facts.height &&
              seen.orientation == photo_facts.orientation);
    fuzz_must(memcmp(&seen.at, &photo_facts.at, sizeof seen.at) == 0 &&
              seen.taken_ms == photo_facts.taken_ms &&
              seen.direction_c == photo_facts.direction_c &&
              seen.altitude_mm == photo_facts.altitude_mm &&
              seen.zero_position == photo_facts.zero_position);
}

typedef void picture_decoder(int fd, struct picture_facts *f, struct copies *copies);

/* One photo from a memory file to both copies; false when it was refused. The caller
 * gives back what was taken. */
static inline bool decode_whole(picture_decoder *decode, const uint8_t *data,
                                size_t size)
{
    static struct copies copies;
    put_photo(data, size);
    copies = (struct copies){
        .copy[COPY_PREVIEW] = {.wanted = true, .side = FUZZ_PREVIEW},
        .copy[COPY_THUMB] = {.wanted = true, .side = FUZZ_THUMB},
    };
    may_refuse = true;
    if (setjmp(refused_at)) {
        fuzz_must(refused_why < REFUSAL__MAX);
        return false;
    }
    decode(photo_fd, &photo_facts, &copies);
    may_refuse = false;
    check_facts(&photo_facts);
    fuzz_must(photo_facts.width > 0 && photo_facts.height > 0);
    check_copy(&copies.copy[COPY_PREVIEW], PICTURE_PREVIEW_BYTES);
    check_copy(&copies.copy[COPY_THUMB], PICTURE_THUMB_BYTES);
    return true;
}
#endif

#endif
