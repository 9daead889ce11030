/* joined: what a reader is told of the cases a case was joined with. No id, number or count
 * tells of a case the reader may not see (visible.h). */
#ifndef LYGTE_REGISTRY_JOINED_H
#define LYGTE_REGISTRY_JOINED_H

#include "core/store/issue_merge.h"
#include "registry/app.h"

/* "merged": {"into": id or null, "number", "state", "others", "elsewhere", "joined":
 * [{"merge", "kept", "issue"}]}; number and state are those of the case it is joined into,
 * others counts the group's other cases, joined has the merges of which both sides may be
 * seen. elsewhere: another party's case, which the reader may not see, is shown for it.
 * Nothing when the case is in no group, none of its group may be seen, or the police's case
 * is shown for it: it then stands in other people's lists as itself. */
bool joined_json(struct store *s, struct json_out *o, const struct account *who,
                 const struct issue_groups *groups, const char *issue, struct err *err);

#endif
