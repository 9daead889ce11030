/* fuzz_frame: what walks a photo's frame, inside the target: instrumented, and with the
 * photo in exact heap memory instead of whole pages, where reading one byte past it is
 * seen. After fuzz_picture.h; one target includes this once. */
#ifndef LYGTE_TESTS_FUZZ_FRAME_H
#define LYGTE_TESTS_FUZZ_FRAME_H

#include <sys/mman.h>
#include <sys/stat.h>

static void *fuzz_map(int fd, size_t n)
{
    uint8_t *bytes = remember(malloc(n));
    return pread(fd, bytes, n, 0) == (ssize_t)n ? bytes : MAP_FAILED;
}

#define mmap(at, n, how, flags, fd, offset) fuzz_map(fd, n)
#include "core/picture/mapped.c" /* NOLINT(bugprone-suspicious-include) */
#undef mmap
#include "core/picture/decode_png.c" /* NOLINT(bugprone-suspicious-include) */
#include "core/picture/look_jpeg.c"  /* NOLINT(bugprone-suspicious-include) */

static inline void right_checksums(uint8_t *png, size_t size)
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

#endif
