/* sheet: the whole picture at full size, upright, into a new baseline JPEG of quality
 * 90, with burns in its pixels.
 *
 * Planes keep the sampling they come with, so nothing is scaled. A picture that lies
 * upright goes through band by band (a row of MCUs); one that must be turned is held as
 * planes until its last row. Rows come from a decoder through struct copies (scale.h).
 */
#ifndef LYGTE_PICTURE_SHEET_H
#define LYGTE_PICTURE_SHEET_H

#include "core/picture/order.h"
#include "core/picture/outlet.h"
#include "core/picture/scale.h"

/* The new photo goes to out; out and order live as long as the sheet. */
struct sheet *sheet_new(struct outlet *out, const struct order *order);
/* What will come; writes the new file's head. */
void sheet_begin(struct sheet *s, const struct shape *shape);
/* The next row of a plane; rows after the last are ignored. */
void sheet_feed(struct sheet *s, int plane, const uint8_t *row);
/* After the last row: whatever is not written yet. True when a burn touched it. */
bool sheet_end(struct sheet *s);

#endif
