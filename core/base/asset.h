/* asset: the files packed into the program: pages, scripts, icons, SQL, the catalogue.
 *
 * tools/pack makes the table at build time. Each program links one pack and nothing is
 * read from disk, so a page is never newer or older than the program that serves it.
 * Text is stored gzipped, to be sent as it is; asset_plain gives the words themselves.
 */
#ifndef LYGTE_BASE_ASSET_H
#define LYGTE_BASE_ASSET_H

#include "core/base/arena.h"
#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct asset {
    const char *name;           /* as given to pack, "walker/index.html"              */
    const unsigned char *bytes; /* as stored: gzip (RFC 1952) when gzipped            */
    size_t len;                 /* of bytes                                           */
    size_t plain_len;           /* of the file itself; equals len when not gzipped    */
    bool gzipped;
    const char *type; /* Content-Type, with charset for text                */
};

/* Made by tools/pack, sorted by name. */
extern const struct asset asset_rows[];
extern const size_t asset_row_count;
/* 12 hex digits that change when a name or a byte of any file does: for ETag and the
 * service worker's cache. */
extern const char asset_build[];

/* By name, exactly; NULL when there is none. */
const struct asset *asset_find(const char *name);
/* The file's own bytes, in the arena, with a '\0' after them that is not counted in
 * *size. ERR_DAMAGED "asset.damaged" when what is packed is not what was packed. */
bool asset_plain(struct arena *a, const struct asset *asset, char **ret, size_t *size,
                 struct err *err);

#endif
