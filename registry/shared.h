/* shared: the copy of a photo that is given away: to departments, viewers, lists and
 * public pages. Pixels, place, time, direction and a description, and nothing else of the
 * original (core/picture: picture_share). Made anew whenever it is asked for and kept
 * nowhere: it has words in it, which an erasure or an edit would have to find. */
#ifndef LYGTE_REGISTRY_SHARED_H
#define LYGTE_REGISTRY_SHARED_H

#include "core/store/observation.h"

/* Makes it; path is where it lies, in DIR/tmp, and whoever asked removes it as soon as it is
 * open. The photo's place is its own, else that of its point. description may be NULL.
 * ERR_NOT_FOUND "photo.unknown" when the original is not here. */
bool shared_copy(struct store *s, const struct observation *o, const struct photo *p,
                 const char *description, char path[1200], struct err *err);

#endif
