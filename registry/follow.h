/* follow: what the registry does in the transaction that takes an observation in. */
#ifndef LYGTE_REGISTRY_FOLLOW_H
#define LYGTE_REGISTRY_FOLLOW_H

#include "core/store/catalogue.h"
#include "core/store/store.h"

/* A store_hook; hook_data is the struct catalogue in force. Opens the observation's
 * issue with the default party, and follows it while no person has touched it. */
bool follow(struct store *s, struct arena *a, const struct record *r, void *catalogue,
            struct err *err);

#endif
