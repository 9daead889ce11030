/* photo_state: how far a photo has come home, and points with that written in. */
#ifndef LYGTE_REGISTRY_PHOTO_STATE_H
#define LYGTE_REGISTRY_PHOTO_STATE_H

#include "core/store/issue.h"

/* "named" (a record speaks of it), "preview" (a small picture is here), "stored",
 * "verified". */
bool photo_state(struct store *s, const char *sha256, const char **ret, struct err *err);
/* observation_json with each photo's state and, for one that cannot be shown, "unshown": why,
 * a word of blob_unshown_words; and "issue", when issue is given. */
bool photo_state_point(struct store *s, struct json_out *o, const char *name,
                       const struct observation *p, const struct photo *photos, size_t n,
                       const struct issue *issue, struct err *err);

#endif
