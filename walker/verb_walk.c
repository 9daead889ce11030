/* walker walk new | list | show | begin | end | close */
#include "walker/app.h"

#include "core/base/clock.h"

#include <stdio.h>
#include <string.h>

/* ---- new ------------------------------------------------------------------------- */

static const struct verb_option new_options[] = {
    {"title", true, "TEXT"}, {"area", true, "TEXT"},    {"purpose", true, "TEXT"},
    {"mode", true, "foot|bicycle|car"}, {"start", true, "RFC3339"},
};

struct planning {
    struct arena *arena;
    struct walk_wish wish;
    char id[37];
};

static bool plan(struct store *s, void *data, struct err *err)
{
    struct planning *p = data;
    const char *role, *org;
    return walker_by(s, p->arena, &role, &org, err) &&
           walk_plan(s, p->arena, &p->wish, role, org, p->id, err);
}

static bool run_new(struct verb_call *call, struct err *err)
{
    struct store s;
    const char *start = verb_value(call, "start");
    struct planning p = {.arena = call->arena,
                         .wish = {.title = verb_value(call, "title"),
                                  .area = verb_value(call, "area"),
                                  .purpose = verb_value(call, "purpose"),
                                  .mode = verb_value(call, "mode"),
                                  .starts_ms = DB_NULL}};
    if (!p.wish.title)
        return err_set(err, ERR_USAGE, "verb.option_missing", "title", "walk new",
                       call->program, NULL);
    if (start && !clock_parse(start, &p.wish.starts_ms))
        return err_set(err, ERR_INPUT, "walk.bad_start", start, NULL);
    if (!walker_store(&s, call, true, err))
        return false;
    bool ok = walker_transact(&s, plan, &p, err);
    store_close(&s);
    if (ok)
        printf(call->json ? "{\"id\":\"%s\"}\n" : "%s\n", p.id);
    return ok;
}

const struct verb walk_new_verb = {"walk new",  "walker.help.walk_new", NULL, new_options,
                                   5,           0,                      0,    run_new};

/* ---- list and show --------------------------------------------------------------- */

static void print_walk(const struct verb_call *call, const struct walk *w)
{
    char when[32] = "-";
    if (w->starts_ms != DB_NULL)
        clock_format(w->starts_ms, when);
    else if (w->begun_ms != DB_NULL)
        clock_format(w->begun_ms, when);
    printf("%s  %-8s %-20s %4lld %4lld  %s\n", w->id,
           i18n_text(call->lang, arena_printf(call->arena, "walk.state.%s", w->state)),
           when, (long long)w->points, (long long)w->photos, w->title);
}

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s;
    struct walk *walks;
    struct buf out = BUF_INIT;
    struct json_out o = JSON_OUT(&out);
    size_t n = 0;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = walk_list(&s, call->arena, &walks, &n, err);
    store_close(&s);
    json_open(&o, NULL, '[');
    for (size_t i = 0; ok && i < n; i++)
        if (call->json)
            walk_json(&o, NULL, &walks[i]);
        else
            print_walk(call, &walks[i]);
    json_close(&o, ']');
    if (ok && call->json)
        puts(out.data);
    buf_release(&out);
    return ok;
}

static bool run_show(struct verb_call *call, struct err *err)
{
    struct store s;
    struct walk w;
    struct buf out = BUF_INIT;
    struct json_out o = JSON_OUT(&out);
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = walk_find(&s, call->arena, call->argument[0], &w, err);
    store_close(&s);
    if (ok && call->json) {
        walk_json(&o, NULL, &w);
        puts(out.data);
    } else if (ok) {
        print_walk(call, &w);
    }
    buf_release(&out);
    return ok;
}

const struct verb walk_list_verb = {"walk list", "walker.help.walk_list", NULL, NULL,
                                    0,           0,                       0,    run_list};
const struct verb walk_show_verb = {"walk show", "walker.help.walk_show", "ID", NULL,
                                    0,           1,                       1,    run_show};

/* ---- begin, end, close ----------------------------------------------------------- */

struct stepping {
    struct arena *arena;
    const char *id, *deed;
};

static bool step(struct store *s, void *data, struct err *err)
{
    struct stepping *p = data;
    struct walk w;
    const char *role, *org;
    return walker_by(s, p->arena, &role, &org, err) &&
           walk_find(s, p->arena, p->id, &w, err) &&
           walk_step(s, p->arena, w.id, p->deed, role, err);
}

static bool run_step(struct verb_call *call, const char *deed, struct err *err)
{
    struct store s;
    struct stepping p = {call->arena, call->argument[0], deed};
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = walker_transact(&s, step, &p, err);
    store_close(&s);
    if (ok && !call->json)
        verb_say(call, arena_printf(call->arena, "walk.did.%s", deed), NULL);
    if (ok && call->json)
        printf("{\"done\":\"%s\"}\n", deed);
    return ok;
}

static bool run_begin(struct verb_call *call, struct err *err)
{
    return run_step(call, "begin", err);
}

static bool run_end(struct verb_call *call, struct err *err)
{
    return run_step(call, "end", err);
}

static bool run_close(struct verb_call *call, struct err *err)
{
    return run_step(call, "close", err);
}

const struct verb walk_begin_verb = {
    "walk begin", "walker.help.walk_begin", "ID", NULL, 0, 1, 1, run_begin};
const struct verb walk_end_verb = {
    "walk end", "walker.help.walk_end", "ID", NULL, 0, 1, 1, run_end};
const struct verb walk_close_verb = {
    "walk close", "walker.help.walk_close", "ID", NULL, 0, 1, 1, run_close};
