/* operation: see the header. */
#include "core/store/local/operation.h"

#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/store/observation.h"

static const char sql_operation_count[] = "SELECT count(*) FROM operation WHERE id = ?1";
static const char sql_operation_hash[] = "SELECT hash FROM operation WHERE id = ?1";
static const char sql_operation_keep[] =
    "INSERT INTO operation (id, hash, kept_ms) SELECT ?1, head, ?2 FROM self"
    " WHERE one = 1";

bool operation_done(struct store *s, const char *id, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (id && !db_number(&s->db, &n, 0, err, sql_operation_count, "s", id))
        return false;
    *ret = n > 0;
    return true;
}

bool operation_keep(struct store *s, const char *id, struct err *err)
{
    return !id || db_run(&s->db, err, sql_operation_keep, "si", id, clock_utc_ms());
}

/* Appends what the deed became to every field's list; what nobody knows is left out. */
static bool add_deed(struct store *s, struct arena *a, const char *id, cJSON *over,
                     struct err *err)
{
    struct db_rows rows;
    char hex[DIGEST_HEX] = "";
    if (!db_query(&s->db, &rows, err, sql_operation_hash, "s", id))
        return false;
    if (db_next(&rows, err) && !db_is_null(&rows, 0))
        text_hex(db_blob(&rows, a, 0, NULL), DIGEST_SIZE, hex);
    if (!db_done(&rows))
        return false;
    for (cJSON *list = over->child; list && *hex; list = list->next)
        cJSON_AddItemToArray(list, cJSON_CreateString(hex));
    return true;
}

bool operation_over(struct store *s, struct arena *a, const char *observation,
                    const cJSON *fields, int64_t seen, const cJSON *after, cJSON **ret,
                    struct err *err)
{
    cJSON *over;
    if (!observation_seen(s, a, observation, fields, seen, &over, err))
        return false;
    for (const cJSON *deed = after ? after->child : NULL; deed; deed = deed->next)
        if (cJSON_IsString(deed) && !add_deed(s, a, deed->valuestring, over, err)) {
            json_free(over);
            return false;
        }
    *ret = over;
    return true;
}
