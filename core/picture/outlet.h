/* outlet: the new photo on its way out, counted. */
#ifndef LYGTE_PICTURE_OUTLET_H
#define LYGTE_PICTURE_OUTLET_H

#include <stddef.h>

struct outlet {
    int fd;
    size_t written;
};

/* Refuses when the disk does, and past PICTURE_WHOLE_BYTES. */
void outlet_write(struct outlet *o, const void *bytes, size_t n);

#endif
