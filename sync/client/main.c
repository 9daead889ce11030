/* walker-sync: the network half of walker, a process of its own, so that libcurl's
 * memory goes back and a fault here never takes the capture down. `walker pair`,
 * `walker sync` and the page's "send" start it; it may also be run by hand. */
#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/base/sign.h"
#include "core/base/text.h"
#include "core/base/verb.h"
#include "core/store/local/progress.h"
#include "sync/client/session.h"
#include "sync/wire.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { GIVE_UP_MS = 30000 };

/* ---- greeting -------------------------------------------------------------------- */

static const char sql_peer_epoch[] =
    "UPDATE peer SET epoch = ?1, pulled = '' WHERE one = 1";

bool session_greet(struct session *x, struct err *err)
{
    struct remote_call call = {.method = "GET", .path = "/api/v1/about", .body_fd = -1};
    cJSON *about = NULL;
    if (!remote_json(x->remote, &call, &x->answer, &about, err))
        return false;
    const char *registry = json_text(about, "registry"), *epoch = json_text(about, "epoch");
    bool ok = registry && epoch && strlen(epoch) == 32;
    if (!ok)
        err_set(err, ERR_NETWORK, "sync.not_registry", remote_url(x->remote), NULL);
    else if (strcmp(registry, x->peer.registry) != 0)
        ok = err_set(err, ERR_DENIED, "sync.other_registry", remote_url(x->remote), NULL);
    else if (strcmp(epoch, x->peer.epoch) != 0) {
        ok = db_run(&x->store->db, err, sql_peer_epoch, "s", epoch);
        x->peer.epoch = arena_strdup(x->arena, epoch);
        x->peer.pulled = "";
    }
    json_free(about);
    return ok;
}

/* ---- pair ------------------------------------------------------------------------ */

static bool take_answer(struct store *s, struct arena *a, const char *url,
                        const cJSON *answer, struct err *err)
{
    struct peer p = {
        .url = url,
        .registry = arena_strdup(a, json_text(answer, "registry")),
        .epoch = arena_strdup(a, json_text(answer, "epoch")),
        .name = arena_strdup(a, json_text(answer, "name")),
        .device = arena_strdup(a, json_text(answer, "device")),
        .token = arena_strdup(a, json_text(answer, "token")),
        .paired_ms = clock_utc_ms(),
    };
    if (!p.registry || !digest_is_hex(p.registry) || !p.epoch || !p.name || !p.device ||
        !p.token || !digest_is_hex(p.token))
        return err_set(err, ERR_NETWORK, "sync.bad_answer", "pair", NULL);
    return peer_write(s, &p, err);
}

static bool run_pair(struct verb_call *call, struct err *err)
{
    const char *url = call->argument[0], *code = call->argument[1];
    const char *name = verb_value(call, "name");
    struct store s;
    struct remote *r = NULL;
    struct remote_answer answer = {0};
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    cJSON *tree = NULL;
    char key[2 * SIGN_PUBLIC + 1];
    if (!remote_open(&r, url, NULL, call->lang, err))
        return false;
    bool ok = store_open(&s, call->data, STORE_WALKER, true, err);
    if (ok) {
        text_hex(s.key, SIGN_PUBLIC, key);
        json_open(&o, NULL, '{');
        json_str(&o, "code", code);
        json_str(&o, "name", name ? name : "");
        json_str(&o, "key", key);
        json_close(&o, '}');
        struct remote_call ask = {.method = "POST",
                                  .path = "/api/v1/pair",
                                  .type = "application/json",
                                  .body = body.data,
                                  .body_len = body.len,
                                  .body_fd = -1};
        ok = remote_json(r, &ask, &answer, &tree, err) &&
             take_answer(&s, call->arena, remote_url(r), tree, err);
    }
    if (ok && call->json)
        printf("{\"paired\":true,\"url\":\"%s\"}\n", remote_url(r));
    else if (ok)
        verb_say(call, "sync.paired", remote_url(r), NULL);
    json_free(tree);
    buf_release(&body);
    remote_answer_release(&answer);
    remote_close(r);
    store_close(&s);
    return ok;
}

/* ---- sync ------------------------------------------------------------------------ */

static void nap_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* Waits until all that may go is settled; gives up after 30 s in which nothing was. */
static bool await_verified(struct session *x, struct err *err)
{
    size_t left = 0, before = SIZE_MAX;
    int64_t moved = clock_mono_ms();
    long nap = 20;
    for (;;) {
        if (!session_ask_missing(x, &left, err))
            return false;
        if (left == 0)
            return true;
        if (left != before) {
            before = left;
            moved = clock_mono_ms();
        } else if (clock_mono_ms() - moved > GIVE_UP_MS) {
            char n[24];
            snprintf(n, sizeof n, "%zu", left);
            return err_set(err, ERR_NETWORK, "sync.not_verified", n, NULL);
        }
        if (!progress_step(x->store, "sync.verifying", 0, (int64_t)left, err))
            return false;
        nap_ms(nap);
        nap = nap < 500 ? nap * 2 : 500;
    }
}

static bool bring_home(struct session *x, struct err *err)
{
    size_t left;
    return session_greet(x, err) && session_send_records(x, err) &&
           session_ask_missing(x, &left, err) && session_send_previews(x, err) &&
           session_send_photos(x, err) && session_pull(x, err) &&
           session_send_records(x, err) && await_verified(x, err) &&
           (x->damaged.code == ERR_NONE || (*err = x->damaged, false)) &&
           (!x->photo_refused ||
            err_set(err, ERR_UNREADABLE, "sync.photo_refused", x->photo_refused, NULL));
}

static void report(struct verb_call *call, const struct session *x,
                   const struct peer_counts *c)
{
    int64_t sent, received;
    char records[24], photos[24], held[24];
    remote_traffic(x->remote, &sent, &received);
    if (call->json) {
        printf("{\"records\":{\"made\":%lld,\"verified\":%lld},"
               "\"photos\":{\"made\":%lld,\"verified\":%lld},\"held_back\":%lld,"
               "\"all_confirmed\":%s,\"bytes_sent\":%lld,\"bytes_received\":%lld}\n",
               (long long)c->records_made, (long long)c->records_verified,
               (long long)c->photos_made, (long long)c->photos_verified,
               (long long)c->held_back, c->all_confirmed ? "true" : "false",
               (long long)sent, (long long)received);
        return;
    }
    snprintf(records, sizeof records, "%lld", (long long)c->records_verified);
    snprintf(photos, sizeof photos, "%lld", (long long)c->photos_verified);
    snprintf(held, sizeof held, "%lld", (long long)c->held_back);
    verb_say(call, "sync.done", records, photos, NULL);
    if (c->held_back)
        verb_say(call, "sync.held_back", held, NULL);
}

static bool run_session(struct verb_call *call, struct session *x, struct err *err)
{
    bool mine = false;
    struct peer_counts counts;
    struct err unsaid = ERR_INIT;
    if (!remote_open(&x->remote, x->peer.url, x->peer.token, call->lang, err))
        return false;
    bool ok = progress_start(x->store, &mine, err);
    if (ok && !mine)
        ok = err_set(err, ERR_BUSY, "sync.running", NULL);
    else if (ok) {
        ok = bring_home(x, err) && peer_count(x->store, &counts, err) &&
             (!counts.all_confirmed || peer_set_synced(x->store, clock_utc_ms(), err));
        struct err none = ERR_INIT;
        progress_end(x->store, ok ? &none : err, &unsaid);
    }
    if (ok)
        report(call, x, &counts);
    remote_answer_release(&x->answer);
    remote_close(x->remote);
    return ok;
}

static bool run_sync(struct verb_call *call, struct err *err)
{
    struct store s;
    struct session x = {.store = &s, .arena = call->arena};
    bool paired = false;
    if (!store_open(&s, call->data, STORE_WALKER, false, err))
        return false;
    bool ok = peer_read(&s, call->arena, &x.peer, &paired, err);
    if (ok && !paired)
        ok = err_set(err, ERR_INPUT, "sync.not_paired", NULL);
    ok = ok && run_session(call, &x, err);
    store_close(&s);
    return ok;
}

static const struct verb_option pair_options[] = {{"name", true, "NAME"}};
static const struct verb pair_verb = {"pair",        "walker.help.pair", "URL CODE",
                                      pair_options, 1, 2, 2, run_pair};
static const struct verb sync_verb = {"sync", "walker.help.sync", NULL, NULL, 0, 0, 0,
                                      run_sync};
static const struct verb *const verbs[] = {&pair_verb, &sync_verb, NULL};

/* Sentences begin with "walker:", because that is what people typed. */
int main(int argc, char **argv)
{
    static const struct verb_program program = {"walker", "walker.about", "lygte-walker",
                                                verbs};
    log_set_program("walker-sync");
    sign_start();
    return verb_main(&program, argc, argv);
}
