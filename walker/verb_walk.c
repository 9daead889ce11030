/* walker walk new | list | show | begin | end | close | pause | resume | reopen */
#include "walker/app.h"

#include "core/base/clock.h"
#include "core/store/closing.h"
#include "core/store/local/answer.h"
#include "core/store/local/draft.h"
#include "core/store/walk_form.h"

#include <stdio.h>
#include <string.h>

/* ---- new ------------------------------------------------------------------------- */

struct planning {
    struct arena *arena;
    cJSON *form;
    char id[37];
    bool is_new;
};

static bool plan(struct store *s, void *data, struct err *err)
{
    struct planning *p = data;
    const char *role, *org;
    return walker_by(s, p->arena, &role, &org, err) &&
           walk_form_plan(s, p->arena, p->form, role, org, p->id, &p->is_new, err);
}

static bool run_new(struct verb_call *call, struct err *err)
{
    struct store s;
    struct planning p = {.arena = call->arena, .form = cJSON_CreateObject()};
    bool ok = verb_value(call, "title") ||
              err_set(err, ERR_USAGE, "verb.option_missing", "title", "walk new",
                      call->program, NULL);
    ok = ok && walk_form_of_verb(call, p.form, err) && walker_store(&s, call, true, err);
    if (ok) {
        ok = walker_transact(&s, plan, &p, err);
        store_close(&s);
    }
    json_free(p.form);
    if (ok)
        verb_made(call, "id", p.id);
    return ok;
}

const struct verb walk_new_verb = {
    "walk new",        "walker.help.walk_new", NULL, walk_form_options,
    WALK_FORM_OPTIONS, 0,                      0,    run_new};

/* ---- list and show --------------------------------------------------------------- */

static void print_walk(const struct verb_call *call, const struct walk *w)
{
    char when[32];
    clock_minute(w->starts_ms != DB_NULL ? w->starts_ms : w->begun_ms, when);
    printf("%s  %-8s %-16s %4lld %4lld  %s\n", w->id,
           i18n_text(call->lang, arena_printf(call->arena, "walk.state.%s", w->state)),
           when, (long long)w->points, (long long)w->photos, w->title);
}

static bool run_list(struct verb_call *call, struct err *err)
{
    struct store s;
    struct walk *walks;
    struct verb_list l;
    size_t n = 0;
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = walk_list(&s, call->arena, &walks, &n, err);
    store_close(&s);
    verb_list_begin(&l, NULL);
    for (size_t i = 0; ok && i < n; i++)
        if (call->json)
            walk_json(&l.json, NULL, &walks[i]);
        else
            print_walk(call, &walks[i]);
    verb_list_end(&l, call, ok);
    return ok;
}

static const char *of(const struct verb_call *call, int64_t here, int64_t all)
{
    return arena_printf(call->arena, "%lld/%lld", (long long)here, (long long)all);
}

static void print_closing(const struct verb_call *call, const struct closing *c)
{
    if (c->closed)
        verb_say(call, c->complete ? "walk.complete" : "walk.incomplete",
                 of(call, c->points_here, c->points), of(call, c->photos_here, c->photos),
                 NULL);
    if (c->waiting)
        verb_say(call, "walk.waiting", verb_number(call, c->waiting), NULL);
    if (c->silent)
        verb_say(call, "walk.silent", verb_number(call, c->silent), NULL);
    if (c->later_count)
        verb_say(call, "walk.later", verb_number(call, (int64_t)c->later_count), NULL);
}

static bool run_show(struct verb_call *call, struct err *err)
{
    struct store s;
    struct walk w;
    if (!walker_store(&s, call, false, err))
        return false;
    struct closing c = {.closed = false};
    bool ok = walk_find(&s, call->arena, call->argument[0], &w, err) &&
              closing_of(&s, call->arena, &w, &c, err);
    store_close(&s);
    if (ok && call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        walk_members(&x.json, &w);
        closing_json(&x.json, "closing", &c);
        verb_answer_end(&x);
    } else if (ok) {
        print_walk(call, &w);
        print_closing(call, &c);
    }
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
           (strcmp(p->deed, "close") != 0 ||
            answer_close_all(s, p->arena, w.id, role, err)) &&
           walk_step(s, p->arena, w.id, p->deed, role, err);
}

static bool run_step(struct verb_call *call, const char *deed, struct err *err)
{
    struct store s;
    struct stepping p = {call->arena, call->argument[0], deed};
    if (!walker_store(&s, call, false, err))
        return false;
    if (strcmp(deed, "close") == 0)
        walker_settle_drafts(&s, DRAFT_OLD_MS);
    bool ok = walker_transact(&s, step, &p, err);
    store_close(&s);
    if (ok && !call->json)
        verb_say(call, arena_printf(call->arena, "walk.did.%s", deed), NULL);
    if (ok && call->json)
        verb_made(call, "done", deed);
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

/* --stick: what has not been confirmed goes onto a stick in the same breath. */
static bool run_close(struct verb_call *call, struct err *err)
{
    const char *file = verb_value(call, "stick");
    return run_step(call, "close", err) && (!file || stick_to(call, file, err));
}

static bool run_pause(struct verb_call *call, struct err *err)
{
    return run_step(call, "pause", err);
}

static bool run_resume(struct verb_call *call, struct err *err)
{
    return run_step(call, "resume", err);
}

static bool run_reopen(struct verb_call *call, struct err *err)
{
    return run_step(call, "reopen", err);
}

static const struct verb_option close_options[] = {{"stick", true, "FILE.lygte"}};
const struct verb walk_begin_verb = {
    "walk begin", "walker.help.walk_begin", "ID", NULL, 0, 1, 1, run_begin};
const struct verb walk_end_verb = {
    "walk end", "walker.help.walk_end", "ID", NULL, 0, 1, 1, run_end};
const struct verb walk_close_verb = {
    "walk close", "walker.help.walk_close", "ID", close_options, 1, 1, 1, run_close};
const struct verb walk_pause_verb = {
    "walk pause", "walker.help.walk_pause", "ID", NULL, 0, 1, 1, run_pause};
const struct verb walk_resume_verb = {
    "walk resume", "walker.help.walk_resume", "ID", NULL, 0, 1, 1, run_resume};
const struct verb walk_reopen_verb = {
    "walk reopen", "walker.help.walk_reopen", "ID", NULL, 0, 1, 1, run_reopen};
