/* party: see the header. */
#include "core/store/party.h"

#include "core/store/fold.h"
#include "core/store/hold.h"

#include <stdio.h>
#include <string.h>

static const struct field party_fields[] = {
    {"code", FIELD_TEXT, 2, 8, FIELD_REQUIRED, NULL},
    {"da", FIELD_TEXT, 1, 80, FIELD_REQUIRED, NULL},
    {"en", FIELD_TEXT, 1, 80, FIELD_REQUIRED, NULL},
    {"kind", FIELD_WORD, 0, 0, FIELD_REQUIRED,
     "department police rescue region housing owner operator utility transport road rail"
     " business council coordinator"},
    {"mail", FIELD_TEXT, 0, 120, FIELD_NULLABLE, NULL},
    {"phone", FIELD_TEXT, 0, 40, FIELD_NULLABLE, NULL},
};

static const char sql_party_set[] =
    "INSERT INTO party (code, founded, da, en, kind, mail, phone)"
    " VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (code) DO UPDATE SET"
    " da = excluded.da, en = excluded.en, kind = excluded.kind, mail = excluded.mail,"
    " phone = excluded.phone";
static const char sql_party_drop[] = "DELETE FROM party WHERE code = ?1";

/* The last word in the one order stands. */
static bool party_fold(const struct fold_call *call, struct err *err)
{
    if (strncmp(call->subject, "party:", 6) != 0)
        return true;
    const char *code = call->subject + 6;
    if (call->count == 0)
        return db_run(call->db, err, sql_party_drop, "s", code);
    const cJSON *b = call->entry[call->count - 1].body;
    return db_run(call->db, err, sql_party_set, "ssssss", code, json_text(b, "da"),
                  json_text(b, "en"), json_text(b, "kind"), json_text(b, "mail"),
                  json_text(b, "phone"));
}

static const struct fold_kind party_kinds[] = {
    {"party.set", party_fields, FIELD_COUNT(party_fields), FOLD_REGISTRY},
};
const struct fold_noun party_noun = {party_kinds, FIELD_COUNT(party_kinds), party_fold};

bool party_set(struct store *s, struct arena *a, const struct party *p,
               const char *by_role, struct err *err)
{
    char subject[24];
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    if (strspn(p->code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != strlen(p->code) ||
        strlen(p->code) < 2 || strlen(p->code) > 8)
        return err_set(err, ERR_INPUT, "party.bad_code", p->code, NULL);
    snprintf(subject, sizeof subject, "party:%s", p->code);
    json_open(&o, NULL, '{');
    json_str(&o, "code", p->code);
    json_str(&o, "da", p->da);
    json_str(&o, "en", p->en);
    json_str(&o, "kind", p->kind);
    json_str(&o, "mail", p->mail);
    json_str(&o, "phone", p->phone);
    json_close(&o, '}');
    struct record_wish wish = {"party.set", subject, body.data, by_role, "", INT64_MIN};
    cJSON *form = NULL;
    bool ok = json_parse(body.data, body.len, &form, err) &&
              field_check(form, party_fields, FIELD_COUNT(party_fields), err) &&
              hold_make(s, a, &wish, NULL, err);
    json_free(form);
    buf_release(&body);
    return ok;
}

static const char sql_parties[] =
    "SELECT code, da, en, kind, mail, phone FROM party WHERE founded = 1 ORDER BY code";

bool party_list(struct store *s, struct arena *a, struct party **ret, size_t *ret_n,
                struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_parties, ""))
        return false;
    while (db_next(&rows, err)) {
        struct party p = {db_text(&rows, a, 0), db_text(&rows, a, 1),
                          db_text(&rows, a, 2), db_text(&rows, a, 3),
                          db_text(&rows, a, 4), db_text(&rows, a, 5)};
        buf_add(&list, &p, sizeof p);
    }
    bool ok = db_done(&rows);
    if (ok) {
        *ret_n = list.len / sizeof(struct party);
        *ret = arena_memdup(a, list.data, list.len);
    }
    buf_release(&list);
    return ok;
}

static const char sql_party_there[] = "SELECT founded FROM party WHERE code = ?1";

bool party_exists(struct store *s, const char *code, bool *ret, struct err *err)
{
    int64_t founded = 0;
    if (!db_number(&s->db, &founded, 0, err, sql_party_there, "s", code))
        return false;
    *ret = founded != 0;
    return true;
}
