/* told: who wants to hear how far a long piece of work has come. core says nothing by
 * itself; whoever asked for the work decides what to make of it (walker/meter). */
#ifndef LYGTE_BASE_TOLD_H
#define LYGTE_BASE_TOLD_H

#include <stdint.h>

struct told {
    void (*tell)(void *data, int64_t done, int64_t of); /* bytes; called often */
    void *data;
};

/* NULL is fine: nobody wants to hear. */
static inline void told_tell(const struct told *t, int64_t done, int64_t of)
{
    if (t)
        t->tell(t->data, done, of);
}

#endif
