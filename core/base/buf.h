/* buf: bytes that grow. Always ends with a '\0' that is not counted in len, so
 * buf.data is a C string when the content is text. The one heap thing outside an
 * arena, because it moves while it grows: buf_release it. Out of memory ends the
 * program. Invariant: data is NULL only while nothing was ever added. */
#ifndef LYGTE_BASE_BUF_H
#define LYGTE_BASE_BUF_H

#include <stddef.h>

struct arena;

struct buf {
    char *data;
    size_t len;
    size_t size;
};

#define BUF_INIT {0}

void buf_release(struct buf *b);
void buf_clear(struct buf *b); /* len = 0, memory kept */
void buf_reserve(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The text so far, copied into the arena. */
char *buf_dup(const struct buf *b, struct arena *a);

#endif
