/* burn: which pixels of a row a burn takes (struct picture_burn of picture.h). */
#ifndef LYGTE_PICTURE_BURN_H
#define LYGTE_PICTURE_BURN_H

#include "core/picture/picture.h"

#include <stdbool.h>

/* The pixels [*x1, *x2) of row y; false when there are none. A pixel is taken when its
 * square is touched; x1 and x2 may lie outside of any picture. */
bool burn_span(const struct picture_burn *b, int y, int *x1, int *x2);

#endif
