/* heap: how a server that rests most of the time takes memory and gives it back.
 *
 * malloc(3) is told two things here; everything else allocates as it always did. Where the
 * C library or the kernel knows less (mallopt(3) is glibc's; MADV_POPULATE_WRITE needs Linux
 * 5.14, MADV_HUGEPAGE transparent huge pages) a server runs as well and starts a little slower.
 */
#ifndef LYGTE_BASE_HEAP_H
#define LYGTE_BASE_HEAP_H

/* One heap for all threads (theirs would each grow, and keep, their own), of which the
 * first 4 MiB are taken in one go, as two huge pages where there are any, in place of some six
 * hundred page faults: the first list, of a thousand points, is read and answered in 2.4 MiB.
 * Nothing is given back until heap_rest. Once, before the first thread. */
void heap_serve(void);

/* Gives back what is free; from now on the heap's end is given back whenever 512 KiB of it
 * is free. Any thread. */
void heap_rest(void);

#endif
