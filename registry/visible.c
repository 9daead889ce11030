/* visible: see the header. */
#include "registry/visible.h"

#include "core/base/text.h"

#include <string.h>

static bool is(const struct account *who, const char *role)
{
    return strcmp(who->role, role) == 0;
}

bool visible(const struct account *who, const struct observation *o,
             const struct issue *i)
{
    bool sensitive = strcmp(o->category, "OPH08") == 0;
    if (is(who, "admin") || is(who, "coordinator"))
        return true;
    if (is(who, "police"))
        return true;
    if (sensitive)
        return false;
    if (is(who, "department"))
        return i && text_equal(i->party, who->party);
    return true;
}

const char *visible_party(const struct account *who, const char *wish)
{
    return is(who, "department") ? who->party : wish;
}
