/* verbs: what people type after `registry`. One verb or one noun's verbs a file,
 * verb_*.c; here is the list, and how each of them opens the data folder. */
#ifndef LYGTE_REGISTRY_VERBS_H
#define LYGTE_REGISTRY_VERBS_H

#include "core/base/buf.h"
#include "core/base/verb.h"
#include "core/store/store.h"

extern const struct verb serve_verb, user_add_verb, user_list_verb, user_password_verb,
    user_remove_verb, device_code_verb, device_list_verb, device_revoke_verb,
    device_admit_verb, area_import_verb, area_list_verb, party_add_verb,
    party_list_verb, walk_new_verb, walk_edit_verb, walk_list_verb, merge_verb,
    police_key_verb, unseal_verb, list_verb, doctor_verb, unstick_verb, backup_verb,
    restore_verb, erase_verb, retain_verb;

/* Ended by NULL, in the order of --help. */
extern const struct verb *const registry_verbs[];

/* Opens call->data as a registry. Verbs that write make the folder when it is not there
 * and publish the catalogue; verbs that read want both to be there. */
bool verbs_open(struct store *s, const struct verb_call *call, bool writes,
                struct err *err);

/* Number of rows of an option table. */
#define VERB_OPTIONS(rows) (rows), sizeof(rows) / sizeof((rows)[0])

/* Ends a verb that wrote inside db_begin: commits when ok, else rolls back; closes. */
bool verbs_close(struct store *s, bool ok, struct err *err);

/* The first line of stdin, so that it stands in no history and no process list.
 * ERR_INPUT "box.no_passphrase". */
enum { VERBS_PASSPHRASE = 1024 };
bool verbs_passphrase(char out[VERBS_PASSPHRASE], struct err *err);

#endif
