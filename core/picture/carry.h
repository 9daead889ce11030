/* carry: a JPEG's coded pixels into a new file, byte for byte, and nothing else of it. */
#ifndef LYGTE_PICTURE_CARRY_H
#define LYGTE_PICTURE_CARRY_H

#include "core/picture/order.h"
#include "core/picture/outlet.h"

/* Reads fd from its first byte: a JPEG whose header was found to be one that may be
 * carried (jpeg_may_carry of photo.h). Refuses one whose end is missing. */
void carry(int fd, struct outlet *o, const struct order *order);

#endif
