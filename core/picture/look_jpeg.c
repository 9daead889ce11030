/* look_jpeg: a JPEG from mark to mark (ITU-T T.81 annex B), its pixels untouched: enough
 * to know before it is kept that it is a whole one within the limits, how large it is and
 * what its EXIF says. Some hundredths of what decoding costs.
 *
 * It takes what decode_jpeg takes, and tells the same of it; the other way round does not
 * hold: coded data that do not decode are found by decoding alone. Strange bytes between
 * segments are passed over as libjpeg does. Among coded data a mark that no scan has, or
 * whose segment runs past the end, is taken for damage and passed over too: it must not
 * make a damaged photo look like half a one.
 */
#include "core/picture/photo.h"

#include <stdio.h>
#include <string.h>

enum {
    SOF0 = 0xC0,
    SOF2 = 0xC2,
    DHT = 0xC4,
    JPG = 0xC8,
    SOF9 = 0xC9,
    SOF10 = 0xCA,
    DAC = 0xCC,
    SOF15 = 0xCF,
    RST0 = 0xD0,
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA,
    DQT = 0xDB,
    DRI = 0xDD,
    APP0 = 0xE0,
    APP1 = 0xE1,
    APP15 = 0xEF,
    COM = 0xFE
};

/* COEFFICIENTS_MOST: bytes that a JPEG in several scans may take at once; the decoder's
 * own limit is found by trying. */
enum { SIDE_MOST = 65500, COLOURS_MOST = 4, COEFFICIENTS_MOST = 256 << 20 };

struct looking {
    const uint8_t *at, *end;
    struct picture_facts *facts;
    long width, height;
    bool framed, progressive, exif_seen;
    int colours;
    uint8_t across[COLOURS_MOST], down[COLOURS_MOST];
    unsigned scans;
};

static unsigned be16(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

/* The next mark, whatever stands before it; 0xFF00 is a byte of data. */
static unsigned next_mark(struct looking *l)
{
    while (l->at < l->end) {
        const uint8_t *p = memchr(l->at, 0xFF, (size_t)(l->end - l->at));
        if (!p)
            break;
        while (p < l->end && *p == 0xFF)
            p++;
        if (p == l->end)
            break;
        l->at = p + 1;
        if (*p != 0)
            return *p;
    }
    refuse(REFUSAL_TRUNCATED, NULL);
}

static bool has_no_segment(unsigned mark)
{
    return mark < SOF0 || (mark >= RST0 && mark < SOI);
}

/* What may stand between two scans, and so among coded data. */
static bool may_follow_scan(unsigned mark)
{
    return mark == DHT || mark == DAC || mark == SOS || mark == DQT || mark == 0xDC ||
           mark == DRI || mark == COM || (mark >= APP0 && mark <= APP15);
}

/* The segment after a mark: its body, its length in *ret_n; NULL when it runs past the
 * end. A length under two, which is none, is borne as libjpeg bears it. */
static const uint8_t *segment(struct looking *l, size_t *ret_n)
{
    size_t left = (size_t)(l->end - l->at);
    if (left < 2)
        return NULL;
    unsigned length = be16(l->at);
    if (length < 2)
        length = 2;
    if (length > left)
        return NULL;
    const uint8_t *body = l->at + 2;
    *ret_n = length - 2;
    l->at += length;
    return body;
}

static void read_frame(struct looking *l, unsigned mark, const uint8_t *body, size_t n)
{
    if (mark != SOF0 && mark != SOF0 + 1 && mark != SOF2 && mark != SOF9 &&
        mark != SOF10)
        refuse(REFUSAL_UNSUPPORTED, NULL);
    if (l->framed || n < 6 || n != 6 + 3U * body[5])
        refuse(REFUSAL_DAMAGED, NULL);
    l->framed = true;
    l->progressive = mark == SOF2 || mark == SOF10;
    l->height = (long)be16(body + 1);
    l->width = (long)be16(body + 3);
    l->colours = body[5];
    if (l->width == 0 || l->height == 0 || l->colours == 0)
        refuse(REFUSAL_DAMAGED, NULL);
    if (l->width > SIDE_MOST || l->height > SIDE_MOST)
        refuse(REFUSAL_PIXELS, NULL);
    if (body[0] != 8 || l->colours == 2 || l->colours > COLOURS_MOST)
        refuse(REFUSAL_UNSUPPORTED, NULL);
    for (int i = 0; i < l->colours; i++) {
        l->across[i] = body[7 + 3 * i] >> 4;
        l->down[i] = body[7 + 3 * i] & 15;
        if (l->across[i] < 1 || l->across[i] > 4 || l->down[i] < 1 || l->down[i] > 4)
            refuse(REFUSAL_DAMAGED, NULL);
    }
}

/* Bytes of all coefficients, two for each sample. */
static long coefficients(const struct looking *l)
{
    long across = 1, down = 1, sum = 0;
    for (int i = 0; i < l->colours; i++) {
        across = l->across[i] > across ? l->across[i] : across;
        down = l->down[i] > down ? l->down[i] : down;
    }
    for (int i = 0; i < l->colours; i++)
        sum += 2 * (l->width * l->across[i] / across) * (l->height * l->down[i] / down);
    return sum;
}

/* The first scan tells whether all coefficients must be held at once. */
static void check_limits(const struct looking *l, int in_scan)
{
    bool many = l->progressive || in_scan < l->colours;
    if (l->width * l->height > PHOTO_PIXELS_MOST)
        refuse_size(REFUSAL_PIXELS, l->width, l->height);
    if (many && l->width * l->height > PHOTO_PROGRESSIVE_MOST)
        refuse_size(REFUSAL_PROGRESSIVE, l->width, l->height);
    if (many && coefficients(l) > COEFFICIENTS_MOST)
        refuse(REFUSAL_MEMORY, NULL);
}

static void read_scan(struct looking *l, const uint8_t *body, size_t n)
{
    if (!l->framed)
        refuse(REFUSAL_DAMAGED, NULL);
    if (l->scans++ == 0)
        check_limits(l, n > 0 ? body[0] : 0);
    if (l->scans > PHOTO_SCANS_MOST)
        refuse(REFUSAL_SCANS, NULL);
}

/* The first APP1 that is EXIF counts, before the first scan, as in decode_jpeg. */
static void read_exif(struct looking *l, const uint8_t *body, size_t n)
{
    if (l->exif_seen || l->scans > 0 || n < 6 || memcmp(body, "Exif\0\0", 6) != 0)
        return;
    l->exif_seen = true;
    exif_read(body, n, l->facts);
}

static void read_segment(struct looking *l, unsigned mark)
{
    const uint8_t *from = l->at;
    size_t n = 0;
    if (l->scans > 0 && !may_follow_scan(mark))
        return;
    const uint8_t *body = segment(l, &n);
    if (!body && l->scans == 0)
        refuse(REFUSAL_TRUNCATED, NULL);
    if (!body)
        l->at = from;
    else if (mark == SOS)
        read_scan(l, body, n);
    else if (mark == APP1)
        read_exif(l, body, n);
    else if (mark >= SOF0 && mark <= SOF15 && mark != DHT && mark != DAC && mark != JPG)
        read_frame(l, mark, body, n);
}

void look_jpeg(int fd, struct picture_facts *facts)
{
    size_t n;
    struct looking l = {.facts = facts};
    l.at = photo_map(fd, &n);
    l.end = l.at + n;
    l.at += 2; /* past SOI, which made it a JPEG */
    for (unsigned mark; (mark = next_mark(&l)) != EOI;)
        if (!has_no_segment(mark) && mark != SOI)
            read_segment(&l, mark);
        else if (mark == SOI && l.scans == 0)
            refuse(REFUSAL_DAMAGED, NULL);
    if (l.scans == 0)
        refuse(REFUSAL_DAMAGED, NULL);
    bool swapped = facts->orientation >= 5;
    snprintf(facts->format, sizeof facts->format, "jpeg");
    facts->width = (int)(swapped ? l.height : l.width);
    facts->height = (int)(swapped ? l.width : l.height);
}
