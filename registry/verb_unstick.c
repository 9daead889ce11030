/* registry unstick FILE: takes home what a walker put on a stick, and writes receipts
 * onto it for the way back. Exit 1 when something on it was refused. */
#include "registry/follow.h"
#include "registry/verbs.h"

#include "core/store/published.h"
#include "sync/stick.h"

#include <stdio.h>

static const char *number(const struct verb_call *call, int64_t n)
{
    return arena_printf(call->arena, "%lld", (long long)n);
}

static void say(struct verb_call *call, const struct stick_counts *c, bool receipts)
{
    if (call->json) {
        printf("{\"records\":%lld,\"photos\":%lld,\"already\":%lld,\"refused\":%lld,"
               "\"waiting\":%lld,\"receipts\":%s}\n",
               (long long)c->records, (long long)c->photos, (long long)c->already,
               (long long)c->refused, (long long)c->waiting, receipts ? "true" : "false");
        return;
    }
    verb_say(call, "stick.taken", number(call, c->records), number(call, c->photos),
             number(call, c->already), number(call, c->refused), NULL);
    if (c->waiting)
        verb_say(call, "stick.waiting", number(call, c->waiting), NULL);
    verb_say(call, receipts ? "stick.receipts" : "stick.no_room", NULL);
}

static bool run_unstick(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct catalogue catalogue;
    struct stick_counts c;
    bool receipts = false;
    if (!verbs_open(&s, call, true, err))
        return false;
    bool ok = published_catalogue(&s, call->arena, &catalogue, err);
    s.applied = follow;
    s.hook_data = &catalogue;
    ok = ok && stick_take(&s, call->argument[0], &c, &receipts, err);
    store_close(&s);
    if (ok) {
        say(call, &c, receipts);
        call->partly = c.refused > 0 || !receipts;
    }
    return ok;
}

const struct verb unstick_verb = {
    "unstick", "registry.help_unstick", "FILE.lygte", NULL, 0, 1, 1, run_unstick};
