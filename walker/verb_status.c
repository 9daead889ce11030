/* walker status: what is here, and what the registry has confirmed. */
#include "walker/api.h"
#include "walker/carrying.h"

#include "core/store/check.h"
#include "core/store/local/progress.h"

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

static void say_hub_words(const struct verb_call *call, const struct standing_here *h)
{
    const struct carrying *x = &h->carrying;
    const struct carried_counts *c = &x->carries;
    if (x->has_hub && !h->made.all_confirmed)
        verb_say(call, "status.carried", x->hub.name,
                 verb_number(call, x->at_hub.records),
                 verb_number(call, x->at_hub.photos), NULL);
    if (c->tablets)
        verb_say(call, "status.carries", verb_number(call, c->records_confirmed),
                 verb_number(call, c->records), verb_number(call, c->photos_confirmed),
                 verb_number(call, c->photos), NULL);
    if (c->unadmitted)
        verb_say(call, "status.unadmitted", verb_number(call, c->unadmitted), NULL);
}

static bool read_here(const struct verb_call *call, struct store *s,
                      struct standing_here *h, struct err *err)
{
    struct peer peer;
    return peer_read(s, call->arena, &peer, &h->paired, err) &&
           peer_count(s, &h->made, err) &&
           progress_read(s, call->arena, &h->sync, err) &&
           carrying_read(s, call->arena, &h->carrying, err);
}

static bool say_words(const struct verb_call *call, struct store *s, struct err *err)
{
    struct standing_here here = {.paired = false}, *h = &here;
    const struct peer_counts *c = &h->made;
    if (!read_here(call, s, h, err))
        return false;
    verb_say(call, "status.records", verb_number(call, c->records_verified),
             verb_number(call, c->records_made), NULL);
    verb_say(call, "status.photos", verb_number(call, c->photos_verified),
             verb_number(call, c->photos_made), NULL);
    if (c->held_back)
        verb_say(call, "status.held_back", verb_number(call, c->held_back), NULL);
    if (c->aside)
        verb_say(call, "status.aside", verb_number(call, c->aside), NULL);
    if (c->typed)
        verb_say(call, "status.typed", verb_number(call, c->typed), NULL);
    if (c->unshown)
        verb_say(call, "status.unshown", verb_number(call, c->unshown), NULL);
    if (wifi_waiting(h))
        verb_say(call, "status.wifi", verb_number(call, wifi_waiting(h)), NULL);
    say_hub_words(call, h);
    verb_say(call,
             !h->paired         ? "status.not_paired"
             : c->all_confirmed ? "status.all_confirmed"
                                : "status.not_all",
             NULL);
    return true;
}

/* A database that was damaged once is nothing to be silent about. */
static bool complain(const struct check_finding *f, void *data, struct err *err)
{
    (void)err;
    verb_complain(data, &f->err);
    return true;
}

static bool say_json(const struct verb_call *call, struct store *s, struct err *err)
{
    struct buf line = BUF_INIT;
    struct json_out o = JSON_OUT(&line);
    bool ok = api_status_json(s, call->arena, &o, NULL, err);
    if (ok)
        verb_print(&line);
    else
        buf_release(&line);
    return ok;
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = check_salvaged(&s, complain, call, err) &&
              (call->json ? say_json : say_words)(call, &s, err);
    store_close(&s);
    return ok;
}

const struct verb status_verb = {"status", "walker.help.status", NULL, NULL, 0, 0, 0, run};
