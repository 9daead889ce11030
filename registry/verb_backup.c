/* registry backup DIR and registry restore DIR [--erasures FILE]. */
#include "registry/verbs.h"

#include "core/base/file.h"
#include "core/store/backup.h"

#include <stdio.h>

static const char *number(const struct verb_call *call, int64_t n)
{
    return arena_printf(call->arena, "%lld", (long long)n);
}

static void say(struct verb_call *call, const char *key, const struct backup_counts *c)
{
    if (call->json)
        printf("{\"photos\":%lld,\"copied\":%lld,\"missing\":%lld}\n",
               (long long)c->photos, (long long)c->copied, (long long)c->missing);
    else
        verb_say(call, key, number(call, c->photos), number(call, c->copied),
                 number(call, c->missing), NULL);
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
    bool ok = backup_write(&s, call->argument[0], &c, err) &&
              backup_erasures_write(&s, erasures, err);
    store_close(&s);
    if (ok)
        say(call, "backup.written", &c);
    return ok;
}

/* B after the first restore, C after the second; Z stays Z. */
static bool count_restore(struct verb_call *call, struct store *s, struct err *err)
{
    const char *letter;
    char next[2] = "B";
    if (!store_setting(s, call->arena, "restores", "", &letter, err))
        return false;
    if (letter[0])
        next[0] = letter[0] < 'Z' ? (char)(letter[0] + 1) : 'Z';
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
    backup_erasures_path(call->argument[0], beside, sizeof beside);
    if (erasures && !file_exists(erasures))
        return err_set(err, ERR_NOT_FOUND, "backup.no_erasures", erasures, NULL);
    if (!backup_restore(call->argument[0], call->data, &c, err) ||
        !verbs_open(&s, call, false, err))
        return false;
    bool ok = backup_erasures_take(&s, erasures ? erasures : beside, err) &&
              count_restore(call, &s, err);
    store_close(&s);
    if (ok)
        say(call, "backup.restored", &c);
    return ok;
}

static const struct verb_option restore_options[] = {{"erasures", true, "FILE"}};
const struct verb backup_verb = {
    "backup", "registry.help_backup", "DIR", NULL, 0, 1, 1, run_backup};
const struct verb restore_verb = {
    "restore", "registry.help_restore", "DIR", VERB_OPTIONS(restore_options), 1, 1, run_restore};
