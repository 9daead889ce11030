/* walker edit | withdraw | witness: one point, by its id or a tail of it. */
#include "walker/app.h"

#include "core/base/text.h"
#include "core/store/observation.h"
#include "core/store/published.h"

#include <stdio.h>
#include <string.h>

static const struct verb_option edit_options[] = {
    {"category", true, "CODE"}, {"note", true, "TEXT"},         {"severity", true, "0..4"},
    {"urgency", true, "A..D"},  {"thing", true, "LAT,LON"},     {"measure", true, "TEXT"},
    {"party", true, "CODE"},    {"affected", true, "WORDS"},    {"strength", false, NULL},
};

struct change {
    struct arena *arena;
    const char *id;
    cJSON *fields; /* edit */
    bool on;       /* withdraw */
    const char *into;
    char whole[37];
};

/* ---- edit ------------------------------------------------------------------------ */

static void add_point(cJSON *fields, const char *name, struct geo_point p)
{
    cJSON *point = cJSON_AddObjectToObject(fields, name);
    cJSON_AddNumberToObject(point, "lat", (double)p.lat_e7);
    cJSON_AddNumberToObject(point, "lon", (double)p.lon_e7);
    cJSON_AddStringToObject(point, "source", "hand");
}

static bool read_fields(const struct verb_call *call, cJSON *fields, struct err *err)
{
    static const char *const texts[] = {"category", "note",  "urgency",
                                        "measure",  "party", "affected"};
    const char *severity = verb_value(call, "severity"), *at = verb_value(call, "thing");
    struct geo_point p;
    int64_t n = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (verb_value(call, texts[i]))
            cJSON_AddStringToObject(fields, texts[i], verb_value(call, texts[i]));
    if (severity && !text_int(severity, &n))
        return err_set(err, ERR_INPUT, "add.bad_number", "severity", severity, "0-4", NULL);
    if (severity && n > 0 && verb_flag(call, "strength"))
        return err_set(err, ERR_USAGE, "add.strength_severity", NULL);
    if (severity || verb_flag(call, "strength") ||
        observation_is_strength(verb_value(call, "category")))
        cJSON_AddNumberToObject(fields, "severity", severity ? (double)n : 0);
    if (at && !geo_parse(at, &p, err))
        return false;
    if (at)
        add_point(fields, "thing", p);
    return fields->child || err_set(err, ERR_USAGE, "edit.nothing", NULL);
}

static bool edit(struct store *s, void *data, struct err *err)
{
    struct change *x = data;
    struct observation o;
    const char *role, *org;
    if (!walker_by(s, x->arena, &role, &org, err) ||
        !observation_find(s, x->arena, x->id, &o, err) ||
        !published_codes(s, x->fields, err))
        return false;
    snprintf(x->whole, sizeof x->whole, "%s", o.id);
    return observation_edit(s, x->arena, o.id, x->fields, NULL, role, org, err);
}

static bool withdraw(struct store *s, void *data, struct err *err)
{
    struct change *x = data;
    struct observation o;
    const char *role, *org;
    if (!walker_by(s, x->arena, &role, &org, err) ||
        !observation_find(s, x->arena, x->id, &o, err))
        return false;
    struct observation other = {.id = NULL};
    if (x->into && !observation_join_target(s, x->arena, &o, x->into, &other, err))
        return false;
    snprintf(x->whole, sizeof x->whole, "%s", o.id);
    return (o.withdrawn == x->on && (!other.id || text_equal(o.into, other.id))) ||
           observation_withdraw(s, x->arena, o.id, x->on, other.id, NULL, role, err);
}

static bool witness(struct store *s, void *data, struct err *err)
{
    struct change *x = data;
    struct observation o;
    const char *role, *org;
    if (!walker_by(s, x->arena, &role, &org, err) ||
        !observation_find(s, x->arena, x->id, &o, err))
        return false;
    snprintf(x->whole, sizeof x->whole, "%s", o.id);
    return observation_witness(s, x->arena, o.id, role, err);
}

static bool run_change(struct verb_call *call, struct change *x,
                       bool (*work)(struct store *, void *, struct err *),
                       struct err *err)
{
    struct store s;
    x->arena = call->arena;
    x->id = call->argument[0];
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = walker_transact(&s, work, x, err);
    store_close(&s);
    if (ok)
        verb_made(call, "id", x->whole);
    return ok;
}

static bool run_edit(struct verb_call *call, struct err *err)
{
    struct change x = {.fields = cJSON_CreateObject()};
    if (!x.fields)
        err_die("edit", "out of memory");
    bool ok = read_fields(call, x.fields, err) && run_change(call, &x, edit, err);
    if (ok)
        walker_warn(call, verb_value(call, "note"));
    json_free(x.fields);
    return ok;
}

static bool run_withdraw(struct verb_call *call, struct err *err)
{
    struct change x = {.on = !verb_flag(call, "undo"), .into = verb_value(call, "into")};
    return run_change(call, &x, withdraw, err);
}

static bool run_witness(struct verb_call *call, struct err *err)
{
    struct change x = {.on = false};
    return run_change(call, &x, witness, err);
}

static const struct verb_option withdraw_options[] = {{"undo", false, NULL},
                                                      {"into", true, "POINT"}};
const struct verb edit_verb = {"edit", "walker.help.edit", "ID", edit_options,
                               sizeof edit_options / sizeof edit_options[0], 1, 1,
                               run_edit};
const struct verb withdraw_verb = {"withdraw", "walker.help.withdraw", "ID",
                                   withdraw_options, 2, 1, 1, run_withdraw};
const struct verb witness_verb = {
    "witness", "walker.help.witness", "ID", NULL, 0, 1, 1, run_witness};
