/* scale: the small copies, made in one pass while the big picture goes by.
 *
 * A decoder feeds the rows of each plane (Y, Cb, Cr) as they come; each row goes
 * through a separable Lanczos (a = 3) reduction into the preview, and the preview's
 * rows through another into the thumbnail. Only the rows under the filter are held.
 * Pixels are put down upright at once (EXIF orientation 1..8). Copies are 4:2:0, and
 * never larger than what came in. Knows nothing of files or of JPEG.
 */
#ifndef LYGTE_PICTURE_SCALE_H
#define LYGTE_PICTURE_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COPY_PREVIEW, COPY_THUMB, COPY__MAX };
enum { PLANES_MOST = 3 };

/* What a decoder will feed. */
struct shape {
    int width,
        height;      /* the whole picture as stored, before orientation and reduction */
    int orientation; /* EXIF 1..8                                                    */
    int planes;      /* 1 grey, 3 colour (JFIF YCbCr)                                */
    struct shape_plane {
        int columns,
            rows; /* samples a row, and rows, that will come                  */
        double wide,
            high;         /* how many of them the picture covers; the rest is padding */
        int across, down; /* sampling factors, as in ITU-T T.81 A.1.1 */
    } plane[PLANES_MOST];
};

/* Rows lie stride apart; columns and rows after width and height are room for the
 * encoder's blocks. */
struct plane {
    uint8_t *px;
    int width, height, stride;
};

struct copy {
    bool wanted;
    int side;          /* longest side at most                                        */
    int width, height; /* upright                                                     */
    int planes;
    struct plane plane[PLANES_MOST];
};

/* How stored rows and columns lie in the upright picture. */
struct turn {
    bool across, down, swapped; /* mirrored left-right, top-bottom; then transposed */
};

/* Where stored rows go in an upright plane. */
struct lay {
    ptrdiff_t begin, per_column, per_row;
    int columns;
};

/* By EXIF orientation 1..8. */
const struct turn *turn_of(int orientation);
struct lay lay_of(const struct plane *p, const struct turn *t);

struct reducer;
struct sheet;

struct copies {
    struct sheet *sheet; /* when it is set, all goes there, at full size (sheet.h) */
    struct copy copy[COPY__MAX];
    struct reducer *reducer[COPY__MAX][PLANES_MOST];
};

/* The longest side any wanted copy needs, 0 when none is wanted; with a sheet, more
 * than any photo has. */
int copies_side(const struct copies *c);
/* Sizes of all wanted copies and room for them. Before the first row. */
void copies_begin(struct copies *c, const struct shape *shape);
/* The next row of a plane; rows after the last are ignored. */
void copies_feed(struct copies *c, int plane, const uint8_t *row);
/* As copies_feed for all three planes at once, from a row of RGB triples. work holds
 * 3 * columns bytes. */
void copies_feed_rgb(struct copies *c, const uint8_t *rgb, int columns, uint8_t *work);
/* Half as wide and half as high, for a copy that no quality makes small enough. */
void copy_halve(struct copy *copy);

#endif
