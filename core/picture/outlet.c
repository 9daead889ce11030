/* outlet: see the header. */
#include "core/picture/outlet.h"

#include "core/picture/photo.h"

#include <errno.h>
#include <unistd.h>

void outlet_write(struct outlet *o, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    o->written += n;
    if (o->written > PICTURE_WHOLE_BYTES)
        refuse(REFUSAL_MEMORY, NULL);
    while (n > 0) {
        ssize_t w = write(o->fd, p, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            refuse(errno == ENOSPC || errno == EDQUOT ? REFUSAL_DISK_FULL
                                                      : REFUSAL_UNWRITTEN,
                   NULL);
        p += w;
        n -= (size_t)w;
    }
}
