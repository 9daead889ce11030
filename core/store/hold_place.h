/* hold_place: what stands at a place (origin, seq) of the log, and whether a record fits what
 * stands beside it. For hold and what is set aside. */
#ifndef LYGTE_STORE_HOLD_PLACE_H
#define LYGTE_STORE_HOLD_PLACE_H

#include "core/store/record.h"
#include "core/store/store.h"

struct place_stands {
    bool there, same;
    bool aside; /* only as a line that could not be read */
    bool bare;  /* read, and without a body              */
};

bool place_look(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                const uint8_t wanted[DIGEST_SIZE], struct place_stands *ret,
                struct err *err);

/* Is the record held before it the one it follows, and does the one held after it follow it?
 * Otherwise they are of two chains, and a run over both would confirm what was never held.
 * Where nothing stands beside it, or what a disk has spoilt, it fits. prev of zeros: its
 * line does not say. */
bool place_fits(struct store *s, struct arena *a, const struct record *r, bool *ret,
                struct err *err);

/* Erasures and words about origins never lose their bodies: without them the one would erase
 * nothing and the other shut nobody out. What one carries of another may be erased. */
bool place_never_bare(const struct record *r);

/* Does an erasure name r, or what it carries? */
bool place_erased(struct store *s, struct arena *a, const struct record *r, bool *ret,
                  struct err *err);
/* Does r bring the body that the same record, which stands at its place, lacks? Not where
 * something erases it. */
bool place_fills(struct store *s, struct arena *a, const struct record *r,
                 const struct place_stands *at, bool *ret, struct err *err);

#endif
