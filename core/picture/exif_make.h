/* exif_make: writing EXIF; reading it is exif.c. */
#ifndef LYGTE_PICTURE_EXIF_MAKE_H
#define LYGTE_PICTURE_EXIF_MAKE_H

#include "core/picture/order.h"

#include <stddef.h>
#include <stdint.h>

/* "Exif\0\0" and a TIFF, at most EXIF_BLOCK_MOST bytes, on the heap; 0 and no block when
 * the order has no fact. */
size_t exif_make(const struct order *order, uint8_t **ret);

#endif
