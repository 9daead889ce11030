/* stb_png: the one place stb_image's implementation is compiled, with everything but
 * PNG left out (its JPEG decoder in Debian 12 has memory errors). A
 * chunk that lies about its length asks for gigabytes; the allocator below says no. */
#include "core/picture/stb_png.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 16 }; /* keeps the size in front of each block, and the alignment */

static size_t held;
static bool refused;

static void *cap_malloc(size_t n)
{
    if (n > PNG_MEMORY_MOST - held) {
        refused = true;
        return NULL;
    }
    unsigned char *p = malloc(n + HEAD);
    if (!p) {
        refused = true;
        return NULL;
    }
    memcpy(p, &n, sizeof n);
    held += n;
    return p + HEAD;
}

static void cap_free(void *block)
{
    if (!block)
        return;
    unsigned char *p = (unsigned char *)block - HEAD;
    size_t n;
    memcpy(&n, p, sizeof n);
    held -= n;
    free(p);
}

static void *cap_realloc(void *block, size_t n)
{
    size_t old = 0;
    if (block)
        memcpy(&old, (unsigned char *)block - HEAD, sizeof old);
    void *fresh = cap_malloc(n);
    if (!fresh)
        return NULL;
    if (block)
        memcpy(fresh, block, old < n ? old : n);
    cap_free(block);
    return fresh;
}

#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STBI_NO_FAILURE_STRINGS
#define STBI_MAX_DIMENSIONS PNG_SIDE_MOST
#define STBI_MALLOC(n) cap_malloc(n)
#define STBI_REALLOC(p, n) cap_realloc(p, n)
#define STBI_FREE(p) cap_free(p)

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wimplicit-fallthrough"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

uint8_t *png_pixels(const uint8_t *bytes, size_t n, int *width, int *height,
                    int *channels, int *out_of_memory)
{
    *out_of_memory = 0;
    if (n > INT_MAX)
        return NULL;
    stbi_convert_iphone_png_to_rgb(1);
    uint8_t *pixels = stbi_load_from_memory(bytes, (int)n, width, height, channels, 0);
    *out_of_memory = refused;
    return pixels;
}
