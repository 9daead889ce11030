/* personal: does a note say something about a person? Finds what looks like a Danish civil
 * registration number (ddmmyy-nnnn, the date a plausible one; the old check digit is not
 * asked for, since 2007 not all have it) or a number plate (AB 12 345). It is a hint to
 * whoever types ("describe the place, not persons"), never a refusal. */
#ifndef LYGTE_BASE_PERSONAL_H
#define LYGTE_BASE_PERSONAL_H

#include "core/base/json.h"

#include <stddef.h>

enum { PERSONAL_MOST = 8 };

struct personal {
    const char *kind; /* "cpr" or "plate" */
    size_t at, len;   /* bytes of the text */
};

/* How many were found, at most PERSONAL_MOST, in order. text may be NULL. */
size_t personal_find(const char *text, struct personal found[PERSONAL_MOST]);
/* "warnings": [{"kind", "field", "text"}]; nothing at all when there are none. */
void personal_json(struct json_out *o, const char *field, const char *text);

#endif
