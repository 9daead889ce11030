/* doctor: the verb behind `walker doctor` and `registry doctor`: reads everything again,
 * says what is damaged or missing, and, with --rebuild, folds the tables anew. */
#ifndef LYGTE_STORE_DOCTOR_H
#define LYGTE_STORE_DOCTOR_H

#include "core/base/verb.h"
#include "core/store/check.h"

/* What a program has to look at beside the store; told like everything else. */
typedef bool (*doctor_more)(struct store *s, check_visit visit, void *data,
                            struct err *err);

/* Looks, tells, and sets call->partly when anything is damaged. more ends with NULL. */
bool doctor_run(struct verb_call *call, struct store *s, const doctor_more *more,
                struct err *err);

#endif
