/* follow: see the header. */
#include "registry/follow.h"

#include "core/base/text.h"
#include "core/store/issue.h"

bool follow(struct store *s, struct arena *a, const struct record *r, void *catalogue,
            struct err *err)
{
    if (!text_starts(r->kind, "observation."))
        return true;
    return issue_follow(s, a, catalogue, r->subject, err);
}
