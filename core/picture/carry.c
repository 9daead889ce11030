/* carry: see the header. Of the segments of ITU-T T.81 annex B only those that are
 * needed to decode are kept: quantisation, Huffman tables, restart interval, frame and
 * scans. Applications' segments (EXIF, thumbnails, maker notes, XMP, ICC, Adobe),
 * comments, what lies between segments and what follows the end are left behind. Memory
 * is one chunk, whatever the size. */
#include "core/picture/carry.h"

#include "core/picture/exif_make.h"
#include "core/picture/photo.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHUNK = 65536 };
enum { SOF0 = 0xC0, SOF2 = 0xC2, DHT = 0xC4, RST0 = 0xD0, RST7 = 0xD7 };
enum { SOI = 0xD8, EOI = 0xD9, SOS = 0xDA, DQT = 0xDB, DRI = 0xDD, TEM = 0x01 };

struct reader {
    int fd;
    size_t at, n;
    uint8_t bytes[CHUNK];
};

static uint8_t next(struct reader *r)
{
    if (r->at == r->n) {
        ssize_t n;
        do
            n = read(r->fd, r->bytes, sizeof r->bytes);
        while (n < 0 && errno == EINTR);
        if (n <= 0)
            refuse(REFUSAL_TRUNCATED, NULL);
        r->at = 0;
        r->n = (size_t)n;
    }
    return r->bytes[r->at++];
}

/* The next marker's code; bytes before it are passed over. */
static uint8_t next_marker(struct reader *r)
{
    for (;;) {
        while (next(r) != 0xFF)
            ;
        uint8_t code = next(r);
        while (code == 0xFF)
            code = next(r);
        if (code != 0)
            return code;
    }
}

static bool is_kept(uint8_t code)
{
    return code == DQT || code == DHT || code == DRI || code == SOS ||
           (code >= SOF0 && code <= SOF2);
}

/* A segment with its length; written when it is kept. */
static void pass_segment(struct reader *r, struct outlet *o, uint8_t code)
{
    static uint8_t segment[4 + 65536];
    segment[0] = 0xFF;
    segment[1] = code;
    segment[2] = next(r);
    segment[3] = next(r);
    size_t length = (size_t)segment[2] << 8 | segment[3];
    if (length < 2)
        refuse(REFUSAL_DAMAGED, NULL);
    for (size_t i = 2; i < length; i++)
        segment[2 + i] = next(r);
    if (is_kept(code))
        outlet_write(o, segment, 2 + length);
}

/* The coded data of one scan; the code of the marker that ends it. */
static uint8_t pass_scan(struct reader *r, struct outlet *o)
{
    static uint8_t out[CHUNK + 2];
    size_t n = 0;
    for (;;) {
        uint8_t byte = next(r), code;
        out[n++] = byte;
        if (byte == 0xFF) {
            do
                code = next(r);
            while (code == 0xFF);
            if (code != 0 && (code < RST0 || code > RST7)) {
                outlet_write(o, out, n - 1);
                return code;
            }
            out[n++] = code;
        }
        if (n >= CHUNK) {
            outlet_write(o, out, n);
            n = 0;
        }
    }
}

/* The facts as APP1; without any, JFIF stands there. */
static void write_head(struct outlet *o, const struct order *order)
{
    static const uint8_t jfif[] = {0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0,
                                   1,    1,    0, 0,  1,   0,   1,   0,   0};
    uint8_t *block = NULL;
    size_t n = exif_make(order, &block);
    const uint8_t app1[4] = {0xFF, 0xE1, (uint8_t)((n + 2) >> 8), (uint8_t)(n + 2)};
    outlet_write(o, "\xFF\xD8", 2);
    if (n)
        outlet_write(o, app1, sizeof app1);
    outlet_write(o, n ? block : jfif, n ? n : sizeof jfif);
    free(block);
}

void carry(int fd, struct outlet *o, const struct order *order)
{
    static struct reader r;
    r = (struct reader){.fd = fd};
    write_head(o, order);
    uint8_t code = next_marker(&r);
    while (code != EOI) {
        bool bare = code == SOI || code == TEM || (code >= RST0 && code <= RST7);
        if (!bare)
            pass_segment(&r, o, code);
        code = code == SOS ? pass_scan(&r, o) : next_marker(&r);
    }
    outlet_write(o, "\xFF\xD9", 2);
}
