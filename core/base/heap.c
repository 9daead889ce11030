/* heap: see the header. */
#include "core/base/heap.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Bytes: a huge page, what is taken in one go; what M_TOP_PAD, M_TRIM_THRESHOLD and
 * M_MMAP_THRESHOLD are set to. */
enum {
    HUGE = 2 << 20,
    TAKEN = 2 * HUGE,
    STEP = 32 << 10,
    PAD = 128 << 10,
    REST = 512 << 10,
    MAPS = 8 << 20
};

/* What lies between the heap's old end and the next huge page: address space nobody touches,
 * so that what is allocated next begins there. */
static void *gap;
static void *huge;

/* Makes malloc(3) move the heap's end by one huge page more than is taken; gives the piece
 * that lies before what is new. */
static void *move_end(void)
{
    void *taken[16] = {NULL};
    size_t n = 0;
    const void *end = sbrk(0);
    mallopt(M_TOP_PAD, TAKEN + HUGE);
    while (n < sizeof taken / sizeof *taken && sbrk(0) == end)
        taken[n++] = malloc(STEP);
    mallopt(M_TOP_PAD, PAD);
    while (n > 1)
        free(taken[--n]);
    return taken[0];
}

void heap_serve(void)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TRIM_THRESHOLD, 2 * TAKEN);
    mallopt(M_MMAP_THRESHOLD, MAPS);
    uintptr_t from = ((uintptr_t)sbrk(0) + HUGE - 1) & ~(uintptr_t)(HUGE - 1);
    gap = move_end();
    if (!gap || (uintptr_t)sbrk(0) < from + TAKEN)
        return;
    huge = (void *)from;
    madvise(huge, TAKEN, MADV_HUGEPAGE);
    madvise(huge, TAKEN, MADV_POPULATE_WRITE);
    /* Not before: where the gap ends malloc(3) writes a head. */
    void *whole = realloc(gap, from - (uintptr_t)gap);
    if (whole)
        gap = whole;
}

/* khugepaged would make a huge page again of the little that is left of it. */
void heap_rest(void)
{
    if (huge)
        madvise(huge, TAKEN, MADV_NOHUGEPAGE);
    free(gap);
    gap = huge = NULL;
    mallopt(M_TRIM_THRESHOLD, REST);
    malloc_trim(0);
}
