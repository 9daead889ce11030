/* verdict: last time's point, seen again on a later walk: still so, fixed or worse. Kind:
 * verdict.give; its subject is the verdict's own id, so a second one under the same id
 * changes the mind. Owns the folded table verdict.
 *
 * A verdict moves nothing by itself: no issue changes its state because of it. The
 * registry shows it on the case, and a person decides.
 */
#ifndef LYGTE_STORE_VERDICT_H
#define LYGTE_STORE_VERDICT_H

#include "core/base/json.h"
#include "core/store/store.h"

#define VERDICT_WORDS "same fixed worse"

struct verdict {
    const char *id, *walk, *observation, *verdict, *sha256; /* sha256 may be NULL */
    const char *by_role, *by_org;
    int64_t at_ms;  /* when it was given                            */
    int64_t ago_ms; /* for writing: given so long ago; 0: just now */
};

/* Writes verdict.give in the caller's transaction. *ret_new false when the id stood
 * already; the same verdict again writes nothing. ERR_INPUT "field.*". */
bool verdict_give(struct store *s, struct arena *a, const struct verdict *v,
                  bool *ret_new, struct err *err);
/* Those about an observation, the newest last; walk NULL or "": of every walk. */
bool verdict_list(struct store *s, struct arena *a, const char *observation,
                  const char *walk, struct verdict **ret, size_t *ret_n, struct err *err);
/* The walk a verdict is about; NULL when there is none of that id. */
bool verdict_walk(struct store *s, struct arena *a, const char *id, const char **ret,
                  struct err *err);
void verdict_json(struct json_out *o, const char *name, const struct verdict *v);

#endif
