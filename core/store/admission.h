/* admission: who may write what, as the fold knows it. */
#ifndef LYGTE_STORE_ADMISSION_H
#define LYGTE_STORE_ADMISSION_H

#include "core/store/store.h"

/* Was the origin admitted, as a device or as a registry (or is it our own)? */
bool admission_of(struct store *s, const uint8_t origin[RECORD_ORIGIN], bool *ret,
                  struct err *err);
/* Is it an origin of the registry we trust, or of this registry itself? */
bool admission_is_registry(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                           bool *ret, struct err *err);
/* Is r the hello by which an origin of the registry we trust introduces itself? The root
 * key vouches for it, so it needs nobody to admit it: after two restores a device may be
 * the only one that knows an origin the registry wrote by in between. */
bool admission_certified(const struct store *s, const struct record *r);
/* Has the origin itself said (origin.gone) that the body of its record seq is gone? Only
 * then may a record come without one. */
bool admission_body_gone(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                         int64_t seq, bool *ret, struct err *err);

/* Was the origin shut out? What it wrote up to there counts; what came later waits for a
 * person to admit it again. On a device, of its own origin: it is locked. */
bool admission_is_revoked(struct store *s, const uint8_t origin[RECORD_ORIGIN], bool *ret,
                          struct err *err);
/* Shuts the origin out (origin.revoke) after the last record of it that is held. In the
 * caller's transaction; on a registry. */
bool admission_revoke(struct store *s, struct arena *a,
                      const uint8_t origin[RECORD_ORIGIN], struct err *err);

#endif
