/* registry user add NAME --role R [--party P] --password-stdin; user password NAME
 * --password-stdin; user remove NAME [--last]; user list. The password comes by stdin, so
 * that it stands in no history and no process list. Who loses the password or the account
 * loses every session with it. */
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

enum { PASSWORD_LINE = ACCOUNT_PASSWORD_MOST + 8 };

/* The first line of stdin, without its end. */
static bool read_password(const struct verb_call *call, const char *verb,
                          char out[PASSWORD_LINE], struct err *err)
{
    if (!verb_flag(call, "password-stdin"))
        return err_set(err, ERR_USAGE, "verb.option_missing", "password-stdin", verb,
                       call->program, NULL);
    if (!fgets(out, PASSWORD_LINE, stdin))
        return err_set(err, ERR_INPUT, "account.no_password", call->argument[0], NULL);
    out[strcspn(out, "\r\n")] = '\0';
    return true;
}

static bool run_add(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    char password[PASSWORD_LINE];
    const struct account wish = {.name = call->argument[0],
                                 .role = verb_value(call, "role"),
                                 .party = verb_value(call, "party")};
    if (!wish.role)
        return err_set(err, ERR_USAGE, "verb.option_missing", "role", "user add",
                       call->program, NULL);
    if (!read_password(call, "user add", password, err) ||
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

static void say_ended(const struct verb_call *call, const char *key, const char *done,
                      int64_t ended)
{
    const char *name = call->argument[0];
    if (call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_str(&x.json, "name", name);
        json_str(&x.json, "done", done);
        json_num(&x.json, "sessions_ended", ended);
        verb_answer_end(&x);
        return;
    }
    verb_say(call, key, name, verb_number(call, ended), NULL);
    puts(name);
}

static bool run_password(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    char password[PASSWORD_LINE];
    int64_t ended = 0;
    if (!read_password(call, "user password", password, err) ||
        !verbs_open(&s, call, false, err))
        return false;
    bool ok = verbs_close(
        &s, account_password(&s, call->argument[0], password, &ended, err), err);
    memset(password, 0, sizeof password);
    if (ok)
        say_ended(call, "account.password_changed", "password", ended);
    return ok;
}

static bool run_remove(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    int64_t ended = 0;
    if (!verbs_open(&s, call, false, err))
        return false;
    bool last = verb_flag(call, "last");
    bool ok =
        verbs_close(&s, account_remove(&s, call->argument[0], last, &ended, err), err);
    if (ok)
        say_ended(call, "account.removed", "remove", ended);
    return ok;
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
static const struct verb_option password_options[] = {{"password-stdin", false, NULL}};
const struct verb user_password_verb = {"user password",
                                        "registry.help_user_password",
                                        "NAME",
                                        VERB_OPTIONS(password_options),
                                        1,
                                        1,
                                        run_password};
static const struct verb_option remove_options[] = {{"last", false, NULL}};
const struct verb user_remove_verb = {"user remove",
                                      "registry.help_user_remove",
                                      "NAME",
                                      VERB_OPTIONS(remove_options),
                                      1,
                                      1,
                                      run_remove};
const struct verb user_list_verb = {
    "user list", "registry.help_user_list", NULL, NULL, 0, 0, 0, run_list};
