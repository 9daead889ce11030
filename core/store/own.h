/* own: the origins this folder has written by. One is present (in self); others are
 * retired: their key is gone, their signed records go on as theirs.
 *
 * An origin is bound to the machine and the folder it was made in, because a copied SD
 * card or a restored backup must never write on with the same numbers: two different
 * records would claim one place (records.md 1). Owns the local table own_origin.
 */
#ifndef LYGTE_STORE_OWN_H
#define LYGTE_STORE_OWN_H

#include "core/store/store.h"

struct own {
    uint8_t origin[RECORD_ORIGIN];
    uint8_t key[SIGN_PUBLIC];
    int64_t last; /* newest seq */
};

/* Retired ones first, the present one last; never none. */
bool own_list(struct store *s, struct arena *a, struct own **ret, size_t *ret_n,
              struct err *err);
bool own_is(struct store *s, const uint8_t origin[RECORD_ORIGIN], bool *ret,
            struct err *err);

/* What an origin is bound to: SHA-256 in hex of the machine's id, the board's serial
 * number where there is one, and the folder's inode. LYGTE_MACHINE, when set, stands for
 * all of them (tests, and machines whose disk has no steady inodes). */
void own_machine(const struct store *s, char out[DIGEST_HEX]);

#endif
