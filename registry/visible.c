/* visible: see the header. */
#include "registry/visible.h"

#include "core/base/text.h"

#include <string.h>

static bool is(const struct account *who, const char *role)
{
    return strcmp(who->role, role) == 0;
}

static bool sees_all(const struct account *who)
{
    return is(who, "admin") || is(who, "coordinator") || is(who, "police");
}

bool visible(const struct account *who, const struct observation *o,
             const struct issue *i)
{
    if (sees_all(who))
        return true;
    if (observation_police_only(o->category, o->conflicts))
        return false;
    if (is(who, "department"))
        return i && text_equal(i->party, who->party);
    return true;
}

bool visible_by_issue(const struct account *who)
{
    return is(who, "department");
}

const char *visible_party(const struct account *who, const char *wish)
{
    return is(who, "department") ? who->party : wish;
}

bool visible_police(const struct account *who)
{
    return sees_all(who);
}

bool visible_originals(const struct account *who)
{
    return sees_all(who);
}
