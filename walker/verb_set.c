/* walker set KEY VALUE: the few settings of a device, checked by one table. */
#include "walker/app.h"

#include "core/base/field.h"
#include "core/base/text.h"
#include "core/store/lamp.h"

#include <stdio.h>
#include <string.h>

/* Metres, 1 to 1000: a position poorer than that waits to be measured better. */
static bool is_gate(const char *value)
{
    int64_t metres;
    return text_int(value, &metres) && metres >= 1 && metres <= 1000;
}

/* "01:30-04:30": when the lamps of the area are off on purpose; "-" for never. */
static bool is_night(const char *value)
{
    int from, to;
    return text_equal(value, "-") || lamp_hours(value, &from, &to);
}

/* words NULL: any text of at most `most` characters that fits. */
static const struct setting {
    const char *name, *words;
    size_t most;
    bool (*fits)(const char *value);
    const char *like; /* shown when it does not fit */
} settings[] = {
    {"role", BY_ROLES, 40, NULL, BY_ROLES},
    {"organisation", NULL, 80, NULL, "-"},
    {"hold", "on off", 3, NULL, "on off"},
    /* do originals wait for Wi-Fi: sync/client/metered.h */
    {"metered", "auto on off", 4, NULL, "auto on off"},
    {"gate_m", NULL, 4, is_gate, "1-1000"},
    {"lamps_off", NULL, 11, is_night, "01:30-04:30 -"},
    /* the operator's or municipality's, for the acute page */
    {"duty_phone", NULL, 20, NULL, "-"},
};

static const char *names(struct arena *a)
{
    struct buf all = BUF_INIT;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        buf_printf(&all, "%s%s", i ? " " : "", settings[i].name);
    const char *text = buf_dup(&all, a);
    buf_release(&all);
    return text;
}

static bool run(struct verb_call *call, struct err *err)
{
    const char *name = call->argument[0], *value = call->argument[1];
    const struct setting *row = NULL;
    struct store s;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (strcmp(settings[i].name, name) == 0)
            row = &settings[i];
    if (!row)
        return err_set(err, ERR_INPUT, "set.unknown", name, names(call->arena), NULL);
    if ((row->words && !field_word_in(value, row->words)) ||
        text_length(value) > row->most || (row->fits && !row->fits(value)))
        return err_set(err, ERR_INPUT, "set.bad_value", name, value, row->like, NULL);
    if (!walker_store(&s, call, true, err))
        return false;
    bool ok = store_set(&s, name, value, err);
    store_close(&s);
    if (ok && call->json)
        verb_made(call, "set", name);
    return ok;
}

const struct verb set_verb = {"set", "walker.help.set", "KEY VALUE", NULL, 0, 2, 2, run};
