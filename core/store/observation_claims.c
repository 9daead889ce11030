/* observation_claims: what an editor had seen of an observation, and settling what two
 * have said of the same field. */
#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/store/claim.h"
#include "core/store/observation.h"

#include <string.h>

const struct claim_source observation_claims = {
    "observation.note", "observation.edit", "observation.withdraw", "withdrawn"};

/* ---- what was seen --------------------------------------------------------------- */

static const char sql_arrived_by[] =
    "SELECT count(*) FROM record WHERE hash = ?1 AND arrival <= ?2";

/* Moves the entries that had arrived by then to the front; *ret_n how many. */
static bool keep_arrived(struct store *s, struct fold_entry *entry, size_t n,
                         int64_t arrival, size_t *ret_n, struct err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t there = 0;
        if (!db_number(&s->db, &there, 0, err, sql_arrived_by, "bi", entry[i].record.hash,
                       (size_t)DIGEST_SIZE, arrival))
            return false;
        if (!there)
            continue;
        struct fold_entry e = entry[kept];
        entry[kept++] = entry[i];
        entry[i] = e;
    }
    *ret_n = kept;
    return true;
}

bool observation_seen(struct store *s, struct arena *a, const char *id,
                      const cJSON *fields, int64_t arrival, cJSON **ret,
                      struct err *err)
{
    struct fold_entry *entries;
    size_t n, seen;
    if (!fold_entries(&s->db, a, id, "observation.note", &entries, &n, err))
        return false;
    bool ok = keep_arrived(s, entries, n, arrival, &seen, err);
    cJSON *map = ok ? cJSON_CreateObject() : NULL;
    for (const cJSON *f = ok ? fields->child : NULL; f; f = f->next) {
        struct claims c = claim_read(a, &observation_claims, entries, seen, f->string);
        cJSON *list = cJSON_AddArrayToObject(map, f->string);
        for (size_t i = 0; i < c.count; i++)
            cJSON_AddItemToArray(list, cJSON_CreateString(c.candidate[i].entry->hash));
    }
    fold_entries_free(entries, n);
    if (ok)
        *ret = map;
    return ok;
}

static bool is_named(const cJSON *list, const char *hash)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, list)
    {
        if (text_equal(cJSON_GetStringValue(one), hash))
            return true;
    }
    return false;
}

/* Does the edit overwrite a category of what works by one that is none? */
static bool works_no_more(const struct claims *c, const cJSON *fields,
                          const cJSON *seen)
{
    const char *to = json_text(fields, "category");
    const cJSON *over = json_array(seen, "category");
    if (!to || observation_is_strength(to))
        return false;
    for (size_t i = 0; i < c->count; i++)
        if (observation_is_strength(cJSON_GetStringValue(c->candidate[i].value)) &&
            (!seen || is_named(over, c->candidate[i].entry->hash)))
            return true;
    return false;
}

struct claims observation_zeros_left(struct arena *a, const struct fold_entry *entry,
                                     size_t n, const cJSON *fields, const cJSON *seen)
{
    struct claims category = claim_read(a, &observation_claims, entry, n, "category");
    struct claims severity = claim_read(a, &observation_claims, entry, n, "severity");
    size_t zeros = 0;
    int64_t said;
    if (!cJSON_GetObjectItemCaseSensitive(fields, "severity") &&
        works_no_more(&category, fields, seen))
        for (size_t i = 0; i < severity.count; i++)
            if (json_as_int(severity.candidate[i].value, &said) && said == 0)
                severity.candidate[zeros++] = severity.candidate[i];
    severity.count = zeros;
    return severity;
}

/* ---- settling -------------------------------------------------------------------- */

/* The value that record claims for the field, as a copy; NULL when it claims none now. */
static cJSON *candidate_value(const struct claims *c, const char *hash)
{
    for (size_t i = 0; i < c->count; i++)
        if (hash && strcmp(c->candidate[i].entry->hash, hash) == 0)
            return cJSON_Duplicate(c->candidate[i].value, true);
    return NULL;
}

/* The candidates the chooser had before the eyes; without a list of them, all. */
static cJSON *candidates_seen(const struct claims *c, const cJSON *shown)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < c->count; i++)
        if (!shown || is_named(shown, c->candidate[i].entry->hash))
            cJSON_AddItemToArray(list, cJSON_CreateString(c->candidate[i].entry->hash));
    return list;
}

/* Of {field: choice}: {field: value} and {field: [hash]}. */
static bool chosen_values(struct arena *a, const struct fold_entry *entry, size_t n,
                          const cJSON *choice, cJSON *values, cJSON *seen,
                          struct err *err)
{
    for (const cJSON *f = choice->child; f; f = f->next) {
        struct claims c = claim_read(a, &observation_claims, entry, n, f->string);
        const char *hash =
            cJSON_IsObject(f) ? json_text(f, "choose") : cJSON_GetStringValue(f);
        cJSON *value = candidate_value(&c, hash);
        if (!value) {
            err_set(err, ERR_CONFLICT, "observation.settled", f->string, NULL);
            return err_part(err, f->string);
        }
        cJSON_AddItemToObject(values, f->string, value);
        cJSON_AddItemToObject(seen, f->string,
                              candidates_seen(&c, json_array(f, "seen")));
    }
    return true;
}

static bool settle(struct store *s, struct arena *a, const char *id, cJSON *values,
                   const cJSON *seen, const char *by_role, const char *by_org,
                   struct err *err)
{
    cJSON *withdrawn = cJSON_DetachItemFromObjectCaseSensitive(values, "withdrawn");
    bool on = cJSON_IsTrue(cJSON_GetObjectItem(withdrawn, "on"));
    bool ok =
        !withdrawn || observation_withdraw(s, a, id, on, json_text(withdrawn, "into"),
                                           json_array(seen, "withdrawn"), by_role, err);
    ok = ok && observation_edit(s, a, id, values, seen, by_role, by_org, err);
    json_free(withdrawn);
    return ok;
}

bool observation_settle(struct store *s, struct arena *a, const char *id,
                        const cJSON *choice, const char *by_role, const char *by_org,
                        struct err *err)
{
    struct fold_entry *entries;
    size_t n;
    if (!fold_entries(&s->db, a, id, "observation.note", &entries, &n, err))
        return false;
    cJSON *values = cJSON_CreateObject(), *seen = cJSON_CreateObject();
    bool ok = chosen_values(a, entries, n, choice, values, seen, err);
    fold_entries_free(entries, n);
    ok = ok && settle(s, a, id, values, seen, by_role, by_org, err);
    json_free(values);
    json_free(seen);
    return ok;
}
