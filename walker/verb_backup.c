/* walker backup FILE and walker restore FILE: the device's folder as one file. */
#include "walker/app.h"

#include "core/store/backup_file.h"

#include <stdio.h>

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
        verb_say(call, key, verb_number(call, c->copied), verb_number(call, c->missing),
                 NULL);
    call->partly = c->missing > 0;
}

static bool run_backup(struct verb_call *call, struct err *err)
{
    struct store s;
    struct backup_counts c;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = backup_file_write(&s, call->argument[0], &c, err);
    store_close(&s);
    if (ok)
        say(call, "backup.device_written", &c);
    return ok;
}

/* Opening it is what gives it its new origin. */
static bool run_restore(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct backup_counts c;
    bool ok = backup_file_restore(call->argument[0], call->data, &c, err) &&
              walker_store(&s, call, false, err);
    store_close(&s);
    if (ok)
        say(call, "backup.device_restored", &c);
    return ok;
}

const struct verb backup_verb = {
    "backup", "walker.help.backup", "FILE", NULL, 0, 1, 1, run_backup};
const struct verb restore_verb = {
    "restore", "walker.help.restore", "FILE", NULL, 0, 1, 1, run_restore};
