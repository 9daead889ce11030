/* squeeze: see the header. */
#include "core/web/squeeze.h"

#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

/* Small windows and tables: 40 KiB instead of 256 while it works. */
enum { WINDOW_BITS = 13, GZIP = 16, MEMORY = 5, LEVEL = 6 };

static bool deflate_all(const struct buf *from, char *to, size_t room, size_t *ret_len)
{
    z_stream z = {.next_in = (const Bytef *)from->data,
                  .avail_in = (uInt)from->len,
                  .next_out = (Bytef *)to,
                  .avail_out = (uInt)room};
    if (deflateInit2(&z, LEVEL, Z_DEFLATED, WINDOW_BITS + GZIP, MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    bool ok = deflate(&z, Z_FINISH) == Z_STREAM_END;
    *ret_len = z.total_out;
    deflateEnd(&z);
    return ok;
}

void squeeze(const struct http_request *q, struct http_reply *r)
{
    const char *accepts = http_header(q, "Accept-Encoding");
    size_t len;
    http_reply_header(r, "Vary", "Accept-Encoding");
    if (!accepts || !strstr(accepts, "gzip") || r->body.len == 0)
        return;
    char *out = arena_alloc(q->arena, r->body.len);
    if (!deflate_all(&r->body, out, r->body.len, &len))
        return;
    r->body.len = 0;
    buf_add(&r->body, out, len);
    http_reply_header(r, "Content-Encoding", "gzip");
}
