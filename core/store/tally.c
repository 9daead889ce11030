/* tally: see the header. */
#include "core/store/tally.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

static const char other[] = "other";

static struct tally_row *row_of(struct tally *t, const char *role)
{
    for (size_t i = 0; i < t->rows; i++)
        if (strcmp(t->row[i].role, role) == 0)
            return &t->row[i];
    bool last = t->rows + 1 >= TALLY_ROLES; /* kept free for "other" */
    if (strlen(role) >= TALLY_ROLE_SIZE || (last && strcmp(role, other) != 0))
        return row_of(t, other);
    struct tally_row *row = &t->row[t->rows++];
    memset(row, 0, sizeof *row);
    memcpy(row->role, role, strlen(role) + 1);
    return row;
}

void tally_add(struct tally *t, const char *role, int unsafe_1_7, int64_t times)
{
    if (unsafe_1_7 < 1 || unsafe_1_7 > TALLY_WORST || times < 1)
        return;
    row_of(t, role)->count[unsafe_1_7 - 1] += times;
    t->answers += times;
}

int64_t tally_of_row(const struct tally_row *row)
{
    int64_t n = 0;
    for (size_t i = 0; i < TALLY_WORST; i++)
        n += row->count[i];
    return n;
}

static void join(struct tally_row *into, const struct tally_row *row)
{
    for (size_t i = 0; i < TALLY_WORST; i++)
        into->count[i] += row->count[i];
}

/* In order of role with "other" last, whatever the order of answering was. */
static int by_role(const void *a, const void *b)
{
    const struct tally_row *x = a, *y = b;
    int last = (strcmp(x->role, other) == 0) - (strcmp(y->role, other) == 0);
    return last ? last : strcmp(x->role, y->role);
}

/* The smallest row that is not in yet; of equals the first by role. NULL: none left. */
static struct tally_row *smallest(struct tally *t, const bool *joined)
{
    struct tally_row *found = NULL;
    for (size_t i = 0; i < t->rows; i++)
        if (!joined[i] && (!found || tally_of_row(&t->row[i]) < tally_of_row(found)))
            found = &t->row[i];
    return found;
}

struct tally tally_published(const struct tally *all)
{
    struct tally from = *all, out = {.answers = all->answers};
    struct tally_row rest = {.role = "other"};
    bool joined[TALLY_ROLES] = {false};
    if (all->answers < TALLY_FEWEST)
        return out;
    qsort(from.row, from.rows, sizeof from.row[0], by_role);
    for (size_t i = 0; i < from.rows; i++)
        if (strcmp(from.row[i].role, other) == 0 ||
            tally_of_row(&from.row[i]) < TALLY_FEWEST) {
            join(&rest, &from.row[i]);
            joined[i] = true;
        }
    while (tally_of_row(&rest) > 0 && tally_of_row(&rest) < TALLY_FEWEST) {
        struct tally_row *next = smallest(&from, joined);
        join(&rest, next);
        joined[next - from.row] = true;
    }
    for (size_t i = 0; i < from.rows; i++)
        if (!joined[i])
            out.row[out.rows++] = from.row[i];
    if (tally_of_row(&rest) > 0)
        out.row[out.rows++] = rest;
    return out;
}

void tally_rows_json(struct json_out *o, const char *name, const struct tally *t)
{
    json_open(o, name, '[');
    for (size_t i = 0; i < t->rows; i++) {
        json_open(o, NULL, '{');
        json_str(o, "role", t->row[i].role);
        json_open(o, "counts", '[');
        for (size_t j = 0; j < TALLY_WORST; j++)
            json_num(o, NULL, t->row[i].count[j]);
        json_close(o, ']');
        json_close(o, '}');
    }
    json_close(o, ']');
}

static bool read_row(struct tally *t, const cJSON *row)
{
    const char *role = json_text(row, "role");
    const cJSON *counts = json_array(row, "counts");
    int unsafe = 0;
    if (!role || !*role || strlen(role) >= TALLY_ROLE_SIZE || !counts ||
        cJSON_GetArraySize(counts) != TALLY_WORST)
        return false;
    for (const cJSON *c = counts->child; c; c = c->next) {
        int64_t n;
        if (!json_as_int(c, &n) || n < 0 || n > 10000)
            return false;
        tally_add(t, role, ++unsafe, n);
    }
    return true;
}

bool tally_rows_read(struct tally *t, const cJSON *rows)
{
    struct tally more = *t;
    if (!cJSON_IsArray(rows))
        return false;
    for (const cJSON *r = rows->child; r; r = r->next)
        if (!read_row(&more, r))
            return false;
    *t = more;
    return true;
}
