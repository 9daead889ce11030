/* charset: see the header. */
#include "core/base/charset.h"

#include "core/base/text.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

/* Is there a byte beyond ASCII, and no two of them that are UTF-8? */
static bool is_none_of_it_utf8(const char *s, size_t n)
{
    bool beyond = false;
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)s[i] < 0x80)
            continue;
        beyond = true;
        for (size_t len = 2; len <= 4 && i + len <= n; len++)
            if (text_is_utf8(s + i, len))
                return false;
    }
    return beyond;
}

static const char *name_of(const char *s, size_t n)
{
    if (n >= 2 && (memcmp(s, "\xFF\xFE", 2) == 0 || memcmp(s, "\xFE\xFF", 2) == 0))
        return "UTF-16"; /* its mark tells which */
    return is_none_of_it_utf8(s, n) ? "CP1252" : NULL;
}

/* False when the C library has not that table, or a piece is none of it. */
static bool convert(struct buf *out, const char *from, const char *bytes, size_t n)
{
    char step[4096];
    char *in = (char *)(uintptr_t)bytes;
    iconv_t c = iconv_open("UTF-8", from);
    bool ok = c != (iconv_t)-1;
    while (ok && n > 0) {
        char *to = step;
        size_t room = sizeof step;
        ok = iconv(c, &in, &n, &to, &room) != (size_t)-1 || errno == E2BIG;
        buf_add(out, step, sizeof step - room);
    }
    if (c != (iconv_t)-1)
        iconv_close(c);
    return ok;
}

void charset_to_utf8(struct buf *out, const char *bytes, size_t n)
{
    size_t before = out->len, mark = text_mark(bytes, n);
    const char *from = name_of(bytes, n);
    if (from && convert(out, from, bytes, n))
        return;
    out->len = before;
    buf_add(out, bytes + mark, n - mark);
}
