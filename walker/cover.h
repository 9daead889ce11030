/* cover: a photo is covered, or declared clear. Covering makes a new photo, full size,
 * and puts it in the place of the old one on every point that shows it; the old bytes,
 * small ones and parts go on every copy (records.md 4). */
#ifndef LYGTE_WALKER_COVER_H
#define LYGTE_WALKER_COVER_H

#include "core/base/json.h"
#include "core/picture/picture.h"
#include "core/store/store.h"

struct cover {
    struct picture_burn burn[PICTURE_BURNS_MOST];
    size_t count;
};

/* Reads {"burns":[{"x1","y1","x2","y2","radius"},...]}: struct picture_burn as it is, in
 * whole pixels of the upright photo; radius -1 or none is a box. ERR_INPUT "cover.*" or
 * "field.*". */
bool cover_read(const cJSON *form, struct cover *ret, struct err *err);
/* Adds "x,y,w,h" to it. */
bool cover_add_box(struct cover *c, const char *text, struct err *err);

/* sha256 is a photo whose original is here; ret takes the new one's. ERR_NOT_FOUND
 * "photo.unknown", ERR_GONE "photo.covered" when somebody was faster, and the errors of
 * picture_cover. */
bool cover_photo(struct store *s, const char *sha256, const struct cover *c,
                 char ret[DIGEST_HEX], struct err *err);

#endif
