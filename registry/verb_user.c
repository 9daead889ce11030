/* registry user add NAME --role R [--party P] --password-stdin; registry user list.
 * The password comes by stdin, so that it stands in no history and no process list. */
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/store/local/account.h"
#include "registry/verbs.h"

#include <stdio.h>
#include <string.h>

static const struct verb_option add_options[] = {
    {"role", true, "admin|coordinator|department|police|viewer"},
    {"party", true, "P"},
    {"password-stdin", false, NULL},
};

/* The first line of stdin, without its end. */
static bool read_password(char *out, size_t size, struct err *err)
{
    if (!fgets(out, (int)size, stdin))
        return err_set(err, ERR_INPUT, "account.no_password", NULL);
    out[strcspn(out, "\r\n")] = '\0';
    return true;
}

static bool run_add(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    char password[ACCOUNT_PASSWORD_MOST + 8];
    const struct account wish = {.name = call->argument[0],
                                 .role = verb_value(call, "role"),
                                 .party = verb_value(call, "party")};
    if (!wish.role)
        return err_set(err, ERR_USAGE, "verb.option_missing", "role", "user add",
                       call->program, NULL);
    if (!verb_flag(call, "password-stdin"))
        return err_set(err, ERR_USAGE, "verb.option_missing", "password-stdin",
                       "user add", call->program, NULL);
    if (!read_password(password, sizeof password, err) ||
        !verbs_open(&s, call, true, err))
        return false;
    bool ok = verbs_close(&s, account_add(&s, &wish, password, err), err);
    memset(password, 0, sizeof password);
    if (!ok)
        return false;
    struct buf line = BUF_INIT;
    struct json_out o = JSON_OUT(&line);
    json_open(&o, NULL, '{');
    json_str(&o, "name", wish.name);
    json_str(&o, "role", wish.role);
    json_str(&o, "party", wish.party);
    json_close(&o, '}');
    if (call->json) {
        verb_print(&line);
        return true;
    }
    buf_release(&line);
    puts(wish.name);
    return true;
}

static void print_accounts(const struct verb_call *call, const struct account *rows,
                           size_t n)
{
    struct verb_list l;
    struct json_out *o = &l.json;
    char when[32];
    verb_list_begin(&l, "users");
    for (size_t i = 0; i < n; i++) {
        clock_format(rows[i].made_ms, when);
        json_open(o, NULL, '{');
        json_str(o, "name", rows[i].name);
        json_str(o, "role", rows[i].role);
        json_str(o, "party", rows[i].party);
        json_str(o, "made", when);
        json_close(o, '}');
        if (!call->json)
            printf("%-24s %-12s %s\n", rows[i].name, rows[i].role,
                   rows[i].party ? rows[i].party : "");
    }
    verb_list_end(&l, call, true);
}

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct account *rows = NULL;
    size_t n = 0;
    if (!verbs_open(&s, call, false, err))
        return false;
    bool ok = verbs_close(&s, account_list(&s, call->arena, &rows, &n, err), err);
    if (ok)
        print_accounts(call, rows, n);
    return ok;
}

const struct verb user_add_verb = {
    "user add", "registry.help_user_add", "NAME", VERB_OPTIONS(add_options), 1, 1,
    run_add};
const struct verb user_list_verb = {
    "user list", "registry.help_user_list", NULL, NULL, 0, 0, 0, run_list};
