/* aside: databases that salvage put aside (DIR/damaged-TIME), and what becomes of them. They
 * are kept because somebody may yet find in their bytes what could not be saved. But what
 * is erased must be nowhere (records.md 6), and nobody can say which words a damaged page
 * still holds: so the first erasure of words that may be in them removes them, whole, with
 * key and token. One that held nothing more than the new database does is not kept at all.
 *
 * The settings "salvage.condemned" (it must go) and "salvage.gone" (when it went, ms) stand
 * beside those of core/store/salvage. */
#ifndef LYGTE_STORE_ASIDE_H
#define LYGTE_STORE_ASIDE_H

#include "core/store/store.h"

/* The records that the erasure names are erased: unless all of them were made by our
 * present origin, which began after the damage, what was put aside must go. In the
 * caller's transaction; it goes with aside_settle. */
bool aside_erased(struct store *s, const char *erasure, struct err *err);
/* In a database just salvaged: an erasure that was not done yet, or words that were
 * erased and found again in the old file's pages, condemn it at once. */
bool aside_due(struct store *s, struct err *err);
/* After the commit: removes every put-aside database here when one is condemned. Done
 * again until it succeeds; cheap when nothing is. */
bool aside_settle(struct store *s, struct err *err);
/* The folder and what is in it. One that is not there is fine. */
bool aside_remove(const char *folder, struct err *err);

#endif
