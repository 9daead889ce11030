/* registry walk new --title T [--area A] [--start RFC3339] [--mode M]; walk list.
 * Devices pull what is planned here. */
#include "core/base/clock.h"
#include "core/store/walk.h"
#include "registry/verbs.h"

#include <stdio.h>

static const struct verb_option new_options[] = {
    {"title", true, "T"},
    {"area", true, "A"},
    {"start", true, "RFC3339"},
    {"mode", true, "foot|bicycle|car"},
};

static void print_walk(const struct verb_call *call, const struct walk *w)
{
    if (call->json) {
        struct buf line = BUF_INIT;
        struct json_out o = JSON_OUT(&line);
        walk_json(&o, NULL, w);
        verbs_print(&line);
        return;
    }
    puts(w->id);
}

static bool run_new(struct verb_call *call, struct err *err)
{
    struct store s = {0};
    struct walk made = {0};
    char id[37] = "";
    const char *start = verb_value(call, "start");
    struct walk_wish wish = {.title = verb_value(call, "title"),
                             .area = verb_value(call, "area"),
                             .mode = verb_value(call, "mode"),
                             .starts_ms = DB_NULL};
    if (!wish.title)
        return err_set(err, ERR_USAGE, "verb.option_missing", "title", "walk new",
                       call->program, NULL);
    if (start && !clock_parse(start, &wish.starts_ms))
        return err_set(err, ERR_USAGE, "field.not_time", "start", NULL);
    if (!verbs_open(&s, call, true, err))
        return false;
    bool ok = db_begin(&s.db, err) &&
              walk_plan(&s, call->arena, &wish, "coordinator", "", id, err) &&
              walk_find(&s, call->arena, id, &made, err);
    if (!verbs_close(&s, ok, err))
        return false;
    print_walk(call, &made);
    return true;
}

static void print_line(const struct walk *w)
{
    int year, month, day, hour, minute;
    char when[32] = "                ";
    if (w->starts_ms != DB_NULL) {
        clock_local(w->starts_ms, &year, &month, &day, &hour, &minute);
        snprintf(when, sizeof when, "%04d-%02d-%02d %02d:%02d", year, month, day, hour,
                 minute);
    }
    printf("%s  %s  %-8s %4lld  %s\n", w->id, when, w->state, (long long)w->points,
           w->title);
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
    struct buf line = BUF_INIT;
    struct json_out o = JSON_OUT(&line);
    json_open(&o, NULL, '{');
    json_open(&o, "walks", '[');
    for (size_t i = 0; i < n; i++) {
        walk_json(&o, NULL, &rows[i]);
        if (!call->json)
            print_line(&rows[i]);
    }
    json_close(&o, ']');
    json_close(&o, '}');
    if (call->json)
        verbs_print(&line);
    else
        buf_release(&line);
    return true;
}

const struct verb walk_new_verb = {
    "walk new", "registry.help_walk_new", NULL, VERB_OPTIONS(new_options), 0, 0,
    run_new};
const struct verb walk_list_verb = {
    "walk list", "registry.help_walk_list", NULL, NULL, 0, 0, 0, run_list};
