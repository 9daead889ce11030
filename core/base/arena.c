/* arena: a chain of growing blocks; large wishes get a block of their own. */
#include "core/base/arena.h"

#include "core/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 262144, ALIGN = 16 };

struct arena_block {
    struct arena_block *next;
    size_t size;
    size_t used;
    size_t pad; /* keeps data 16-aligned */
    unsigned char data[];
};

static struct arena_block *block_new(struct arena *a, size_t least)
{
    size_t size = a->block ? a->block->size * 2 : FIRST_BLOCK;
    if (size > LARGEST_BLOCK)
        size = LARGEST_BLOCK;
    if (size < least)
        size = least;
    struct arena_block *b = malloc(sizeof *b + size);
    if (!b)
        err_die("arena", "out of memory");
    b->size = size;
    b->used = 0;
    a->total += size;
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > (size_t)1 << 40)
        err_die("arena", "absurd size");
    size_t want = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (!a->block || a->block->size - a->block->used < want) {
        struct arena_block *b = block_new(a, want);
        b->next = a->block;
        a->block = b;
    }
    void *p = a->block->data + a->block->used;
    a->block->used += want;
    memset(p, 0, want);
    return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        err_die("arena", "size overflow");
    return arena_alloc(a, bytes);
}

void arena_release(struct arena *a)
{
    while (a->block) {
        struct arena_block *next = a->block->next;
        free(a->block);
        a->block = next;
    }
    a->total = 0;
}

void arena_reset(struct arena *a)
{
    if (!a->block)
        return;
    struct arena_block *keep = a->block;
    struct arena_block *rest = keep->next;
    while (rest) {
        struct arena_block *next = rest->next;
        a->total -= rest->size;
        free(rest);
        rest = next;
    }
    keep->next = NULL;
    keep->used = 0;
}

void *arena_memdup(struct arena *a, const void *p, size_t n)
{
    void *copy = arena_alloc(a, n ? n : 1);
    if (n)
        memcpy(copy, p, n);
    return copy;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_alloc(a, n + 1);
    memcpy(copy, s, n);
    return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (n < 0)
        err_die("arena_printf", "bad format");
    char *s = arena_alloc(a, (size_t)n + 1);
    va_start(ap, format);
    vsnprintf(s, (size_t)n + 1, format, ap);
    va_end(ap);
    return s;
}
