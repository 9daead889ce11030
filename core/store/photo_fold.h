/* photo_fold: the photos of a point, out of its records: the pure half of photo.attach
 * and photo.cover, whose subject is the observation. Owns the folded table photo; called
 * by observation's fold alone. */
#ifndef LYGTE_STORE_PHOTO_FOLD_H
#define LYGTE_STORE_PHOTO_FOLD_H

#include "core/store/fold.h"

/* Forms of the two bodies. */
enum { PHOTO_ATTACH_FIELDS = 10, PHOTO_COVER_FIELDS = 11 };
extern const struct field photo_attach_fields[PHOTO_ATTACH_FIELDS];
extern const struct field photo_cover_fields[PHOTO_COVER_FIELDS];

/* Makes the rows of the subject's photos anew: each that was attached and not covered,
 * and in the place of each that was covered the one that covers it. What was covered is
 * told to erase.h, whatever else is said about it. */
bool photo_fold(const struct fold_call *call, struct err *err);

#endif
