/* forked: a folder that was put back in place (PROTOCOL 4, records.md 1). Its old places
 * are taken by records it has forgotten; nothing of what it wrote since is lost. */
#include "sync/client/session.h"

#include "core/base/text.h"
#include "core/store/carry.h"
#include "core/store/own.h"

#include <string.h>

bool session_renew(struct session *x, struct err *err)
{
    const char *word;
    cJSON *answer = NULL;
    if (!store_setting(x->store, x->arena, "renewal", "", &word, err))
        return false;
    if (!*word)
        return true;
    struct remote_call call = {.method = "POST",
                               .path = "/api/v1/pair/renew",
                               .type = "application/json",
                               .body = word,
                               .body_len = strlen(word),
                               .body_fd = -1};
    bool ok = remote_json(x->remote, &call, &x->answer, &answer, err);
    json_free(answer);
    return ok && store_set(x->store, "renewal", "", err);
}

bool session_go_on(struct session *x, struct err *err)
{
    struct own *owns;
    size_t n;
    int64_t carried;
    if (!own_list(x->store, x->arena, &owns, &n, err))
        return false;
    int64_t last = x->fork.last < owns[n - 1].last ? x->fork.last : owns[n - 1].last;
    if (x->fork.refused && x->fork.last == INT64_MAX)
        last = 0; /* nobody knows where it began: what is there already counts once */
    x->fork = (struct session_fork){false, false, INT64_MAX};
    return carry_on(x->store, last, &carried, err) && session_renew(x, err);
}
