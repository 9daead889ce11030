/* decode_png: checks a PNG's frame (W3C PNG third edition: signature, chunks, CRC,
 * IHDR, IEND) before stb_image sees it, then feeds its pixels to the copies.
 *
 * stb_image checks no CRC, so a flipped bit would pass; it is refused here.
 * Transparency is laid over white. An eXIf chunk gives facts as EXIF in a JPEG does.
 * Gamma and colour profile chunks are not read.
 */
#include "core/picture/photo.h"
#include "core/picture/scale.h"
#include "core/picture/stb_png.h"

#include <stdio.h>
#include <string.h>

enum { SIGNATURE = 8, FRAME = 12, IHDR_SIZE = 13 };

struct png {
    const uint8_t *bytes;
    size_t n;
    long width, height;
    int depth, colour;
    bool transparent; /* a tRNS chunk */
};

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t crc_of(const uint8_t *p, size_t n)
{
    static uint32_t table[256];
    if (!table[1])
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t c = i;
            for (int k = 0; k < 8; k++)
                c = c & 1 ? 0xEDB88320U ^ c >> 1 : c >> 1;
            table[i] = c;
        }
    uint32_t crc = 0xFFFFFFFFU;
    for (size_t i = 0; i < n; i++)
        crc = table[(crc ^ p[i]) & 0xFF] ^ crc >> 8;
    return ~crc;
}

/* Samples a pixel as stb_image gives them. */
static long samples(const struct png *p)
{
    long colours = p->colour & 2 ? 3 : 1;
    return colours + (p->colour & 4 || p->transparent ? 1 : 0);
}

static void read_ihdr(struct png *p, const uint8_t *body, uint32_t length)
{
    if (length != IHDR_SIZE)
        refuse(REFUSAL_DAMAGED, NULL);
    p->width = (long)(be32(body) & 0x7FFFFFFF);
    p->height = (long)(be32(body + 4) & 0x7FFFFFFF);
    p->depth = body[8];
    p->colour = body[9];
    if (p->width == 0 || p->height == 0)
        refuse(REFUSAL_DAMAGED, NULL);
    if (p->width > PNG_SIDE_MOST || p->height > PNG_SIDE_MOST)
        refuse_size(REFUSAL_PNG_SIZE, p->width, p->height);
}

static void read_exif_chunk(const uint8_t *body, uint32_t length,
                            struct picture_facts *facts)
{
    if (length > EXIF_BLOCK_MOST - 6)
        return;
    uint8_t *block = take(length + 6U, 1);
    memcpy(block, "Exif\0\0", 6);
    memcpy(block + 6, body, length);
    exif_read(block, length + 6U, facts);
}

/* Walks all chunks up to IEND. */
static void check_frame(struct png *p, struct picture_facts *facts)
{
    size_t at = SIGNATURE;
    for (bool first = true;; first = false) {
        if (p->n - at < FRAME)
            refuse(REFUSAL_TRUNCATED, NULL);
        uint32_t length = be32(p->bytes + at);
        const uint8_t *type = p->bytes + at + 4, *body = type + 4;
        if (first && memcmp(type, "IHDR", 4) != 0)
            refuse(REFUSAL_DAMAGED, NULL);
        if (length > p->n - at - FRAME)
            refuse(REFUSAL_TRUNCATED, NULL);
        if (crc_of(type, length + 4U) != be32(body + length))
            refuse(REFUSAL_DAMAGED, NULL);
        if (first)
            read_ihdr(p, body, length);
        else if (memcmp(type, "tRNS", 4) == 0)
            p->transparent = true;
        else if (memcmp(type, "eXIf", 4) == 0)
            read_exif_chunk(body, length, facts);
        else if (memcmp(type, "IEND", 4) == 0)
            return;
        at += length + (size_t)FRAME;
    }
}

static void check_size(const struct png *p)
{
    long bytes = p->width * p->height * samples(p) * (p->depth == 16 ? 2 : 1);
    if (bytes > PNG_PIXEL_BYTES_MOST)
        refuse_size(REFUSAL_PNG_SIZE, p->width, p->height);
}

static uint8_t over_white(unsigned value, unsigned alpha)
{
    return (uint8_t)((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

/* One row in any of stb_image's four forms, to grey or RGB. */
static void row_over_white(const uint8_t *from, int channels, int columns, uint8_t *to)
{
    int colours = channels >= 3 ? 3 : 1;
    for (int x = 0; x < columns; x++, from += channels)
        for (int i = 0; i < colours; i++)
            *to++ = over_white(from[i], channels % 2 == 0 ? from[channels - 1] : 255);
}

static void feed_pixels(const uint8_t *pixels, int width, int height, int channels,
                        struct copies *copies)
{
    uint8_t *plain = take((size_t)width, 3), *work = take((size_t)width, 3);
    for (int y = 0; y < height; y++) {
        const uint8_t *row = pixels + (size_t)y * (size_t)width * (size_t)channels;
        row_over_white(row, channels, width, plain);
        if (channels >= 3)
            copies_feed_rgb(copies, plain, width, work);
        else
            copies_feed(copies, 0, plain);
    }
}

static void read_whole_frame(int fd, struct png *p, struct picture_facts *facts)
{
    *p = (struct png){0};
    p->bytes = photo_map(fd, &p->n);
    if (p->n < SIGNATURE)
        refuse(REFUSAL_TRUNCATED, NULL);
    check_frame(p, facts);
    check_size(p);
}

static void tell_size(int width, int height, struct picture_facts *facts)
{
    bool swapped = facts->orientation >= 5;
    snprintf(facts->format, sizeof facts->format, "png");
    facts->width = swapped ? height : width;
    facts->height = swapped ? width : height;
}

void look_png(int fd, struct picture_facts *facts)
{
    struct png p;
    read_whole_frame(fd, &p, facts);
    tell_size((int)p.width, (int)p.height, facts);
}

void decode_png(int fd, struct picture_facts *facts, struct copies *copies)
{
    struct png p;
    read_whole_frame(fd, &p, facts);
    int width, height, channels, out_of_memory;
    uint8_t *pixels =
        png_pixels(p.bytes, p.n, &width, &height, &channels, &out_of_memory);
    if (!pixels)
        refuse(out_of_memory ? REFUSAL_MEMORY : REFUSAL_DAMAGED, NULL);
    tell_size(width, height, facts);
    struct shape shape = {.width = width,
                          .height = height,
                          .planes = channels >= 3 ? 3 : 1,
                          .orientation = facts->orientation};
    for (int i = 0; i < shape.planes; i++)
        shape.plane[i] = (struct shape_plane){width, height, width, height, 1, 1};
    copies_begin(copies, &shape);
    feed_pixels(pixels, width, height, channels, copies);
}
