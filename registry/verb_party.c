/* registry party add CODE --da T --en T --kind K [--mail M] [--phone P]; party list.
 * Adding a code that stands changes its party. */
#include "core/store/party.h"
#include "registry/verbs.h"

#include <stdio.h>

static const struct verb_option add_options[] = {
    {"da", true, "T"},   {"en", true, "T"},    {"kind", true, "K"},
    {"mail", true, "M"}, {"phone", true, "P"},
};

static void party_json(struct json_out *o, const struct party *p)
{
    json_open(o, NULL, '{');
    json_str(o, "code", p->code);
    json_str(o, "da", p->da);
    json_str(o, "en", p->en);
    json_str(o, "kind", p->kind);
    json_str(o, "mail", p->mail);
    json_str(o, "phone", p->phone);
    json_close(o, '}');
}

static bool run_add(struct verb_call *call, struct err *err)
{
    static const char *const needed[] = {"da", "en", "kind"};
    struct store s = {0};
    const struct party wish = {call->argument[0],        verb_value(call, "da"),
                               verb_value(call, "en"),   verb_value(call, "kind"),
                               verb_value(call, "mail"), verb_value(call, "phone")};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!verb_value(call, needed[i]))
            return err_set(err, ERR_USAGE, "verb.option_missing", needed[i],
                           "party add", call->program, NULL);
    if (!verbs_open(&s, call, true, err))
        return false;
    bool ok =
        db_begin(&s.db, err) && party_set(&s, call->arena, &wish, "coordinator", err);
    if (!verbs_close(&s, ok, err))
        return false;
    if (call->json) {
        struct buf line = BUF_INIT;
        struct json_out o = JSON_OUT(&line);
        party_json(&o, &wish);
        verb_print(&line);
        return true;
    }
    puts(wish.code);
    return true;
}

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct party *rows = NULL;
    size_t n = 0;
    if (!verbs_open(&s, call, false, err))
        return false;
    if (!verbs_close(&s, party_list(&s, call->arena, &rows, &n, err), err))
        return false;
    struct verb_list l;
    verb_list_begin(&l, "parties");
    for (size_t i = 0; i < n; i++) {
        party_json(&l.json, &rows[i]);
        if (!call->json)
            printf("%-8s %-12s %s\n", rows[i].code, rows[i].kind,
                   call->lang == I18N_DA ? rows[i].da : rows[i].en);
    }
    verb_list_end(&l, call, true);
    return true;
}

const struct verb party_add_verb = {
    "party add", "registry.help_party_add", "CODE", VERB_OPTIONS(add_options), 1, 1,
    run_add};
const struct verb party_list_verb = {
    "party list", "registry.help_party_list", NULL, NULL, 0, 0, 0, run_list};
