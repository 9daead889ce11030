/* walker walk rate | tally: answers to "how safe does it feel", kept loose on the device
 * until the round is closed, and then told as a table by role. */
#include "walker/app.h"

#include "core/base/field.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/local/answer.h"
#include "core/store/rating.h"

#include <stdio.h>
#include <string.h>

struct round {
    struct verb_call *call;
    const char *walk, *name, *observation;
    struct answer answer;
    int64_t waiting;
    struct rating rating;
    bool close;
};

static bool find_round(struct store *s, struct round *r, struct err *err)
{
    struct arena *a = r->call->arena;
    const char *spot = verb_value(r->call, "spot");
    struct walk w;
    r->observation = NULL;
    r->name = spot ? "spot" : verb_value(r->call, "round");
    if (!r->name || !field_word_in(r->name, RATING_ROUNDS) ||
        (!spot && strcmp(r->name, "spot") == 0))
        return err_set(err, ERR_USAGE, "verb.option_missing", "round", "walk rate",
                       r->call->program, NULL);
    if (!walk_find(s, a, r->call->argument[0], &w, err) ||
        (spot && !walker_point(s, a, &w, spot, &r->observation, err)))
        return false;
    r->walk = w.id;
    return true;
}

static bool keep(struct store *s, void *data, struct err *err)
{
    struct round *r = data;
    if (!find_round(s, r, err))
        return false;
    r->answer.walk = r->walk;
    r->answer.round = r->name;
    r->answer.observation = r->observation;
    return answer_keep(s, &r->answer, err);
}

static const struct verb_option rate_options[] = {
    {"round", true, "before|after"}, {"spot", true, "POINT"}, {"role", true, "ROLE"},
    {"unsafe", true, "1..7"},        {"slip", true, "NUMBER"},
};

static bool run_rate(struct verb_call *call, struct err *err)
{
    struct store s;
    char id[UID_SIZE];
    const char *role = verb_value(call, "role"), *unsafe = verb_value(call, "unsafe");
    int64_t n = 0;
    if (!role || !field_word_in(role, WALK_ROLES))
        return err_set(err, ERR_INPUT, "rating.bad_role", role ? role : "-", WALK_ROLES,
                       NULL);
    if (!unsafe || !text_int(unsafe, &n) || n < 1 || n > TALLY_WORST)
        return err_set(err, ERR_INPUT, "add.bad_number", "unsafe", unsafe ? unsafe : "-",
                       "1-7", NULL);
    uid_new(id);
    struct round r = {.call = call,
                      .answer = {id, NULL, NULL, NULL, role, verb_value(call, "slip"), (int)n}};
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = walker_transact(&s, keep, &r, err);
    store_close(&s);
    if (ok)
        verb_made(call, "id", id);
    return ok;
}

const struct verb walk_rate_verb = {"walk rate", "walker.help.walk_rate", "ID", rate_options,
                                    5,           1,                       1,    run_rate};

/* ---- tally ----------------------------------------------------------------------- */

static bool read_round(struct store *s, void *data, struct err *err)
{
    struct round *r = data;
    const char *role, *org;
    int64_t told;
    if (!find_round(s, r, err) || !walker_by(s, r->call->arena, &role, &org, err))
        return false;
    if (r->close && !answer_close(s, r->call->arena, r->walk, r->name, r->observation, role,
                                  &told, err))
        return false;
    return answer_count(s, r->walk, r->name, r->observation, &r->waiting, err) &&
           rating_of(s, r->walk, r->name, r->observation, &r->rating, err);
}

static void print_round(const struct round *r)
{
    for (size_t i = 0; i < r->rating.shown.rows; i++) {
        printf("%-14s", r->rating.shown.row[i].role);
        for (size_t j = 0; j < TALLY_WORST; j++)
            printf(" %3lld", (long long)r->rating.shown.row[i].count[j]);
        puts("");
    }
}

static const struct verb_option tally_options[] = {
    {"round", true, "before|after"}, {"spot", true, "POINT"}, {"close", false, NULL}};

static bool run_tally(struct verb_call *call, struct err *err)
{
    struct store s;
    struct round r = {.call = call, .close = verb_flag(call, "close")};
    if (!walker_store(&s, call, false, err))
        return false;
    bool ok = walker_transact(&s, read_round, &r, err);
    store_close(&s);
    if (ok && call->json) {
        struct verb_answer x;
        verb_answer_begin(&x);
        json_num(&x.json, "answers", r.rating.answers);
        json_num(&x.json, "waiting", r.waiting);
        tally_rows_json(&x.json, "rows", &r.rating.shown);
        verb_answer_end(&x);
    } else if (ok) {
        print_round(&r);
        verb_say(call, "rating.sum", verb_number(call, r.rating.answers),
                 verb_number(call, r.waiting), NULL);
    }
    return ok;
}

const struct verb walk_tally_verb = {
    "walk tally", "walker.help.walk_tally", "ID", tally_options, 3, 1, 1, run_tally};
