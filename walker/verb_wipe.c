/* walker wipe --walk ID: makes room on the tablet, when and only when the registry has
 * proven that everything of the walk lies there. The registry is asked once more, unless
 * --offline says that what it proved before is enough. */
#include "walker/app.h"

#include "core/store/wipe.h"

static const struct verb_option options[] = {{"walk", true, "ID"}, {"offline", false, NULL}};

static bool ask_again(struct verb_call *call, struct err *err)
{
    const char *argv[] = {"walker-sync", "sync", "--prove", "--data", call->data, NULL};
    return child_run_sync(call->arena, argv, call->lang, "wipe.not_asked", err);
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s;
    struct walk w;
    struct wipe_counts c;
    const char *id = verb_value(call, "walk");
    if (!id)
        return err_set(err, ERR_USAGE, "verb.option_missing", "walk", "wipe",
                       call->program, NULL);
    if (!walker_store(&s, call, false, err))
        return false;
    walker_settle_drafts(&s, 0); /* one that stays keeps its walk here */
    bool ok = walk_find(&s, call->arena, id, &w, err) &&
              walker_settle_track(&s, w.id, err) &&
              (verb_flag(call, "offline") || ask_again(call, err)) &&
              wipe_walk(&s, w.id, &c, err);
    store_close(&s);
    if (ok && call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_num(&x.json, "records", c.records);
        json_num(&x.json, "photos", c.photos);
        verb_answer_end(&x);
    } else if (ok)
        verb_say(call, "wipe.done", verb_number(call, c.records),
                 verb_number(call, c.photos), NULL);
    return ok;
}

const struct verb wipe_verb = {"wipe", "walker.help.wipe", NULL, options, 2, 0, 0, run};
