/* store: a data folder, opened. lygte.db with the log, the fold and the local tables;
 * photos/ beside it; origin.key (and root.key on a registry), mode 0600.
 *
 *   DIR/lygte.db            DIR/photos/ab/abcd....jpg     DIR/derived/ab/abcd....320.jpg
 *   DIR/origin.key          DIR/root.key (registry)       DIR/token (walker)
 *   DIR/tmp/                DIR/uploads/ID.part (registry)
 *
 * One struct store belongs to one thread at a time; any number may be open on one
 * folder, in one process and in several. Writes go through db_begin on store->db.
 */
#ifndef LYGTE_STORE_STORE_H
#define LYGTE_STORE_STORE_H

#include "core/base/err.h"
#include "core/base/sign.h"
#include "core/store/db.h"
#include "core/store/record.h"

enum store_role { STORE_WALKER, STORE_REGISTRY };

enum {
    STORE_VERSION = 10, /* of the log and local tables (schema/), as user_version */
    FOLD_VERSION = 6    /* of the folded tables and the code that makes them      */
};

#define STORE_FILE "lygte.db"
#define STORE_RESTORING "restoring.db" /* what is to become it, and serves nobody yet */

struct store;

/* Called in the transaction that applied a record, after its fold: the registry opens
 * issues here. Not called for records the program makes inside the hook itself. */
typedef bool (*store_hook)(struct store *s, struct arena *a, const struct record *r,
                           void *hook_data, struct err *err);

struct store {
    struct db db;
    char dir[1024];
    enum store_role role;
    uint8_t origin[RECORD_ORIGIN];
    uint8_t key[SIGN_PUBLIC];
    uint8_t secret[SIGN_SECRET];
    char registry[DIGEST_HEX]; /* id of the registry trusted, "" when none yet */
    char epoch[33];            /* on a registry, its epoch; else ""            */
    store_hook applied;
    void *hook_data;
    bool in_hook;
    uint64_t inode; /* of lygte.db when it was opened */
    bool erasing; /* something was erased here and is not settled yet */
};

/* Opens dir; makes it when create. Migrates inside one BEGIN IMMEDIATE. A database of
 * a newer program is ERR_VERSION and untouched; no database and not create is
 * ERR_NOT_FOUND "store.none"; what the disk forbids is "store.not_ours". On a device a
 * damaged one is salvaged first. A registry's folder where a restore did not come to its
 * end is ERR_CONFLICT "store.half_restored", a backup "store.is_backup", and stays as it
 * is. */
bool store_open(struct store *s, const char *dir, enum store_role role, bool create,
                struct err *err);
/* A registry's folder, by the database that is being restored there (core/store/backup). */
bool store_open_restoring(struct store *s, const char *dir, struct err *err);
/* Is it still the database of its folder? A damaged one is put aside while others have it
 * open (core/store/salvage). */
bool store_is_current(const struct store *s);
void store_close(struct store *s); /* a zeroed store is fine */
/* Finishes what was erased through this store (core/store/local/erasing), as closing
 * does; what cannot be finished now stays pending. */
void store_settle(struct store *s);

/* DIR/name, in a buffer of the caller. */
void store_path(const struct store *s, const char *name, char *out, size_t size);

/* A registry's root key signs its origins; the registry's id is the hash of it. */
bool store_root_sign(const struct store *s, const void *bytes, size_t n,
                     uint8_t key[SIGN_PUBLIC], uint8_t sig[SIGN_SIZE], struct err *err);

/* Sets the registry a walker trusts (at pairing), in the caller's transaction. */
bool store_trust(struct store *s, const char *registry, struct err *err);

/* Takes a new origin while the folder stays what it was: the present one retires after
 * its seq last, `then` runs with the new one in place, and all of it is one transaction.
 * The setting "renewal" keeps, until the registry has heard it, the old origin's word for
 * the new key: JSON {"old", "key", "sig"}, sig over SHA-256 of store_renewal_text. */
typedef bool (*store_step)(struct store *s, const uint8_t old[RECORD_ORIGIN], void *data,
                           struct err *err);
bool store_take_origin(struct store *s, int64_t last, store_step then, void *data,
                       struct err *err);
/* What the old origin signs: "lygte.renew", registry, old origin and new key, a line each. */
void store_renewal_text(const char *registry, const uint8_t old[RECORD_ORIGIN],
                        const uint8_t key[SIGN_PUBLIC], uint8_t hash[DIGEST_SIZE]);
/* Another program has taken a new origin under us: reads the key of the stored one. */
bool store_rekey(struct store *s, const uint8_t stored[RECORD_ORIGIN], struct err *err);

/* Settings, text by name; fallback (may be NULL) when absent. */
bool store_setting(struct store *s, struct arena *a, const char *name,
                   const char *fallback, const char **ret, struct err *err);
bool store_set(struct store *s, const char *name, const char *value, struct err *err);

#endif
