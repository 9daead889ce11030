/* published: catalogues that came by the log. Kind catalogue.publish, whose body is the
 * whole catalogue file; subject "catalogue:VERSION". Owns the folded table catalogue.
 * The catalogue in force is the highest published version, else the one packed into
 * the program (schema/catalogue.json). */
#ifndef LYGTE_STORE_PUBLISHED_H
#define LYGTE_STORE_PUBLISHED_H

#include "core/base/json.h"
#include "core/store/catalogue.h"
#include "core/store/store.h"

/* The catalogue in force, in the arena. */
bool published_catalogue(struct store *s, struct arena *a, struct catalogue *ret,
                         struct err *err);
/* Is the category in it? ERR_INPUT "category.unknown". code NULL is fine. */
bool published_category(struct store *s, const char *code, struct err *err);
/* What a form says of a point in codes: its category, its party (of the catalogue, or one
 * that the register has added) and whom it touches. What is not said, or taken back, is fine.
 * ERR_INPUT "category.unknown", "party.unknown", "affected.unknown". */
bool published_codes(struct store *s, const cJSON *fields, struct err *err);
/* On a registry: publishes the packed catalogue and its parties when nothing as new is
 * published yet, in one transaction. Harmless when done again. */
bool published_start(struct store *s, struct err *err);

#endif
