/* acute: that the page "is anybody in danger" was shown, and what the group answered
 * afterwards: who called. Kind: acute.shown, its subject the showing's own id; a later
 * one under the same id adds the answer. Owns the folded table acute.
 *
 * Lygte calls nobody and never claims that it did: a row says a page was shown.
 */
#ifndef LYGTE_STORE_ACUTE_H
#define LYGTE_STORE_ACUTE_H

#include "core/base/json.h"
#include "core/store/store.h"

#define ACUTE_CALLED "112 114 duty none"

struct acute {
    const char *id, *walk, *observation, *called; /* the last two may be NULL */
    const char *by_role, *by_org;
    int64_t at_ms;  /* when it was first shown                      */
    int64_t ago_ms; /* for writing: shown so long ago; 0: just now */
};

/* Writes acute.shown in the caller's transaction; *ret_new false when the id stood. The
 * same again writes nothing. ERR_INPUT "field.*". */
bool acute_shown(struct store *s, struct arena *a, const struct acute *x, bool *ret_new,
                 struct err *err);
/* Those of a walk, the oldest first. */
bool acute_list(struct store *s, struct arena *a, const char *walk, struct acute **ret,
                size_t *ret_n, struct err *err);
/* The walk a showing is about; NULL when there is none of that id. */
bool acute_walk(struct store *s, struct arena *a, const char *id, const char **ret,
                struct err *err);
void acute_json(struct json_out *o, const char *name, const struct acute *x);

#endif
