/* reduce: see the header. Vertical first over a ring of float rows, then horizontal;
 * both in vectors of four floats, which gcc and clang turn into SSE or NEON. */
#include "core/picture/reduce.h"

#include "core/picture/photo.h"

#include <math.h>
#include <string.h>

enum { LANES = 4, STEP = 4 * LANES };

typedef float lanes __attribute__((vector_size(16)));

/* The samples each result is made of: count weights from first[i] on. */
struct taps {
    int count;
    int *first;
    float *weight;
};

struct reducer {
    struct axis across, down;
    struct taps columns, rows;
    int stride;          /* floats in a row of the ring, a multiple of STEP */
    float *ring;         /* rows.count rows                                 */
    const float **under; /* the ring's rows under the filter, in order    */
    float *line;         /* one row, reduced vertically                     */
    float *result;       /* one row, reduced both ways                      */
    int next_in, next_out;
    reducer_sink *sink;
    void *context;
};

static lanes load(const float *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

static void store(float *to, lanes v)
{
    memcpy(to, &v, sizeof v);
}

static double sinc(double x)
{
    const double pi = 3.14159265358979323846;
    return fabs(x) < 1e-9 ? 1 : sin(pi * x) / (pi * x);
}

static double lanczos(double x)
{
    return fabs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
}

static double centre_of(const struct axis *a, int i)
{
    double scale = a->in_span / a->out_span;
    return (i + 0.5 + a->out_shift) * scale - 0.5 - a->in_shift;
}

/* Weights of result i into w[0..count), with what falls outside put on the edges. */
static void weigh(const struct axis *a, double stretch, int i, int first, int count,
                  double *w)
{
    double centre = centre_of(a, i), sum = 0;
    int from = (int)ceil(centre - 3 * stretch), to = (int)floor(centre + 3 * stretch);
    memset(w, 0, (size_t)count * sizeof *w);
    for (int k = from; k <= to; k++) {
        double value = lanczos((k - centre) / stretch);
        int at = k - first;
        if (k < 0)
            at = -first;
        if (k >= a->in)
            at = a->in - 1 - first;
        at = at < 0 ? 0 : at >= count ? count - 1 : at;
        w[at] += value;
        sum += value;
    }
    for (int k = 0; k < count; k++)
        w[k] /= sum;
}

/* The same number of weights for each result, rounded up to whole lanes with zeros. */
static void taps_make(struct taps *t, const struct axis *a, int round)
{
    double stretch = fmax(1, a->in_span / a->out_span);
    bool same =
        a->in == a->out && a->in_span == a->out_span && a->in_shift == a->out_shift;
    int most = same ? 1 : (int)floor(6 * stretch) + 1;
    if (most > a->in)
        most = a->in;
    t->count = (most + round - 1) / round * round;
    t->first = take((size_t)a->out, sizeof *t->first);
    t->weight = take((size_t)a->out * (size_t)t->count, sizeof *t->weight);
    double *w = take((size_t)most, sizeof *w);
    for (int i = 0; i < a->out; i++) {
        int first = same ? i : (int)ceil(centre_of(a, i) - 3 * stretch);
        first = first > a->in - most ? a->in - most : first;
        t->first[i] = first < 0 ? 0 : first;
        weigh(a, stretch, i, t->first[i], most, w);
        for (int k = 0; k < most; k++)
            t->weight[(size_t)i * (size_t)t->count + (size_t)k] = (float)w[k];
    }
}

struct reducer *reducer_new(const struct axis *across, const struct axis *down,
                            reducer_sink *sink, void *context)
{
    struct reducer *r = take(1, sizeof *r);
    r->across = *across;
    r->down = *down;
    r->sink = sink;
    r->context = context;
    taps_make(&r->columns, across, LANES);
    taps_make(&r->rows, down, 1);
    r->stride = (across->in + STEP - 1) / STEP * STEP;
    r->ring = take((size_t)r->stride * (size_t)r->rows.count, sizeof *r->ring);
    r->under = take((size_t)r->rows.count, sizeof *r->under);
    r->line = take((size_t)r->stride + (size_t)r->columns.count, sizeof *r->line);
    r->result = take((size_t)across->out, sizeof *r->result);
    return r;
}

static void reduce_down(struct reducer *r, int y)
{
    int count = r->rows.count;
    const float *weight = r->rows.weight + (size_t)y * (size_t)count;
    for (int k = 0; k < count; k++)
        r->under[k] =
            r->ring + (size_t)((r->rows.first[y] + k) % count) * (size_t)r->stride;
    for (int x = 0; x < r->stride; x += STEP) {
        lanes a = {0}, b = {0}, c = {0}, d = {0}; /* by name: they stay in registers */
        for (int k = 0; k < count; k++) {
            const float *p = r->under[k] + x;
            float w = weight[k];
            a += load(p) * w;
            b += load(p + LANES) * w;
            c += load(p + 2 * LANES) * w;
            d += load(p + 3 * LANES) * w;
        }
        store(r->line + x, a);
        store(r->line + x + LANES, b);
        store(r->line + x + 2 * LANES, c);
        store(r->line + x + 3 * LANES, d);
    }
}

static void reduce_across(struct reducer *r)
{
    int count = r->columns.count;
    const float *weight = r->columns.weight;
    for (int x = 0; x < r->across.out; x++, weight += count) {
        const float *p = r->line + r->columns.first[x];
        lanes sum = {0};
        for (int k = 0; k < count; k += LANES)
            sum += load(p + k) * load(weight + k);
        r->result[x] = (sum[0] + sum[2]) + (sum[1] + sum[3]);
    }
}

/* All results whose last row is in. */
static void reduce_ready(struct reducer *r)
{
    r->next_in++;
    while (r->next_out < r->down.out &&
           r->rows.first[r->next_out] + r->rows.count <= r->next_in) {
        reduce_down(r, r->next_out);
        reduce_across(r);
        r->sink(r->context, r->next_out, r->result);
        r->next_out++;
    }
}

static float *ring_next(struct reducer *r)
{
    return r->ring + (size_t)(r->next_in % r->rows.count) * (size_t)r->stride;
}

void reducer_feed(struct reducer *r, const uint8_t *row)
{
    if (r->next_in >= r->down.in)
        return;
    float *to = ring_next(r);
    int x = 0;
    for (; x + STEP <= r->across.in; x += STEP)
        for (int k = 0; k < STEP; k++)
            to[x + k] = row[x + k];
    for (; x < r->across.in; x++)
        to[x] = row[x];
    reduce_ready(r);
}

void reducer_feed_floats(struct reducer *r, const float *row)
{
    if (r->next_in >= r->down.in)
        return;
    memcpy(ring_next(r), row, (size_t)r->across.in * sizeof *row);
    reduce_ready(r);
}
