/* walker pair and walker sync: this process becomes walker-sync, which has libcurl. */
#include "walker/app.h"

static char *word(const struct verb_call *call, const char *text)
{
    return arena_strdup(call->arena, text);
}

static bool run_pair(struct verb_call *call, struct err *err)
{
    const char *name = verb_value(call, "name"), *pin = verb_value(call, "pin");
    char *argv[14] = {word(call, "walker-sync"), word(call, "pair"),
                      word(call, "--data"),      word(call, call->data),
                      word(call, "--name"),      word(call, name ? name : "Tablet")};
    size_t n = 6;
    if (pin) {
        argv[n++] = word(call, "--pin");
        argv[n++] = word(call, pin);
    }
    if (call->json)
        argv[n++] = word(call, "--json");
    if (verb_flag(call, "no-fetch"))
        argv[n++] = word(call, "--no-fetch");
    argv[n++] = word(call, "--");
    for (size_t i = 0; i < call->argument_count; i++)
        argv[n++] = word(call, call->argument[i]);
    return child_become_sync(argv, err);
}

static bool run_sync(struct verb_call *call, struct err *err)
{
    char *argv[9] = {word(call, "walker-sync"), word(call, "sync"),
                     word(call, "--data"), word(call, call->data)};
    size_t n = 4;
    if (call->json)
        argv[n++] = word(call, "--json");
    if (verb_flag(call, "watch"))
        argv[n++] = word(call, "--watch");
    if (verb_flag(call, "anyway"))
        argv[n++] = word(call, "--anyway");
    if (verb_flag(call, "fetch"))
        argv[n++] = word(call, "--fetch");
    return child_become_sync(argv, err);
}

static const struct verb_option pair_options[] = {
    {"name", true, "NAME"}, {"pin", true, "sha256//BASE64"}, {"no-fetch", false, NULL}};
const struct verb pair_verb = {
    "pair", "walker.help.pair", "URL CODE", pair_options, 3, 1, 2, run_pair};
static const struct verb_option sync_options[] = {
    {"watch", false, NULL}, {"anyway", false, NULL}, {"fetch", false, NULL}};
const struct verb sync_verb = {"sync",  "walker.help.sync", NULL, sync_options, 3, 0, 0,
                               run_sync};
