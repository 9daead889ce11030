/* walker verdict | acute: last time's point seen again, and that the acute page was shown.
 * Neither does anything by itself: a person decides about the case, a person calls. */
#include "walker/app.h"

#include "core/base/uid.h"
#include "core/store/acute.h"
#include "core/store/observation.h"
#include "core/store/verdict.h"

static const struct verb_option verdict_options[] = {{"walk", true, "ID"},
                                                     {"photo", true, "SHA256"}};
static const struct verb_option acute_options[] = {
    {"walk", true, "ID"}, {"point", true, "ID"}, {"called", true, "112|114|duty|none"}};

struct seeing {
    struct verb_call *call;
    char id[UID_SIZE];
};

static bool give(struct store *s, void *data, struct err *err)
{
    struct seeing *x = data;
    struct arena *a = x->call->arena;
    struct walk w;
    struct observation o;
    struct verdict v = {.id = x->id,
                        .verdict = x->call->argument[1],
                        .sha256 = verb_value(x->call, "photo")};
    bool fresh;
    if (!walker_by(s, a, &v.by_role, &v.by_org, err) ||
        !walker_walk(x->call, s, verb_value(x->call, "walk"), true, &w, err) ||
        !observation_find(s, a, x->call->argument[0], &o, err))
        return false;
    v.walk = w.id;
    v.observation = o.id;
    return verdict_give(s, a, &v, &fresh, err);
}

static bool show(struct store *s, void *data, struct err *err)
{
    struct seeing *x = data;
    struct arena *a = x->call->arena;
    struct walk w;
    struct observation o = {.id = NULL};
    const char *point = verb_value(x->call, "point");
    struct acute shown = {.id = x->id, .called = verb_value(x->call, "called")};
    bool fresh;
    if (!walker_by(s, a, &shown.by_role, &shown.by_org, err) ||
        !walker_walk(x->call, s, verb_value(x->call, "walk"), true, &w, err) ||
        (point && !observation_find(s, a, point, &o, err)))
        return false;
    shown.walk = w.id;
    shown.observation = o.id;
    return acute_shown(s, a, &shown, &fresh, err);
}

static bool run(struct verb_call *call, bool (*work)(struct store *, void *, struct err *),
                struct err *err)
{
    struct store s;
    struct seeing x = {.call = call};
    uid_new(x.id);
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = walker_transact(&s, work, &x, err);
    store_close(&s);
    if (ok)
        verb_made(call, "id", x.id);
    return ok;
}

static bool run_verdict(struct verb_call *call, struct err *err)
{
    return run(call, give, err);
}

static bool run_acute(struct verb_call *call, struct err *err)
{
    return run(call, show, err);
}

const struct verb verdict_verb = {"verdict", "walker.help.verdict", "POINT same|fixed|worse",
                                  verdict_options, 2, 2, 2, run_verdict};
const struct verb acute_verb = {"acute", "walker.help.acute", NULL, acute_options, 3, 0, 0,
                                run_acute};
