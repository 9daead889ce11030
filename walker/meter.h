/* meter: how far a verb has come, for a person at a terminal: one line on stderr, written
 * over itself, from the second second on. Says nothing where stderr is no terminal, and
 * with --json. */
#ifndef LYGTE_WALKER_METER_H
#define LYGTE_WALKER_METER_H

#include "core/base/told.h"
#include "core/base/verb.h"

struct meter {
    struct told told; /* hand &meter.told to the work */
    enum i18n_lang lang;
    struct arena *arena;
    int64_t next_ms;
    bool on, said;
};

void meter_begin(struct meter *m, const struct verb_call *call);
/* Takes the line away. */
void meter_end(struct meter *m);

#endif
