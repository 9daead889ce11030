/* reserve: points are still kept when the disk is full. DIR/reserve holds 4 MB that are
 * nobody's; a transaction that finds less than a megabyte free lets them go before it
 * begins, and they are made again when there is room. 4 MB are some thousand points.
 * Photos are refused long before, so that they never take the room of points
 * (records.md 8). Only on devices. */
#ifndef LYGTE_STORE_RESERVE_H
#define LYGTE_STORE_RESERVE_H

#include "core/base/err.h"

#include <stdint.h>

enum {
    RESERVE_BYTES = 4 << 20,
    RESERVE_NEED = 1 << 20,         /* free bytes below which it is let go           */
    RESERVE_ROOM = 24 << 20,        /* free bytes above which it is made again       */
    RESERVE_PHOTOS_MB = 300,        /* photos are refused with less than this free,
                                       in millions of bytes                          */
    RESERVE_LOOK_MS = 5000          /* how often it is looked whether there is room  */
};

/* Before a transaction on DIR/reserve (path): lets it go, or makes it again. *looked_ms
 * is the caller's, 0 at first. Never fails: without a reserve things go on as long as
 * they can. */
void reserve_mind(const char *path, int64_t *looked_ms);

/* RESERVE_PHOTOS_MB as bytes, or what LYGTE_LEAST_MB in the environment says instead
 * (tests, small disks). */
int64_t reserve_least(void);

/* May a photo of that many bytes (0: not known yet) be kept in dir? ERR_FULL "disk.low". */
bool reserve_photo(const char *dir, int64_t bytes, struct err *err);

#endif
