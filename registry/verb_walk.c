/* registry walk new | edit | list. What can be planned is what a walker can say of a walk
 * (core/store/walk_form.h). Devices pull what is planned here. */
#include "core/base/clock.h"
#include "core/store/walk_form.h"
#include "registry/verbs.h"

#include <stdio.h>

static void print_walk(const struct verb_call *call, const struct walk *w)
{
    if (call->json) {
        struct buf line = BUF_INIT;
        struct json_out o = JSON_OUT(&line);
        walk_json(&o, NULL, w);
        verb_print(&line);
        return;
    }
    puts(w->id);
}

typedef bool (*walk_work)(struct store *, struct verb_call *, const cJSON *, char *,
                          struct err *);

static bool plan(struct store *s, struct verb_call *call, const cJSON *form, char *id,
                 struct err *err)
{
    bool is_new;
    return walk_form_plan(s, call->arena, form, "coordinator", "", id, &is_new, err);
}

static bool edit(struct store *s, struct verb_call *call, const cJSON *form, char *id,
                 struct err *err)
{
    struct walk w;
    if (!walk_find(s, call->arena, call->argument[0], &w, err))
        return false;
    snprintf(id, 37, "%s", w.id);
    return walk_edit(s, call->arena, id, form, "coordinator", err);
}

static bool run_form(struct verb_call *call, walk_work work, struct err *err)
{
    struct store s = {0};
    struct walk made = {0};
    char id[37] = "";
    cJSON *form = cJSON_CreateObject();
    bool ok = walk_form_of_verb(call, form, err) && verbs_open(&s, call, true, err);
    if (ok) {
        ok = db_begin(&s.db, err) && work(&s, call, form, id, err) &&
             walk_find(&s, call->arena, id, &made, err);
        ok = verbs_close(&s, ok, err);
    }
    json_free(form);
    if (ok)
        print_walk(call, &made);
    return ok;
}

static bool run_new(struct verb_call *call, struct err *err)
{
    if (!verb_value(call, "title"))
        return err_set(err, ERR_USAGE, "verb.option_missing", "title", "walk new",
                       call->program, NULL);
    return run_form(call, plan, err);
}

static bool run_edit(struct verb_call *call, struct err *err)
{
    return run_form(call, edit, err);
}

static void print_line(const struct verb_call *call, const struct walk *w)
{
    char when[32];
    clock_minute(w->starts_ms, when);
    printf("%s  %-16s  %-8s %4lld  %s\n", w->id, when,
           i18n_text(call->lang, arena_printf(call->arena, "walk.state.%s", w->state)),
           (long long)w->points, w->title);
}

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct walk *rows = NULL;
    size_t n = 0;
    if (!verbs_open(&s, call, false, err))
        return false;
    if (!verbs_close(&s, walk_list(&s, call->arena, &rows, &n, err), err))
        return false;
    struct verb_list l;
    verb_list_begin(&l, "walks");
    for (size_t i = 0; i < n; i++) {
        walk_json(&l.json, NULL, &rows[i]);
        if (!call->json)
            print_line(call, &rows[i]);
    }
    verb_list_end(&l, call, true);
    return true;
}

const struct verb walk_new_verb = {
    "walk new",        "registry.help_walk_new", NULL, walk_form_options,
    WALK_FORM_OPTIONS, 0,                        0,    run_new};
const struct verb walk_edit_verb = {
    "walk edit",       "registry.help_walk_edit", "ID", walk_form_options,
    WALK_FORM_OPTIONS, 1,                         1,    run_edit};
const struct verb walk_list_verb = {
    "walk list", "registry.help_walk_list", NULL, NULL, 0, 0, 0, run_list};
