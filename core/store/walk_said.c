/* walk_said: what people say of a walk after it was planned: edits, who came, votes. Each
 * is a record made over what stood before it, so that two devices can be settled. */
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/area.h"
#include "core/store/hold.h"
#include "core/store/walk.h"

#include <string.h>

/* The applied records of the walk, before a new one is made. */
struct said {
    const struct fold_entry *entry;
    size_t count;
};

static void write_over(struct json_out *o, const struct claims *c)
{
    json_open(o, "over", '[');
    for (size_t i = 0; i < c->count; i++)
        json_str(o, NULL, c->candidate[i].entry->hash);
    json_close(o, ']');
}

/* A new walk's form, with nothing required and no letter. */
static bool check_edit(const cJSON *fields, struct err *err)
{
    struct field rows[16];
    size_t n = 0;
    for (size_t i = 0; i < walk_field_count; i++)
        if (strcmp(walk_fields[i].name, "letter") != 0) {
            rows[n] = walk_fields[i];
            rows[n++].flags &= ~(unsigned)FIELD_REQUIRED;
        }
    return field_check_exact(fields, rows, n, err) && walk_form_fits(fields, err);
}

bool walk_edit(struct store *s, struct arena *a, const char *id, const cJSON *fields,
               const char *by_role, struct err *err)
{
    struct fold_entry *entries;
    const char *area = json_text(fields, "area");
    size_t n;
    if (!check_edit(fields, err) || !area_called(s, a, area, &area, err) ||
        !fold_entries(&s->db, a, id, "walk.plan", &entries, &n, err))
        return false;
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    json_open(&o, NULL, '{');
    for (const cJSON *f = fields->child; f; f = f->next) {
        struct claims c = claim_read(a, &walk_claims, entries, n, f->string);
        json_open(&o, f->string, '{');
        if (area && strcmp(f->string, "area") == 0)
            json_str(&o, "value", area);
        else
            json_tree(&o, "value", f);
        write_over(&o, &c);
        json_close(&o, '}');
    }
    json_close(&o, '}');
    bool ok =
        !fields->child || hold_say(s, a, "walk.edit", id, body.data, by_role, err);
    buf_release(&body);
    fold_entries_free(entries, n);
    return ok;
}

static const char *group_of(const cJSON *count)
{
    const char *group = json_text(count, "group");
    return group ? group : "";
}

/* The counts of one group as a body, but for over. */
static void write_group(struct json_out *o, const cJSON *counts, const char *group)
{
    json_str(o, "group", *group ? group : NULL);
    json_open(o, "counts", '[');
    for (const cJSON *c = counts ? counts->child : NULL; c; c = c->next) {
        if (strcmp(group_of(c), group) != 0)
            continue;
        json_open(o, NULL, '{');
        json_str(o, "role", json_text(c, "role"));
        if (json_text(c, "organisation") && *json_text(c, "organisation"))
            json_str(o, "organisation", json_text(c, "organisation"));
        json_num(o, "n", json_int(c, "n", 0));
        json_close(o, '}');
    }
    json_close(o, ']');
}

/* The same of what is shown now, to see whether anything would change. */
static void write_shown(struct json_out *o, const struct claims *c, const char *group)
{
    const cJSON *counts = c->count ? json_array(claim_shown(c), "counts") : NULL;
    json_str(o, "group", *group ? group : NULL);
    json_open(o, "counts", '[');
    for (const cJSON *row = counts ? counts->child : NULL; row; row = row->next)
        json_tree(o, NULL, row);
    json_close(o, ']');
}

static bool attend_group(struct store *s, struct arena *a, const char *id,
                         const struct said *before, const cJSON *counts,
                         const char *group, const char *by_role, struct err *err)
{
    struct fold_entry *own;
    size_t n = walk_attend_of_group(a, before->entry, before->count, group, &own);
    struct claims c = claim_read(a, &walk_attend_claims, own, n, "attendance");
    struct buf now = BUF_INIT, wish = BUF_INIT;
    struct json_out o = JSON_OUT(&now), w = JSON_OUT(&wish);
    json_open(&o, NULL, '{');
    write_shown(&o, &c, group);
    json_open(&w, NULL, '{');
    write_group(&w, counts, group);
    bool same = c.count < 2 && strcmp(now.data, wish.data) == 0;
    write_over(&w, &c);
    json_close(&w, '}');
    bool ok = same || hold_say(s, a, "walk.attend", id, wish.data, by_role, err);
    buf_release(&now);
    buf_release(&wish);
    return ok;
}

static size_t group_into(const char **list, size_t n, const char *group)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], group) == 0)
            return n;
    list[n] = group;
    return n + 1;
}

/* Groups that are named now, and those that were before, each once: an evening has a
 * record for every tap. */
static bool attend_all(struct store *s, struct arena *a, const char *id,
                       const struct said *before, const cJSON *counts,
                       const char *by_role, struct err *err)
{
    const char *group[128];
    size_t groups = 0;
    for (const cJSON *c = counts->child; c && groups < 64; c = c->next)
        groups = group_into(group, groups, group_of(c));
    for (size_t i = 0; i < before->count && groups < 128; i++)
        if (strcmp(before->entry[i].record.kind, "walk.attend") == 0)
            groups = group_into(group, groups, group_of(before->entry[i].body));
    for (size_t i = 0; i < groups; i++)
        if (!attend_group(s, a, id, before, counts, group[i], by_role, err))
            return false;
    return true;
}

static bool attendance_fits(const cJSON *counts, struct err *err)
{
    bool fits = walk_counts_fit(counts) && cJSON_GetArraySize(counts) <= 60;
    for (const cJSON *c = fits ? counts->child : NULL; c; c = c->next)
        fits = fits && text_length(group_of(c)) <= 2;
    return fits || (err_set(err, ERR_INPUT, "walk.bad_attendance", WALK_ROLES, NULL),
                    err_part(err, "counts"));
}

/* group NULL: of all. */
static bool attend(struct store *s, struct arena *a, const char *id, const char *group,
                   const cJSON *counts, const char *by_role, struct err *err)
{
    struct fold_entry *entries;
    size_t n;
    if (!attendance_fits(counts, err) ||
        !fold_entries(&s->db, a, id, "walk.plan", &entries, &n, err))
        return false;
    const struct said before = {entries, n};
    bool ok = group ? attend_group(s, a, id, &before, counts, group, by_role, err)
                    : attend_all(s, a, id, &before, counts, by_role, err);
    fold_entries_free(entries, n);
    return ok;
}

bool walk_attend(struct store *s, struct arena *a, const char *id, const cJSON *counts,
                 const char *by_role, struct err *err)
{
    return attend(s, a, id, NULL, counts, by_role, err);
}

bool walk_attend_one(struct store *s, struct arena *a, const char *id,
                     const char *group, const cJSON *counts, const char *by_role,
                     struct err *err)
{
    return attend(s, a, id, group, counts, by_role, err);
}

static bool votes_fit(const cJSON *votes)
{
    const cJSON *stars = json_object(votes, "stars"), *top = json_array(votes, "top");
    int64_t n;
    for (const cJSON *s = stars ? stars->child : NULL; s; s = s->next)
        if (!uid_is(s->string) || !json_as_int(s, &n) || n < 0 || n > 500)
            return false;
    for (const cJSON *t = top ? top->child : NULL; t; t = t->next)
        if (!cJSON_IsString(t) || !uid_is(t->valuestring))
            return false;
    return true;
}

bool walk_vote(struct store *s, struct arena *a, const char *id, const cJSON *votes,
               const char *by_role, struct err *err)
{
    static const struct field rows[] = {
        {"stars", FIELD_OBJECT, 0, 0, 0, NULL},
        {"top", FIELD_ARRAY, 0, 3, 0, NULL},
        {"best", FIELD_UID, 0, 0, FIELD_NULLABLE, NULL},
    };
    struct fold_entry *entries;
    size_t n;
    if (!field_check_exact(votes, rows, FIELD_COUNT(rows), err))
        return false;
    if (!votes_fit(votes))
        return err_set(err, ERR_INPUT, "walk.bad_votes", NULL);
    if (!fold_entries(&s->db, a, id, "walk.plan", &entries, &n, err))
        return false;
    struct claims c = claim_read(a, &walk_vote_claims, entries, n, "votes");
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    json_open(&o, NULL, '{');
    for (const cJSON *v = votes->child; v; v = v->next)
        json_tree(&o, v->string, v);
    write_over(&o, &c);
    json_close(&o, '}');
    bool ok = hold_say(s, a, "walk.vote", id, body.data, by_role, err);
    buf_release(&body);
    fold_entries_free(entries, n);
    return ok;
}
