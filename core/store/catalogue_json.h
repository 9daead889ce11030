/* catalogue_json: the catalogue as the pages and other tools read it. */
#ifndef LYGTE_STORE_CATALOGUE_JSON_H
#define LYGTE_STORE_CATALOGUE_JSON_H

#include "core/base/json.h"
#include "core/store/catalogue.h"

/* {"version","groups":[...],"items":[...],"parties":[...]} */
void catalogue_json(struct json_out *o, const struct catalogue *c);

#endif
