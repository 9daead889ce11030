/* registry police key --make FILE: a pair of keys for what only the police may read. The
 * secret half goes, locked by a passphrase from stdin, into FILE; the registry keeps the
 * public half and hands it out at pairing. registry police key shows its fingerprint.
 * registry unseal --key FILE opens what was sealed; the registry itself cannot. */
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/seal.h"
#include "registry/verbs.h"

#include <stdio.h>
#include <string.h>

enum { PASSPHRASE_MOST = 1024 };

static const struct verb_option key_options[] = {{"make", true, "FILE"},
                                                 {"replace", false, NULL}};
static const struct verb_option unseal_options[] = {{"key", true, "FILE"},
                                                    {"walk", true, "ID"}};

/* The first line of stdin, so that it stands in no history and no process list. */
static bool read_passphrase(char out[PASSPHRASE_MOST], struct err *err)
{
    if (!fgets(out, PASSPHRASE_MOST, stdin))
        return err_set(err, ERR_INPUT, "box.no_passphrase", NULL);
    out[strcspn(out, "\r\n")] = '\0';
    return true;
}

static void print_key(const struct verb_call *call, const uint8_t key[BOX_PUBLIC])
{
    char fingerprint[BOX_FINGERPRINT];
    box_fingerprint(key, fingerprint);
    if (call->json)
        printf("{\"fingerprint\":\"%s\"}\n", fingerprint);
    else
        puts(fingerprint);
}

static bool make_key(struct store *s, const struct verb_call *call, const char *file,
                     uint8_t key[BOX_PUBLIC], struct err *err)
{
    char passphrase[PASSPHRASE_MOST], hex[2 * BOX_PUBLIC + 1];
    struct err none = ERR_INIT;
    if (seal_key(s, key, &none) && !verb_flag(call, "replace"))
        return err_set(err, ERR_CONFLICT, "seal.key_stands", NULL);
    bool ok = read_passphrase(passphrase, err) && box_make_file(file, passphrase, key, err);
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
    if (!verbs_close(&s, ok, err))
        return false;
    print_key(call, key);
    return true;
}

const struct verb police_key_verb = {
    "police key", "registry.help_police_key", NULL, VERB_OPTIONS(key_options), 0, 0,
    run_key};

/* ---- unseal ---------------------------------------------------------------------- */

struct opening {
    const struct verb_call *call;
    uint8_t key[BOX_PUBLIC], secret[BOX_SECRET];
    struct json_out *o;
    size_t shut;
};

static bool open_one(const struct sealed *x, void *data, struct err *err)
{
    struct opening *w = data;
    struct arena a = ARENA_INIT;
    char when[32];
    char *inside = seal_open(&a, x, w->key, w->secret);
    (void)err;
    clock_format(x->at_ms, when);
    w->shut += !inside;
    json_open(w->o, NULL, '{');
    json_str(w->o, "id", x->id);
    json_str(w->o, "walk", x->walk);
    json_str(w->o, "at", when);
    if (inside)
        json_raw_unchecked(w->o, "point", inside);
    else
        json_null(w->o, "point");
    json_close(w->o, '}');
    if (!w->call->json)
        printf("%s  %s  %s\n", x->id, when, inside ? inside : "-");
    arena_release(&a);
    return true;
}

static bool run_unseal(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct buf line = BUF_INIT;
    struct json_out o = JSON_OUT(&line);
    char passphrase[PASSPHRASE_MOST];
    struct opening w = {.call = call, .o = &o};
    const char *file = verb_value(call, "key");
    if (!file)
        return err_set(err, ERR_USAGE, "verb.option_missing", "key", "unseal", call->program,
                       NULL);
    bool ok = read_passphrase(passphrase, err) &&
              box_read_file(file, passphrase, w.key, w.secret, err);
    memset(passphrase, 0, sizeof passphrase);
    if (!ok || !verbs_open(&s, call, false, err))
        return false;
    json_open(&o, NULL, '[');
    ok = verbs_close(&s, seal_each(&s, verb_value(call, "walk"), open_one, &w, err), err);
    json_close(&o, ']');
    memset(w.secret, 0, sizeof w.secret);
    if (ok && call->json)
        verbs_print(&line);
    else
        buf_release(&line);
    call->partly = ok && w.shut > 0;
    return ok;
}

const struct verb unseal_verb = {
    "unseal", "registry.help_unseal", NULL, VERB_OPTIONS(unseal_options), 0, 0, run_unseal};
