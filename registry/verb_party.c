/* registry party add CODE --da T --en T --kind K [--mail M] [--phone P]; party list.
 * Adding a code that stands changes its party: what is not given stays, "-" empties. */
#include "core/store/party.h"
#include "registry/verbs.h"

#include <stdio.h>
#include <string.h>

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

/* The party as it stands, all NULL but its code when there is none yet. */
static bool stands(struct store *s, struct arena *a, const char *code,
                   struct party *ret, struct err *err)
{
    struct party *rows = NULL;
    size_t n = 0;
    *ret = (struct party){.code = code};
    if (!party_list(s, a, &rows, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].code, code) == 0)
            *ret = rows[i];
    return true;
}

/* What was given; what was not stays as it stands; "-" empties. */
static const char *said(const struct verb_call *call, const char *name, const char *now)
{
    const char *value = verb_value(call, name);
    return !value ? now : strcmp(value, "-") == 0 ? NULL : value;
}

static bool is_mail(const char *mail)
{
    const char *at = mail ? strchr(mail, '@') : NULL;
    return !mail ||
           (at && at > mail && at[1] && !strchr(at + 1, '@') && !strpbrk(mail, " \t"));
}

static bool change(struct store *s, struct verb_call *call, struct party *p,
                   struct err *err)
{
    if (!stands(s, call->arena, call->argument[0], p, err))
        return false;
    p->da = said(call, "da", p->da);
    p->en = said(call, "en", p->en);
    p->kind = said(call, "kind", p->kind);
    p->mail = said(call, "mail", p->mail);
    p->phone = said(call, "phone", p->phone);
    const char *missing = !p->da ? "da" : !p->en ? "en" : !p->kind ? "kind" : NULL;
    if (missing)
        return err_set(err, ERR_USAGE, "verb.option_missing", missing, "party add",
                       call->program, NULL);
    return (is_mail(p->mail) ||
            err_set(err, ERR_INPUT, "party.bad_mail", p->mail, NULL)) &&
           party_set(s, call->arena, p, "coordinator", err);
}

static bool run_add(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct party wish = {0};
    if (!verbs_open(&s, call, true, err))
        return false;
    bool ok = db_begin(&s.db, err) && change(&s, call, &wish, err);
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
