/* receipts: POST /api/v1/receipts (PROTOCOL 10): a registry signs what it holds of the
 * origins and photos named, and a hub hands on what a registry has signed. What neither
 * has is left out. */
#include "sync/receipts.h"

#include "core/base/field.h"
#include "core/base/text.h"
#include "sync/server/host.h"
#include "sync/wire.h"

#include <string.h>

static const struct field fields[] = {
    {"origins", FIELD_ARRAY, 0, WIRE_ORIGINS_MOST, FIELD_REQUIRED, NULL},
    {"photos", FIELD_ARRAY, 0, WIRE_MISSING_MOST, FIELD_REQUIRED, NULL},
};

struct answering {
    struct http_request *q;
    struct json_out o;
};

static void write_one(struct json_out *o, const struct carried_receipt *r)
{
    char origin[RECORD_ORIGIN_HEX], sig[2 * SIGN_SIZE + 1];
    text_hex(r->origin, RECORD_ORIGIN, origin);
    text_hex(r->sig, SIGN_SIZE, sig);
    json_open(o, NULL, '{');
    json_str(o, "text", r->text);
    json_str(o, "origin", origin);
    json_str(o, "sig", sig);
    json_close(o, '}');
}

static bool answer(struct answering *x, const char *about, bool is_photo, struct err *err)
{
    const struct sync_host *h = x->q->app;
    struct store *s = x->q->worker;
    struct carried_receipt r;
    uint8_t origin[RECORD_ORIGIN];
    bool there = false, ok;
    if (is_photo ? !digest_is_hex(about) : !about || !text_unhex(about, origin, RECORD_ORIGIN))
        return err_set(err, ERR_INPUT, "field.not_sha256", is_photo ? "photos" : "origins",
                       NULL);
    if (h->courier)
        ok = carried_receipt_of(s, x->q->arena, about, &r, &there, err);
    else if (is_photo)
        ok = receipts_of_photo(s, x->q->arena, about, &r, &there, err);
    else
        ok = receipts_of_origin(s, x->q->arena, origin, &r, &there, err);
    if (ok && there)
        write_one(&x->o, &r);
    return ok;
}

static bool answer_all(struct answering *x, const char *list, bool is_photo,
                       struct err *err)
{
    const cJSON *all = json_array(x->q->json, list);
    for (const cJSON *one = all->child; one; one = one->next)
        if (!answer(x, cJSON_IsString(one) ? one->valuestring : NULL, is_photo, err))
            return false;
    return true;
}

int sync_receipts(struct http_request *q, struct http_reply *r, struct err *err)
{
    struct answering x = {q, JSON_OUT(&r->body)};
    if (!field_check(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    json_open(&x.o, NULL, '{');
    json_open(&x.o, "receipts", '[');
    if (!answer_all(&x, "origins", false, err) || !answer_all(&x, "photos", true, err))
        return 0;
    json_close(&x.o, ']');
    json_close(&x.o, '}');
    return 200;
}
