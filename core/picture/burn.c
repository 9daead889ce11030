/* burn: see the header. A brush stroke's piece is the hull of two discs: its cut with a
 * row is one interval, from the leftmost to the rightmost of the cuts of its parts. */
#include "core/picture/burn.h"

#include <math.h>

struct cut {
    double left, right; /* left > right: nothing */
};

static void cut_take(struct cut *c, double x)
{
    c->left = fmin(c->left, x);
    c->right = fmax(c->right, x);
}

/* A disc cut by the rows from top to bottom: its widest there. */
static void cut_disc(struct cut *c, double x, double y, double r, double top,
                     double bottom)
{
    double off = y < top ? top - y : y > bottom ? y - bottom : 0;
    if (off > r)
        return;
    double half = sqrt(r * r - off * off);
    cut_take(c, x - half);
    cut_take(c, x + half);
}

/* What of the side from (x1, y1) to (x2, y2) lies between the rows. */
static void cut_side(struct cut *c, double x1, double y1, double x2, double y2,
                     double top, double bottom)
{
    double low = fmin(y1, y2), high = fmax(y1, y2);
    if (high < top || low > bottom)
        return;
    double from = fmax(low, top), to = fmin(high, bottom);
    double slope = y1 == y2 ? 0 : (x2 - x1) / (y2 - y1);
    if (y1 == y2) {
        cut_take(c, x1);
        cut_take(c, x2);
        return;
    }
    cut_take(c, x1 + (from - y1) * slope);
    cut_take(c, x1 + (to - y1) * slope);
}

static void cut_stroke(struct cut *c, const struct picture_burn *b, double top,
                       double bottom)
{
    double x1 = b->x1 + 0.5, y1 = b->y1 + 0.5, x2 = b->x2 + 0.5, y2 = b->y2 + 0.5;
    double r = b->radius + 0.5, length = hypot(x2 - x1, y2 - y1);
    cut_disc(c, x1, y1, r, top, bottom);
    cut_disc(c, x2, y2, r, top, bottom);
    if (length <= 0)
        return;
    double nx = (y1 - y2) / length * r, ny = (x2 - x1) / length * r;
    cut_side(c, x1 + nx, y1 + ny, x2 + nx, y2 + ny, top, bottom);
    cut_side(c, x1 - nx, y1 - ny, x2 - nx, y2 - ny, top, bottom);
}

bool burn_span(const struct picture_burn *b, int y, int *x1, int *x2)
{
    struct cut c = {INFINITY, -INFINITY};
    if (b->radius < 0) {
        *x1 = b->x1;
        *x2 = b->x2;
        return y >= b->y1 && y < b->y2 && b->x1 < b->x2;
    }
    cut_stroke(&c, b, y, y + 1.0);
    if (c.left > c.right)
        return false;
    *x1 = (int)fmax(floor(c.left), -1e9);
    *x2 = (int)fmin(ceil(c.right), 1e9);
    return *x1 < *x2;
}
