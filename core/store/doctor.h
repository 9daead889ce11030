/* doctor: the verb behind `walker doctor` and `registry doctor`: reads everything again,
 * says what is damaged or missing, and, with --rebuild, folds the tables anew. */
#ifndef LYGTE_STORE_DOCTOR_H
#define LYGTE_STORE_DOCTOR_H

#include "core/base/verb.h"
#include "core/store/store.h"

/* Looks, tells, and sets call->partly when anything is damaged. */
bool doctor_run(struct verb_call *call, struct store *s, struct err *err);

#endif
