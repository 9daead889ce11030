/* registry retain: how long photos are kept, and letting go of those that are over. The
 * server does it once a day. --dry-run only counts: what would go, and with days given
 * along, what would go by those; they are not kept. */
#include "core/base/clock.h"
#include "core/base/text.h"
#include "registry/retain.h"
#include "registry/verbs.h"

#include <string.h>

static const struct verb_option options[] = {{"dry-run", false, NULL},
                                             {"ended", true, "DAYS|off"},
                                             {"unnamed", true, "DAYS|off"},
                                             {"sealed", true, "DAYS|off"}};

/* Settings given along are kept. */
static bool keep_settings(struct verb_call *call, struct store *s, struct err *err)
{
    for (int i = 0; i < RETAIN_CLASSES; i++) {
        const char *value = verb_value(call, retain_classes[i].name);
        int64_t days;
        if (!value)
            continue;
        bool off = strcmp(value, "off") == 0;
        if (!off && (!text_int(value, &days) || days < 1 || days > RETAIN_DAYS_MOST))
            return err_set(err, ERR_INPUT, "retain.bad_days", value, NULL);
        if (!store_set(s, retain_classes[i].setting, off ? "" : value, err))
            return false;
    }
    return true;
}

static void say(struct verb_call *call, const struct retain_counts *c, bool dry)
{
    if (call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_num(&x.json, "ended", c->photos[0]);
        json_num(&x.json, "unnamed", c->photos[1]);
        json_num(&x.json, "sealed", c->photos[2]);
        json_num(&x.json, "records", c->records);
        json_bool(&x.json, "dry_run", dry);
        verb_answer_end(&x);
    } else {
        verb_say(call, dry ? "retain.would" : "retain.done",
                 verb_number(call, c->photos[0]), verb_number(call, c->photos[1]),
                 verb_number(call, c->photos[2]), NULL);
    }
}

/* In a transaction that is always undone: days that were only tried must not be what the
 * server erases by tonight. */
static bool only_count(struct verb_call *call, struct store *s, struct retain_counts *c,
                       struct err *err)
{
    if (!db_begin(&s->db, err))
        return false;
    bool ok =
        keep_settings(call, s, err) && retain_run(s, clock_utc_ms(), true, c, err);
    db_rollback(&s->db);
    return ok;
}

/* All settings or none: one that was refused leaves nothing for tonight either. */
static bool let_go(struct verb_call *call, struct store *s, struct retain_counts *c,
                   struct err *err)
{
    return db_begin(&s->db, err) && db_end(&s->db, keep_settings(call, s, err), err) &&
           retain_run(s, clock_utc_ms(), false, c, err);
}

static bool run(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct retain_counts c = {0};
    bool dry = verb_flag(call, "dry-run");
    if (!verbs_open(&s, call, false, err))
        return false;
    bool ok = (dry ? only_count : let_go)(call, &s, &c, err);
    if (ok)
        say(call, &c, dry);
    return verbs_close(&s, ok, err);
}

const struct verb retain_verb = {
    "retain", "registry.help_retain", NULL, VERB_OPTIONS(options), 0, 0, run};
