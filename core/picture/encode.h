/* encode: a copy as a baseline JPEG (4:2:0 or grey) within a budget of bytes. Quality
 * begins at 82 and steps down until it fits; under 25 the copy is halved instead, so
 * it always fits. No metadata but JFIF. */
#ifndef LYGTE_PICTURE_ENCODE_H
#define LYGTE_PICTURE_ENCODE_H

#include "core/picture/scale.h"

#include <stddef.h>
#include <stdint.h>

/* Writes into out, at most budget bytes (budget >= 4096); the number written. */
size_t encode_copy(struct copy *copy, uint8_t *out, size_t budget);

#endif
