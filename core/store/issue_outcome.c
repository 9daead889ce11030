/* issue_outcome: see the header. */
#include "core/store/issue_outcome.h"

#include "core/base/field.h"

static const char sql_outcome[] =
    "SELECT i.state, count(*) FROM observation o JOIN issue i ON i.observation = o.id"
    " WHERE o.walk = ?1 AND o.founded = 1 AND o.withdrawn = 0 AND i.founded = 1"
    " GROUP BY i.state";

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
    struct db_rows rows;
    struct issue_outcome c = {0};
    if (!db_query(&s->db, &rows, err, sql_outcome, "s", walk))
        return false;
    while (db_next(&rows, err)) {
        int64_t *count = count_for(&c, db_peek(&rows, 0));
        if (count)
            *count += db_int(&rows, 1);
    }
    if (!db_done(&rows))
        return false;
    *ret = c;
    return true;
}
