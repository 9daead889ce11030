/* fuzz_png: a PNG of any bytes, as it is and, when it is refused, with its checksums made
 * right. The two files of the room stand inside this one: so stb_image is instrumented,
 * its memory is freed after each run, and the file lies in exact heap memory instead of
 * whole pages, where reading one byte past it is seen. */
#define FUZZ_PICTURE_DECODES
#include "tests/fuzz/fuzz_picture.h"

#include <sys/stat.h>

static void *fuzz_malloc(size_t n)
{
    void *p = malloc(n);
    return p ? remember(p) : NULL;
}

static void *fuzz_map(int fd, size_t n)
{
    uint8_t *bytes = fuzz_malloc(n);
    return bytes && pread(fd, bytes, n, 0) == (ssize_t)n ? bytes : MAP_FAILED;
}

#define malloc(n) fuzz_malloc(n)
#define free(p) forget(p)
#define mmap(at, n, how, flags, fd, offset) fuzz_map(fd, n)
#include "core/picture/stb_png.c" /* NOLINT(bugprone-suspicious-include) */

#include "core/picture/decode_png.c" /* NOLINT(bugprone-suspicious-include) */
#undef malloc
#undef free
#undef mmap

/* As fuzz_jpeg: allowed, but slow. */
static bool is_slow(const uint8_t *data, size_t size)
{
    if (size < 33)
        return false;
    uint64_t pixels = (uint64_t)be32(data + 16) * be32(data + 20);
    return pixels > FUZZ_PIXELS_MOST && be32(data + 16) <= PNG_SIDE_MOST &&
           be32(data + 20) <= PNG_SIDE_MOST;
}

static void check_one(const uint8_t *data, size_t size, bool *ret_shown)
{
    *ret_shown = decode_whole(decode_png, data, size);
    give_back();
    held = 0;
    refused = false;
}

static void right_checksums(uint8_t *png, size_t size)
{
    for (size_t at = SIGNATURE; size - at >= FRAME;) {
        uint32_t length = be32(png + at);
        if (length > size - at - FRAME)
            return;
        uint32_t crc = crc_of(png + at + 4, length + 4U);
        for (int i = 0; i < 4; i++)
            png[at + 8 + length + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
        at += length + (size_t)FRAME;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool shown;
    if (size == 0 || is_slow(data, size))
        return 0;
    check_one(data, size, &shown);
    if (shown || size < SIGNATURE)
        return 0;
    uint8_t *png = malloc(size);
    fuzz_must(png != NULL);
    memcpy(png, data, size);
    right_checksums(png, size);
    check_one(png, size, &shown);
    free(png);
    return 0;
}
