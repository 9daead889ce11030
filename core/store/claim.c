/* claim: see the header. */
#include "core/store/claim.h"

#include <stdlib.h>
#include <string.h>

struct covered {
    const char **hash; /* sorted */
    size_t n;
};

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The claim an entry makes about field, and what it was made over. */
static bool claim_of(const struct claim_source *source, const struct fold_entry *e,
                     const char *field, const cJSON **ret_value, const cJSON **ret_over)
{
    *ret_over = NULL;
    if (strcmp(e->record.kind, source->founding) == 0) {
        *ret_value = cJSON_GetObjectItemCaseSensitive(e->body, field);
        return *ret_value != NULL;
    }
    if (strcmp(e->record.kind, source->edit) == 0) {
        static const cJSON erased = {.type = cJSON_NULL};
        const cJSON *edit = json_object(e->body, field);
        *ret_value = cJSON_GetObjectItemCaseSensitive(edit, "value");
        *ret_over = json_array(edit, "over");
        if (edit && !*ret_value && e->erased)
            *ret_value = &erased;
        return *ret_value != NULL;
    }
    if (source->whole && strcmp(e->record.kind, source->whole) == 0 &&
        strcmp(field, source->whole_field) == 0) {
        *ret_value = e->body;
        *ret_over = json_array(e->body, "over");
        return true;
    }
    return false;
}

static size_t count_over(const cJSON *over)
{
    size_t n = 0;
    for (const cJSON *c = over ? over->child : NULL; c; c = c->next)
        n += cJSON_IsString(c) != 0;
    return n;
}

static struct covered cover(struct arena *a, const struct claim_source *source,
                            const struct fold_entry *entry, size_t n, const char *field)
{
    struct covered c = {0};
    const cJSON *value, *over;
    for (size_t i = 0; i < n; i++)
        if (claim_of(source, &entry[i], field, &value, &over))
            c.n += count_over(over);
    if (c.n == 0)
        return c;
    c.hash = arena_array(a, c.n, sizeof *c.hash);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (!claim_of(source, &entry[i], field, &value, &over))
            continue;
        for (const cJSON *h = over ? over->child : NULL; h; h = h->next)
            if (cJSON_IsString(h) && strcmp(h->valuestring, entry[i].hash) != 0)
                c.hash[at++] = h->valuestring;
    }
    c.n = at;
    qsort(c.hash, c.n, sizeof *c.hash, compare);
    return c;
}

static bool is_covered(const struct covered *c, const char *hash)
{
    return c->n && bsearch(&hash, c->hash, c->n, sizeof *c->hash, compare);
}

struct claims claim_read(struct arena *a, const struct claim_source *source,
                         const struct fold_entry *entry, size_t n, const char *field)
{
    struct covered covered = cover(a, source, entry, n, field);
    struct claims c = {arena_array(a, n ? n : 1, sizeof *c.candidate), 0};
    const cJSON *value, *over;
    for (size_t i = 0; i < n; i++)
        if (claim_of(source, &entry[i], field, &value, &over) &&
            !is_covered(&covered, entry[i].hash))
            c.candidate[c.count++] = (struct claim){&entry[i], value};
    return c;
}

const cJSON *claim_shown(const struct claims *c)
{
    if (c->count == 0 || cJSON_IsNull(c->candidate[c->count - 1].value))
        return NULL;
    return c->candidate[c->count - 1].value;
}

void claim_conflict(struct json_out *o, const char *field, const struct claims *c)
{
    if (c->count < 2)
        return;
    json_open(o, field, '[');
    for (size_t i = 0; i < c->count; i++) {
        const struct fold_entry *e = c->candidate[i].entry;
        json_open(o, NULL, '{');
        json_str(o, "hash", e->hash);
        json_tree(o, "value", c->candidate[i].value);
        json_num(o, "at", e->record.at_ms);
        json_str(o, "by", e->record.by_role);
        json_str(o, "organisation", e->record.by_org);
        json_bool(o, "shown", i + 1 == c->count);
        json_close(o, '}');
    }
    json_close(o, ']');
}
