/* walker status: what is here, and what the registry has confirmed. */
#include "walker/app.h"

#include "core/base/json.h"
#include "core/store/local/peer.h"

#include <stdio.h>

static void say_json(const struct peer_counts *c, bool paired)
{
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
    json_bool(&o, "all_confirmed", c->all_confirmed);
    json_bool(&o, "paired", paired);
    json_close(&o, '}');
    puts(out.data);
    buf_release(&out);
}

static const char *number(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

static void say_words(const struct verb_call *call, const struct peer_counts *c,
                      bool paired)
{
    struct arena *a = call->arena;
    verb_say(call, "status.records", number(a, c->records_verified),
             number(a, c->records_made), NULL);
    verb_say(call, "status.photos", number(a, c->photos_verified),
             number(a, c->photos_made), NULL);
    if (c->held_back)
        verb_say(call, "status.held_back", number(a, c->held_back), NULL);
    verb_say(call,
             !paired            ? "status.not_paired"
             : c->all_confirmed ? "status.all_confirmed"
                                : "status.not_all",
             NULL);
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s;
    struct peer peer;
    struct peer_counts counts;
    bool paired = false;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = peer_read(&s, call->arena, &peer, &paired, err) &&
              peer_count(&s, &counts, err);
    store_close(&s);
    if (ok && call->json)
        say_json(&counts, paired);
    else if (ok)
        say_words(call, &counts, paired);
    return ok;
}

const struct verb status_verb = {"status", "walker.help.status", NULL, NULL, 0, 0, 0, run};
