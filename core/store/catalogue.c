/* catalogue: see the header. One pass a table: check the row against its declared
 * fields, copy its words into the arena, and let every code it names point to the one
 * copy in the table it comes from. */
#include "core/store/catalogue.h"

#include "core/base/field.h"
#include "core/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACUTE_WORDS "V 112 114 V/112 112/V 112/114"

/* The longest code and name a catalogue may have, and rows a table. */
enum { CODE_MOST = 15, NAME_MOST = 300, ROWS_MOST = 2000 };

static const struct field whole_fields[] = {
    {"version", FIELD_INT, 1, 1000000, FIELD_REQUIRED, NULL},
    {"valid_from", FIELD_TEXT, 10, 10, FIELD_REQUIRED, NULL},
    {"parties", FIELD_ARRAY, 1, ROWS_MOST, FIELD_REQUIRED, NULL},
    {"goals", FIELD_ARRAY, 0, ROWS_MOST, FIELD_REQUIRED, NULL},
    {"efforts", FIELD_ARRAY, 0, ROWS_MOST, FIELD_REQUIRED, NULL},
    {"groups", FIELD_ARRAY, 1, ROWS_MOST, FIELD_REQUIRED, NULL},
    {"items", FIELD_ARRAY, 1, ROWS_MOST, FIELD_REQUIRED, NULL},
};
static const struct field party_fields[] = {
    {"code", FIELD_TEXT, 1, CODE_MOST, FIELD_REQUIRED, NULL},
    {"da", FIELD_TEXT, 1, NAME_MOST, FIELD_REQUIRED, NULL},
    {"en", FIELD_TEXT, 1, NAME_MOST, FIELD_REQUIRED, NULL},
    {"kind", FIELD_TEXT, 1, NAME_MOST, FIELD_REQUIRED, NULL},
};
static const struct field effort_fields[] = {
    {"code", FIELD_TEXT, 1, CODE_MOST, FIELD_REQUIRED, NULL},
    {"da", FIELD_TEXT, 1, NAME_MOST, FIELD_REQUIRED, NULL},
    {"en", FIELD_TEXT, 1, NAME_MOST, FIELD_REQUIRED, NULL},
    {"place", FIELD_BOOL, 0, 0, FIELD_REQUIRED, NULL},
};
static const struct field goal_fields[] = {
    {"number", FIELD_INT, 1, 99, FIELD_REQUIRED, NULL},
    {"wording", FIELD_ARRAY, 1, ROWS_MOST, FIELD_REQUIRED, NULL},
};
static const struct field wording_fields[] = {
    {"from", FIELD_TEXT, 10, 10, FIELD_REQUIRED, NULL},
    {"to", FIELD_TEXT, 0, 10, FIELD_REQUIRED, NULL},
    {"da", FIELD_TEXT, 0, NAME_MOST, FIELD_REQUIRED, NULL},
    {"en", FIELD_TEXT, 0, NAME_MOST, FIELD_REQUIRED, NULL},
    {"complete", FIELD_BOOL, 0, 0, FIELD_REQUIRED, NULL},
};
static const struct field group_fields[] = {
    {"code", FIELD_TEXT, 1, CODE_MOST, FIELD_REQUIRED, NULL},
    {"da", FIELD_TEXT, 1, NAME_MOST, FIELD_REQUIRED, NULL},
    {"en", FIELD_TEXT, 1, NAME_MOST, FIELD_REQUIRED, NULL},
    {"tile_da", FIELD_TEXT, 1, NAME_MOST, FIELD_REQUIRED, NULL},
    {"tile_en", FIELD_TEXT, 1, NAME_MOST, FIELD_REQUIRED, NULL},
    {"party", FIELD_TEXT, 1, CODE_MOST, FIELD_REQUIRED, NULL},
};
static const struct field item_fields[] = {
    {"code", FIELD_TEXT, 1, CODE_MOST, FIELD_REQUIRED, NULL},
    {"group", FIELD_TEXT, 1, CODE_MOST, FIELD_REQUIRED, NULL},
    {"da", FIELD_TEXT, 1, NAME_MOST, FIELD_REQUIRED, NULL},
    {"en", FIELD_TEXT, 1, NAME_MOST, FIELD_REQUIRED, NULL},
    {"party", FIELD_TEXT, 1, CODE_MOST, FIELD_REQUIRED, NULL},
    {"fallback", FIELD_TEXT, 0, CODE_MOST, FIELD_REQUIRED, NULL},
    {"acute", FIELD_TEXT, 0, CODE_MOST, FIELD_REQUIRED, NULL},
    {"effort", FIELD_TEXT, 1, CODE_MOST, FIELD_REQUIRED, NULL},
    {"goal", FIELD_INT, 1, 99, FIELD_REQUIRED, NULL},
    {"kle", FIELD_TEXT, 0, NAME_MOST, FIELD_REQUIRED, NULL},
};

/* What the readers of rows share. */
struct reading {
    struct arena *arena;
    struct catalogue *c;
    struct err *err;
};

static const char *copy(struct reading *r, const cJSON *row, const char *name)
{
    const char *text = json_text(row, name);
    return text && *text ? arena_strdup(r->arena, text) : "";
}

/* "items BEL05 party": which row of which table, and which member. */
static bool name_row(struct reading *r, const char *table, const cJSON *row,
                     const char *member)
{
    const char *code = json_text(row, "code");
    char part[96];
    snprintf(part, sizeof part, "%s %.20s%s%s", table, code ? code : "?",
             *member ? " " : "", member);
    return err_part(r->err, part);
}

static bool check(struct reading *r, const char *table, const cJSON *row,
                  const struct field *fields, size_t n)
{
    if (field_check(row, fields, n, r->err))
        return true;
    char member[sizeof r->err->part];
    memcpy(member, r->err->part, sizeof member);
    return name_row(r, table, row, member);
}

static bool refuse_unknown(struct reading *r, const char *table, const cJSON *row,
                           const char *member)
{
    const char *value = json_text(row, member);
    err_set(r->err, ERR_INPUT, "catalogue.unknown", value ? value : "?", table, NULL);
    return name_row(r, table, row, member);
}

static bool refuse_twice(struct reading *r, const char *table, const cJSON *row)
{
    err_set(r->err, ERR_INPUT, "catalogue.twice", json_text(row, "code"), table, NULL);
    return name_row(r, table, row, "code");
}

/* ---- one table after the other ------------------------------------------------- */

static bool read_parties(struct reading *r, const cJSON *rows)
{
    struct catalogue_party *list =
        arena_array(r->arena, (size_t)cJSON_GetArraySize(rows), sizeof *list);
    r->c->parties = list;
    for (const cJSON *row = rows->child; row; row = row->next) {
        if (!check(r, "parties", row, party_fields, FIELD_COUNT(party_fields)))
            return false;
        if (catalogue_party(r->c, json_text(row, "code")))
            return refuse_twice(r, "parties", row);
        list[r->c->party_count++] = (struct catalogue_party){
            .code = copy(r, row, "code"),
            .da = copy(r, row, "da"),
            .en = copy(r, row, "en"),
            .kind = copy(r, row, "kind"),
        };
    }
    return true;
}

static bool read_efforts(struct reading *r, const cJSON *rows)
{
    struct catalogue_effort *list =
        arena_array(r->arena, (size_t)cJSON_GetArraySize(rows), sizeof *list);
    r->c->efforts = list;
    for (const cJSON *row = rows->child; row; row = row->next) {
        if (!check(r, "efforts", row, effort_fields, FIELD_COUNT(effort_fields)))
            return false;
        if (catalogue_effort(r->c, json_text(row, "code")))
            return refuse_twice(r, "efforts", row);
        list[r->c->effort_count++] = (struct catalogue_effort){
            .code = copy(r, row, "code"),
            .da = copy(r, row, "da"),
            .en = copy(r, row, "en"),
            .place = json_true(row, "place"),
        };
    }
    return true;
}

static bool has_goal(const struct catalogue *c, int64_t number)
{
    for (size_t i = 0; i < c->wording_count; i++)
        if (c->wordings[i].number == number)
            return true;
    return false;
}

static bool read_goal(struct reading *r, const cJSON *goal,
                      struct catalogue_wording *list)
{
    int64_t number = json_int(goal, "number", 0);
    if (has_goal(r->c, number)) {
        char digits[24];
        snprintf(digits, sizeof digits, "%lld", (long long)number);
        return err_set(r->err, ERR_INPUT, "catalogue.twice", digits, "goals", NULL);
    }
    for (const cJSON *row = json_array(goal, "wording")->child; row; row = row->next) {
        if (!check(r, "goals", row, wording_fields, FIELD_COUNT(wording_fields)))
            return false;
        list[r->c->wording_count++] = (struct catalogue_wording){
            .number = (int)number,
            .from = copy(r, row, "from"),
            .to = copy(r, row, "to"),
            .da = copy(r, row, "da"),
            .en = copy(r, row, "en"),
            .complete = json_true(row, "complete"),
        };
    }
    return true;
}

static bool read_goals(struct reading *r, const cJSON *rows)
{
    size_t n = 0;
    for (const cJSON *row = rows->child; row; row = row->next) {
        if (!check(r, "goals", row, goal_fields, FIELD_COUNT(goal_fields)))
            return false;
        n += (size_t)cJSON_GetArraySize(json_array(row, "wording"));
    }
    struct catalogue_wording *list = arena_array(r->arena, n, sizeof *list);
    r->c->wordings = list;
    for (const cJSON *row = rows->child; row; row = row->next)
        if (!read_goal(r, row, list))
            return false;
    return true;
}

static bool read_groups(struct reading *r, const cJSON *rows,
                        struct catalogue_item *list)
{
    r->c->groups = list;
    for (const cJSON *row = rows->child; row; row = row->next) {
        if (!check(r, "groups", row, group_fields, FIELD_COUNT(group_fields)))
            return false;
        if (catalogue_group(r->c, json_text(row, "code")))
            return refuse_twice(r, "groups", row);
        const struct catalogue_party *party =
            catalogue_party(r->c, json_text(row, "party"));
        if (!party)
            return refuse_unknown(r, "groups", row, "party");
        const char *code = copy(r, row, "code");
        list[r->c->group_count++] = (struct catalogue_item){
            .code = code,
            .group = code,
            .da = copy(r, row, "da"),
            .en = copy(r, row, "en"),
            .tile_da = copy(r, row, "tile_da"),
            .tile_en = copy(r, row, "tile_en"),
            .party = party->code,
            .fallback = "",
            .acute = "",
            .effort = "",
            .kle = "",
        };
    }
    return true;
}

static bool read_item(struct reading *r, const cJSON *row, struct catalogue_item *item)
{
    const struct catalogue *c = r->c;
    const char *fallback = json_text(row, "fallback");
    const char *acute = json_text(row, "acute");
    int64_t goal = json_int(row, "goal", 0);
    const struct catalogue_item *group = catalogue_group(c, json_text(row, "group"));
    const struct catalogue_party *party = catalogue_party(c, json_text(row, "party"));
    const struct catalogue_party *next = catalogue_party(c, fallback);
    const struct catalogue_effort *effort =
        catalogue_effort(c, json_text(row, "effort"));
    if (!group)
        return refuse_unknown(r, "items", row, "group");
    if (!party)
        return refuse_unknown(r, "items", row, "party");
    if (*fallback && !next)
        return refuse_unknown(r, "items", row, "fallback");
    if (!effort)
        return refuse_unknown(r, "items", row, "effort");
    if (*acute && !field_word_in(acute, ACUTE_WORDS))
        return refuse_unknown(r, "items", row, "acute");
    if (!has_goal(c, goal))
        return refuse_unknown(r, "items", row, "goal");
    *item = (struct catalogue_item){
        .code = copy(r, row, "code"),
        .group = group->code,
        .da = copy(r, row, "da"),
        .en = copy(r, row, "en"),
        .party = party->code,
        .fallback = next ? next->code : "",
        .acute = copy(r, row, "acute"),
        .effort = effort->code,
        .kle = copy(r, row, "kle"),
        .goal = (int)goal,
    };
    item->tile_da = item->da;
    item->tile_en = item->en;
    return true;
}

static int compare_items(const void *a, const void *b)
{
    return strcmp(((const struct catalogue_item *)a)->code,
                  ((const struct catalogue_item *)b)->code);
}

static bool read_items(struct reading *r, const cJSON *rows)
{
    struct catalogue_item *list =
        arena_array(r->arena, (size_t)cJSON_GetArraySize(rows), sizeof *list);
    size_t n = 0;
    for (const cJSON *row = rows->child; row; row = row->next) {
        if (!check(r, "items", row, item_fields, FIELD_COUNT(item_fields)))
            return false;
        if (!read_item(r, row, &list[n++]))
            return false;
    }
    qsort(list, n, sizeof *list, compare_items);
    r->c->items = list;
    r->c->item_count = n;
    for (size_t i = 1; i < n; i++)
        if (compare_items(&list[i - 1], &list[i]) == 0) {
            err_set(r->err, ERR_INPUT, "catalogue.twice", list[i].code, "items", NULL);
            return err_part(r->err, list[i].code);
        }
    return true;
}

/* A group has the effort and the goal that all its items agree on. */
static void settle_groups(const struct catalogue *c, struct catalogue_item *groups)
{
    for (size_t g = 0; g < c->group_count; g++) {
        const struct catalogue_item *first = NULL;
        bool one_effort = true, one_goal = true;
        for (size_t i = 0; i < c->item_count; i++) {
            const struct catalogue_item *item = &c->items[i];
            if (item->group != groups[g].code)
                continue;
            first = first ? first : item;
            one_effort = one_effort && item->effort == first->effort;
            one_goal = one_goal && item->goal == first->goal;
        }
        groups[g].effort = first && one_effort ? first->effort : "";
        groups[g].goal = first && one_goal ? first->goal : 0;
    }
}

static bool read_tree(struct reading *r, const cJSON *tree)
{
    if (!field_check(tree, whole_fields, FIELD_COUNT(whole_fields), r->err))
        return false;
    const cJSON *rows = json_array(tree, "groups");
    struct catalogue_item *groups =
        arena_array(r->arena, (size_t)cJSON_GetArraySize(rows), sizeof *groups);
    r->c->version = (int)json_int(tree, "version", 0);
    r->c->valid_from = copy(r, tree, "valid_from");
    if (!read_parties(r, json_array(tree, "parties")) ||
        !read_efforts(r, json_array(tree, "efforts")) ||
        !read_goals(r, json_array(tree, "goals")) || !read_groups(r, rows, groups) ||
        !read_items(r, json_array(tree, "items")))
        return false;
    settle_groups(r->c, groups);
    return true;
}

bool catalogue_read(struct arena *a, const char *json, size_t len,
                    struct catalogue *ret, struct err *err)
{
    cJSON *tree;
    if (!json_parse(json, len, &tree, err))
        return false;
    struct catalogue fresh = {0};
    struct reading r = {.arena = a, .c = &fresh, .err = err};
    bool ok = read_tree(&r, tree);
    json_free(tree);
    if (ok)
        *ret = fresh;
    return ok;
}

/* ---- asking -------------------------------------------------------------------- */

const struct catalogue_item *catalogue_group(const struct catalogue *c,
                                             const char *code)
{
    for (size_t i = 0; i < c->group_count; i++)
        if (strcmp(c->groups[i].code, code) == 0)
            return &c->groups[i];
    return NULL;
}

const struct catalogue_party *catalogue_party(const struct catalogue *c,
                                              const char *code)
{
    for (size_t i = 0; i < c->party_count; i++)
        if (strcmp(c->parties[i].code, code) == 0)
            return &c->parties[i];
    return NULL;
}

const struct catalogue_effort *catalogue_effort(const struct catalogue *c,
                                                const char *code)
{
    for (size_t i = 0; i < c->effort_count; i++)
        if (strcmp(c->efforts[i].code, code) == 0)
            return &c->efforts[i];
    return NULL;
}

const struct catalogue_item *catalogue_item(const struct catalogue *c, const char *code)
{
    struct catalogue_item wanted = {.code = code};
    const struct catalogue_item *item =
        bsearch(&wanted, c->items, c->item_count, sizeof *c->items, compare_items);
    return item ? item : catalogue_group(c, code);
}

bool catalogue_find(const struct catalogue *c, const char *code,
                    const struct catalogue_item **ret, struct err *err)
{
    const struct catalogue_item *item = catalogue_item(c, code);
    if (!item)
        return err_set(err, ERR_INPUT, "category.unknown", code, NULL);
    *ret = item;
    return true;
}

const char *catalogue_name(const struct catalogue_item *item, enum i18n_lang lang)
{
    return lang == I18N_DA ? item->da : item->en;
}
