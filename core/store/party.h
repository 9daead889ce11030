/* party: who can be responsible (department, police, rescue, housing association,
 * owner). Kind party.set, subject "party:CODE". Owns the folded table party. */
#ifndef LYGTE_STORE_PARTY_H
#define LYGTE_STORE_PARTY_H

#include "core/base/json.h"
#include "core/store/store.h"

struct party {
    const char *code, *da, *en, *kind, *mail, *phone;
};

/* Writes party.set in the caller's transaction. ERR_INPUT when the form does not hold:
 * code 2..8 capitals and digits. */
bool party_set(struct store *s, struct arena *a, const struct party *p,
               const char *by_role, struct err *err);
/* In order of code. */
bool party_list(struct store *s, struct arena *a, struct party **ret, size_t *ret_n,
                struct err *err);
bool party_exists(struct store *s, const char *code, bool *ret, struct err *err);

#endif
