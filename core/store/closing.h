/* closing: the "n of n" of a walk. walk.close carries a manifest: how far each origin that
 * wrote about the walk had come (seq and hash), how many points and photos there were, and
 * which passes had not been heard from: those with something left in their phones' outboxes
 * when last heard, and those with phones that were silent when the walk ended, by the clock
 * that heard them. Whoever holds the records can tell from it whether all of the walk is
 * here, and what was added after closing. What such phones may hold still is no record yet,
 * and makes nothing incomplete. Owns no table.
 */
#ifndef LYGTE_STORE_CLOSING_H
#define LYGTE_STORE_CLOSING_H

#include "core/base/json.h"
#include "core/store/walk.h"

enum { CLOSING_SILENT_MS = 600000 }; /* so long unheard at the walk's end is silent */

struct closing {
    bool closed; /* there is a manifest; else the rest is zero                          */
    bool complete; /* every record the manifest speaks of is held, with that very hash,
                      and every photo's bytes are here                                */
    int64_t points, points_here, photos, photos_here;
    const char **later; /* the points of the records written after closing, one for
                             each record, sorted                                      */
    size_t later_count;
    const char *passes;   /* JSON: passes not heard from; NULL when all were          */
    int64_t waiting;      /* of all of them: what their phones said they still had    */
    int64_t silent;       /* and phones silent then, that may hold what nobody knows  */
    const char **after;   /* points made after closing, sorted                        */
    size_t after_count;
};

/* The manifest of a walk as it stands now: the body of walk.close. */
bool closing_manifest(struct store *s, struct arena *a, const char *walk,
                      const char **ret, struct err *err);
/* How the walk's manifest compares with what is here. Of a walk that was opened again
 * after closing, the last manifest counts. */
bool closing_of(struct store *s, struct arena *a, const struct walk *w,
                struct closing *ret, struct err *err);
/* {"points", "points_here", "photos", "photos_here", "complete", "later", "after": [ids of
 * points], "passes": [{"id", "phones", "waiting", "silent"}], "waiting", "silent"}; null when
 * the walk is not closed. */
void closing_json(struct json_out *o, const char *name, const struct closing *c);

#endif
