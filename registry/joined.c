/* joined: see the header. */
#include "registry/joined.h"

#include "registry/visible.h"

#include <string.h>

enum sight { UNSEEN, SEEN, ANOTHERS, SECRET };

/* A case whose point is not here is told of to nobody. */
static bool look_at(struct store *s, struct arena *a, const struct account *who,
                    const char *id, struct issue *ret, enum sight *sight,
                    struct err *err)
{
    struct observation o;
    struct err absent = ERR_INIT;
    *sight = SECRET;
    if (!issue_find(s, a, id, ret, &absent) ||
        !observation_find(s, a, ret->observation, &o, &absent)) {
        if (absent.code != ERR_NOT_FOUND)
            *err = absent;
        return absent.code == ERR_NOT_FOUND;
    }
    if (visible(who, &o, ret))
        *sight = SEEN;
    else if (visible_police(who) || !observation_police_only(o.category, o.conflicts))
        *sight = ANOTHERS;
    return true;
}

struct group {
    const struct issue_groups *g;
    enum sight *sight; /* of each member; UNSEEN for those of other groups */
    int64_t others;
};

static bool look_around(struct store *s, struct arena *a, const struct account *who,
                        struct group *x, size_t own, struct err *err)
{
    struct issue i;
    x->sight = arena_array(a, x->g->members, sizeof *x->sight);
    for (size_t m = 0; m < x->g->members; m++) {
        x->sight[m] = UNSEEN;
        if (x->g->member[m].group != x->g->member[own].group)
            continue;
        if (!look_at(s, a, who, x->g->member[m].id, &i, &x->sight[m], err))
            return false;
        x->others += m != own && x->sight[m] == SEEN;
    }
    return true;
}

static bool is_seen(const struct group *x, const char *issue)
{
    return x->sight[issue_group_find(x->g, issue) - x->g->member] == SEEN;
}

static void write_rows(struct json_out *o, const struct group *x)
{
    json_open(o, "joined", '[');
    for (size_t i = 0; i < x->g->count; i++) {
        const struct issue_merge_row *row = &x->g->merge[i];
        if (!is_seen(x, row->kept) || !is_seen(x, row->joined))
            continue;
        json_open(o, NULL, '{');
        json_str(o, "merge", row->id);
        json_str(o, "kept", row->kept);
        json_str(o, "issue", row->joined);
        json_close(o, '}');
    }
    json_close(o, ']');
}

bool joined_json(struct store *s, struct json_out *o, const struct account *who,
                 const struct issue_groups *groups, const char *issue, struct err *err)
{
    const struct issue_group_member *own = issue_group_find(groups, issue);
    struct group x = {.g = groups};
    struct arena a = ARENA_INIT;
    struct issue shown;
    enum sight sight = SECRET;
    bool ok =
        !own || (look_at(s, &a, who, issue_shown(groups, issue), &shown, &sight, err) &&
                 look_around(s, &a, who, &x, (size_t)(own - groups->member), err));
    if (ok && sight != SECRET && (x.others > 0 || sight == ANOTHERS)) {
        bool into = sight == SEEN && strcmp(shown.id, issue) != 0;
        json_open(o, "merged", '{');
        json_str(o, "into", into ? shown.id : NULL);
        json_str(o, "number", into ? shown.number : NULL);
        json_str(o, "state", into ? shown.state : NULL);
        json_num(o, "others", x.others);
        json_bool(o, "elsewhere", sight == ANOTHERS);
        write_rows(o, &x);
        json_close(o, '}');
    }
    arena_release(&a);
    return ok;
}
