/* walker status: what is here, and what the registry has confirmed. */
#include "walker/app.h"
#include "walker/carrying.h"

#include "core/base/json.h"
#include "core/store/check.h"
#include "core/store/local/progress.h"

#include <stdio.h>

struct standing_here {
    struct peer_counts made;
    bool paired;
    struct progress sync;
    struct carrying carrying;
};

/* Originals that wait because the last sync went over a network that costs. */
static int64_t wifi_waiting(const struct standing_here *h)
{
    return h->sync.metered ? h->made.originals_waiting : 0;
}

static void say_json(const struct standing_here *h)
{
    const struct peer_counts *c = &h->made;
    struct buf out = BUF_INIT;
    struct json_out o = JSON_OUT(&out);
    json_open(&o, NULL, '{');
    json_open(&o, "records", '{');
    json_num(&o, "made", c->records_made);
    json_num(&o, "stored", c->records_verified);
    json_num(&o, "verified", c->records_verified);
    json_close(&o, '}');
    json_open(&o, "photos", '{');
    json_num(&o, "made", c->photos_made);
    json_num(&o, "stored", c->photos_stored);
    json_num(&o, "verified", c->photos_verified);
    json_close(&o, '}');
    json_num(&o, "points_waiting", c->points_waiting);
    json_num(&o, "held_back", c->held_back);
    json_num(&o, "aside", c->aside);
    json_num(&o, "unshown", c->unshown);
    json_bool(&o, "metered", h->sync.metered);
    json_num(&o, "wifi_waiting", wifi_waiting(h));
    json_bool(&o, "all_confirmed", c->all_confirmed);
    json_bool(&o, "paired", h->paired);
    carrying_json(&o, &h->carrying);
    json_close(&o, '}');
    puts(out.data);
    buf_release(&out);
}

static const char *number(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

static void say_hub_words(const struct verb_call *call, const struct standing_here *h)
{
    struct arena *a = call->arena;
    const struct carrying *x = &h->carrying;
    const struct carried_counts *c = &x->carries;
    if (x->has_hub && !h->made.all_confirmed)
        verb_say(call, "status.carried", x->hub.name, number(a, x->at_hub.records),
                 number(a, x->at_hub.photos), NULL);
    if (c->tablets)
        verb_say(call, "status.carries", number(a, c->records_confirmed),
                 number(a, c->records), number(a, c->photos_confirmed),
                 number(a, c->photos), NULL);
    if (c->unadmitted)
        verb_say(call, "status.unadmitted", number(a, c->unadmitted), NULL);
}

static void say_words(const struct verb_call *call, const struct standing_here *h)
{
    struct arena *a = call->arena;
    const struct peer_counts *c = &h->made;
    verb_say(call, "status.records", number(a, c->records_verified),
             number(a, c->records_made), NULL);
    verb_say(call, "status.photos", number(a, c->photos_verified),
             number(a, c->photos_made), NULL);
    if (c->held_back)
        verb_say(call, "status.held_back", number(a, c->held_back), NULL);
    if (c->aside)
        verb_say(call, "status.aside", number(a, c->aside), NULL);
    if (c->unshown)
        verb_say(call, "status.unshown", number(a, c->unshown), NULL);
    if (wifi_waiting(h))
        verb_say(call, "status.wifi", number(a, wifi_waiting(h)), NULL);
    say_hub_words(call, h);
    verb_say(call,
             !h->paired         ? "status.not_paired"
             : c->all_confirmed ? "status.all_confirmed"
                                : "status.not_all",
             NULL);
}

/* A database that was damaged once is nothing to be silent about. */
static bool complain(const struct check_finding *f, void *data, struct err *err)
{
    (void)err;
    verb_complain(data, &f->err);
    return true;
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s;
    struct peer peer;
    struct standing_here h = {.paired = false};
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = peer_read(&s, call->arena, &peer, &h.paired, err) &&
              peer_count(&s, &h.made, err) &&
              progress_read(&s, call->arena, &h.sync, err) &&
              carrying_read(&s, call->arena, &h.carrying, err);
    ok = ok && check_salvaged(&s, complain, call, err);
    store_close(&s);
    if (ok && call->json)
        say_json(&h);
    else if (ok)
        say_words(call, &h);
    return ok;
}

const struct verb status_verb = {"status", "walker.help.status", NULL, NULL, 0, 0, 0, run};
