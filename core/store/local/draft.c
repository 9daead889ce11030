/* draft: see the header. */
#include "core/store/local/draft.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/observation.h"

#include <string.h>

static const char sql_draft_set[] =
    "INSERT INTO draft (observation, fields, saved_ms) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (observation) DO UPDATE SET fields = excluded.fields,"
    " saved_ms = excluded.saved_ms";
static const char sql_draft_end[] = "DELETE FROM draft WHERE observation = ?1";

bool draft_set(struct store *s, const char *observation, const char *fields,
               struct err *err)
{
    return db_run(&s->db, err, sql_draft_set, "ssi", observation, fields, clock_utc_ms());
}

bool draft_end(struct store *s, const char *observation, struct err *err)
{
    return db_run(&s->db, err, sql_draft_end, "s", observation);
}

static const char sql_draft_count[] =
    "SELECT count(*) FROM draft WHERE observation = ?1";

bool draft_count(struct store *s, const char *observation, int64_t *ret,
                 struct err *err)
{
    return db_number(&s->db, ret, 0, err, sql_draft_count, "s", observation);
}

static const char sql_drafts_here[] =
    "SELECT count(*) FROM draft d JOIN observation o ON o.id = d.observation";

bool drafts_count(struct store *s, int64_t *ret, struct err *err)
{
    return db_number(&s->db, ret, 0, err, sql_drafts_here, "");
}

/* ---- becoming an edit ------------------------------------------------------------- */

/* A clock that was set back must keep none young for hours: one from after now is old. */
static const char sql_drafts_old[] =
    "SELECT observation, fields FROM draft WHERE saved_ms <= ?1 OR saved_ms > ?2"
    " ORDER BY observation";

struct draft {
    const char *observation, *fields;
};

static bool list_old(struct store *s, struct arena *a, int64_t age_ms, struct buf *list,
                     struct err *err)
{
    struct db_rows rows;
    int64_t now = clock_utc_ms();
    if (!db_query(&s->db, &rows, err, sql_drafts_old, "ii", now - age_ms, now))
        return false;
    while (db_next(&rows, err)) {
        struct draft d = {db_text(&rows, a, 0), db_text(&rows, a, 1)};
        buf_add(list, &d, sizeof d);
    }
    return db_done(&rows);
}

/* Leaves only what the point does not say already. */
static void drop_known(cJSON *fields, const struct observation *o)
{
    const char *note = json_text(fields, "note"), *measure = json_text(fields, "measure");
    if (note && strcmp(note, o->note ? o->note : "") == 0)
        cJSON_DeleteItemFromObjectCaseSensitive(fields, "note");
    if (measure && strcmp(measure, o->measure ? o->measure : "") == 0)
        cJSON_DeleteItemFromObjectCaseSensitive(fields, "measure");
}

static bool settle(struct store *s, struct arena *a, const struct draft *d, bool *ret_edit,
                   struct err *err)
{
    struct observation o;
    const char *role, *org;
    cJSON *fields = NULL;
    if (!observation_find(s, a, d->observation, &o, err) ||
        !store_setting(s, a, "role", "participant", &role, err) ||
        !store_setting(s, a, "organisation", "", &org, err) ||
        !json_parse(d->fields, strlen(d->fields), &fields, err))
        return false;
    drop_known(fields, &o);
    *ret_edit = fields->child != NULL;
    bool ok = (!*ret_edit || observation_edit(s, a, o.id, fields, NULL, role, org, err)) &&
              draft_end(s, o.id, err);
    json_free(fields);
    return ok;
}

static const char sql_draft_of[] = "SELECT fields FROM draft WHERE observation = ?1";

bool draft_settle(struct store *s, struct arena *a, const char *observation,
                  struct err *err)
{
    struct db_rows rows;
    struct draft d = {observation, NULL};
    bool edit;
    if (!db_query(&s->db, &rows, err, sql_draft_of, "s", observation))
        return false;
    if (db_next(&rows, err))
        d.fields = db_text(&rows, a, 0);
    return db_done(&rows) && (!d.fields || settle(s, a, &d, &edit, err));
}

bool drafts_settle(struct store *s, int64_t age_ms, size_t *ret_n, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct buf list = BUF_INIT;
    size_t n = 0;
    bool ok = list_old(s, &a, age_ms, &list, err);
    const struct draft *draft = (const struct draft *)(const void *)list.data;
    size_t drafts = ok ? list.len / sizeof *draft : 0;
    for (size_t i = 0; i < drafts; i++) {
        bool edit = false, begun = db_begin(&s->db, err);
        bool done = begun && settle(s, &a, &draft[i], &edit, err);
        if (begun)
            done = db_end(&s->db, done, err);
        n += done && edit;
        ok = ok && done;
    }
    buf_release(&list);
    arena_release(&a);
    *ret_n = n;
    return ok;
}
