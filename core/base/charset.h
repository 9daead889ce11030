/* charset: text files of other people's programs as UTF-8, by the C library's iconv.
 *
 * Danish Excel saves CSV in Windows-1252 and "Unicode text" in UTF-16. The rule: a byte
 * order mark is believed; what is UTF-8 stays; what has bytes beyond ASCII of which none is
 * UTF-8 was Windows-1252; a mixture stays as it is, for its reader to refuse piece by piece. */
#ifndef LYGTE_BASE_CHARSET_H
#define LYGTE_BASE_CHARSET_H

#include "core/base/buf.h"

/* The text as UTF-8 at the end of out, without its byte order mark. */
void charset_to_utf8(struct buf *out, const char *bytes, size_t n);

#endif
