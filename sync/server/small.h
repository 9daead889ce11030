/* small: thumbnails and previews of photos that are here, several side by side on the
 * cores there are. They are made again whenever they are missing, so nothing is lost when
 * the program is killed: what lies in derived/ is the queue. */
#ifndef LYGTE_SYNC_SERVER_SMALL_H
#define LYGTE_SYNC_SERVER_SMALL_H

#include "core/store/blob.h"

/* Is one of the two missing? */
bool small_lacks(const struct store *s, const struct blob *b);
/* How many photos are worth making at a time on this machine. */
size_t small_at_once(void);
/* Makes what is missing of n photos, at most small_at_once of them; what cannot be made
 * is logged. A photo that was erased meanwhile leaves nothing. */
void small_make(struct store *s, const struct blob *const *photos, size_t n);

#endif
