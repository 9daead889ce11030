/* fuzz_png: a PNG of any bytes, as it is and, when it is refused, with its checksums made
 * right. Three files of the room stand inside this one: so stb_image is instrumented,
 * its memory is freed after each run, and the file lies in exact heap memory instead of
 * whole pages, where reading one byte past it is seen. */
#define FUZZ_PICTURE_DECODES
#include "tests/fuzz/fuzz_picture.h"
/* after it */
#include "tests/fuzz/fuzz_frame.h"

static void *fuzz_malloc(size_t n)
{
    void *p = malloc(n);
    return p ? remember(p) : NULL;
}

#define malloc(n) fuzz_malloc(n)
#define free(p) forget(p)
#include "core/picture/stb_png.c" /* NOLINT(bugprone-suspicious-include) */
#undef malloc
#undef free

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
    if (*ret_shown) /* what is decoded a look takes too, and says the same of it */
        must_look_the_same(look_png);
    give_back();
    held = 0;
    refused = false;
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
