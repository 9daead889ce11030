/* arena: whatever a function hands you lives in the arena you handed it.
 *
 * That is the only ownership sentence in Lygte. Each HTTP request, each sync round
 * and each command has one arena; nothing in it is freed singly. Memory is zeroed and
 * aligned for any type. Running out of memory ends the program.
 */
#ifndef LYGTE_BASE_ARENA_H
#define LYGTE_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *block; /* newest first; NULL when nothing was asked for yet */
    size_t total;              /* bytes held from malloc, for limits and benches    */
};

#define ARENA_INIT {0}

/* Frees everything; the arena may be used again. A zeroed arena is fine. */
void arena_release(struct arena *a);
/* Forgets everything but keeps the newest block, for loops. */
void arena_reset(struct arena *a);

void *arena_alloc(struct arena *a, size_t size);
/* n * size, checked for overflow. */
void *arena_array(struct arena *a, size_t n, size_t size);
char *arena_strdup(struct arena *a, const char *s);       /* NULL gives NULL        */
char *arena_strndup(struct arena *a, const char *s, size_t n); /* adds the '\0'     */
void *arena_memdup(struct arena *a, const void *p, size_t n);
char *arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
