/* visible: who sees what. Police-only categories (OPH08) are seen by police, coordinators
 * and admins; a department sees the issues of its own party and their points. */
#ifndef LYGTE_REGISTRY_VISIBLE_H
#define LYGTE_REGISTRY_VISIBLE_H

#include "core/store/issue.h"
#include "registry/app.h"

/* i may be NULL: the point has no issue (it was withdrawn before one was opened), or
 * visible_by_issue says that it does not matter. */
bool visible(const struct account *who, const struct observation *o,
             const struct issue *i);
/* Does it hang on the point's issue what the caller sees? */
bool visible_by_issue(const struct account *who);
/* The party a caller's lists are narrowed to; the wish for all who may choose. Where it is
 * another than was wished for, the answer is an empty list. */
const char *visible_party(const struct account *who, const char *wish);
/* Are points that only the police may read in a caller's lists? */
bool visible_police(const struct account *who);

/* May the caller have originals, with all that the camera wrote into them? */
bool visible_originals(const struct account *who);

#endif
