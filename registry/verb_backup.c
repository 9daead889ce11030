/* registry backup DIR [--check] and registry restore DIR [--erasures FILE]. */
#include "registry/verbs.h"

#include "core/base/file.h"
#include "core/store/backup.h"
#include "core/store/local/account.h"

#include <stdio.h>
#include <string.h>

static void say(struct verb_call *call, const char *key, const struct backup_counts *c)
{
    if (call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_num(&x.json, "photos", c->photos);
        json_num(&x.json, "copied", c->copied);
        json_num(&x.json, "missing", c->missing);
        verb_answer_end(&x);
    } else
        verb_say(call, key, verb_number(call, c->photos), verb_number(call, c->copied),
                 verb_number(call, c->missing), NULL);
    call->partly = c->missing > 0;
}

static bool run_backup(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct backup_counts c;
    if (!verbs_open(&s, call, false, err))
        return false;
    char erasures[1200];
    backup_erasures_path(call->argument[0], erasures, sizeof erasures);
    bool ok = backup_write(&s, call->argument[0], verb_flag(call, "check"), &c, err) &&
              backup_erasures_write(&s, erasures, err);
    store_close(&s);
    if (ok)
        say(call, c.missing > 0 ? "backup.lacking" : "backup.written", &c);
    return ok;
}

/* B after the first restore, C after the second; Z stays Z. The newest one stands beside
 * the backups too: one backup may be restored twice, and knows of no restore. */
static bool count_restore(struct verb_call *call, struct store *s, const char *beside,
                          struct err *err)
{
    const char *before;
    char next[2] = "B", *told = NULL;
    size_t len = 0;
    struct err none = ERR_INIT;
    if (!store_setting(s, call->arena, "restores", "", &before, err))
        return false;
    if (file_exists(beside) && !file_read(call->arena, beside, 16, &told, &len, &none))
        told = NULL;
    char last = told && told[0] >= 'B' && told[0] <= 'Z' ? told[0] : 'A';
    if (before[0] > last)
        last = before[0];
    next[0] = last < 'Z' ? (char)(last + 1) : 'Z';
    if (!file_write_whole(beside, next, 1, 0600, &none))
        verb_complain(call, &none);
    return store_set(s, "restores", next, err);
}

/* Opening it is what gives it its new origin and epoch; from now on short numbers carry
 * a letter, because some given after the backup may stand on paper. */
static bool run_restore(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct backup_counts c;
    char beside[1200];
    const char *erasures = verb_value(call, "erasures");
    char letters[1200];
    backup_erasures_path(call->argument[0], beside, sizeof beside);
    const char *slash = strrchr(beside, '/');
    snprintf(letters, sizeof letters, "%.*slygte-restores",
             slash ? (int)(slash + 1 - beside) : 0, beside);
    if (erasures && !file_exists(erasures))
        return err_set(err, ERR_NOT_FOUND, "backup.no_erasures", erasures, NULL);
    if (!backup_restore(call->argument[0], call->data, &s, &c, err))
        return false;
    bool ok = backup_erasures_take(&s, erasures ? erasures : beside, err) &&
              count_restore(call, &s, letters, err) && account_logout_all(&s, err);
    ok = backup_restore_end(&s, ok, err);
    if (ok)
        say(call, "backup.restored", &c);
    return ok;
}

static const struct verb_option restore_options[] = {{"erasures", true, "FILE"}};
static const struct verb_option backup_options[] = {{"check", false, NULL}};
const struct verb backup_verb = {
    "backup",  "registry.help_backup", "DIR", VERB_OPTIONS(backup_options), 1, 1,
    run_backup};
const struct verb restore_verb = {
    "restore",  "registry.help_restore", "DIR", VERB_OPTIONS(restore_options), 1, 1,
    run_restore};
