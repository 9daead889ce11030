/* walker walk edit | pause | resume | reopen | attend | vote | last: what is said of a walk
 * after it was planned. Numbers by role everywhere, names nowhere. */
#include "walker/app.h"

#include "core/base/text.h"
#include "core/store/last.h"
#include "core/store/walk_form.h"

#include <stdio.h>
#include <string.h>

struct telling {
    struct arena *arena;
    const char *id;
    cJSON *what;
    bool (*tell)(struct store *, struct arena *, const char *, const cJSON *, const char *,
                 struct err *);
};

static bool tell(struct store *s, void *data, struct err *err)
{
    struct telling *t = data;
    struct walk w;
    const char *role, *org;
    if (!walker_by(s, t->arena, &role, &org, err) ||
        !walk_find(s, t->arena, t->id, &w, err))
        return false;
    t->id = w.id;
    return t->tell(s, t->arena, w.id, t->what, role, err);
}

static bool run_telling(struct verb_call *call, struct telling *t, struct err *err)
{
    struct store s;
    t->arena = call->arena;
    t->id = call->argument[0];
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = walker_transact(&s, tell, t, err);
    store_close(&s);
    if (ok)
        verb_made(call, "id", t->id);
    return ok;
}

/* ---- edit ------------------------------------------------------------------------ */

static bool run_edit(struct verb_call *call, struct err *err)
{
    struct telling t = {.what = cJSON_CreateObject(), .tell = walk_edit};
    bool ok = walk_form_of_verb(call, t.what, err) &&
              (t.what->child || err_set(err, ERR_USAGE, "walk.edit_nothing", NULL)) &&
              run_telling(call, &t, err);
    json_free(t.what);
    return ok;
}

const struct verb walk_edit_verb = {"walk edit", "walker.help.walk_edit", "ID",
                                    walk_form_options, WALK_FORM_OPTIONS, 1, 1, run_edit};

/* ---- attend ---------------------------------------------------------------------- */

/* "resident=6", "police=1@A", "council=2/Vestby Samraad". */
static bool add_count(struct arena *a, cJSON *counts, const char *text, struct err *err)
{
    const char *is = strchr(text, '='), *end = is ? is + 1 + strcspn(is + 1, "@/") : NULL;
    const char *slash = is ? strchr(is, '/') : NULL;
    int64_t n;
    if (!is || !text_int(arena_strndup(a, is + 1, (size_t)(end - is - 1)), &n))
        return err_set(err, ERR_INPUT, "walk.bad_count", text, WALK_ROLES, NULL);
    cJSON *c = cJSON_CreateObject();
    cJSON_AddStringToObject(c, "role", arena_strndup(a, text, (size_t)(is - text)));
    cJSON_AddNumberToObject(c, "n", (double)n);
    if (*end == '@')
        cJSON_AddStringToObject(
            c, "group",
            arena_strndup(a, end + 1, slash ? (size_t)(slash - end - 1) : strlen(end + 1)));
    if (slash && slash[1])
        cJSON_AddStringToObject(c, "organisation", slash + 1);
    cJSON_AddItemToArray(counts, c);
    return true;
}

static bool run_attend(struct verb_call *call, struct err *err)
{
    struct telling t = {.what = cJSON_CreateArray(), .tell = walk_attend};
    bool ok = true;
    for (size_t i = 1; ok && i < call->argument_count; i++)
        ok = add_count(call->arena, t.what, call->argument[i], err);
    ok = ok && run_telling(call, &t, err);
    json_free(t.what);
    return ok;
}

const struct verb walk_attend_verb = {"walk attend", "walker.help.walk_attend",
                                      "ID ROLE=N[@GROUP][/ORGANISATION]...", NULL, 0, 2, 60,
                                      run_attend};

/* ---- vote ------------------------------------------------------------------------ */

static const struct verb_option vote_options[] = {
    {"top", true, "POINT"}, {"best", true, "POINT"}, {"star", true, "POINT=N"}};

/* votes: those that stand, and then with what is named put in its place. */
struct voting {
    struct verb_call *call;
    struct store *store;
    struct walk walk;
    cJSON *votes;
};

static cJSON *put(cJSON *object, const char *name, cJSON *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
    cJSON_AddItemToObject(object, name, value);
    return value;
}

static bool read_stars(struct voting *v, struct err *err)
{
    struct arena *a = v->call->arena;
    cJSON *stars = cJSON_GetObjectItemCaseSensitive(v->votes, "stars");
    const char *text, *id;
    for (size_t i = 0; (text = verb_value_at(v->call, "star", i)); i++) {
        const char *is = strchr(text, '=');
        int64_t n;
        if (!is || !text_int(is + 1, &n))
            return err_set(err, ERR_INPUT, "walk.bad_votes", NULL);
        if (!walker_point(v->store, a, &v->walk,
                          arena_strndup(a, text, (size_t)(is - text)), &id, err))
            return false;
        if (!stars)
            stars = put(v->votes, "stars", cJSON_CreateObject());
        put(stars, id, cJSON_CreateNumber((double)n));
    }
    return true;
}

static bool read_votes(struct voting *v, struct err *err)
{
    struct arena *a = v->call->arena;
    const char *text, *id, *best = verb_value(v->call, "best");
    cJSON *top = NULL;
    for (size_t i = 0; (text = verb_value_at(v->call, "top", i)); i++) {
        if (!walker_point(v->store, a, &v->walk, text, &id, err))
            return false;
        if (!top)
            top = put(v->votes, "top", cJSON_CreateArray());
        cJSON_AddItemToArray(top, cJSON_CreateString(id));
    }
    if (best && !walker_point(v->store, a, &v->walk, best, &id, err))
        return false;
    if (best)
        put(v->votes, "best", cJSON_CreateString(id));
    return read_stars(v, err);
}

/* What is not named stays as it was voted before. */
static bool find_votes(struct voting *v, struct err *err)
{
    if (!walk_find(v->store, v->call->arena, v->call->argument[0], &v->walk, err))
        return false;
    if (!v->walk.votes)
        v->votes = cJSON_CreateObject();
    else if (!json_parse(v->walk.votes, strlen(v->walk.votes), &v->votes, err))
        return false;
    return read_votes(v, err);
}

static bool run_vote(struct verb_call *call, struct err *err)
{
    struct store s;
    struct voting v = {.call = call, .store = &s};
    struct telling t = {.tell = walk_vote};
    bool ok = walker_store(&s, call, false, err);
    if (ok) {
        ok = find_votes(&v, err);
        store_close(&s);
    }
    t.what = v.votes;
    ok = ok && run_telling(call, &t, err);
    json_free(t.what);
    return ok;
}

const struct verb walk_vote_verb = {"walk vote", "walker.help.walk_vote", "ID", vote_options,
                                    3,           1,                       1,    run_vote};

/* ---- last ------------------------------------------------------------------------ */

struct looking {
    struct verb_call *call;
    struct verb_list list;
};

static bool tell_last(const struct last_point *p, void *data, struct err *err)
{
    struct looking *x = data;
    (void)err;
    struct json_out *o = &x->list.json;
    if (x->call->json) {
        json_open(o, NULL, '{');
        json_str(o, "id", p->o.id);
        json_str(o, "walk", p->o.walk);
        json_str(o, "issue", p->issue.number);
        json_str(o, "state", p->issue.state);
        json_num(o, "along_m", (int64_t)p->along);
        json_close(o, '}');
        return true;
    }
    printf("%s  %-6s %5.0f m  %s\n", p->o.id, p->o.category, p->along,
           p->o.note ? p->o.note : "");
    return true;
}

static bool run_last(struct verb_call *call, struct err *err)
{
    struct store s;
    struct walk w;
    struct looking x = {.call = call};
    if (!walker_store(&s, call, false, err))
        return false;
    verb_list_begin(&x.list, NULL);
    bool ok = walk_find(&s, call->arena, call->argument[0], &w, err) &&
              last_near(&s, w.id, tell_last, &x, err);
    store_close(&s);
    verb_list_end(&x.list, call, ok);
    return ok;
}

const struct verb walk_last_verb = {"walk last", "walker.help.walk_last", "ID", NULL, 0, 1, 1,
                                    run_last};
