/* issue: what one responsible party must deal with (sag). Issues are the registry's:
 * taking in an observation opens one with the catalogue's default party, in the same
 * transaction; its id is derived from the observation's, so doing it twice makes one.
 *
 * Kinds: issue.open issue.assign issue.state. Owns the folded table issue and the local
 * table short_number. Observations are never changed by issue work.
 */
#ifndef LYGTE_STORE_ISSUE_H
#define LYGTE_STORE_ISSUE_H

#include "core/base/json.h"
#include "core/store/catalogue.h"
#include "core/store/observation.h"
#include "core/store/store.h"

struct issue {
    const char *id, *number, *observation, *category, *party, *state, *urgency, *head;
    const char *why; /* the reason given with its state, or NULL */
    int64_t severity, catalogue, opened_ms, changed_ms;
    bool touched; /* a person has worked on it */
    bool decided; /* a person, not the registry for its point, gave it its state */
};

/* What the registry does after a record about an observation was applied: opens the
 * issue of a founded one that is not withdrawn; while no person has touched it follows
 * a changed category by issue.assign and a withdrawal by issue.state cancelled (and
 * open again when the point comes back, touched or not). Writes nothing when nothing is to
 * be done. */
bool issue_follow(struct store *s, struct arena *a, const struct catalogue *catalogue,
                  const char *observation, struct err *err);

/* A change by a person; head must be the issue's newest (If-Match), else
 * ERR_PRECONDITION "issue.changed". Only what the state table allows, `acknowledged` only
 * for a strength, else ERR_CONFLICT "issue.not_allowed"; a state that asks for a reason not
 * without one, ERR_INPUT "issue.why_missing". A cancelled case is given to nobody:
 * ERR_CONFLICT "issue.not_given". */
bool issue_state_set(struct store *s, struct arena *a, const char *id, const char *head,
                     const char *state, const char *why, const char *by_role,
                     struct err *err);
bool issue_assign(struct store *s, struct arena *a, const char *id, const char *head,
                  const char *party, const char *by_role, struct err *err);

struct issue_filter { /* NULL or "": all */
    const char *party, *walk, *area, *state;
    bool closed_too; /* with no state: also the closed ones */
    bool joined_too; /* also those for which another one is shown (issue_merge) */
    bool no_police;  /* not those whose point only the police may read */
    bool none;       /* nothing: what was asked for is not the reader's to see */
};
/* Is the state one that asks nothing more of anybody? */
bool issue_state_is_closed(const char *state);
bool issue_state_exists(const char *state);

typedef bool (*issue_visit)(const struct issue *i, const struct observation *o,
                            const struct photo *photos, size_t photo_count, void *data,
                            struct err *err);
/* In order of number: year, letter of a restore, running number. area is an area's name or
 * id; a point belongs to an area when the thing (or where the walker stood) lies inside. */
bool issue_each(struct store *s, const struct issue_filter *filter, issue_visit visit,
                void *data, struct err *err);
bool issue_find(struct store *s, struct arena *a, const char *id, struct issue *ret,
                struct err *err);
/* The issue opened for an observation; *ret_there false when there is none. */
bool issue_of_observation(struct store *s, struct arena *a, const char *observation,
                          struct issue *ret, bool *ret_there, struct err *err);
/* With "next": the states a person may choose from here. */
void issue_json(struct json_out *o, const char *name, const struct issue *i);

#endif
