/* walk: a planned evening (vandring): title, area, route, mode, when, and how far it
 * has come. Kinds: walk.plan walk.edit walk.begin walk.end walk.close. Owns the folded
 * table walk. */
#ifndef LYGTE_STORE_WALK_H
#define LYGTE_STORE_WALK_H

#include "core/base/field.h"
#include "core/base/json.h"
#include "core/store/store.h"

struct walk {
    const char *id, *title, *area, *purpose, *mode, *letter, *state, *route;
    int64_t starts_ms, begun_ms, ended_ms, closed_ms; /* DB_NULL when not so        */
    int64_t points, photos;                           /* not withdrawn; of the fold */
    bool own;                                         /* founded on this device     */
};

struct walk_wish {
    const char *id; /* NULL: a new one */
    const char *title, *area, *purpose, *mode, *letter, *route;
    int64_t starts_ms; /* DB_NULL: not set */
};

/* The form of a new walk in the API and of walk.plan: one table, one set of limits. */
extern const struct field walk_fields[];
extern const size_t walk_field_count;

/* Writes walk.plan in the caller's transaction; id is copied to ret_id[37]. */
bool walk_plan(struct store *s, struct arena *a, const struct walk_wish *wish,
               const char *by_role, const char *by_org, char ret_id[37],
               struct err *err);
/* deed: "begin", "end" or "close". begin on an ended walk opens it again. */
bool walk_step(struct store *s, struct arena *a, const char *id, const char *deed,
               const char *by_role, struct err *err);

/* A whole id, or its unique tail of 6 or more characters; ERR_NOT_FOUND "walk.unknown",
 * ERR_INPUT "walk.ambiguous". */
bool walk_find(struct store *s, struct arena *a, const char *id, struct walk *ret,
               struct err *err);
/* The walk under way here or, failing that, the newest not closed; its id "" if none. */
bool walk_current(struct store *s, struct arena *a, struct walk *ret, struct err *err);
/* Newest start first. */
bool walk_list(struct store *s, struct arena *a, struct walk **ret, size_t *ret_n,
               struct err *err);
/* As an object of the API. */
void walk_json(struct json_out *o, const char *name, const struct walk *w);

#endif
