/* registry police key --make FILE: a pair of keys for what only the police may read. The
 * secret half goes, locked by a passphrase from stdin, into FILE; the registry keeps the
 * public half and hands it out at pairing. registry police key shows its fingerprint. */
#include "core/base/text.h"
#include "core/store/seal.h"
#include "registry/verbs.h"

#include <stdio.h>
#include <string.h>

static const struct verb_option key_options[] = {{"make", true, "FILE"},
                                                 {"replace", false, NULL}};

static void print_key(const struct verb_call *call, const uint8_t key[BOX_PUBLIC])
{
    char fingerprint[BOX_FINGERPRINT];
    box_fingerprint(key, fingerprint);
    verb_made(call, "fingerprint", fingerprint);
}

static bool make_key(struct store *s, const struct verb_call *call, const char *file,
                     uint8_t key[BOX_PUBLIC], struct err *err)
{
    char passphrase[VERBS_PASSPHRASE], hex[2 * BOX_PUBLIC + 1];
    struct err none = ERR_INIT;
    if (seal_key(s, key, &none) && !verb_flag(call, "replace"))
        return err_set(err, ERR_CONFLICT, "seal.key_stands", NULL);
    bool ok = verbs_passphrase(passphrase, err) && box_make_file(file, passphrase, key, err);
    memset(passphrase, 0, sizeof passphrase);
    if (!ok)
        return false;
    text_hex(key, BOX_PUBLIC, hex);
    return store_set(s, "police_key", hex, err);
}

static bool run_key(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    uint8_t key[BOX_PUBLIC];
    const char *file = verb_value(call, "make");
    if (!verbs_open(&s, call, file != NULL, err))
        return false;
    bool ok = file ? make_key(&s, call, file, key, err) : seal_key(&s, key, err);
    if (!ok && text_equal(err->key, "seal.no_key"))
        err_set(err, ERR_NOT_FOUND, "police.no_key", NULL);
    if (!verbs_close(&s, ok, err))
        return false;
    print_key(call, key);
    return true;
}

const struct verb police_key_verb = {
    "police key", "registry.help_police_key", NULL, VERB_OPTIONS(key_options), 0, 0,
    run_key};
