/* walker-sync: the network half of walker, a process of its own, so that libcurl's
 * memory goes back and a fault here never takes the capture down. `walker pair`,
 * `walker sync` and the page's "send" start it; it may also be run by hand. */
#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/base/sign.h"
#include "core/base/box.h"
#include "core/base/text.h"
#include "core/base/verb.h"
#include "core/store/local/care.h"
#include "core/store/local/hub.h"
#include "core/store/own.h"
#include "sync/client/invitation.h"
#include "sync/client/session.h"
#include "sync/wire.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* ---- pair ------------------------------------------------------------------------ */

/* A hub tells, beside its own id, which registry it carries to. */
static bool take_answer(struct store *s, struct arena *a, const char *url,
                        const char *pin, const cJSON *answer, struct err *err)
{
    const char *hub = json_text(answer, "hub"), *behind = json_text(answer, "registry");
    struct peer p = {
        .url = url,
        .pin = pin,
        .registry = arena_strdup(a, hub ? hub : behind),
        .epoch = arena_strdup(a, json_text(answer, "epoch")),
        .name = arena_strdup(a, json_text(answer, "name")),
        .device = arena_strdup(a, json_text(answer, "device")),
        .token = arena_strdup(a, json_text(answer, "token")),
        .paired_ms = clock_utc_ms(),
    };
    if (!p.registry || !digest_is_hex(p.registry) || !p.epoch || !p.name || !p.device ||
        !p.token || !digest_is_hex(p.token))
        return err_set(err, ERR_NETWORK, "sync.bad_answer", "pair", NULL);
    if (!hub)
        return peer_write(s, &p, err);
    return digest_is_hex(behind)
               ? hub_write(s, &p, behind, err)
               : err_set(err, ERR_NETWORK, "sync.bad_answer", "pair", NULL);
}

/* Origins this folder wrote by before it was copied or restored: whoever has the code
 * answers for their records too. */
static bool write_retired(struct store *s, struct arena *a, struct json_out *o,
                          struct err *err)
{
    struct own *owns;
    size_t n;
    char key[2 * SIGN_PUBLIC + 1];
    if (!own_list(s, a, &owns, &n, err))
        return false;
    json_open(o, "retired", '[');
    for (size_t i = n > WIRE_RETIRED_MOST + 1 ? n - WIRE_RETIRED_MOST - 1 : 0; i + 1 < n;
         i++) {
        text_hex(owns[i].key, SIGN_PUBLIC, key);
        json_str(o, NULL, key);
    }
    json_close(o, ']');
    return true;
}

/* Whoever gives the code should know that this device's database was damaged. */
static bool write_salvaged(struct store *s, struct json_out *o, struct err *err)
{
    struct care_salvage v;
    bool any;
    char at[32];
    if (!care_salvage_own(s, &v, &any, err))
        return false;
    if (!any)
        return true;
    clock_format(v.at_ms, at);
    json_open(o, "salvaged", '{');
    json_str(o, "at", at);
    json_num(o, "kept", v.kept);
    json_num(o, "lost", v.lost);
    json_close(o, '}');
    return true;
}

/* The key that what only the police may read is sealed to, when the registry has one;
 * its fingerprint is shown, so that people can compare. */
static bool take_sealing_key(struct store *s, const cJSON *answer,
                             char fingerprint[BOX_FINGERPRINT], struct err *err)
{
    const char *hex = json_text(json_object(answer, "sealing_keys"), "police");
    uint8_t key[BOX_PUBLIC];
    if (!hex)
        return true;
    if (!text_unhex(hex, key, BOX_PUBLIC))
        return err_set(err, ERR_NETWORK, "sync.bad_answer", "pair", NULL);
    box_fingerprint(key, fingerprint);
    return store_set(s, "police_key", hex, err);
}

/* Paired it is, whatever becomes of the fetching: the next sync brings the rest. */
static void fetch_and_tell(struct verb_call *call, struct store *s, const char *url,
                           bool hub, const char *fingerprint)
{
    struct err unfetched = ERR_INIT;
    bool fetched = !verb_flag(call, "no-fetch") && round_fetch(call, s, &unfetched);
    if (call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_bool(&x.json, "paired", true);
        json_str(&x.json, "url", url);
        json_bool(&x.json, "hub", hub);
        json_bool(&x.json, "fetched", fetched);
        verb_answer_end(&x);
    } else {
        verb_say(call, hub ? "hub.paired" : "sync.paired", url, NULL);
        if (*fingerprint)
            verb_say(call, "sync.police_key", fingerprint, NULL);
    }
    if (unfetched.code != ERR_NONE)
        verb_complain(call, &unfetched);
}

static bool run_pair(struct verb_call *call, struct err *err)
{
    struct invitation in;
    const char *name = verb_value(call, "name");
    struct store s;
    struct remote *r = NULL;
    struct remote_answer answer = {0};
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    cJSON *tree = NULL;
    char key[2 * SIGN_PUBLIC + 1], fingerprint[BOX_FINGERPRINT] = "";
    if (!invitation_read(call->arena, call->argument[0],
                         call->argument_count > 1 ? call->argument[1] : NULL,
                         verb_value(call, "pin"), &in, err) ||
        !remote_open(&r, in.url, NULL, in.pin, call->lang, err))
        return false;
    bool ok = store_open(&s, call->data, STORE_WALKER, true, err);
    if (ok) {
        text_hex(s.key, SIGN_PUBLIC, key);
        json_open(&o, NULL, '{');
        json_str(&o, "code", in.code);
        json_str(&o, "name", name ? name : "");
        json_str(&o, "key", key);
        ok = write_retired(&s, call->arena, &o, err) && write_salvaged(&s, &o, err);
        json_close(&o, '}');
    }
    if (ok) {
        struct remote_call ask = {.method = "POST",
                                  .path = "/api/v1/pair",
                                  .type = "application/json",
                                  .body = body.data,
                                  .body_len = body.len,
                                  .body_fd = -1};
        ok = remote_json(r, &ask, &answer, &tree, err) &&
             take_answer(&s, call->arena, remote_url(r), in.pin, tree, err) &&
             (json_text(tree, "hub") || store_set(&s, "peer.key", remote_key(r), err)) &&
             take_sealing_key(&s, tree, fingerprint, err);
    }
    if (ok)
        fetch_and_tell(call, &s, remote_url(r), json_text(tree, "hub") != NULL,
                       fingerprint);
    json_free(tree);
    buf_release(&body);
    remote_answer_release(&answer);
    remote_close(r);
    store_close(&s);
    return ok;
}

/* ---- sync ------------------------------------------------------------------------ */

/* A disk that is full to the last byte does not stop what is on it from going home. */
static bool open_store(struct store *s, const struct verb_call *call, struct err *err)
{
    if (store_open(s, call->data, STORE_WALKER, false, err))
        return true;
    if (err->code != ERR_FULL || verb_flag(call, "watch"))
        return false;
    *err = (struct err)ERR_INIT;
    db_alone();
    return store_open(s, call->data, STORE_WALKER, false, err);
}

static bool fetch(struct verb_call *call, struct store *s, struct err *err)
{
    if (!round_fetch(call, s, err))
        return false;
    if (call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_bool(&x.json, "fetched", true);
        verb_answer_end(&x);
    } else
        verb_say(call, "sync.fetched", NULL);
    return true;
}

static bool run_sync(struct verb_call *call, struct err *err)
{
    struct store s;
    int64_t retry_after_s;
    bool may_pass, only = verb_flag(call, "fetch"), watch = verb_flag(call, "watch");
    if (only && watch)
        return err_set(err, ERR_USAGE, "sync.fetch_or_watch", NULL);
    if (!open_store(&s, call, err))
        return false;
    bool ok = only    ? fetch(call, &s, err)
              : watch ? session_watch(call, &s, err)
                      : round_run(call, &s, &retry_after_s, &may_pass, err);
    store_close(&s);
    return ok;
}

static const struct verb_option pair_options[] = {
    {"name", true, "NAME"}, {"pin", true, "sha256//BASE64"}, {"no-fetch", false, NULL}};
static const struct verb pair_verb = {
    "pair", "walker.help.pair", "URL CODE", pair_options, 3, 1, 2, run_pair};
static const struct verb_option sync_options[] = {{"watch", false, NULL},
                                                  {"anyway", false, NULL},
                                                  {"prove", false, NULL},
                                                  {"fetch", false, NULL}};
static const struct verb sync_verb = {
    "sync", "walker.help.sync", NULL, sync_options, 4, 0, 0, run_sync};
static const struct verb *const verbs[] = {&pair_verb, &sync_verb, NULL};

/* Sentences begin with "walker:", because that is what people typed. */
int main(int argc, char **argv)
{
    static const struct verb_program program = {"walker", "walker.about", "lygte-walker",
                                                verbs};
    log_set_program("walker-sync");
    signal(SIGPIPE, SIG_IGN); /* a far end that hangs up is an error, not the end */
    sign_start();
    return verb_main(&program, argc, argv);
}
