/* jail: see the header. */
#include "sync/server/jail.h"

#include "core/base/log.h"
#include "core/picture/picture.h"

void jail_check(struct verb_call *call)
{
    struct err err = ERR_INIT;
    bool jailed;
    if (picture_check(&jailed, &err))
        return;
    verb_complain(call, &err);
    call->partly = true;
}

void jail_warn(const struct verb_call *call)
{
    struct err err = ERR_INIT;
    bool jailed;
    if (!picture_check(&jailed, &err))
        log_line(LOG_WARN, "%s", i18n_error(call->arena, call->lang, &err));
}
