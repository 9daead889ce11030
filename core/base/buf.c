/* buf: see the header. Doubles, so adding is cheap on average. */
#include "core/base/buf.h"

#include "core/base/arena.h"
#include "core/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_release(struct buf *b)
{
    free(b->data);
    *b = (struct buf)BUF_INIT;
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    if (b->data)
        b->data[0] = '\0';
}

static void grow(struct buf *b, size_t more)
{
    size_t need;
    if (__builtin_add_overflow(b->len, more, &need) || ++need == 0)
        err_die("buf", "size overflow");
    size_t size = b->size ? b->size : 64;
    while (size < need)
        size *= 2;
    char *data = realloc(b->data, size);
    if (!data)
        err_die("buf", "out of memory");
    b->data = data;
    b->size = size;
    b->data[b->len] = '\0';
}

/* Mostly there is room, and adding is what lists are made of. */
static inline void reserve(struct buf *b, size_t more)
{
    if (more >= b->size - b->len)
        grow(b, more);
}

void buf_reserve(struct buf *b, size_t more)
{
    reserve(b, more);
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    reserve(b, n);
    if (n)
        memcpy(b->data + b->len, p, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void buf_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
    reserve(b, 1);
    b->data[b->len++] = c;
    b->data[b->len] = '\0';
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (n < 0)
        err_die("buf_printf", "bad format");
    reserve(b, (size_t)n);
    va_start(ap, format);
    vsnprintf(b->data + b->len, (size_t)n + 1, format, ap);
    va_end(ap);
    b->len += (size_t)n;
}

char *buf_dup(const struct buf *b, struct arena *a)
{
    return arena_strndup(a, b->data ? b->data : "", b->len);
}
