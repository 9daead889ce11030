/* walker stick and walker unstick: the way home when there is no network at all. */
#include "walker/app.h"
#include "walker/meter.h"

#include "core/store/local/draft.h"
#include "core/store/local/peer.h"
#include "sync/stick.h"

#include <stdio.h>

bool stick_to(struct verb_call *call, const char *file, struct err *err)
{
    struct store s;
    struct stick_counts c;
    if (!walker_store(&s, call, false, err))
        return false;
    struct meter meter;
    walker_settle_drafts(&s, DRAFT_OLD_MS);
    meter_begin(&meter, call);
    bool ok = stick_write(&s, file, &meter.told, &c, err);
    meter_end(&meter);
    store_close(&s);
    if (ok && call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_num(&x.json, "records", c.records);
        json_num(&x.json, "photos", c.photos);
        json_num(&x.json, "left_out", c.left_out);
        verb_answer_end(&x);
    } else if (ok) {
        verb_say(call, "stick.written", verb_number(call, c.records),
                 verb_number(call, c.photos), file, NULL);
    }
    return ok && (c.left_out == 0 || err_set(err, ERR_DAMAGED, "stick.left_out",
                                             verb_number(call, c.left_out), NULL));
}

static bool run_stick(struct verb_call *call, struct err *err)
{
    return stick_to(call, call->argument[0], err);
}

static bool run_unstick(struct verb_call *call, struct err *err)
{
    struct store s;
    struct stick_counts c;
    struct peer_counts counts;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = stick_home(&s, call->argument[0], &c, err) && peer_count(&s, &counts, err);
    store_close(&s);
    if (ok && call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_num(&x.json, "confirmed", c.confirmed);
        json_num(&x.json, "records", c.records);
        json_num(&x.json, "refused", c.refused);
        json_bool(&x.json, "all_confirmed", counts.all_confirmed);
        verb_answer_end(&x);
    } else if (ok)
        verb_say(call, "stick.home", verb_number(call, c.confirmed),
                 verb_number(call, c.records), NULL);
    return ok && (c.refused == 0 || err_set(err, ERR_CONFLICT, "stick.home_refused",
                                            verb_number(call, c.refused), NULL));
}

const struct verb stick_verb = {
    "stick", "walker.help.stick", "FILE.lygte", NULL, 0, 1, 1, run_stick};
const struct verb unstick_verb = {
    "unstick", "walker.help.unstick", "FILE.lygte", NULL, 0, 1, 1, run_unstick};
