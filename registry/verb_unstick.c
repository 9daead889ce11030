/* registry unstick FILE: takes home what a walker put on a stick, and writes receipts
 * onto it for the way back. Exit 1 when something on it was refused. */
#include "registry/follow.h"
#include "registry/verbs.h"

#include "core/base/i18n.h"
#include "core/store/published.h"
#include "sync/stick.h"

#include <stdio.h>

static void say(struct verb_call *call, const struct stick_counts *c, bool receipts)
{
    if (call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_num(&x.json, "records", c->records);
        json_num(&x.json, "photos", c->photos);
        json_num(&x.json, "already", c->already);
        json_num(&x.json, "refused", c->refused);
        json_num(&x.json, "waiting", c->waiting);
        json_bool(&x.json, "receipts", receipts);
        if (c->refused)
            json_str(&x.json, "why", i18n_error(call->arena, call->lang, &c->why));
        verb_answer_end(&x);
        return;
    }
    verb_say(call, "stick.taken", verb_number(call, c->records),
             verb_number(call, c->photos), verb_number(call, c->already),
             verb_number(call, c->refused), NULL);
    if (c->refused)
        verb_say(call, "stick.refused_why",
                 i18n_error(call->arena, call->lang, &c->why), NULL);
    if (c->waiting)
        verb_say(call, "stick.waiting", verb_number(call, c->waiting), NULL);
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
