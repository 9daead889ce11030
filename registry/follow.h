/* follow: what the registry does in the transaction that takes an observation in,
 * and for those that an update of the program has let in. */
#ifndef LYGTE_REGISTRY_FOLLOW_H
#define LYGTE_REGISTRY_FOLLOW_H

#include "core/store/catalogue.h"
#include "core/store/store.h"

/* A store_hook; hook_data is the struct catalogue in force. Opens the observation's
 * issue with the default party, and follows it while no person has touched it. */
bool follow(struct store *s, struct arena *a, const struct record *r, void *catalogue,
            struct err *err);

/* Once after each update of the program: opening lets records in that an older one could
 * only hold, and nobody followed those. Brings the issue of every observation up to date;
 * where nothing was missed it writes nothing. */
bool follow_missed(struct store *s, const struct catalogue *catalogue, struct err *err);

#endif
