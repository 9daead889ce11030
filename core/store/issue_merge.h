/* issue_merge: two cases that are one. Kinds: issue.merge {kept, joined} and
 * issue.unmerge, both about the merge's own id, so that undoing names the merge. Owns the
 * folded table issue_merge: one row a merge, made of the merge's own records alone.
 *
 * Which case is shown for a group is worked out when it is read, because it hangs on
 * several subjects: live merges join issues into groups, and shown is `kept` of the
 * group's live merge with the highest (tick, origin). So any order of arrival shows the
 * same, and a circle of merges is just a group (records.md 2). Cases themselves are never
 * changed by it.
 */
#ifndef LYGTE_STORE_ISSUE_MERGE_H
#define LYGTE_STORE_ISSUE_MERGE_H

#include "core/store/issue.h"
#include "core/store/store.h"

/* Writes issue.merge in the caller's transaction; ids are whole ids of founded issues.
 * ERR_INPUT "issue.merge_itself"; ERR_CONFLICT "issue.merged_already" when both are in
 * one group and kept is shown for it. ret_id gets the merge's id. */
bool issue_merge(struct store *s, struct arena *a, const char *kept, const char *joined,
                 const char *by_role, char ret_id[37], struct err *err);
/* The same as people say it: by id, tail or number. Not into a cancelled
 * case, ERR_CONFLICT "issue.merge_cancelled": what is joined would wait for nobody. One that
 * is done has mended the joined one, too. */
bool issue_join(struct store *s, struct arena *a, const char *kept, const char *joined,
                const char *by_role, struct issue *ret_kept, struct issue *ret_joined,
                char ret_id[37], struct err *err);
/* Undoes a merge by its id (or unique tail): ERR_NOT_FOUND "issue.no_merge". */
bool issue_unmerge(struct store *s, struct arena *a, const char *merge,
                   const char *by_role, struct err *err);

struct issue_merge_row {
    const char *id, *kept, *joined;
    int64_t tick;
    uint8_t origin[RECORD_ORIGIN];
};

/* All live merges, grouped; without those into a case that was cancelled with its point. */
struct issue_groups {
    struct issue_merge_row *merge; /* in (tick, origin) order */
    size_t count;
    struct issue_group_member {
        const char *id;
        size_t group;
    } *member; /* sorted by id */
    size_t members;
    const char **shown; /* of each group */
};

bool issue_groups_read(struct store *s, struct arena *a, struct issue_groups *ret,
                       struct err *err);
/* The issue that is shown for this one: itself, unless it is in a group. */
const char *issue_shown(const struct issue_groups *g, const char *issue);
/* Where it is in member; NULL when it is in no group. */
const struct issue_group_member *issue_group_find(const struct issue_groups *g,
                                                  const char *issue);

#endif
