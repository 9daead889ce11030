/* registry merge KEPT JOINED; registry merge --undo MERGE. Two cases become one: KEPT is
 * shown for both. Neither is changed by it, and undoing brings the other back. */
#include "core/store/issue_merge.h"
#include "registry/verbs.h"

static const struct verb_option options[] = {{"undo", true, "MERGE"}};

static bool join(struct store *s, struct verb_call *call, char id[37], struct err *err)
{
    struct issue kept, joined;
    return issue_join(s, call->arena, call->argument[0], call->argument[1],
                      "coordinator", &kept, &joined, id, err);
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    const char *undo = verb_value(call, "undo");
    char id[37] = "";
    if (!undo && call->argument_count != 2)
        return err_set(err, ERR_USAGE, "issue.merge_two", NULL);
    if (!verbs_open(&s, call, true, err))
        return false;
    bool ok = db_begin(&s.db, err) &&
              (undo ? issue_unmerge(&s, call->arena, undo, "coordinator", err)
                    : join(&s, call, id, err));
    if (!verbs_close(&s, ok, err))
        return false;
    verb_made(call, "merge", undo ? undo : id);
    return true;
}

const struct verb merge_verb = {
    "merge", "registry.help_merge", "KEPT JOINED", VERB_OPTIONS(options), 0, 2, run};
