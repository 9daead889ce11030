/* session: one run of bringing home, from greeting to the last receipt. */
#include "sync/client/session.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/clock_fix.h"
#include "core/store/local/open_point.h"
#include "core/store/local/progress.h"
#include "sync/client/metered.h"
#include "sync/wire.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* The registry lets a silent connection go after 30 s. */
enum { GIVE_UP_MS = 30000, GIVE_UP_BUSY_MS = 40000 };

bool session_unwritten(struct session *x, bool ok, struct err *err)
{
    if (ok || err->code != ERR_FULL || !text_equal(err->key, "disk.full"))
        return ok;
    x->disk_full = true;
    *err = (struct err)ERR_INIT;
    return true;
}

/* ---- greeting -------------------------------------------------------------------- */

bool session_is_peer(const struct session *x, const cJSON *answer)
{
    const char *who = json_text(answer, x->courier ? "hub" : "registry");
    return text_equal(who, x->peer.registry) &&
           text_equal(json_text(answer, "epoch"), x->peer.epoch);
}

void session_note_protocol(struct session *x, const cJSON *answer)
{
    const cJSON *told = json_object(answer, "protocol");
    if (!told)
        return;
    int64_t least = json_int(told, "min", WIRE_PROTOCOL);
    int64_t most = json_int(told, "max", WIRE_PROTOCOL);
    x->protocol = least > WIRE_PROTOCOL ? least : most;
    x->apart = least > WIRE_PROTOCOL || most < WIRE_PROTOCOL;
}

/* A hub that was copied or set up anew is another one: its codes are asked for again. */
static bool greet_hub(struct session *x, const cJSON *about, struct err *err)
{
    if (!json_text(about, "hub"))
        return err_set(err, ERR_NETWORK, "hub.not_one", remote_url(x->remote), NULL);
    return session_is_peer(x, about) ||
           err_set(err, ERR_DENIED, "hub.another", remote_url(x->remote), NULL);
}

/* A device that did not know the time knows it now, within the time of an answer; one
 * whose kernel has heard from NTP meanwhile knows better. What it noted in this boot is
 * dated by it. about is NULL when nobody was greeted. */
static bool tell_clock(struct session *x, const cJSON *about, struct err *err)
{
    struct clock_reading now = clock_now();
    const char *time = about ? json_text(about, "time") : NULL;
    int64_t theirs = 0;
    bool ntp = strcmp(now.trust, "ntp") == 0;
    bool lost = strcmp(now.trust, "unknown") == 0 && time && clock_parse(time, &theirs);
    if (!ntp && !lost)
        return true;
    if (!db_begin(&x->store->db, err))
        return false;
    bool done = clock_fix_tell(x->store, ntp ? "ntp" : "set", ntp ? now.utc_ms : theirs,
                               NULL, err);
    return db_end(&x->store->db, done, err);
}

static bool is_timeless(void)
{
    return strcmp(clock_now().trust, "unknown") == 0;
}

bool session_greet(struct session *x, struct err *err)
{
    struct remote_call call = {.method = "GET", .path = "/api/v1/about", .body_fd = -1};
    cJSON *about = NULL;
    if (!remote_json(x->remote, &call, &x->answer, &about, err))
        return false;
    session_note_protocol(x, about);
    if (x->courier) {
        bool good = greet_hub(x, about, err);
        json_free(about);
        return good;
    }
    const char *registry = json_text(about, "registry"), *epoch = json_text(about, "epoch");
    bool ok = registry && epoch && strlen(epoch) == 32;
    if (!ok)
        err_set(err, ERR_NETWORK, "sync.not_registry", remote_url(x->remote), NULL);
    else if (strcmp(registry, x->peer.registry) != 0)
        ok = err_set(err, ERR_DENIED, "sync.other_registry", remote_url(x->remote), NULL);
    else if (strcmp(epoch, x->peer.epoch) != 0) {
        ok = session_unwritten(x, peer_set_epoch(x->store, epoch, err), err);
        x->peer.epoch = arena_strdup(x->arena, epoch);
        x->peer.pulled = x->peer.pulled_set = "";
    }
    ok = ok && session_unwritten(x, tell_clock(x, about, err), err);
    json_free(about);
    return ok;
}

/* ---- home ------------------------------------------------------------------------ */

static void nap_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

enum { RESEND_MOST = 3 };

/* Waits until all that may go is settled; gives up after 30 s in which nothing was, nor
 * sent. What the registry turns out not to have after all (its disk lost it, an upload was
 * thrown away) is sent again, a few times; what was busy, until it is not. */
static bool await_verified(struct session *x, struct err *err)
{
    size_t left = 0, before = SIZE_MAX;
    int64_t moved = clock_mono_ms(), sent = x->photo_bytes;
    long nap = 20;
    int again = 0;
    for (;;) {
        if (!session_ask_missing(x, !x->courier && before != SIZE_MAX, &left, err))
            return false;
        if (left == 0)
            return true;
        if (x->lacking > 0 && (x->busy || again++ < RESEND_MOST) &&
            !session_send_photos(x, err))
            return false;
        bool told = x->damaged.code != ERR_NONE || x->roomless_count > 0;
        if (x->lacking == left &&
            (left <= x->roomless_count || (again > RESEND_MOST && told)))
            return true; /* nothing else is left; those are told at the end */
        if (left != before || x->photo_bytes != sent) {
            before = left;
            sent = x->photo_bytes;
            moved = clock_mono_ms();
        } else if (clock_mono_ms() - moved > (x->busy ? GIVE_UP_BUSY_MS : GIVE_UP_MS)) {
            char n[24];
            snprintf(n, sizeof n, "%zu", left);
            return err_set(err, ERR_NETWORK, "sync.not_verified", n, NULL);
        }
        if (!course_step(&x->course, "sync.verifying", 0, (int64_t)left, err))
            return false;
        nap_ms(nap);
        nap = nap < 500 ? nap * 2 : 500;
    }
}

/* In the peer's own words, which say what makes room. */
static bool all_have_room(const struct session *x, struct err *err)
{
    char n[24];
    snprintf(n, sizeof n, "%zu", x->roomless_count);
    return x->roomless_count == 0 ||
           err_set(err, ERR_FULL, "sync.no_room", peer_called(&x->peer), n,
                   x->no_room.arg[0], NULL);
}

/* Safe at the registry, but not confirmed: a person must admit the folder's old origin. */
static bool all_admitted(const struct session *x, struct err *err)
{
    int64_t n = x->unadmitted_records + x->unadmitted_photos;
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)n);
    return n == 0 || err_set(err, ERR_CONFLICT,
                             x->courier ? "sync.unadmitted_hub" : "sync.unadmitted",
                             number, peer_called(&x->peer), NULL);
}

/* A hub asks for the receipts of what it carries also when the registry has still to
 * read a photo back. */
static bool settle(struct session *x, struct err *err)
{
    struct err later = ERR_INIT;
    bool proven = await_verified(x, err);
    bool told = session_ask_receipts(x, proven ? err : &later);
    return proven && told;
}

/* Known once something was asked: it is the interface the answer came by that counts. */
static bool look_at_cost(struct session *x, struct err *err)
{
    bool costs;
    if (!metered_now(x->store, remote_own_address(x->remote), &costs, err))
        return false;
    x->metered = costs && !x->anyway;
    return session_unwritten(x, progress_metered(x->store, costs, err), err);
}

/* Outside the range nothing is held back: what is sent, and what the answers confirm,
 * is as true as ever. But somebody must hear it before the versions are further apart. */
bool session_protocol_fits(const struct session *x, struct err *err)
{
    char theirs[24], ours[24];
    if (!x->apart)
        return true;
    snprintf(theirs, sizeof theirs, "%lld", (long long)x->protocol);
    snprintf(ours, sizeof ours, "%d", WIRE_PROTOCOL);
    return err_set(err, ERR_CONFLICT,
                   x->protocol > WIRE_PROTOCOL ? "sync.protocol_newer"
                                               : "sync.protocol_older",
                   x->peer.url, theirs, ours, NULL);
}

/* What went wrong because of it is told as that: trying again would not help. */
static void blame_protocol(const struct session *x, struct err *err)
{
    if (text_equal(err->key, "sync.bad_answer") || text_equal(err->key, "sync.refused") ||
        text_equal(err->key, "sync.not_taken"))
        session_protocol_fits(x, err);
}

static bool bring(struct session *x, bool greet, struct err *err)
{
    size_t left;
    return (greet ? session_greet(x, err)
                  : session_unwritten(x, tell_clock(x, NULL, err), err)) &&
           (x->courier || session_renew(x, err)) && session_offer_back(x, err) &&
           session_send_records(x, err) && look_at_cost(x, err) &&
           session_send_fresh(x, err) && session_prove_again(x, err) &&
           session_ask_missing(x, false, &left, err) && session_send_previews(x, err) &&
           (x->metered || session_send_photos(x, err)) &&
           session_unwritten(x, session_pull(x, err), err) &&
           session_send_records(x, err) && settle(x, err) &&
           (x->damaged.code == ERR_NONE || (*err = x->damaged, false)) &&
           (!x->photo_refused || err_set(err, ERR_UNREADABLE, "sync.photo_refused",
                                         x->photo_refused, NULL)) &&
           all_admitted(x, err) && all_have_room(x, err) &&
           (!x->disk_full || err_set(err, ERR_FULL, "sync.disk_full", NULL));
}

/* Receipts say whose they are, so who has records to send need not greet first: on a slow
 * link that is a round trip before the first point. When what answers is not our
 * registry in our epoch, greeting tells what it is, and the run begins again. Who does not
 * know the time asks for it first; and while a point is open perhaps none may go. */
static bool bring_home(struct session *x, struct err *err)
{
    struct peer_counts c;
    int64_t open;
    if (!peer_count(x->store, &c, err) || !open_point_count(x->store, &open, err))
        return false;
    bool greet =
        x->courier || c.records_made == c.records_verified || open > 0 || is_timeless();
    if (bring(x, greet, err))
        return true;
    if (greet || (err->code != ERR_UNAUTHENTICATED && !text_equal(err->key, "sync.bad_answer")))
        return false;
    *err = (struct err)ERR_INIT;
    return bring(x, true, err);
}

/* The same refusals mean something else when it is a hub that says them. */
static void tell_hub(const struct session *x, struct err *err)
{
    if (err->code == ERR_UNAUTHENTICATED ||
        (err->code == ERR_DENIED && text_equal(err->key, "sync.refused")))
        err_set(err, ERR_DENIED, "hub.shut_out", peer_called(&x->peer), NULL);
}

enum { HUB_PATIENCE_S = 4 };

/* A device that does not know the time cannot judge a certificate's dates: then the key
 * that was seen when they could be judged takes the place of the chain (records.md 5.8). */
static const char *pin_of(const struct session *x, const char *remembered)
{
    return x->courier || *x->peer.pin || !is_timeless() ? x->peer.pin : remembered;
}

static bool remember_key(struct session *x, const char *remembered, struct err *err)
{
    const char *key = remote_key(x->remote);
    return x->courier || !*key || strcmp(key, remembered) == 0 ||
           store_set(x->store, "peer.key", key, err);
}

/* Where a connection broke, most often the network has gone: that is not waited for long. */
static bool may_be_shut_out(struct session *x, const struct err *err)
{
    if (err->code == ERR_DENIED)
        return true;
    if (x->courier || err->code != ERR_NETWORK || !remote_was_cut(x->remote))
        return false;
    remote_patience(x->remote, HUB_PATIENCE_S);
    return true;
}

/* *ret_known: by which key it was seen last. */
static bool open_remote(struct verb_call *call, struct session *x,
                        const char **ret_known, struct err *err)
{
    course_begin(&x->course, x->store, call->lang, call->json);
    if (!store_setting(x->store, x->arena, "peer.key", "", ret_known, err) ||
        !remote_open(&x->remote, x->peer.url, x->peer.token, pin_of(x, *ret_known),
                     call->lang, err))
        return false;
    if (x->courier)
        remote_patience(x->remote, HUB_PATIENCE_S);
    return true;
}

static void close_remote(struct session *x, bool ok)
{
    course_end(&x->course);
    x->retry_after_s = ok ? -1 : x->answer.retry_after_s;
    remote_traffic(x->remote, &x->bytes_sent, &x->bytes_received);
    remote_answer_release(&x->answer);
    remote_close(x->remote);
}

bool session_fetch(struct verb_call *call, struct session *x, struct err *err)
{
    const char *known = "";
    if (!open_remote(call, x, &known, err))
        return false;
    bool ok = session_greet(x, err) && session_pull(x, err);
    if (!ok && x->courier)
        tell_hub(x, err);
    close_remote(x, ok);
    return ok;
}

bool session_run(struct verb_call *call, struct session *x, struct err *err)
{
    const char *known = "";
    x->anyway = verb_flag(call, "anyway");
    x->prove = verb_flag(call, "prove");
    if (!open_remote(call, x, &known, err))
        return false;
    bool ok = bring_home(x, err);
    if (!ok && session_let_in(x, err)) {
        *err = (struct err)ERR_INIT;
        ok = bring_home(x, err);
    }
    ok = ok && remember_key(x, known, err);
    if (!ok)
        blame_protocol(x, err);
    if (!ok && may_be_shut_out(x, err))
        ok = session_shut_out(x, err);
    else if (ok)
        ok = session_still_admitted(x, err);
    if (!ok && x->courier)
        tell_hub(x, err);
    close_remote(x, ok);
    return ok;
}
