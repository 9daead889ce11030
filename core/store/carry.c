/* carry: see the header. */
#include "core/store/carry.h"

#include "core/base/text.h"
#include "core/store/fold.h"

#include <string.h>

static const struct field carry_fields[] = {
    {"head", FIELD_TEXT, 2, RECORD_MOST, FIELD_REQUIRED, NULL},
    {"body", FIELD_TEXT, 2, RECORD_MOST, FIELD_NULLABLE, NULL},
    {"sig", FIELD_TEXT, 2 * SIGN_SIZE, 2 * SIGN_SIZE, FIELD_REQUIRED, NULL},
};

/* A carrier whose inner record is not read (it is erased) says nothing. */
static bool carry_fold(const struct fold_call *call, struct err *err)
{
    (void)call;
    (void)err;
    return true;
}

static const struct fold_kind carry_kinds[] = {
    {"origin.carry", carry_fields, FIELD_COUNT(carry_fields), FOLD_BOTH},
};
const struct fold_noun carry_noun = {carry_kinds, FIELD_COUNT(carry_kinds), carry_fold};

bool carry_is(const struct record *r)
{
    return strcmp(r->kind, "origin.carry") == 0;
}

static bool may_be_carried(const struct record *inner, const struct record *r)
{
    return !text_starts(inner->kind, "origin.") && strcmp(inner->kind, "erase") != 0 &&
           strcmp(inner->subject, r->subject) == 0 && inner->tick <= r->tick;
}

bool carry_open(struct arena *a, const struct record *r, struct record *ret,
                struct err *err)
{
    cJSON *body;
    struct record inner;
    uint8_t sig[SIGN_SIZE];
    if (!fold_body_read(&carry_kinds[0], r, &body, err))
        return false;
    const char *head = arena_strdup(a, json_text(body, "head"));
    const char *text =
        json_text(body, "body") ? arena_strdup(a, json_text(body, "body")) : NULL;
    bool ok = text_unhex(json_text(body, "sig"), sig, SIGN_SIZE) ||
              err_set(err, ERR_INPUT, "record.bad_line", NULL);
    json_free(body);
    if (!ok || !record_read(a, head, strlen(head), text, text ? strlen(text) : 0, sig,
                            &inner, err))
        return false;
    if (!may_be_carried(&inner, r))
        return err_set(err, ERR_INPUT, "record.bad_carry", inner.kind, NULL);
    *ret = inner;
    return true;
}
