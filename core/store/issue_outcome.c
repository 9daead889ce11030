/* issue_outcome: see the header. */
#include "core/store/issue_outcome.h"

#include "core/base/field.h"

#include <string.h>

static const char sql_outcome[] =
    "SELECT i.id, i.state FROM observation o JOIN issue i ON i.observation = o.id"
    " WHERE o.walk = ?1 AND o.founded = 1 AND o.withdrawn = 0 AND i.founded = 1";
static const char sql_outcome_state[] =
    "SELECT state FROM issue WHERE id = ?1 AND founded = 1";

bool issue_outcome_state(struct store *s, struct arena *a,
                         const struct issue_groups *groups, const char *issue,
                         const char **state, struct err *err)
{
    struct db_rows rows;
    const char *shown = issue_shown(groups, issue);
    if (strcmp(shown, issue) == 0)
        return true;
    if (!db_query(&s->db, &rows, err, sql_outcome_state, "s", shown))
        return false;
    if (db_next(&rows, err))
        *state = db_text(&rows, a, 0);
    return db_done(&rows);
}

static int64_t *count_for(struct issue_outcome *c, const char *state)
{
    const struct {
        const char *states;
        int64_t *count;
    } of[] = {{"done confirmed", &c->mended},
              {"accepted planned started", &c->planned},
              {"open triaged sent returned waiting reopened referred", &c->waiting},
              {"no_action", &c->refused}};
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++)
        if (field_word_in(state, of[i].states))
            return of[i].count;
    return NULL;
}

bool issue_outcome(struct store *s, const char *walk, struct issue_outcome *ret,
                   struct err *err)
{
    struct arena a = ARENA_INIT;
    struct issue_groups groups;
    struct db_rows rows;
    struct issue_outcome c = {0};
    bool ok = issue_groups_read(s, &a, &groups, err) &&
              db_query(&s->db, &rows, err, sql_outcome, "s", walk);
    if (!ok) {
        arena_release(&a);
        return false;
    }
    while (ok && db_next(&rows, err)) {
        const char *state = db_text(&rows, &a, 1);
        ok = issue_outcome_state(s, &a, &groups, db_text(&rows, &a, 0), &state, err);
        int64_t *count = ok ? count_for(&c, state) : NULL;
        if (count)
            ++*count;
    }
    ok = db_done(&rows) && ok;
    arena_release(&a);
    if (ok)
        *ret = c;
    return ok;
}
