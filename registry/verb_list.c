/* registry list [--party P] [--walk ID] [--area A] [--state S] [--format F] [-o FILE]:
 * the issues of one party, walk, area or state; without a filter, every open one.
 * Without --format it is Danish Excel's CSV. */
#include "lists/hand.h"
#include "registry/verbs.h"

static const struct verb_option options[] = {
    {"party", true, "P"}, {"walk", true, "ID"},  {"area", true, "A"},
    {"state", true, "S"}, {"format", true, "F"}, {"output", true, "FILE"},
};

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct buf list = BUF_INIT;
    const struct list_form *form;
    const struct issue_filter filter = {
        .party = verb_value(call, "party"),
        .walk = verb_value(call, "walk"),
        .area = verb_value(call, "area"),
        .state = verb_value(call, "state"),
    };
    size_t rows = 0;
    if (!hand_form(call, "csv", NULL, &form, err) || !verbs_open(&s, call, false, err))
        return false;
    bool ok = list_issues(&s, &filter, form, call->lang, &list, &rows, err);
    ok = verbs_close(&s, ok, err) && hand_out(call, &list, rows, err);
    buf_release(&list);
    return ok;
}

const struct verb list_verb = {
    "list", "registry.help_list", NULL, VERB_OPTIONS(options), 0, 0, run_list};
