/* issue_merge: see the header. */
#include "core/store/issue_merge.h"

#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/fold.h"
#include "core/store/hold.h"

#include <stdlib.h>
#include <string.h>

/* ---- the fold -------------------------------------------------------------------- */

static const struct field merge_fields[] = {
    {"kept", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"joined", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
};

static const char sql_merge_set[] =
    "INSERT INTO issue_merge (id, kept, joined, live, tick, origin)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET"
    " kept = excluded.kept, joined = excluded.joined, live = excluded.live,"
    " tick = excluded.tick, origin = excluded.origin";
static const char sql_merge_drop[] = "DELETE FROM issue_merge WHERE id = ?1";

static bool merge_fold(const struct fold_call *call, struct err *err)
{
    const struct fold_entry *last = NULL; /* the merge that was said last */
    bool live = false;
    if (call->count == 0)
        return db_run(call->db, err, sql_merge_drop, "s", call->subject);
    for (size_t i = 0; i < call->count; i++) {
        live = strcmp(call->entry[i].record.kind, "issue.merge") == 0;
        last = live ? &call->entry[i] : last;
    }
    return db_run(call->db, err, sql_merge_set, "sssixb", call->subject,
                  last ? json_text(last->body, "kept") : NULL,
                  last ? json_text(last->body, "joined") : NULL, (int64_t)live,
                  last ? last->record.tick : DB_NULL, last ? last->record.origin : NULL,
                  last ? (size_t)RECORD_ORIGIN : 0);
}

static const struct fold_kind merge_kinds[] = {
    {"issue.merge", merge_fields, FIELD_COUNT(merge_fields), FOLD_REGISTRY},
    {"issue.unmerge", NULL, 0, FOLD_REGISTRY},
};
const struct fold_noun issue_merge_noun = {merge_kinds, FIELD_COUNT(merge_kinds),
                                           merge_fold};

/* ---- groups ---------------------------------------------------------------------- */

/* A merge with a case that is not here says nothing yet; one into a case that went because
 * its point was withdrawn, which nobody decided, says nothing any more: the other one still
 * waits for somebody. */
static const char sql_merges_live[] =
    "SELECT m.id, m.kept, m.joined, m.tick, m.origin FROM issue_merge m"
    " JOIN issue k ON k.id = m.kept JOIN issue j ON j.id = m.joined"
    " WHERE m.live = 1 AND k.founded = 1 AND j.founded = 1"
    " AND NOT (k.state = 'cancelled' AND k.decided = 0)"
    " ORDER BY m.tick, m.origin, m.id";

static bool read_merges(struct store *s, struct arena *a, struct issue_groups *g,
                        struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_merges_live, ""))
        return false;
    while (db_next(&rows, err)) {
        struct issue_merge_row m = {db_text(&rows, a, 0), db_text(&rows, a, 1),
                                    db_text(&rows, a, 2), db_int(&rows, 3), {0}};
        memcpy(m.origin, sqlite3_column_blob(rows.statement, 4), RECORD_ORIGIN);
        buf_add(&list, &m, sizeof m);
    }
    g->count = list.len / sizeof *g->merge;
    g->merge = arena_memdup(a, list.data, list.len);
    buf_release(&list);
    return db_done(&rows);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct issue_group_member *)a)->id,
                  ((const struct issue_group_member *)b)->id);
}

const struct issue_group_member *issue_group_find(const struct issue_groups *g,
                                                  const char *issue)
{
    struct issue_group_member key = {issue, 0};
    return g->members ? bsearch(&key, g->member, g->members, sizeof key, by_id) : NULL;
}

/* Every issue a merge names, once, each in a group of its own. */
static void gather_members(struct issue_groups *g, struct arena *a)
{
    size_t n = 0;
    g->member = arena_array(a, 2 * g->count + 1, sizeof *g->member);
    for (size_t i = 0; i < g->count; i++) {
        g->member[n++].id = g->merge[i].kept;
        g->member[n++].id = g->merge[i].joined;
    }
    qsort(g->member, n, sizeof *g->member, by_id);
    for (size_t i = 0; i < n; i++)
        if (g->members == 0 || strcmp(g->member[g->members - 1].id, g->member[i].id) != 0)
            g->member[g->members++] = g->member[i];
    for (size_t i = 0; i < g->members; i++)
        g->member[i].group = i;
}

static void join_groups(struct issue_groups *g, size_t from, size_t to)
{
    for (size_t i = 0; i < g->members; i++)
        if (g->member[i].group == from)
            g->member[i].group = to;
}

bool issue_groups_read(struct store *s, struct arena *a, struct issue_groups *ret,
                       struct err *err)
{
    struct issue_groups g = {.count = 0};
    if (!read_merges(s, a, &g, err))
        return false;
    gather_members(&g, a);
    for (size_t i = 0; i < g.count; i++)
        join_groups(&g, issue_group_find(&g, g.merge[i].joined)->group,
                    issue_group_find(&g, g.merge[i].kept)->group);
    g.shown = arena_array(a, g.members + 1, sizeof *g.shown);
    for (size_t i = 0; i < g.count; i++) /* in order, so the last one stands */
        g.shown[issue_group_find(&g, g.merge[i].kept)->group] = g.merge[i].kept;
    *ret = g;
    return true;
}

const char *issue_shown(const struct issue_groups *g, const char *issue)
{
    const struct issue_group_member *m = issue_group_find(g, issue);
    return m ? g->shown[m->group] : issue;
}

/* ---- writing --------------------------------------------------------------------- */

bool issue_merge(struct store *s, struct arena *a, const char *kept, const char *joined,
                 const char *by_role, char ret_id[37], struct err *err)
{
    struct issue_groups g;
    char id[UID_SIZE];
    if (strcmp(kept, joined) == 0)
        return err_set(err, ERR_INPUT, "issue.merge_itself", kept, NULL);
    if (!issue_groups_read(s, a, &g, err))
        return false;
    if (strcmp(issue_shown(&g, kept), kept) == 0 &&
        strcmp(issue_shown(&g, joined), kept) == 0)
        return err_set(err, ERR_CONFLICT, "issue.merged_already", joined, kept, NULL);
    uid_new(id);
    const char *body =
        arena_printf(a, "{\"kept\":\"%s\",\"joined\":\"%s\"}", kept, joined);
    struct record_wish wish = {"issue.merge", id, body, by_role, "", INT64_MIN};
    if (!hold_make(s, a, &wish, NULL, err))
        return false;
    memcpy(ret_id, id, UID_SIZE);
    return true;
}

bool issue_join(struct store *s, struct arena *a, const char *kept, const char *joined,
                const char *by_role, struct issue *ret_kept, struct issue *ret_joined,
                char ret_id[37], struct err *err)
{
    if (!issue_find(s, a, kept, ret_kept, err) ||
        !issue_find(s, a, joined, ret_joined, err))
        return false;
    if (text_equal(ret_kept->state, "cancelled"))
        return err_set(err, ERR_CONFLICT, "issue.merge_cancelled", ret_joined->number,
                       ret_kept->number, NULL);
    return issue_merge(s, a, ret_kept->id, ret_joined->id, by_role, ret_id, err);
}

static const char sql_merge_by_tail[] =
    "SELECT id FROM issue_merge WHERE live = 1 AND id LIKE ?1 ORDER BY id LIMIT 2";

bool issue_unmerge(struct store *s, struct arena *a, const char *merge,
                   const char *by_role, struct err *err)
{
    const char *id = NULL;
    size_t n = 0;
    struct db_rows rows;
    if (!uid_is_tail(merge))
        return err_set(err, ERR_NOT_FOUND, "issue.no_merge", merge, NULL);
    if (!db_query(&s->db, &rows, err, sql_merge_by_tail, "s",
                  arena_printf(a, "%%%s", merge)))
        return false;
    for (; db_next(&rows, err); n++)
        id = db_text(&rows, a, 0);
    if (!db_done(&rows))
        return false;
    if (n != 1)
        return err_set(err, ERR_NOT_FOUND, "issue.no_merge", merge, NULL);
    struct record_wish wish = {"issue.unmerge", id, "{}", by_role, "", INT64_MIN};
    return hold_make(s, a, &wish, NULL, err);
}
