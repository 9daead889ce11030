/* round: see session.h. `walker sync` is one round, --watch many. */
#include "sync/client/session.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/local/draft.h"
#include "core/store/local/hub.h"
#include "core/store/local/open_point.h"
#include "core/store/local/progress.h"

#include <stdio.h>
#include <string.h>

struct round {
    struct store *store;
    struct verb_call *call;
    struct session hub, registry;
    bool has_hub, has_registry;
    bool hub_ok, registry_ok;
    struct err hub_err, registry_err;
    struct peer_counts counts;
};

static bool read_peers(struct round *r, struct arena *a, struct err *err)
{
    r->hub = (struct session){.store = r->store, .arena = a, .courier = true};
    r->registry = (struct session){.store = r->store, .arena = a};
    return hub_read(r->store, a, &r->hub.peer, &r->has_hub, err) &&
           peer_read(r->store, a, &r->registry.peer, &r->has_registry, err) &&
           (r->has_hub || r->has_registry ||
            err_set(err, ERR_INPUT, "sync.not_paired", NULL));
}

static bool is_absent(const struct err *e)
{
    return e->key && (strcmp(e->key, "sync.unreachable") == 0 ||
                      strcmp(e->key, "sync.stalled") == 0);
}

/* What the hub refused is news; that the register is out of reach is none, on a walk. */
static bool hub_says_more(const struct round *r)
{
    bool prove = verb_flag(r->call, "prove");
    return !prove && r->has_hub && !r->hub_ok && !is_absent(&r->hub_err) &&
           is_absent(&r->registry_err);
}

/* Has the registry shut us out, by its signed word? No hub's yes outweighs that. */
static bool is_locked(const struct round *r)
{
    return !r->registry_ok && text_equal(r->registry_err.key, "sync.locked");
}

/* What the round comes to. A hub out of reach is no news to somebody at home. */
static bool judge(const struct round *r, struct err *err)
{
    if (is_locked(r)) {
        *err = r->registry_err;
        return false;
    }
    /* A wipe hangs on it: what was confirmed once is no proof of today, nor is a hub. */
    bool prove = verb_flag(r->call, "prove");
    if (r->registry_ok || (!prove && r->hub_ok && r->counts.all_confirmed)) {
        if (r->has_hub && !r->hub_ok && !is_absent(&r->hub_err))
            verb_complain(r->call, &r->hub_err);
        return true;
    }
    if (!prove && r->hub_ok && (!r->has_registry || is_absent(&r->registry_err)))
        return err_set(err, ERR_NETWORK, "sync.carried", peer_called(&r->hub.peer),
                       NULL);
    if (r->hub_ok &&
        !r->has_registry) /* asked for proof, and nobody here can give it */
        return err_set(err, ERR_NETWORK, "sync.carried", peer_called(&r->hub.peer),
                       NULL);
    *err = r->has_registry && !hub_says_more(r) ? r->registry_err : r->hub_err;
    return false;
}

/* Originals that may not go over the network there is. */
static int64_t wifi_waiting(const struct round *r)
{
    return r->registry.metered ? r->counts.originals_waiting : 0;
}

static int64_t passed_over(const struct round *r)
{
    return r->hub.passed_over + r->registry.passed_over;
}

/* What an answer confirms is as true in another protocol; but somebody must hear of it
 * before the versions are further apart. */
static bool protocol_fits(const struct round *r, struct err *err)
{
    return session_protocol_fits(&r->registry, err) &&
           session_protocol_fits(&r->hub, err);
}

static void report_json(const struct round *r)
{
    const struct peer_counts *c = &r->counts;
    struct err ignored = ERR_INIT;
    struct verb_answer x;
    struct json_out *o = &x.json;
    verb_answer_begin(&x);
    json_open(o, "records", '{');
    json_num(o, "made", c->records_made);
    json_num(o, "verified", c->records_verified);
    json_close(o, '}');
    json_open(o, "photos", '{');
    json_num(o, "made", c->photos_made);
    json_num(o, "verified", c->photos_verified);
    json_close(o, '}');
    json_num(o, "held_back", c->held_back);
    json_num(o, "aside", c->aside);
    json_num(o, "typed", c->typed);
    json_num(o, "wifi_waiting", wifi_waiting(r));
    json_bool(o, "all_confirmed", c->all_confirmed);
    json_num(o, "uncarried", r->registry.uncarried);
    json_num(o, "bytes_sent", r->hub.bytes_sent + r->registry.bytes_sent);
    json_num(o, "bytes_received", r->hub.bytes_received + r->registry.bytes_received);
    json_num(o, "passed_over", passed_over(r));
    json_bool(o, "protocol_fits", protocol_fits(r, &ignored));
    verb_answer_end(&x);
}

static void report(const struct round *r)
{
    const struct verb_call *call = r->call;
    const struct peer_counts *c = &r->counts;
    if (call->json) {
        report_json(r);
        return;
    }
    verb_say(call, "sync.done", verb_number(call, c->records_verified),
             verb_number(call, c->photos_verified), NULL);
    if (c->held_back)
        verb_say(call, "sync.held_back", verb_number(call, c->held_back), NULL);
    if (c->aside > 0)
        verb_say(call, "sync.aside", verb_number(call, c->aside), NULL);
    if (c->typed > 0)
        verb_say(call, "sync.typed", verb_number(call, c->typed), NULL);
    if (wifi_waiting(r) > 0)
        verb_say(call, "sync.wifi", verb_number(call, wifi_waiting(r)), NULL);
    if (passed_over(r) > 0)
        verb_say(call, "sync.passed_over", verb_number(call, passed_over(r)), NULL);
}

/* What a pull left out because it is not to be believed is told by the run that met it. */
static bool all_believed(const struct round *r, struct err *err)
{
    char n[24];
    const struct session *wrong = r->registry.left_out ? &r->registry : &r->hub;
    snprintf(n, sizeof n, "%lld", (long long)wrong->left_out);
    return wrong->left_out == 0 ||
           err_set(err, ERR_CONFLICT, "sync.left_out", n, wrong->left_first, NULL);
}

/* Whom nobody has let in can be; of whom the registry holds other records cannot. */
static bool all_carried(const struct round *r, struct err *err)
{
    char n[24];
    struct err fork = ERR_INIT;
    const int64_t forked = r->registry.forked, waiting = r->registry.uncarried - forked;
    snprintf(n, sizeof n, "%lld", (long long)forked);
    if (forked != 0)
        err_set(&fork, ERR_CONFLICT, "sync.forked_carried", n, NULL);
    if (waiting == 0) {
        *err = fork;
        return forked == 0;
    }
    if (forked != 0)
        verb_complain(r->call, &fork);
    snprintf(n, sizeof n, "%lld", (long long)waiting);
    return err_set(err, ERR_CONFLICT, "sync.uncarried", n, NULL);
}

static bool run(struct round *r, struct err *err)
{
    if (r->has_hub)
        r->hub_ok = session_run(r->call, &r->hub, &r->hub_err);
    if (r->has_registry)
        r->registry_ok = session_run(r->call, &r->registry, &r->registry_err);
    if (!peer_count(r->store, &r->counts, err) ||
        (r->counts.all_confirmed && (r->registry_ok || r->hub_ok) &&
         !session_unwritten(&r->registry,
                            peer_set_synced(r->store, clock_utc_ms(), err), err)))
        return false;
    if (!judge(r, err))
        return false;
    return all_carried(r, err) && all_believed(r, err);
}

/* On a disk so full that not even this can be written the sending matters more than that
 * nobody else is at it: what comes twice is once. */
static bool start(struct round *r, bool *ret_mine, struct err *err)
{
    if (progress_start(r->store, ret_mine, err))
        return true;
    *ret_mine = session_unwritten(&r->registry, false, err);
    return *ret_mine;
}

/* Who asks for a sync wants it all sent; a --watch that runs hears of it too. */
static bool let_all_go(struct round *r, struct err *err)
{
    return verb_flag(r->call, "watch") ||
           session_unwritten(&r->registry, open_point_clear(r->store, err), err);
}

/* What was typed in a page that is shut goes along. What cannot become a record stays, and
 * is counted; it is no reason to send nothing. */
static void settle_typed(struct store *s)
{
    struct err stays = ERR_INIT;
    size_t n;
    drafts_settle(s, DRAFT_OLD_MS, &n, &stays);
}

bool round_run(struct verb_call *call, struct store *s, int64_t *ret_retry_after_s,
               bool *ret_may_pass, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct round r = {.store = s, .call = call};
    struct err unsaid = ERR_INIT, apart = ERR_INIT;
    bool mine = false;
    *ret_retry_after_s = -1;
    *ret_may_pass = false;
    bool ok = read_peers(&r, &a, err) && let_all_go(&r, err) && start(&r, &mine, err) &&
              (mine || err_set(err, ERR_BUSY, "sync.running", NULL));
    if (ok) {
        settle_typed(s);
        ok = run(&r, err);
        if (ok)
            protocol_fits(&r, &apart);
        progress_end(s, ok ? &apart : err, &unsaid);
        *ret_retry_after_s = r.has_registry ? r.registry.retry_after_s : -1;
        *ret_may_pass = !ok && r.has_registry && !r.registry_ok && hub_says_more(&r);
    }
    if (ok)
        report(&r);
    if (ok && apart.code != ERR_NONE)
        verb_complain(call, &apart);
    arena_release(&a);
    return ok;
}

/* Beside a round that runs, too, which somebody may begin meanwhile: what comes twice is
 * once. */
bool round_fetch(struct verb_call *call, struct store *s, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct round r = {.store = s, .call = call};
    bool ok = read_peers(&r, &a, err);
    if (ok) {
        r.hub_ok = r.has_hub && session_fetch(call, &r.hub, &r.hub_err);
        r.registry_ok =
            r.has_registry && session_fetch(call, &r.registry, &r.registry_err);
        ok = r.hub_ok || r.registry_ok;
        if (!ok)
            *err = r.has_registry ? r.registry_err : r.hub_err;
        ok = ok && all_believed(&r, err);
    }
    arena_release(&a);
    return ok;
}
