/* registry erase ID: takes words, photos or the place of a point out of the world, here
 * and, at their next sync, on every device; or records the decision not to (--refused).
 * What is gone cannot come back; what stays is what is nobody's: walk, category,
 * severity, times. */
#include "registry/verbs.h"

#include "core/base/field.h"
#include "core/base/json.h"
#include "core/store/erase.h"
#include "core/store/erasure.h"
#include "core/store/local/erasing.h"
#include "core/store/observation.h"
#include "core/store/seal.h"

#include <stdio.h>
#include <string.h>

static const struct verb_option options[] = {
    {"text", false, NULL},  {"photos", false, NULL},  {"position", false, NULL},
    {"all", false, NULL},   {"reason", true, "CODE"}, {"role", true, "ROLE"},
    {"refused", false, NULL},
};

static bool read_wish(const struct verb_call *call, struct erasure_wish *w,
                      struct err *err)
{
    w->what = verb_flag(call, "all") ? ERASURE_ALL : 0;
    w->what |= verb_flag(call, "text") ? ERASURE_TEXT : 0;
    w->what |= verb_flag(call, "photos") ? ERASURE_PHOTOS : 0;
    w->what |= verb_flag(call, "position") ? ERASURE_POSITION : 0;
    w->refused = verb_flag(call, "refused");
    w->reason = verb_value(call, "reason");
    w->role = verb_value(call, "role") ? verb_value(call, "role") : "coordinator";
    if (!w->reason || !field_word_in(w->reason, erase_reasons))
        return err_set(err, ERR_USAGE, "erasure.reason", erase_reasons, NULL);
    if (w->refused == (w->what != 0))
        return err_set(err, ERR_USAGE, "erasure.what", NULL);
    return true;
}

static void say(struct verb_call *call, const struct erasure_wish *w,
                const struct erasure_counts *c, int64_t pending)
{
    if (call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_str(&x.json, "erasure", c->id);
        json_bool(&x.json, "refused", w->refused);
        json_num(&x.json, "records", c->records);
        json_num(&x.json, "photos", c->photos);
        json_num(&x.json, "pending", pending);
        verb_answer_end(&x);
        return;
    }
    if (w->refused)
        verb_say(call, "erasure.refused", NULL);
    else
        verb_say(call, pending ? "erasure.pending" : "erasure.done",
                 verb_number(call, c->records), verb_number(call, c->photos), NULL);
    puts(c->id);
}

/* A point, or one that only the police may read. */
static bool find(struct store *s, struct arena *a, const char *id, const char **ret,
                 struct err *err)
{
    struct observation o;
    struct sealed x;
    struct err unknown = ERR_INIT;
    if (observation_find(s, a, id, &o, &unknown)) {
        *ret = o.id;
        return true;
    }
    if (unknown.code != ERR_NOT_FOUND) {
        *err = unknown;
        return false;
    }
    if (!seal_find(s, a, id, &x, err))
        return false;
    *ret = x.id;
    return true;
}

static bool erase(struct verb_call *call, struct store *s, struct erasure_wish *w,
                  struct err *err)
{
    struct erasure_counts c;
    int64_t pending = 0;
    if (!find(s, call->arena, call->argument[0], &w->observation, err))
        return false;
    if (!db_begin(&s->db, err))
        return false;
    if (!erasure_write(s, call->arena, w, &c, err)) {
        db_rollback(&s->db);
        return false;
    }
    if (!db_commit(&s->db, err) || !erasing_settle(s, &pending, err))
        return false;
    say(call, w, &c, pending);
    return true;
}

static bool run_erase(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct erasure_wish w;
    if (!read_wish(call, &w, err) || !verbs_open(&s, call, true, err))
        return false;
    return verbs_close(&s, erase(call, &s, &w, err), err);
}

const struct verb erase_verb = {
    "erase", "registry.help_erase", "ID", VERB_OPTIONS(options), 1, 1, run_erase};
