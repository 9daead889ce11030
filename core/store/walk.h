/* walk: a planned evening (vandring): title, area, route, mode, groups, when, who came,
 * what they voted, and how far it has come. Owns the folded table walk (walk_fold.c).
 *
 * Kinds: walk.plan walk.edit walk.begin walk.end walk.close walk.attend walk.vote. A
 * pause is a walk.end that says so, and walk.begin ends it. No kind carries a name of
 * anybody: leader and note-taker are roles, attendance is numbers by role.
 */
#ifndef LYGTE_STORE_WALK_H
#define LYGTE_STORE_WALK_H

#include "core/base/field.h"
#include "core/base/json.h"
#include "core/store/claim.h"
#include "core/store/store.h"

/* The roles of those who come along, in records and in forms. */
#define WALK_ROLES                                                                       \
    "resident council police municipality rescue housing ssp expert other"
/* As what somebody writes: no name can stand where only these may (records.md 1). What older
 * records say stays as it is. */
#define BY_ROLES "participant coordinator " WALK_ROLES
#define WALK_WEATHER "dry rain snow fog wind frost"

enum {
    WALK_ROUTE_MOST = 2000, /* points of a route                      */
    WALK_GROUPS_MOST = 26,
    WALK_REOPEN_HOURS = 12, /* "the same evening", after it was ended */
    WALK_NEAR_HOURS = 24    /* tonight, or last night                 */
};

struct walk {
    const char *id, *title, *area, *purpose, *mode, *letter, *state, *route;
    int64_t starts_ms, begun_ms, ended_ms, closed_ms; /* DB_NULL when not so        */
    int64_t points, photos;                           /* not withdrawn; of the fold */
    bool own;                                         /* founded on this device     */
    const char *weather, *light;
    const char *groups, *attendance, *votes, *conflicts, *manifest; /* JSON or NULL */
    bool paused, briefed, data_text;
};

struct walk_wish {
    const char *id; /* NULL: a new one */
    const char *title, *area, *purpose, *mode, *letter, *route;
    int64_t starts_ms; /* DB_NULL: not set */
    const char *weather, *light, *groups; /* as in walk_fields; groups is JSON */
    bool briefed, data_text;
};

/* The form of a new walk in the API and of walk.plan: one table, one set of limits. */
extern const struct field walk_fields[];
extern const size_t walk_field_count;

/* Writes walk.plan in the caller's transaction; id is copied to ret_id[37]. */
bool walk_plan(struct store *s, struct arena *a, const struct walk_wish *wish,
               const char *by_role, const char *by_org, char ret_id[37],
               struct err *err);
/* deed: "begin" "end" "close" "pause" "resume" "reopen". begin on a paused walk
 * resumes it, on an ended or closed one opens it again. Pausing a paused walk, beginning,
 * resuming or reopening one under way writes nothing.
 * ERR_CONFLICT "walk.not_begun" for pause and resume before the beginning or after the
 * end; "walk.reopen_late" when more than WALK_REOPEN_HOURS have passed. close writes the
 * manifest behind "n of n" (core/store/closing.h). */
bool walk_step(struct store *s, struct arena *a, const char *id, const char *deed,
               const char *by_role, struct err *err);
/* Writes one walk.edit; each field over all its candidates of now. fields: an object of
 * walk_fields (but letter), starts_ms and route in their own units. ERR_INPUT "field.*",
 * "walk.bad_route", "walk.bad_groups", "walk.bad_weather". */
bool walk_edit(struct store *s, struct arena *a, const char *id, const cJSON *fields,
               const char *by_role, struct err *err);
/* Who came: [{"group", "role", "organisation", "n"}], whole; one walk.attend for each
 * group whose numbers are other than now, so that two groups never get in each other's
 * way. ERR_INPUT "walk.bad_attendance". */
bool walk_attend(struct store *s, struct arena *a, const char *id, const cJSON *counts,
                 const char *by_role, struct err *err);
/* The same of one group ("" for the walk as one): its rows alone are taken, and nothing is
 * said of the others, also where two devices say different things of them. */
bool walk_attend_one(struct store *s, struct arena *a, const char *id,
                     const char *group, const cJSON *counts, const char *by_role,
                     struct err *err);
/* {"stars": {observation: n}, "top": [up to 3 ids], "best": id or null}, over all that
 * was voted before. ERR_INPUT "walk.bad_votes", or "field.*". */
bool walk_vote(struct store *s, struct arena *a, const char *id, const cJSON *votes,
               const char *by_role, struct err *err);

/* A whole id, or its unique tail of 6 or more characters; ERR_NOT_FOUND "walk.unknown",
 * ERR_INPUT "walk.ambiguous". */
bool walk_find(struct store *s, struct arena *a, const char *id, struct walk *ret,
               struct err *err);
/* The same, but only its whole id, and none of its points counted. */
bool walk_id(struct store *s, struct arena *a, const char *id, const char **ret,
             struct err *err);
/* The walk meant where none is named; its id "" if there is none. The one under way here that
 * was begun last; else the nearest to now of those planned, begun or (when ended) ended here
 * within WALK_NEAR_HOURS; else the newest plan made here that tells no day. Never next week's.
 * now_ms: DB_NULL when the time is not known, and then none is near. */
bool walk_current(struct store *s, struct arena *a, int64_t now_ms, bool ended,
                  struct walk *ret, struct err *err);
/* The walk under way here that was begun last; "" when none is. Here: somebody who writes on
 * this device, or is paired with it as a hub, began it, said something of it or noted a point;
 * what others have begun elsewhere comes with the pull. Cheap: asked every few seconds by the
 * receiver of positions. */
bool walk_under_way(struct store *s, char id[37], struct err *err);
/* Has anybody here, as above, a part in it? */
bool walk_is_here(struct store *s, const char *id, bool *ret, struct err *err);
/* Newest start first. */
bool walk_list(struct store *s, struct arena *a, struct walk **ret, size_t *ret_n,
               struct err *err);

/* walk_fold.c: do the values fit? For the fold, and for forms before a record is made. */
bool walk_route_fits(const cJSON *route);   /* [[lat_e7, lon_e7], ...]                */
bool walk_groups_fit(const cJSON *groups);  /* [{letter, leader_role?, note_role?}]   */
bool walk_weather_fits(const char *words);  /* of WALK_WEATHER                        */
bool walk_counts_fit(const cJSON *counts);  /* [{role, organisation?, n}]             */
/* All of a form that the table of fields cannot say. ERR_INPUT as walk_edit. */
bool walk_form_fits(const cJSON *form, struct err *err);
extern const struct claim_source walk_claims, walk_attend_claims, walk_vote_claims;
/* The walk.attend records of one group ("" for the walk as one group). */
size_t walk_attend_of_group(struct arena *a, const struct fold_entry *entry, size_t n,
                            const char *group, struct fold_entry **ret);

/* As an object of the API. */
void walk_json(struct json_out *o, const char *name, const struct walk *w);
/* Its members alone, into the object that is open. */
void walk_members(struct json_out *o, const struct walk *w);

#endif
