/* walker set KEY VALUE: the few settings of a device, checked by one table. */
#include "walker/app.h"

#include "core/base/field.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

/* words NULL: any text of at most `most` characters. */
static const struct setting {
    const char *name, *words;
    size_t most;
} settings[] = {
    {"role", NULL, 40},
    {"organisation", NULL, 80},
    {"hold", "on off", 3},
    {"duty_phone", NULL, 20}, /* the operator's or municipality's, for the acute page */
};

static bool run(struct verb_call *call, struct err *err)
{
    const char *name = call->argument[0], *value = call->argument[1];
    const struct setting *row = NULL;
    struct store s;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (strcmp(settings[i].name, name) == 0)
            row = &settings[i];
    if (!row)
        return err_set(err, ERR_INPUT, "set.unknown", name, "role organisation hold duty_phone", NULL);
    if ((row->words && !field_word_in(value, row->words)) ||
        text_length(value) > row->most)
        return err_set(err, ERR_INPUT, "set.bad_value", name, value,
                       row->words ? row->words : "-", NULL);
    if (!walker_store(&s, call, true, err))
        return false;
    bool ok = store_set(&s, name, value, err);
    store_close(&s);
    if (ok && call->json)
        printf("{\"set\":\"%s\"}\n", name);
    return ok;
}

const struct verb set_verb = {"set", "walker.help.set", "KEY VALUE", NULL, 0, 2, 2, run};
