/* catalogue: checks schema/catalogue.json while Lygte is built.
 *
 *   catalogue FILE.json
 *
 * The reader in core/store takes any catalogue that hangs together; this asks for what
 * the project promises of its own: 94 items (93 in fourteen groups, and ANDET, which is
 * a group and an item at once), no member too many or too few, efforts that are about
 * places only, a group's party by the rule, goals with the years they were in force.
 * Says every fault with the row it is in, one a line, and exits 1.
 */
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    ITEMS = 94,
    GROUPS = 15,
    PARTIES = 19,
    GOALS = 5,
    EFFORTS = 15,
    NAME_MOST = 200
};

#define KINDS                                                                          \
    "department police rescue region housing owner operator utility transport road "   \
    "rail business council coordinator"
#define ACUTE_WORDS "V 112 114 V/112 112/V 112/114"
#define TEXT(name, least)                                                              \
    {                                                                                  \
        name, FIELD_TEXT, least, NAME_MOST, FIELD_REQUIRED, NULL                       \
    }
#define ROWS(name, n)                                                                  \
    {                                                                                  \
        name, FIELD_ARRAY, n, n, FIELD_REQUIRED, NULL                                  \
    }

static const struct field whole_fields[] = {
    {"version", FIELD_INT, 1, 1000, FIELD_REQUIRED, NULL},
    TEXT("valid_from", 10),
    ROWS("parties", PARTIES),
    ROWS("goals", GOALS),
    ROWS("efforts", EFFORTS),
    ROWS("groups", GROUPS),
    ROWS("items", ITEMS),
};
static const struct field party_fields[] = {
    TEXT("code", 2),
    TEXT("da", 1),
    TEXT("en", 1),
    {"kind", FIELD_WORD, 0, 0, FIELD_REQUIRED, KINDS},
};
static const struct field effort_fields[] = {
    TEXT("code", 3),
    TEXT("da", 1),
    TEXT("en", 1),
    {"place", FIELD_BOOL, 0, 0, FIELD_REQUIRED, NULL},
};
static const struct field goal_fields[] = {
    {"number", FIELD_INT, 1, GOALS, FIELD_REQUIRED, NULL},
    {"wording", FIELD_ARRAY, 1, 20, FIELD_REQUIRED, NULL},
};
static const struct field wording_fields[] = {
    TEXT("from", 10),  TEXT("to", 0),
    TEXT("da", 0),     TEXT("en", 0),
    TEXT("source", 1), {"complete", FIELD_BOOL, 0, 0, FIELD_REQUIRED, NULL},
};
static const struct field group_fields[] = {
    TEXT("code", 3),    TEXT("da", 1),      TEXT("en", 1),
    TEXT("tile_da", 1), TEXT("tile_en", 1), TEXT("party", 2),
};
static const struct field item_fields[] = {
    TEXT("code", 5),
    TEXT("group", 3),
    TEXT("da", 1),
    TEXT("en", 1),
    TEXT("party", 2),
    TEXT("fallback", 0),
    TEXT("acute", 0),
    TEXT("effort", 3),
    {"goal", FIELD_INT, 1, GOALS, FIELD_REQUIRED, NULL},
    TEXT("kle", 0),
};

static int faults;
static const char *path;

__attribute__((format(printf, 3, 4))) static void
fault(const char *table, const cJSON *row, const char *format, ...)
{
    const char *code = json_text(row, "code");
    va_list ap;
    va_start(ap, format);
    fprintf(stderr, "catalogue: %s: %s%s%s: ", path, table, code ? " " : "",
            code ? code : "");
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
    va_end(ap);
    faults++;
}

/* ---- looking up ---------------------------------------------------------------- */

static const cJSON *row_of(const cJSON *rows, const char *member, const char *code)
{
    for (const cJSON *row = rows->child; row; row = row->next)
        if (text_equal(json_text(row, member), code))
            return row;
    return NULL;
}

static bool has_goal(const cJSON *goals, int64_t number)
{
    for (const cJSON *goal = goals->child; goal; goal = goal->next)
        if (json_int(goal, "number", 0) == number)
            return true;
    return false;
}

/* ---- one check a rule ---------------------------------------------------------- */

/* Every row has exactly its members, and no code stands twice. False when a row lacks
 * what the other checks lean on. */
static bool check_rows(const cJSON *rows, const struct field *fields, size_t n)
{
    int before = faults;
    for (const cJSON *row = rows->child; row; row = row->next) {
        struct err err = ERR_INIT;
        const char *code = json_text(row, "code");
        if (!field_check_exact(row, fields, n, &err))
            fault(rows->string, row, "%s (%s)", err.key, err.part);
        else if (code && row_of(rows, "code", code) != row)
            fault(rows->string, row, "the code stands twice");
    }
    return faults == before;
}

static void check_known(const cJSON *row, const char *member, const cJSON *rows)
{
    const char *code = json_text(row, member);
    if (*code && !row_of(rows, "code", code))
        fault("items", row, "%s %s is not among the %s", member, code, rows->string);
}

static void check_code(const cJSON *row)
{
    const char *code = json_text(row, "code"), *group = json_text(row, "group");
    size_t n = strlen(group);
    bool alone = strcmp(code, group) == 0 && strcmp(code, "ANDET") == 0;
    bool numbered = n == 3 && text_starts(code, group) && strlen(code) == 5 &&
                    strspn(code + n, "0123456789") == 2;
    if (!alone && !numbered)
        fault("items", row, "a code is its group's (%s) and two digits", group);
}

static void check_item(const cJSON *tree, const cJSON *row)
{
    const char *acute = json_text(row, "acute");
    const cJSON *efforts = json_array(tree, "efforts"),
                *parties = json_array(tree, "parties");
    const cJSON *effort = row_of(efforts, "code", json_text(row, "effort"));
    check_code(row);
    check_known(row, "group", json_array(tree, "groups"));
    check_known(row, "party", parties);
    check_known(row, "fallback", parties);
    check_known(row, "effort", efforts);
    if (effort && !json_true(effort, "place"))
        fault("items", row, "effort %s is not about places", json_text(row, "effort"));
    if (text_equal(json_text(row, "party"), json_text(row, "fallback")))
        fault("items", row, "the fallback is the party itself");
    if (*acute && !field_word_in(acute, ACUTE_WORDS))
        fault("items", row, "acute word %s is not one of %s", acute, ACUTE_WORDS);
    if (!has_goal(json_array(tree, "goals"), json_int(row, "goal", 0)))
        fault("items", row, "its goal is not among the goals");
}

/* A group has items, and their party when they all agree; else the coordinator's. */
static void check_group(const cJSON *tree, const cJSON *group)
{
    const char *code = json_text(group, "code"), *party = NULL;
    const cJSON *rows = json_array(tree, "items");
    for (const cJSON *row = rows->child; row; row = row->next) {
        if (!text_equal(json_text(row, "group"), code))
            continue;
        const char *next = json_text(row, "party");
        party = !party || strcmp(party, next) == 0 ? next : "KOO";
        if (strcmp(party, next) != 0)
            break;
    }
    if (!party)
        fault("groups", group, "has no items");
    else if (!text_equal(json_text(group, "party"), party))
        fault("groups", group, "party should be %s, as its items have it", party);
}

static bool is_day(const char *day)
{
    int y, m, d;
    return strlen(day) == 10 && sscanf(day, "%4d-%2d-%2d", &y, &m, &d) == 3 &&
           clock_date_exists(y, m, d);
}

/* In order, without overlap; the words not known in full are marked, never guessed. */
static void check_goal(const cJSON *goal)
{
    const cJSON *rows = json_array(goal, "wording");
    const char *before = "";
    char where[32];
    snprintf(where, sizeof where, "goal %d", (int)json_int(goal, "number", 0));
    if (!check_rows(rows, wording_fields, FIELD_COUNT(wording_fields)))
        return;
    for (const cJSON *row = rows->child; row; row = row->next) {
        const char *from = json_text(row, "from"), *to = json_text(row, "to");
        bool empty = !*json_text(row, "da") || !*json_text(row, "en");
        if (!is_day(from) ||
            (*to ? !is_day(to) || strcmp(to, from) < 0 : row->next != NULL))
            fault(where, row, "%s to %s is not a stretch of time", from,
                  *to ? to : "now");
        if (strcmp(from, before) <= 0)
            fault(where, row, "the wording from %s begins before the last has ended",
                  from);
        if (empty && json_true(row, "complete"))
            fault(where, row, "the wording from %s is complete but has no words", from);
        before = to;
    }
}

static void check(const cJSON *tree)
{
    struct err err = ERR_INIT;
    if (!field_check_exact(tree, whole_fields, FIELD_COUNT(whole_fields), &err)) {
        fault("the whole", tree, "%s (%s: %s to %s)", err.key, err.part, err.arg[1],
              err.arg[2]);
        return;
    }
    const cJSON *goals = json_array(tree, "goals"),
                *groups = json_array(tree, "groups");
    const cJSON *items = json_array(tree, "items");
    bool whole = check_rows(json_array(tree, "parties"), party_fields,
                            FIELD_COUNT(party_fields));
    whole &= check_rows(json_array(tree, "efforts"), effort_fields,
                        FIELD_COUNT(effort_fields));
    whole &= check_rows(goals, goal_fields, FIELD_COUNT(goal_fields));
    whole &= check_rows(groups, group_fields, FIELD_COUNT(group_fields));
    whole &= check_rows(items, item_fields, FIELD_COUNT(item_fields));
    if (!is_day(json_text(tree, "valid_from")))
        fault("valid_from", tree, "is not a day");
    for (int number = 1; whole && number <= GOALS; number++)
        if (!has_goal(goals, number))
            fault("goals", goals, "goal %d is missing", number);
    for (const cJSON *row = goals->child; whole && row; row = row->next)
        check_goal(row);
    for (const cJSON *row = groups->child; whole && row; row = row->next)
        check_group(tree, row);
    for (const cJSON *row = items->child; whole && row; row = row->next)
        check_item(tree, row);
}

int main(int argc, char **argv)
{
    struct arena arena = ARENA_INIT;
    struct err err = ERR_INIT;
    char *json;
    size_t len;
    cJSON *tree = NULL;
    if (argc != 2) {
        fputs("usage: catalogue FILE.json\n", stderr);
        return 2;
    }
    path = argv[1];
    if (!file_read(&arena, path, 4 << 20, &json, &len, &err) ||
        !json_parse(json, len, &tree, &err))
        fault("the whole", NULL, "%s (%s)", err.key, *err.part ? err.part : err.arg[1]);
    else
        check(tree);
    json_free(tree);
    arena_release(&arena);
    return faults ? 1 : 0;
}
