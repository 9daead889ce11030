/* published: see the header. */
#include "core/store/published.h"

#include "core/base/asset.h"
#include "core/base/text.h"
#include "core/store/fold.h"
#include "core/store/hold.h"
#include "core/store/observation.h"
#include "core/store/party.h"

#include <stdio.h>
#include <string.h>

static const struct field publish_fields[] = {
    {"version", FIELD_INT, 1, 1000000, FIELD_REQUIRED, NULL},
    {"items", FIELD_ARRAY, 1, 1000, FIELD_REQUIRED, NULL},
    {"groups", FIELD_ARRAY, 1, 100, FIELD_REQUIRED, NULL},
};

static const char sql_catalogue_set[] =
    "INSERT INTO catalogue (version, body) VALUES (?1, ?2)"
    " ON CONFLICT (version) DO UPDATE SET body = excluded.body";

static const char sql_catalogue_drop[] = "DELETE FROM catalogue WHERE version = ?1";

/* The last word in the one order stands, as it was written. One version has one
 * subject: a body that names another version says nothing. */
static bool catalogue_fold(const struct fold_call *call, struct err *err)
{
    const char *number = strchr(call->subject, ':');
    const struct fold_entry *said = NULL;
    char subject[40];
    int64_t version;
    if (!number || !text_int(number + 1, &version))
        return true;
    snprintf(subject, sizeof subject, "catalogue:%lld", (long long)version);
    if (strcmp(subject, call->subject) != 0)
        return true;
    for (size_t i = 0; i < call->count; i++)
        if (json_int(call->entry[i].body, "version", 0) == version)
            said = &call->entry[i];
    if (!said)
        return db_run(call->db, err, sql_catalogue_drop, "i", version);
    return db_run(call->db, err, sql_catalogue_set, "is", version, said->record.body);
}

static const struct fold_kind catalogue_kinds[] = {
    {"catalogue.publish", publish_fields, FIELD_COUNT(publish_fields), FOLD_REGISTRY},
};
const struct fold_noun catalogue_noun = {catalogue_kinds, FIELD_COUNT(catalogue_kinds),
                                         catalogue_fold};

static bool packed(struct arena *a, char **ret, size_t *ret_len, struct err *err)
{
    const struct asset *asset = asset_find("schema/catalogue.json");
    if (!asset)
        err_die("published", "schema/catalogue.json is not packed");
    return asset_plain(a, asset, ret, ret_len, err);
}

static const char sql_catalogue_newest[] =
    "SELECT body FROM catalogue ORDER BY version DESC LIMIT 1";

bool published_catalogue(struct store *s, struct arena *a, struct catalogue *ret,
                         struct err *err)
{
    struct arena scratch = ARENA_INIT;
    struct db_rows rows;
    char *text = NULL;
    size_t len = 0;
    if (!db_query(&s->db, &rows, err, sql_catalogue_newest, ""))
        return false;
    if (db_next(&rows, err))
        text = db_text(&rows, &scratch, 0);
    bool ok = db_done(&rows);
    if (ok && text)
        len = strlen(text);
    else if (ok)
        ok = packed(&scratch, &text, &len, err);
    ok = ok && catalogue_read(a, text, len, ret, err);
    arena_release(&scratch);
    return ok;
}

bool published_category(struct store *s, const char *code, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct catalogue c;
    const struct catalogue_item *item;
    bool ok = !code || (published_catalogue(s, &a, &c, err) &&
                        catalogue_find(&c, code, &item, err));
    arena_release(&a);
    return ok;
}

static bool party_known(struct store *s, const char *code, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct catalogue c;
    bool ok = published_catalogue(s, &a, &c, err);
    bool known = ok && catalogue_party(&c, code);
    ok = ok && (known || party_exists(s, code, &known, err));
    arena_release(&a);
    if (!ok || known)
        return ok;
    err_set(err, ERR_INPUT, "party.unknown", code, NULL);
    return err_part(err, "party");
}

static bool affected_known(const char *codes, struct err *err)
{
    for (codes += strspn(codes, " "); *codes; codes += strspn(codes, " ")) {
        char word[200];
        size_t n = strcspn(codes, " ");
        snprintf(word, sizeof word, "%.*s", (int)n, codes);
        if (!field_word_in(word, observation_affected) &&
            strcmp(word, "evening") != 0) {
            err_set(err, ERR_INPUT, "affected.unknown", word, observation_affected,
                    NULL);
            return err_part(err, "affected");
        }
        codes += n;
    }
    return true;
}

bool published_codes(struct store *s, const cJSON *fields, struct err *err)
{
    const char *party = json_text(fields, "party");
    const char *affected = json_text(fields, "affected");
    return published_category(s, json_text(fields, "category"), err) &&
           (!party || !*party || party_known(s, party, err)) &&
           (!affected || affected_known(affected, err));
}

static const char sql_catalogue_version[] = "SELECT max(version) FROM catalogue";

/* cJSON reads and prints the file once, so that the body is one compact line. */
static bool publish(struct store *s, struct arena *a, const char *text, size_t len,
                    int version, struct err *err)
{
    char subject[40];
    cJSON *tree;
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    if (!json_parse(text, len, &tree, err))
        return false;
    json_tree(&o, NULL, tree);
    json_free(tree);
    snprintf(subject, sizeof subject, "catalogue:%d", version);
    struct record_wish wish = {"catalogue.publish", subject, body.data, "registry", "",
                               INT64_MIN};
    bool ok = hold_make(s, a, &wish, NULL, err);
    buf_release(&body);
    return ok;
}

static bool publish_parties(struct store *s, struct arena *a, const struct catalogue *c,
                            struct err *err)
{
    for (size_t i = 0; i < c->party_count; i++) {
        const struct catalogue_party *p = &c->parties[i];
        struct party wish = {p->code, p->da, p->en, p->kind, NULL, NULL};
        bool there;
        if (!party_exists(s, p->code, &there, err))
            return false;
        if (!there && !party_set(s, a, &wish, "registry", err))
            return false;
    }
    return true;
}

bool published_start(struct store *s, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct catalogue c;
    char *text;
    size_t len;
    int64_t version = 0;
    bool ok = packed(&a, &text, &len, err) && catalogue_read(&a, text, len, &c, err) &&
              db_begin(&s->db, err);
    if (!ok) {
        arena_release(&a);
        return false;
    }
    ok = db_number(&s->db, &version, 0, err, sql_catalogue_version, "");
    if (ok && version < c.version)
        ok = publish(s, &a, text, len, c.version, err) &&
             publish_parties(s, &a, &c, err);
    if (ok)
        ok = db_commit(&s->db, err);
    else
        db_rollback(&s->db);
    arena_release(&a);
    return ok;
}
