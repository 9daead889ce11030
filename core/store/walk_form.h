/* walk_form: a walk as people give it, turned into what records say: the command line's
 * options and the API's JSON, the same at the walker and the registry. */
#ifndef LYGTE_STORE_WALK_FORM_H
#define LYGTE_STORE_WALK_FORM_H

#include "core/base/verb.h"
#include "core/store/walk.h"

enum { WALK_FORM_OPTIONS = 11 };
/* --title --area --purpose --mode --start --route FILE --weather --light --group --briefed
 * --data-text */
extern const struct verb_option walk_form_options[WALK_FORM_OPTIONS];

/* Adds to form, an object, what the options say, as walk_edit wants it. ERR_INPUT
 * "walk.bad_start", "route.*", and those of reading the file. */
bool walk_form_of_verb(const struct verb_call *call, cJSON *form, struct err *err);
/* The API's members: "starts" (RFC 3339) becomes "starts_ms", "route" of degrees one of
 * 1e-7 degrees. ERR_INPUT "walk.bad_route", "field.not_time". */
bool walk_form_of_json(cJSON *fields, struct err *err);
/* Plans a walk from a form of either kind, in the caller's transaction: walk.plan carries
 * all that it says. Beside walk_fields the form may say the walk's "id", made where the
 * form was filled in, so that what is asked again makes no second walk: one made here that
 * stands by it stays as it is, and *ret_new is false. ERR_INPUT as walk_edit, and
 * "field.missing" without a title; ERR_CONFLICT "walk.exists" when it is another's. */
bool walk_form_plan(struct store *s, struct arena *a, const cJSON *form,
                    const char *by_role, const char *by_org, char ret_id[37],
                    bool *ret_new, struct err *err);

#endif
