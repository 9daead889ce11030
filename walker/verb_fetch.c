/* walker fetch [--walk ID]: asks for a walk that was wiped from this device again. It comes
 * with the next sync, read only. Without --walk: which walks have been wiped. */
#include "walker/app.h"

#include "core/store/local/wiped.h"

#include <stdio.h>

static const struct verb_option options[] = {{"walk", true, "ID"}};

static void print_list(const struct verb_call *call, const struct wiped *list, size_t n)
{
    struct verb_list l;
    verb_list_begin(&l, "wiped");
    for (size_t i = 0; i < n; i++) {
        wiped_json(&l.json, NULL, &list[i]);
        if (!call->json)
            verb_say(call, list[i].asked ? "fetch.line_asked" : "fetch.line", list[i].id,
                     list[i].title, NULL);
    }
    verb_list_end(&l, call, true);
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s;
    struct wiped one, *list = NULL;
    size_t n = 0;
    const char *id = verb_value(call, "walk");
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok;
    if (!id)
        ok = wiped_list(&s, call->arena, &list, &n, err);
    else if ((ok = db_begin(&s.db, err))) {
        ok = wiped_ask(&s, call->arena, id, &one, err);
        if (ok)
            ok = db_commit(&s.db, err);
        else
            db_rollback(&s.db);
    }
    store_close(&s);
    if (ok && !id)
        print_list(call, list, n);
    else if (ok && call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_str(&x.json, "walk", one.id);
        json_bool(&x.json, "asked", true);
        verb_answer_end(&x);
    } else if (ok) {
        verb_say(call, "fetch.asked", one.title, NULL);
        puts(one.id);
    }
    return ok;
}

const struct verb fetch_verb = {"fetch", "walker.help.fetch", NULL, options, 1, 0, 0, run};
