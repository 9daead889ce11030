/* order: what the caller tells lygte-picture to put into a new photo, beside its pixels:
 * one struct through a memory file on PICTURE_FD_ORDER. Both ends are the same build, so
 * it travels as it lies in memory; the program looks only at its size. Private to
 * core/picture. */
#ifndef LYGTE_PICTURE_ORDER_H
#define LYGTE_PICTURE_ORDER_H

#include "core/picture/picture.h"

enum { ORDER_TEXT = 16384 }; /* bytes of a description with its '\0' */

struct order {
    struct geo_point at;
    int64_t taken_ms; /* INT64_MIN: none */
    int direction_c;  /* -1: none        */
    char description[ORDER_TEXT];
    int burn_count;
    struct picture_burn burn[PICTURE_BURNS_MOST];
};

#endif
