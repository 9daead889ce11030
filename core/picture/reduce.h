/* reduce: one plane made smaller, row by row. Lanczos with a = 3, stretched by the
 * reduction; edges repeat; weights sum to one. At 1:1 each row passes unchanged.
 * Values are floats in 0..255 with a little overshoot; the sink clamps. */
#ifndef LYGTE_PICTURE_REDUCE_H
#define LYGTE_PICTURE_REDUCE_H

#include <stdint.h>

struct reducer;

/* Takes row y of the result; row holds `out` floats. */
typedef void reducer_sink(void *context, int y, const float *row);

/* One direction: in samples become out samples. in_span and out_span say how many
 * samples each grid needs for the whole picture (not always whole numbers), in_shift
 * and out_shift where its first sample begins, in samples. */
struct axis {
    int in, out;
    double in_span, out_span;
    double in_shift, out_shift;
};

struct reducer *reducer_new(const struct axis *across, const struct axis *down,
                            reducer_sink *sink, void *context);
void reducer_feed(struct reducer *r, const uint8_t *row);
void reducer_feed_floats(struct reducer *r, const float *row);

#endif
