/* asset: see the header. Binary search in the table of tools/pack; zlib. */
#include "core/base/asset.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 }; /* zlib: the largest window, and a gzip wrapper */

static int compare_name(const void *name, const void *row)
{
    return strcmp(name, ((const struct asset *)row)->name);
}

const struct asset *asset_find(const char *name)
{
    return bsearch(name, asset_rows, asset_row_count, sizeof *asset_rows, compare_name);
}

/* True when bytes unpack to exactly plain_len bytes and the checksum agrees. */
static bool unpack(const struct asset *asset, char *out)
{
    if (asset->len > UINT_MAX || asset->plain_len > UINT_MAX)
        return false;
    z_stream z = {
        .next_in = asset->bytes,
        .avail_in = (uInt)asset->len,
        .next_out = (Bytef *)out,
        .avail_out = (uInt)asset->plain_len,
    };
    if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        return false;
    bool whole = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_out == 0;
    inflateEnd(&z);
    return whole;
}

bool asset_plain(struct arena *a, const struct asset *asset, char **ret, size_t *size,
                 struct err *err)
{
    char *out = arena_alloc(a, asset->plain_len + 1);
    if (!asset->gzipped)
        memcpy(out, asset->bytes, asset->plain_len);
    else if (!unpack(asset, out))
        return err_set(err, ERR_DAMAGED, "asset.damaged", asset->name, NULL);
    out[asset->plain_len] = '\0';
    *ret = out;
    *size = asset->plain_len;
    return true;
}
