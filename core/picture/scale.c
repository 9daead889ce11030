/* scale: see the header. Orientation is one place to begin and two steps; the rest is
 * reduce.c's. */
#include "core/picture/scale.h"

#include "core/picture/photo.h"
#include "core/picture/reduce.h"
#include "core/picture/sheet.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { BLOCK = 16 }; /* an MCU of 4:2:0, pixels; planes have room for whole ones */

static const struct turn turns[9] = {
    [1] = {false, false, false}, [2] = {true, false, false}, [3] = {true, true, false},
    [4] = {false, true, false},  [5] = {false, false, true}, [6] = {false, true, true},
    [7] = {true, true, true},    [8] = {true, false, true},
};

/* Where the rows of one plane of one copy go. */
struct landing {
    struct plane *plane;
    struct lay lay;
    struct reducer *next; /* the thumbnail's, fed from the preview; or NULL */
};

int copies_side(const struct copies *c)
{
    int side = c->sheet ? 65535 : 0;
    for (int i = 0; i < COPY__MAX; i++)
        if (c->copy[i].wanted && c->copy[i].side > side)
            side = c->copy[i].side;
    return side;
}

static uint8_t to_byte(float v)
{
    int i = (int)(v + 0.5f);
    return (uint8_t)(i < 0 ? 0 : i > 255 ? 255 : i);
}

static void land(void *context, int y, const float *row)
{
    const struct landing *l = context;
    uint8_t *to = l->plane->px + l->lay.begin + y * l->lay.per_row;
    for (int x = 0; x < l->lay.columns; x++, to += l->lay.per_column)
        *to = to_byte(row[x]);
    if (l->next)
        reducer_feed_floats(l->next, row);
}

/* Room for a plane of whole blocks. */
static void plane_begin(struct plane *p, int width, int height)
{
    int block = BLOCK;
    p->width = width;
    p->height = height;
    p->stride = (width + block - 1) / block * block;
    int rows = (height + block - 1) / block * block;
    p->px = take((size_t)p->stride, (size_t)rows);
}

const struct turn *turn_of(int orientation)
{
    return &turns[orientation];
}

struct lay lay_of(const struct plane *p, const struct turn *t)
{
    int columns = t->swapped ? p->height : p->width;
    int rows = t->swapped ? p->width : p->height;
    struct lay l = {0, t->swapped ? p->stride : 1, t->swapped ? 1 : p->stride, columns};
    if (t->across) {
        l.begin += (columns - 1) * l.per_column;
        l.per_column = -l.per_column;
    }
    if (t->down) {
        l.begin += (rows - 1) * l.per_row;
        l.per_row = -l.per_row;
    }
    return l;
}

static struct landing *landing_new(struct plane *p, const struct turn *t)
{
    struct landing *l = take(1, sizeof *l);
    l->plane = p;
    l->lay = lay_of(p, t);
    return l;
}

/* The result's side of an axis: `pixels` luma pixels, halved for chroma. Where the
 * direction is mirrored, chroma pairs are counted from the far edge. */
static void axis_out(struct axis *a, int pixels, bool chroma, bool mirrored)
{
    a->out = chroma ? (pixels + 1) / 2 : pixels;
    a->out_span = chroma ? pixels / 2.0 : pixels;
    a->out_shift = chroma && mirrored && pixels % 2 ? -0.5 : 0;
}

static void axis_chain(struct axis *a, const struct axis *before)
{
    a->in = before->out;
    a->in_span = before->out_span;
    a->in_shift = before->out_shift;
}

/* Sets up plane n of all wanted copies; the thumbnail hangs on the preview's rows. */
static void chain_begin(struct copies *c, const struct shape *s, int n)
{
    const struct turn *t = &turns[s->orientation];
    const struct shape_plane *from = &s->plane[n];
    struct axis across = {.in = from->columns, .in_span = from->wide};
    struct axis down = {.in = from->rows, .in_span = from->high};
    struct landing *before = NULL;
    for (int i = 0; i < COPY__MAX; i++) {
        struct copy *copy = &c->copy[i];
        if (!copy->wanted)
            continue;
        struct plane *p = &copy->plane[n];
        bool chroma = n > 0;
        plane_begin(p, chroma ? (copy->width + 1) / 2 : copy->width,
                    chroma ? (copy->height + 1) / 2 : copy->height);
        axis_out(&across, t->swapped ? copy->height : copy->width, chroma, t->across);
        axis_out(&down, t->swapped ? copy->width : copy->height, chroma, t->down);
        struct landing *l = landing_new(p, t);
        struct reducer *r = reducer_new(&across, &down, land, l);
        if (before)
            before->next = r;
        else
            c->reducer[i][n] = r;
        before = l;
        axis_chain(&across, &across);
        axis_chain(&down, &down);
    }
}

static void copy_fit(struct copy *copy, int width, int height)
{
    int longest = width > height ? width : height;
    copy->width = width;
    copy->height = height;
    if (longest <= copy->side)
        return;
    double scale = (double)copy->side / longest;
    copy->width = (int)fmax(1, floor(width * scale + 0.5));
    copy->height = (int)fmax(1, floor(height * scale + 0.5));
}

void copies_begin(struct copies *c, const struct shape *shape)
{
    if (c->sheet) {
        sheet_begin(c->sheet, shape);
        return;
    }
    bool swapped = turns[shape->orientation].swapped;
    for (int i = 0; i < COPY__MAX; i++) {
        struct copy *copy = &c->copy[i];
        copy->planes = shape->planes;
        copy_fit(copy, swapped ? shape->height : shape->width,
                 swapped ? shape->width : shape->height);
    }
    for (int n = 0; n < shape->planes; n++)
        chain_begin(c, shape, n);
}

void copies_feed(struct copies *c, int plane, const uint8_t *row)
{
    if (c->sheet) {
        sheet_feed(c->sheet, plane, row);
        return;
    }
    for (int i = 0; i < COPY__MAX; i++)
        if (c->reducer[i][plane])
            reducer_feed(c->reducer[i][plane], row);
}

void copies_feed_rgb(struct copies *c, const uint8_t *rgb, int columns, uint8_t *work)
{
    uint8_t *y = work, *cb = work + columns, *cr = cb + columns;
    for (int x = 0; x < columns; x++, rgb += 3) {
        int r = rgb[0], g = rgb[1], b = rgb[2]; /* JFIF 1.02, 16 bits of fraction */
        y[x] = (uint8_t)((19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
        cb[x] = (uint8_t)((-11059 * r - 21709 * g + 32768 * b + 8421375) >> 16);
        cr[x] = (uint8_t)((32768 * r - 27439 * g - 5329 * b + 8421375) >> 16);
    }
    copies_feed(c, 0, y);
    copies_feed(c, 1, cb);
    copies_feed(c, 2, cr);
}

/* In place: a result never overtakes what it is made of. */
static void plane_halve(struct plane *p, int width, int height)
{
    for (int y = 0; y < height; y++) {
        int y1 = 2 * y < p->height ? 2 * y : p->height - 1;
        int y2 = y1 + 1 < p->height ? y1 + 1 : y1;
        const uint8_t *a = p->px + (ptrdiff_t)y1 * p->stride;
        const uint8_t *b = p->px + (ptrdiff_t)y2 * p->stride;
        uint8_t *to = p->px + (ptrdiff_t)y * p->stride;
        for (int x = 0; x < width; x++) {
            int x1 = 2 * x < p->width ? 2 * x : p->width - 1;
            int x2 = x1 + 1 < p->width ? x1 + 1 : x1;
            to[x] = (uint8_t)((a[x1] + a[x2] + b[x1] + b[x2] + 2) / 4);
        }
    }
    p->width = width;
    p->height = height;
}

void copy_halve(struct copy *copy)
{
    copy->width = (copy->width + 1) / 2;
    copy->height = (copy->height + 1) / 2;
    for (int n = 0; n < copy->planes; n++)
        plane_halve(&copy->plane[n], n ? (copy->width + 1) / 2 : copy->width,
                    n ? (copy->height + 1) / 2 : copy->height);
}
