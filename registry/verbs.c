/* verbs: see the header. */
#include "registry/verbs.h"

#include "core/store/published.h"

#include <stdio.h>
#include <string.h>

const struct verb *const registry_verbs[] = {
    &serve_verb,         &user_add_verb,      &user_list_verb,
    &user_password_verb, &user_remove_verb,   &device_code_verb,
    &device_list_verb,   &device_revoke_verb, &device_admit_verb,
    &area_import_verb,   &area_list_verb,     &party_add_verb,
    &party_list_verb,    &walk_new_verb,      &walk_edit_verb,
    &walk_list_verb,     &merge_verb,         &police_key_verb,
    &unseal_verb,        &list_verb,          &doctor_verb,
    &unstick_verb,       &backup_verb,        &restore_verb,
    &erase_verb,         &retain_verb,        NULL,
};

bool verbs_open(struct store *s, const struct verb_call *call, bool writes,
                struct err *err)
{
    if (!store_open(s, call->data, STORE_REGISTRY, writes, err))
        return false;
    if (!writes || published_start(s, err))
        return true;
    store_close(s);
    return false;
}

bool verbs_close(struct store *s, bool ok, struct err *err)
{
    if (db_in_transaction(&s->db)) {
        if (ok)
            ok = db_commit(&s->db, err);
        else
            db_rollback(&s->db);
    }
    store_close(s);
    return ok;
}

bool verbs_passphrase(char out[VERBS_PASSPHRASE], struct err *err)
{
    if (!fgets(out, VERBS_PASSPHRASE, stdin))
        return err_set(err, ERR_INPUT, "box.no_passphrase", NULL);
    out[strcspn(out, "\r\n")] = '\0';
    return true;
}
